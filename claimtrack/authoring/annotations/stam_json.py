"""STAM, the Standoff Text Annotation Model: marks as a store in STAM JSON, and a store as marks.

A store has the text as its resource, and each mark as an annotation with a text selector. Its data are the cells: a
key of the set `claimtrack` for each column. The library `stam` reads and writes it (extra `annotations`).

Source: https://github.com/annotation/stam
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import stam

from claimtrack.authoring.annotations.marks import Mark, moved, one_text, parsed
from claimtrack.core.errors import Unusable

SET = "claimtrack"


def write(marks: Sequence[Mark], text: str, about: Mapping[str, str]) -> bytes:
    """Returns marks on a text as STAM JSON. `about` is the row of the statement."""
    id = about["statement_id"]
    store = stam.AnnotationStore(id=id)
    resource = store.add_resource(id=f"{id}.txt", text=text)
    for number, mark in enumerate(marks, 1):
        target = stam.Selector.textselector(resource, stam.Offset.simple(mark.start, mark.end))
        data = [{"set": SET, "key": name, "value": value} for name, value in mark.cells.items()]
        store.annotate(target=target, data=data, id=f"{id}-{number}")
    return f"{store.to_json_string()}\n".encode()


def read(content: bytes, path: Path, text: str) -> list[Mark]:
    """Returns the marks on a text that STAM JSON has. Raises Unusable where it has anything else."""
    told = parsed(content, path)
    if not isinstance(told, dict) or told.get("@type") != "AnnotationStore":
        raise Unusable(f"{path}: is no store of annotations; export it as STAM JSON")
    if _includes(told):  # the library would read any file that is named there
        raise Unusable(f"{path}: leads to other files (@include); save the store as one file")
    try:
        with _silent():
            store = stam.AnnotationStore(string=content.decode("utf-8-sig"))
    except stam.StamError as error:
        raise Unusable(f"{path}: the library stam does not read it: {str(error)[:200]}; export it again") from None
    texts = {resource.id(): resource.text() for resource in store.resources()}
    theirs = {id: one_text(each, text, f"{path}: the text of resource {id}") for id, each in texts.items()}
    marks = []
    for number, annotation in enumerate(store.annotations(), 1):
        name = f"{path}: annotation {number} ({annotation.id() or 'without id'})"
        places = list(annotation.textselections())
        if len(places) != 1:
            raise Unusable(f"{name}: has to select one piece of the text; make an annotation for each place")
        (place,) = places
        span = moved((place.begin(), place.end()), theirs[place.resource().id()])
        marks.append(Mark(*span, dict(_cells(annotation, name)), name))
    if not marks:
        raise Unusable(f"{path}: has no annotation; mark words first")
    return marks


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps what the library itself writes to standard error, with words of the file, away from the terminal."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _includes(told: Any) -> bool:
    """Tells whether a value of JSON has the property `@include` in it, however deep."""
    waiting = [told]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "@include" in value:
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False


def _cells(annotation: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yields the columns and values that an annotation's data have. Raises Unusable."""
    seen: set[str] = set()
    for data in annotation.data():
        key, value = data.key().id(), data.value().get()
        if data.dataset().id() != SET:
            words = f'has data of the set "{str(data.dataset().id())[:40]}"'
            raise Unusable(f"{name}: {words}; only that of the set {SET} is read, so keep other sets in another store")
        if key in seen or not isinstance(value, str):
            raise Unusable(f"{name}: {key[:40]} has to have one value, and that a text; correct it")
        seen.add(key)
        if value.strip():
            yield key, " ".join(value.split())
