"""Finds the line and the column of a part of a JSON file, which a JSON Pointer names, and of properties given twice."""

import json
import re
from collections.abc import Iterable, Iterator

# A text, a sign of JSON, or anything else up to the next sign. The file was parsed before, so that it is JSON.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
COLON = re.compile(r"\s*:")
Place = tuple[int, int]  # line and column, both from 1


def places(text: str, pointers: Iterable[str]) -> dict[str, Place]:
    """Returns the places of some parts of a JSON file by their JSON Pointers (RFC 6901), in one pass over its text.

    A property is where its name begins, an item of a list where it begins itself. A part that is not there has the
    place of the nearest one around it. The whole file has none.
    """
    ways = {pointer: tuple(_plain(part) for part in pointer.split("/")[1:]) for pointer in pointers}
    wanted = {way[:length] for way in ways.values() for length in range(1, len(way) + 1)}
    found: dict[tuple[str, ...], int] = {}
    if wanted:
        longest = max(map(len, wanted))
        for path, at in _values(text):
            if len(path) <= longest and (way := tuple(map(str, path))) in wanted:
                found[way] = at  # of a property that is given twice, the last one holds
    told = {}
    for pointer, way in ways.items():
        near = next((way[:length] for length in range(len(way), 0, -1) if way[:length] in found), None)
        if near is not None:
            told[pointer] = _place(text, found[near])
    return told


def twice(text: str) -> list[tuple[str, Place]]:
    """Returns each property that one object of a JSON file has more than once: its name, and its later place."""
    found, seen = [], set[tuple[str | int, ...]]()
    for path, at in _values(text):
        if path and isinstance(path[-1], str):
            way = tuple(path)
            if way in seen:
                found.append((path[-1], _place(text, at)))
            seen.add(way)
    return found


def _values(text: str) -> Iterator[tuple[list[str | int], int]]:
    """Yields the way to each value in a JSON text, with the offset at which it begins, or its name if it has one.

    The way has names of properties and numbers of items. It is one list, which changes from value to value.
    """
    path: list[str | int] = []
    name_at = -1  # where the name of the next value begins
    before = ""
    for token in TOKEN.finditer(text):
        said, at = token[0], token.start()
        if said in ("}", "]"):
            if before not in ("{", "["):
                path.pop()
        elif said == ",":
            last = path.pop()
            if isinstance(last, int):
                path.append(last + 1)
        elif said == ":":
            pass
        elif said[0] == '"' and name_at < 0 and COLON.match(text, token.end()):
            path.append(json.loads(said, strict=False) if "\\" in said else said[1:-1])
            name_at = at
        else:
            if before == "[":
                path.append(0)
            yield path, at if name_at < 0 else name_at
            name_at = -1
        before = said


def _place(text: str, at: int) -> Place:
    """Returns the line and the column of an offset."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _plain(part: str) -> str:
    """Returns a part of a JSON Pointer without its escapes."""
    return part.replace("~1", "/").replace("~0", "~")
