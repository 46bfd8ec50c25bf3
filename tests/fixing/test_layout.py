"""Checksums are written into a descriptor, and no other character of it changes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from claimtrack.fixing.layout import with_checksums
from tests.tools.fixing import fixed, package

TEXT = st.text(max_size=6)
RESOURCE = st.dictionaries(TEXT | st.sampled_from(["bytes", "hash"]), st.none() | st.integers() | TEXT, max_size=5)


@given(
    resources=st.lists(st.tuples(RESOURCE, st.integers(0, 99), st.booleans()), max_size=4),
    indent=st.sampled_from([None, 0, 1, 4, "\t"]),
    ascii=st.booleans(),
    before=TEXT,
)
def test_only_the_checksums_change(resources, indent, ascii, before):
    told = [resource for resource, _, _ in resources]
    wanted = [
        resource | ({"bytes": size, "hash": f"sha256:{size}"} if stale else {}) for resource, size, stale in resources
    ]
    text = json.dumps({before + "-": before, "resources": told}, indent=indent, ensure_ascii=ascii)
    made = with_checksums(text, wanted)
    assert json.loads(made)["resources"] == wanted
    if all({"bytes", "hash"} <= each.keys() for each in told):
        assert json.dumps(json.loads(made), indent=indent, ensure_ascii=ascii) == made
    if told == wanted:
        assert made == text


def test_what_is_not_declared_is_not_added(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a \n")
    descriptor = folder / "datapackage.json"
    told = json.loads(descriptor.read_text())
    del told["resources"][0]["hash"]
    text = json.dumps(told, indent=3).replace('"path":', '"path"  :')
    descriptor.write_text(text)
    size = told["resources"][0]["bytes"]
    assert fixed(folder) == b"id,words\n1,a\n"
    assert descriptor.read_text() == text.replace(f'"bytes": {size}', f'"bytes": {size - 1}')
