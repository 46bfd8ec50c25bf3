"""UIMA CAS: marks as a CAS in JSON, as INCEpTION imports it, and such a CAS as marks.

The CAS has the text, a type for sentences and one for words on which a claim or call rests, and a feature for each
column. Both are custom layers by their names; of others, all custom layers with such features are read. A project has
to know the layers before it imports a CAS, and takes them from a type system in XML. The library `cassis` reads and
writes both (`dkpro-cassis`, extra `annotations`), and counts as UIMA does, in units of UTF-16.

Sources: https://github.com/apache/uima-uimaj-io-jsoncas and `ProjectLayersPanel` in
https://github.com/inception-project/inception
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
# What a file begins with that is something else: the whole project or document as a zip, or the same in XML.
SIGNS = {
    b"PK\x03\x04": "a zip; unpack it, and name the file in it that is the annotator's UIMA CAS JSON",
    b"<": "XML; export it as UIMA CAS JSON",
}
_ANY = ("sofa", "begin", "end")  # the features that every annotation has


def layers(names: Sequence[str]) -> cassis.TypeSystem:
    """Returns the two layers, with a feature for each of the columns `names`, also where nothing stands in it yet."""
    types = cassis.TypeSystem()
    for layer, is_own in ((SENTENCE, True), (ITEM, False)):
        made = types.create_type(layer, "uima.tcas.Annotation")
        for name in names:
            if (name in OF_SENTENCES) == is_own:
                types.create_feature(made, name, "uima.cas.String")
    return types


def layers_file(names: Sequence[str]) -> bytes:
    """Returns the layers as a UIMA type system in XML, from which a project of INCEpTION makes them."""
    return layers(names).to_xml().encode()


def write(marks: Sequence[Mark], text: str, about: Mapping[str, str], names: Sequence[str]) -> bytes:
    """Returns marks on a text as a CAS in JSON. `about` is the row of the statement, and `names` are the columns."""
    types = layers(names)
    cas = cassis.Cas(types, sofa_string=text, sofa_mime="text/plain", document_language=about["language"])
    for mark in marks:
        layer = types.get_type(ITEM if mark.is_of_item else SENTENCE)
        cas.add(layer(begin=mark.start, end=mark.end, **mark.cells))
    return f"{cas.to_json(pretty_print=True)}\n".encode()


def read(content: bytes, path: Path, text: str, names: Sequence[str]) -> list[Mark]:
    """Returns the marks on a text that a CAS in JSON has. Raises Unusable where it has anything else.

    `names` are the columns. Layers that have none of them, such as relations between words, are left alone.
    """
    for sign, what in SIGNS.items():
        if content.removeprefix(b"\xef\xbb\xbf").startswith(sign):
            raise Unusable(f"{path}: is {what}")
    told = parsed(content, path)
    if not isinstance(told, dict) or not all(isinstance(told.get(name), kind) for name, kind in PARTS.items()):
        raise Unusable(f"{path}: is no CAS in JSON with its types; export it as UIMA CAS JSON")
    try:
        with warnings.catch_warnings():  # what is odd is told below, in a sentence
            warnings.simplefilter("ignore")
            cas = cassis.load_cas_from_json(content.decode("utf-8-sig"))
        said = cas.sofa_string
        found = [each for each in cas.select_all_annotations() if _is_ours(each.type, names)]
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
        words = "has no annotation of a custom layer with a column of the worksheet as a feature, such as item"
        raise Unusable(f"{path}: {words}; mark words first")
    return marks


def _is_ours(layer: Any, names: Sequence[str]) -> bool:
    """Tells whether a type is a layer that a project has made, and has a column as a feature."""
    return layer.name.startswith(LAYERS) and any(feature.name in names for feature in layer.all_features)


def _cells(annotation: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yields the columns and values that an annotation's features have. Raises Unusable."""
    for feature in annotation.type.all_features:
        value = getattr(annotation, feature.name)
        if feature.name in _ANY or value is None:
            continue
        if isinstance(several := getattr(value, "elements", None), list):  # a feature with several values
            value = "; ".join(part for part in several if part) if all(isinstance(p, str) for p in several) else value
        if not isinstance(value, str):
            raise Unusable(f"{name}: {feature.name[:40]} has to be a text; correct the layer")
        if value.strip():
            yield feature.name, " ".join(value.split())
