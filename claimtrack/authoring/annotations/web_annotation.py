"""W3C Web Annotation: marks as JSON-LD, and JSON-LD as marks.

Each mark is an annotation with two selectors, its words and its position, counted in code points of the text as it was
saved. Its bodies are `identifying` (the item), `describing` (the claim or call in own words) and `tagging` (any other
cell, as `column=value`). What others write is read alike, also a comment for the words and a tag `C1` for the item.

Source: https://www.w3.org/TR/annotation-model/
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimtrack.authoring.annotations.aligned import Aligned
from claimtrack.authoring.annotations.marks import Mark, parsed, placed
from claimtrack.core.errors import Unusable
from claimtrack.package.json_object import as_json

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # characters before and after the words, by which they are found in another copy of the text
ITEM = re.compile(r"(?:[A-Z][A-Z0-9]{1,9}-)?[CK][0-9]{1,6}|claim|call")
_PURPOSES = {"item": "identifying", "own_words": "describing"}
_COLUMNS = {"identifying": "item", "describing": "own_words", "commenting": "own_words"}


def write(marks: Sequence[Mark], text: str, about: Mapping[str, str]) -> bytes:
    """Returns marks on a text as JSON-LD. `about` is the row of the statement."""
    source = f"urn:sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    items = [
        {
            "id": f"#{number}",
            "type": "Annotation",
            "motivation": "classifying" if mark.is_of_item else "identifying",
            "body": [_body(name, value) for name, value in mark.cells.items()],
            "target": {"source": source, "scope": about["url"], "selector": _selectors(mark, text)},
        }
        for number, mark in enumerate(marks, 1)
    ]
    page = {
        "@context": CONTEXT,
        "id": f"urn:claimtrack:{about['statement_id']}",
        "type": "AnnotationPage",
        "items": [{**each, "id": f"urn:claimtrack:{about['statement_id']}{each['id']}"} for each in items],
    }
    return as_json(page).encode("utf-8")


def _body(name: str, value: str) -> dict[str, str]:
    """Returns the body that has a cell."""
    said = value if name in _PURPOSES else f"{name}={value}"
    return {"type": "TextualBody", "purpose": _PURPOSES.get(name, "tagging"), "value": said, "format": "text/plain"}


def _selectors(mark: Mark, text: str) -> list[dict[str, Any]]:
    """Returns the selectors of a mark: its words, and its position."""
    words = {"exact": text[mark.start : mark.end]}
    words |= {"prefix": text[max(mark.start - AROUND, 0) : mark.start], "suffix": text[mark.end : mark.end + AROUND]}
    return [
        {"type": "TextQuoteSelector", **words},
        {"type": "TextPositionSelector", "start": mark.start, "end": mark.end},
    ]


def read(content: bytes, path: Path, text: str) -> list[Mark]:
    """Returns the marks on a text that JSON-LD has. Raises Unusable where it has anything else."""
    told = parsed(content, path)
    marks, aligned = [], Aligned(text)
    for number, each in enumerate(_annotations(told, path), 1):
        name = f"{path}: annotation {number}"
        if not isinstance(each, dict) or "target" not in each:
            raise Unusable(f"{name}: has no target; export it as W3C Web Annotation")
        marks.append(Mark(*_span(each["target"], aligned, name), _cells(each, name), name))
    if not marks:
        raise Unusable(f"{path}: has no annotation; is it W3C Web Annotation?")
    return marks


def _annotations(told: Any, path: Path) -> list[Any]:
    """Returns the annotations of a page, a collection, a list, or one alone. Raises Unusable."""
    if isinstance(told, list):
        return told
    if isinstance(told, dict):
        if isinstance(told.get("items"), list):
            return told["items"]
        if isinstance(told.get("first"), dict):  # a collection with its page in it
            if told["first"].get("next"):
                raise Unusable(f"{path}: is the first of several pages; save all annotations in one")
            return _annotations(told["first"], path)
        if "target" in told:
            return [told]
    raise Unusable(f"{path}: is neither an annotation nor a list or page of them; export it as W3C Web Annotation")


def _span(target: Any, aligned: Aligned, name: str) -> tuple[int, int]:
    """Returns the span of a target in the text. Raises Unusable."""
    targets = _listed(target)
    if len(targets) != 1 or not isinstance(targets[0], dict):
        raise Unusable(f"{name}: has to have one target with a selector; make an annotation for each place")
    selectors = [each for each in _listed(targets[0].get("selector")) if isinstance(each, dict)]
    if any("refinedBy" in each for each in selectors):
        raise Unusable(f"{name}: a selector with refinedBy is not read; select the words themselves")
    by_type = {str(each.get("type")): each for each in selectors}
    words, position = by_type.get("TextQuoteSelector"), _position(by_type.get("TextPositionSelector"), aligned.saved)
    if words:
        exact, before, after = (words.get(key, "") for key in ("exact", "prefix", "suffix"))
        if not isinstance(exact, str) or not exact.strip() or not isinstance(before, str) or not isinstance(after, str):
            raise Unusable(f"{name}: its quote has no words in `exact`; select some")
        return placed(aligned, exact, position[0] if position else None, before, after, name)
    if position:
        return position
    if "TextPositionSelector" in by_type:
        raise Unusable(f"{name}: the position is not in the text, which has {len(aligned.saved)} characters")
    raise Unusable(f"{name}: has neither TextQuoteSelector nor TextPositionSelector; select words of the text")


def _position(selector: Mapping[str, Any] | None, text: str) -> tuple[int, int] | None:
    """Returns the span that a selector names, or None where there is none in the text."""
    start, end = (selector.get("start"), selector.get("end")) if selector else (None, None)
    numbers = [each for each in (start, end) if isinstance(each, int) and not isinstance(each, bool)]
    if len(numbers) == 2 and 0 <= numbers[0] < numbers[1] <= len(text):
        return numbers[0], numbers[1]
    return None


def _listed(value: Any) -> list[Any]:
    """Returns a value as a list, since JSON-LD may leave out the brackets around a single one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _cells(annotation: Mapping[str, Any], name: str) -> dict[str, str]:
    """Returns the cells that the bodies of an annotation have. Raises Unusable."""
    cells: dict[str, str] = {}
    for column, value in _told(annotation, name):
        if cells.get(column, value) != value:
            raise Unusable(f'{name}: has both "{cells[column][:40]}" and "{value[:40]}" in {column}; keep one of them')
        if value:
            cells[column] = value
    return cells


def _told(annotation: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Yields each column that a body names, with its value. Raises Unusable."""
    bodies = [*_listed(annotation.get("body")), *_listed(annotation.get("bodyValue"))]
    for body in bodies:
        said = {"value": body} if isinstance(body, str) else body
        if not isinstance(said, dict) or not isinstance(said.get("value"), str):
            raise Unusable(f"{name}: has a body that is no text; write tags such as claim_type=event")
        value = " ".join(said["value"].split())
        purpose = said.get("purpose") or ("commenting" if isinstance(body, dict) else "tagging")
        if purpose in _COLUMNS:
            yield _COLUMNS[purpose], value
        elif purpose != "tagging":
            raise Unusable(f'{name}: a body for "{str(purpose)[:40]}" is not read; use tagging or describing')
        elif ITEM.fullmatch(value):
            yield "item", value
        elif "=" in value:
            column, _, cell = value.partition("=")
            yield column.strip(), cell.strip()
        else:
            raise Unusable(f'{name}: the tag "{value[:40]}" is neither an item nor column=value, such as kind=context')
