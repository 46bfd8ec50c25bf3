"""Descriptors in YAML: read as JSON, on the same lines, within bounds."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.commands.main import main
from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.package.json_object import json_object
from claimtrack.package.yaml_text import json_of_yaml
from tests.tools.support import resource, validate, verdict, write

# PyYAML writes a line break of C1 as a blank.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = [{"name": "n", "type": "integer"}]


@given(value=st.dictionaries(TEXT, VALUES, max_size=4), flow=st.booleans())
def test_what_yaml_writes_is_read_as_it_was(value, flow):
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert json_object(text.encode(), "datapackage.yaml") == value


@given(text=st.text("ab:-[]{}&*!|>'\"\n #?,%@", max_size=40))
def test_any_text_is_json_or_refused_in_a_sentence(text):
    try:
        json.loads(json_of_yaml(text.encode(), "x.yaml"))
    except Unusable as error:
        assert str(error).startswith("x.yaml") and "\n" not in str(error)


def test_a_value_keeps_its_line_and_a_date_is_a_text():
    made = json_of_yaml(b"a: 2024-01-05\nb:\n  - x\n  - 1.5\nc: |\n  two\n  lines\nd: no\n", "x.yaml").decode()
    assert json.loads(made) == {"a": "2024-01-05", "b": ["x", 1.5], "c": "two\nlines\n", "d": False}
    assert [made[: made.index(f'"{key}"')].count("\n") for key in "abcd"] == [0, 1, 4, 7]


@pytest.mark.parametrize(
    "text, words",
    [
        ("a: &x 1\nb: *x\n", "x.yaml:2:4: "),
        ("a: [1\nb: 2\n", "x.yaml:2:"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: "),
        ("? [1]\n: 2\n", "x.yaml:1:3: "),
        ("a: " + "[" * 5000, "nested too deeply"),
        ("a: \x01", "not YAML"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_what_is_refused_has_its_place(text, words):
    with pytest.raises(Unusable) as error:
        json_of_yaml(text.encode("utf-8", "surrogateescape"), "x.yaml")
    assert words in str(error.value)


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system ['x']", "!!binary aGk=", "1" * 5000, "0x" + "f" * 5000, "!!int x"]
)
def test_no_tag_makes_an_object_and_no_number_is_without_bound(text):
    assert isinstance(json_object(f"a: {text}".encode(), "x.yaml")["a"], (str, list))


@pytest.mark.parametrize("name", ["datapackage.yaml", "datapackage.yml", "pets.yaml"])
def test_a_package_in_yaml_with_its_schema_in_yaml(tmp_path, capsys, name):
    write(tmp_path, [resource("t", FIELDS) | {"schema": "schema.yaml"}], {"data/t.csv": "n\nx\n"})
    (tmp_path / "schema.yaml").write_text(yaml.safe_dump({"fields": FIELDS}))
    described = tmp_path / "datapackage.json"
    told = json.loads(described.read_text())
    expected = verdict(tmp_path)
    described.unlink()
    (tmp_path / name).write_text(yaml.safe_dump(told))
    where = tmp_path / name if name == "pets.yaml" else tmp_path
    assert [(found.rule, found.line) for found in validate(where).findings] == [("CEL101", 2)] and len(expected) == 1
    assert main([str(where)]) == 1 and main(["fix", str(where)]) in (0, 2)
    assert (tmp_path / name).read_text() == yaml.safe_dump(told)  # it is only read


def test_a_descriptor_of_yaml_has_the_bound_of_every_other():
    with pytest.raises(Unusable, match="MiB"):
        json_object(b" " * (limits.MAX_DESCRIPTOR + 1), "datapackage.yaml")
