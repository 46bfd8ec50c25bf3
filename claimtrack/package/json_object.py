"""Reads untrusted JSON within bounds: descriptors, Table Schemas and dialects."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.package.positions import Place, twice
from claimtrack.package.yaml_text import is_yaml, json_of_yaml


class _Refused(ValueError):
    """A JSON object is refused. The text says why."""


MOST = 100  # properties given twice that are told
LONG = 4300  # digits of the longest integer that Python converts (`sys.int_info.default_max_str_digits`)
HALF = re.compile("[\ud800-\udfff]")  # halves of a surrogate pair: they are no characters, and no file can hold them


class Odd(NamedTuple):
    """A note on something in a JSON file that can be passed over, with its place as far as it is known."""

    note: str
    place: Place | None = None


def json_object(raw: bytes, where: object, odd: list[Odd] | None = None) -> dict[str, Any]:
    """Parses bytes that hold one JSON object, or one of YAML where the name `where` ends so.

    Raises Unusable where they hold anything else; the text names `where`.

    Values that JSON or Unicode does not have (`NaN`, half of a surrogate pair) and properties that are given twice are
    refused as well. If `odd` is given, such values are replaced by texts, of two equal properties the last one holds,
    and a note on each is added to it. A number beyond Python's numbers becomes a text.
    """
    if len(raw) > limits.MAX_DESCRIPTOR:
        raise Unusable(
            f"{where}: larger than {limits.MAX_DESCRIPTOR // limits.MIB} MiB; a descriptor is a small JSON file"
        )
    if is_yaml(where):
        raw = json_of_yaml(raw, where)
    try:
        notes: list[Odd] = []
        value = _parsed(raw.decode("utf-8"), notes)
    except UnicodeDecodeError as error:
        raise Unusable(f"{where}: not UTF-8 at byte {error.start}; save the descriptor as UTF-8") from None
    except json.JSONDecodeError as error:
        what = "the file is empty" if not raw else f"not JSON: {error.msg}"
        raise Unusable(f"{where}:{error.lineno}:{error.colno}: {what}; a descriptor is a JSON object") from None
    except RecursionError:
        raise Unusable(f"{where}: nested too deeply to be a descriptor") from None
    except _Refused as error:
        raise Unusable(f"{where}: {error}") from None
    if not isinstance(value, dict):
        raise Unusable(f"{where}: a descriptor is a JSON object, with braces")
    if _is_deeper(value, limits.MAX_DEPTH):
        raise Unusable(f"{where}: nested too deeply to be a descriptor")
    if notes and odd is None:
        at = "".join(f":{number}" for number in notes[0].place or ())
        raise Unusable(f"{where}{at}: {notes[0].note}")
    if odd is not None:
        odd += notes
    return _whole(value) if any("surrogate" in each.note for each in notes) else value


def _parsed(text: str, notes: list[Odd]) -> Any:
    """Parses JSON, and adds a note for each kind of value that JSON or Unicode does not have. Raises as `json` does."""
    constants: dict[str, None] = {}

    def constant(name: str) -> str:
        constants[name] = None
        return name

    def real(digits: str) -> float | str:
        return number if math.isfinite(number := float(digits)) else digits[:LONG]

    def whole(digits: str) -> int | str:
        return int(digits) if len(digits) <= LONG else digits[:LONG]

    repeated = False

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(pairs) > limits.MAX_PROPERTIES:
            raise _Refused(f"an object has {len(pairs):,} properties; at most {limits.MAX_PROPERTIES:,} are read")
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) < len(pairs)
        return found

    value = json.loads(text, object_pairs_hook=unique, parse_constant=constant, parse_float=real, parse_int=whole)
    notes += [Odd(f"{name} is no number of JSON; write a number, or the text in quotes") for name in constants]
    if "\\ud" in text or "\\uD" in text:  # only an escape can make half of a pair
        words = "has half of a surrogate pair, which is no character"
        notes += [Odd(f'"{half[:60]}" {words}') for half in _halves(value)][:1]
    if repeated:
        words = "stands twice in one object, and the last one holds; keep one"
        notes += [Odd(f"the property {json.dumps(name[:200])} {words}", at) for name, at in twice(text)[:MOST]]
    return value


def _halves(value: Any) -> Iterator[str]:
    """Yields the texts in a value that hold half of a surrogate pair, with the half as its code point."""
    level = [value]
    while level:
        each = level.pop()
        if isinstance(each, str) and HALF.search(each):
            yield HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", each)
        elif isinstance(each, dict):
            level += [*each, *each.values()]
        elif isinstance(each, list):
            level += each


def _whole(value: Any) -> Any:
    """Returns a copy of a value in which U+FFFD stands for each half of a surrogate pair."""
    if isinstance(value, str):
        return HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def as_json(value: object) -> str:
    """Writes a value as JSON in the form of a descriptor: indented by two spaces, with properties in their order.

    Raises ValueError for a number that JSON does not have.
    """
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def with_resources(descriptor: dict[str, Any], where: object) -> dict[str, Any]:
    """Returns the same descriptor. Raises Unusable where it has no list of resources; the text names `where`."""
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources or not all(isinstance(each, dict) for each in resources):
        raise Unusable(f'{where}: "resources" must be a list of at least one object; it names the tables')
    if len(resources) > limits.MAX_RESOURCES:
        raise Unusable(f"{where}: {len(resources):,} resources; at most {limits.MAX_RESOURCES:,} are checked")
    return descriptor


def _is_deeper(value: dict | list, depth: int) -> bool:
    """Tells whether objects and lists are nested more than `depth` levels deep."""
    level: list[dict | list] = [value]
    for _ in range(depth):
        inner = (each for outer in level for each in (outer.values() if isinstance(outer, dict) else outer))
        level = [each for each in inner if isinstance(each, (dict, list))]
    return bool(level)
