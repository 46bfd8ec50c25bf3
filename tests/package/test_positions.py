"""Where the parts of a JSON file stand, and which properties are given twice."""

import json

from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.findings import pointer_to
from claimtrack.package.positions import places, twice

NAMES = st.text(st.sampled_from('ab~/"\\é: ,{'), max_size=3)
VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a"\\:,{}[] ')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
)


def parts(value, way=()):
    """Every part of a value, with the names and numbers that lead to it."""
    yield way, value
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from parts(inner, (*way, key))


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_each_part_is_found_where_it_stands(value, indent, ascii_):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    ways = {pointer_to(*way): (way, part) for way, part in parts(value) if way}
    found = places(text, ways)
    assert found.keys() == ways.keys()
    for pointer, (way, part) in ways.items():
        line, column = found[pointer]
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        said, end = json.JSONDecoder().raw_decode(rest)
        if isinstance(way[-1], str):
            assert said == way[-1]
            said, _ = json.JSONDecoder().raw_decode(rest[end:].lstrip().removeprefix(":").lstrip())
        assert said == part
    assert twice(text) == []


def test_what_is_not_there_is_where_it_would_be():
    text = '{"fields": [\n  {"name": "a"}\n]}'
    assert places(text, ["/fields/0/type", "/fields/7", "/x", ""]) == {"/fields/0/type": (2, 3), "/fields/7": (1, 2)}


def test_a_property_given_twice_has_its_later_place():
    assert twice('{"a": 1, "b": {"a": 2},\n  "a": {"c": 1, "c": 2}}') == [("a", (2, 3)), ("c", (2, 17))]
