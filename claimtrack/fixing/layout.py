"""Writes new checksums into a descriptor, and leaves every other character of it as it is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

KEYS = ("bytes", "hash")
Span = tuple[int, int]  # where a value begins and ends in the text


def with_checksums(text: str, resources: Sequence[Mapping[str, Any]]) -> str:
    """Returns the text of a descriptor with the `bytes` and `hash` of these resources, which are all of its own.

    One that a resource has not declared is added as its last property. `text` is valid JSON.
    """
    changes: list[tuple[Span, str]] = []
    array = _members(text, _start(text, 0))["resources"]
    for at, resource in zip(_items(text, array[0]), resources, strict=True):
        members, absent = _members(text, at[0]), []
        for key in KEYS:
            if key not in resource:
                continue
            new = json.dumps(resource[key], ensure_ascii=False)
            if key not in members:
                absent.append(f'"{key}": {new}')
            elif json.loads(text[slice(*members[key])]) != resource[key]:
                changes.append((members[key], new))
        changes += [_added(text, members, at, absent)] if absent else []
    for (start, end), new in sorted(changes, key=lambda change: change[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _added(text: str, members: Mapping[str, Span], at: Span, new: Sequence[str]) -> tuple[Span, str]:
    """Returns the change that adds properties to an object, laid out as its last one is."""
    if not members:
        return (at[0] + 1, at[0] + 1), ", ".join(new)
    last = max(span[1] for span in members.values())
    line = text.rfind("\n", 0, last) + 1
    between = f",\n{text[line : _start(text, line)]}" if "\n" in text[at[0] : last] else ", "
    return (last, last), "".join(between + each for each in new)


def _members(text: str, at: int) -> dict[str, Span]:
    """Returns the places of the values of the object that begins at a place, by property."""
    found, at = {}, _start(text, at + 1)
    while text[at] != "}":
        key, end = json.JSONDecoder().raw_decode(text, at)
        start = _start(text, _start(text, end) + 1)
        end = json.JSONDecoder().raw_decode(text, start)[1]
        found[key] = (start, end)
        at = _start(text, end)
        at = _start(text, at + 1) if text[at] == "," else at
    return found


def _items(text: str, at: int) -> Iterator[Span]:
    """Yields the places of the items of the list that begins at a place."""
    at = _start(text, at + 1)
    while text[at] != "]":
        end = json.JSONDecoder().raw_decode(text, at)[1]
        yield at, end
        at = _start(text, end)
        at = _start(text, at + 1) if text[at] == "," else at


def _start(text: str, at: int) -> int:
    """Returns the place of the first character from a place on that is no white space."""
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at
