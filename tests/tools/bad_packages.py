"""Packages with something wrong in each, for the tests of reports."""

import csv
import io
from pathlib import Path

from tests.tools.support import resource, table, write

NASTY = 'a, "b": 100%0A::error::x\n\uffff<script>alert(1)</script>]]>&amp; \x1b[31m\u202e\x08 é កម្ពុជា 🗳'
INTEGER = {"name": "n", "type": "integer"}


def build_bad(folder: Path) -> Path:
    """Writes packages into a folder.

    `many` has more findings than are listed, `nasty` is full of marks with a meaning, `gone` has no table where it
    should be, and in `failing` frictionless cannot compare a cell with a bound.
    """
    fields = [INTEGER, {"name": "s", "type": "string", "constraints": {"enum": ["a"]}}]
    table(folder / "many", rows(("n", "s"), *((f"x{i}", " ") for i in range(150)), ("1", NASTY)), fields)

    name = "s,\t:%"
    field = {"name": name, "type": "string", "constraints": {"maxLength": 1}}
    files = {"data/a %,&x.csv": rows((name,), (NASTY,)), "data/::error::<b>\n.csv": "x\n"}
    described = [resource(NASTY[:30], [field], path="data/a %,&x.csv")]
    write(folder / "nasty", described, files, title=NASTY, version="1.0.0")

    write(folder / "gone", [resource("t", fields)], {})

    bounded = {"name": "x", "type": "number", "constraints": {"minimum": 1}}
    table(folder / "failing", "n,x\nbad,1\n1,2\n", [INTEGER, bounded])
    return folder


def rows(*cells: tuple[str, ...]) -> str:
    """Rows as CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(cells)
    return written.getvalue()
