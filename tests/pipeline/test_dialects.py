"""A table without a Table Schema is read by the fast reader, with the types that frictionless guesses for it."""

import pytest

from tests.tools.support import checked, resource, standard, validate, verdict, write

LONG = "".join(f"{number},x\n" for number in range(120))
UNTOLD = {"dialect": None, "encoding": None}


@pytest.mark.parametrize("more", [{}, UNTOLD], ids=["declared", "guessed"])
@pytest.mark.parametrize(
    "content, regular",
    [
        ("n,t\n1,x\n2,y\n", True),
        (f"n,t\n{LONG}soon,x\n", True),  # beyond the rows that are looked at
        ("n,t\n", True),
        ("n,t\n007,2020-01-01\n", True),
        ('n,t\n1,"x\ny"\n', True),
        ("n,n\n1,2\n", False),
        ("n,\n1,2\n", False),
    ],
)
def test_a_table_without_a_schema_has_the_verdict_of_frictionless(tmp_path, content, regular, more):
    write(tmp_path, [resource("t", [], schema=None, **more)], {"data/t.csv": content})
    report = validate(tmp_path)
    assert standard(report.findings) == verdict(tmp_path) and "PKG206" in {found.rule for found in report.findings}
    assert checked(tmp_path).tables["t"].regular is regular


def test_what_a_schema_without_fields_declares_is_kept(tmp_path):
    write(tmp_path, [resource("t", [], missingValues=["-"])], {"data/t.csv": "n\n1\n-\n" + "2\n" * 120 + "x\n"})
    assert standard(validate(tmp_path).findings) == verdict(tmp_path)


def test_the_form_of_cells_is_checked_without_a_schema(tmp_path):
    write(tmp_path, [resource("t", [], schema=None)], {"data/t.csv": "code,t\n007,a \n008,b\n"})
    assert [found.rule for found in validate(tmp_path).findings] == ["HYG117", "HYG109", "PKG206"]


def test_values_of_a_sensitive_table_are_kept_out(tmp_path):
    write(tmp_path, [resource("t", [], schema=None, sensitive=True)], {"data/t.csv": "n\n" + "1\n" * 120 + "secret\n"})
    report = validate(tmp_path)
    assert [found.rule for found in report.findings if found.severity == "error"] == ["CEL101"]
    assert "secret" not in str(report.findings)
