"""Tables that cannot be read to their end: where reading ends, and what that costs."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.support import resource, validate, write

OWNER = {"name": "owner", "type": "string"}
AGE = {"name": "age", "type": "integer"}


def package(folder, owners: bytes, path: str = "data/owners.csv", **told):
    """A table of pets, with a wrong age and a key that stands twice, which refers to a table of owners."""
    key = {"fields": ["owner"], "reference": {"resource": "owners", "fields": ["owner"]}}
    pets = resource("pets", [OWNER, AGE], primaryKey=["age"], foreignKeys=[key])
    made = resource("owners", [OWNER, AGE], path=path) | told
    return write(folder, [pets, made], {"data/pets.csv": "owner,age\nAnn,x\nBo,2\nNobody,2\n", path: owners})


@pytest.mark.parametrize("rows", [0, 20, 5000])
@pytest.mark.parametrize(
    "path, pack", [("data/owners.csv", bytes), ("data/owners.csv.gz", gzip.compress)], ids=["plain", "packed"]
)
def test_a_table_that_breaks_off_is_told_alone(tmp_path, rows, path, pack):
    before = b"owner,age\n" + b"Ann,1\n" * rows
    report = validate(package(tmp_path, pack(before + b"J\xfcrg,2\nBo,3\n"), path))
    [broken] = [found for found in report.findings if found.rule == "FIL102"]
    assert (broken.file, broken.line) == (path, rows + 2)
    assert f"byte {len(before) + 2:,} of the file (0xFC)" in broken.message and '"\u00fc"' in broken.message
    pets = [(found.rule, found.line) for found in report.findings if found.file == "data/pets.csv"]
    assert pets == [("CEL101", 2), ("KEY101", 2), ("KEY101", 4)]
    assert report.exit_code == 2 and any("KEY103" in each and "owners" in each for each in report.skipped)
    assert report.tables["owners"] <= rows


@pytest.mark.parametrize("encoding, words", [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")])
def test_a_file_in_wide_characters_is_recognised(tmp_path, encoding, words):
    report = validate(package(tmp_path, "owner,age\nJ\u00fcrg,1\n".encode(encoding)))
    [broken] = [found for found in report.findings if found.rule == "FIL102" and found.file == "data/owners.csv"]
    assert broken.message.endswith("0") and f"seems to be in {words}" in broken.message


@given(text=st.text("ab\n\u00e9", max_size=30), encoding=st.sampled_from(["utf-8", "ascii", "utf-8-sig"]))
def test_the_line_and_the_byte_are_those_of_the_file(tmp_path_factory, text, encoding):
    good = text.encode(encoding, "ignore")
    folder = package(tmp_path_factory.mktemp("t"), b"owner,age\n" + good + b"\xff\n", encoding=encoding)
    [broken] = [found for found in validate(folder).findings if found.rule == "FIL102"]
    assert broken.line == 2 + good.count(b"\n") and f"byte {len(good) + 11:,} of" in broken.message
