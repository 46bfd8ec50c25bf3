"""UIMA CAS: marks as a CAS in JSON, as INCEpTION imports it, and such a CAS as marks.

The CAS has the text, a type for sentences and one for words on which a claim or call rests, and a feature for each
column. Both are custom layers by their names; of others, all custom layers with such features are read. The library
`cassis` reads and writes it (`dkpro-cassis`, extra `annotations`), and counts as UIMA does, in units of UTF-16.

Source: https://github.com/apache/uima-uimaj-io-jsoncas
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cassis

from claimtrack.authoring.annotations.marks import OF_SENTENCES, Mark, moved, one_text, parsed
from claimtrack.core.errors import Unusable

LAYERS = "webanno.custom."  # how INCEpTION names the layers that a project makes
SENTENCE, ITEM = f"{LAYERS}ClaimtrackSentence", f"{LAYERS}ClaimtrackItem"
PARTS = {"%TYPES": dict, "%FEATURE_STRUCTURES": list, "%VIEWS": dict}
_ANY = ("sofa", "begin", "end")  # the features that every annotation has


def write(marks: Sequence[Mark], text: str, about: Mapping[str, str]) -> bytes:
    """Returns marks on a text as a CAS in JSON. `about` is the row of the statement."""
    types = cassis.TypeSystem()
    columns = dict.fromkeys(name for mark in marks for name in mark.cells)
    made = {}
    for layer, is_own in ((SENTENCE, True), (ITEM, False)):
        made[layer] = types.create_type(layer, "uima.tcas.Annotation")
        for name in columns:
            if (name in OF_SENTENCES) == is_own:
                types.create_feature(made[layer], name, "uima.cas.String")
    cas = cassis.Cas(types, sofa_string=text, sofa_mime="text/plain", document_language=about["language"])
    for mark in marks:
        layer = made[ITEM if mark.is_of_item else SENTENCE]
        cas.add(layer(begin=mark.start, end=mark.end, **mark.cells))
    return f"{cas.to_json(pretty_print=True)}\n".encode()


def read(content: bytes, path: Path, text: str) -> list[Mark]:
    """Returns the marks on a text that a CAS in JSON has. Raises Unusable where it has anything else."""
    told = parsed(content, path)
    if not isinstance(told, dict) or not all(isinstance(told.get(name), kind) for name, kind in PARTS.items()):
        raise Unusable(f"{path}: is no CAS in JSON with its types; export it as UIMA CAS JSON")
    try:
        with warnings.catch_warnings():  # what is odd is told below, in a sentence
            warnings.simplefilter("ignore")
            cas = cassis.load_cas_from_json(content.decode("utf-8-sig"))
        said = cas.sofa_string
        found = [each for each in cas.select_all_annotations() if each.type.name.startswith(LAYERS)]
        spans = [(each.begin, each.end) for each in found]
    except Exception as error:  # cassis raises what its own code runs into
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        raise Unusable(f"{path}: the library cassis does not read it ({reason}); export it again") from None
    if not isinstance(said, str):
        raise Unusable(f"{path}: has no text; export it with its document")
    theirs, marks = one_text(said, text, f"{path}: its text"), []
    for number, (each, span) in enumerate(zip(found, spans, strict=True), 1):
        name = f"{path}: annotation {number} ({each.type.name.removeprefix(LAYERS)})"
        if not all(isinstance(at, int) for at in span) or not 0 <= span[0] < span[1] <= len(said):
            raise Unusable(f"{name}: is at no place in the text; mark some words")
        marks.append(Mark(*moved(span, theirs), dict(_cells(each, name)), name))
    if not marks:
        raise Unusable(f"{path}: has no annotation of a custom layer; mark words first")
    return marks


def _cells(annotation: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yields the columns and values that an annotation's features have. Raises Unusable."""
    for feature in annotation.type.all_features:
        value = getattr(annotation, feature.name)
        if feature.name in _ANY or value is None:
            continue
        if not isinstance(value, str):
            raise Unusable(f"{name}: {feature.name[:40]} has to be a text; correct the layer")
        if value.strip():
            yield feature.name, " ".join(value.split())
