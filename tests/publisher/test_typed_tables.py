"""The tables with their cells as the Table Schemas type them."""

import csv

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.package.table_io import read_rows
from claimtrack.publisher.forms import flat
from claimtrack.publisher.join import load
from claimtrack.publisher.typed_tables import read_typed
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import kept, read_descriptor


def test_other_form_of_csv_changes_nothing(good: Example):
    """A valid package may have semicolons between its cells; the profile alone forbids another encoding."""
    names, rows = read_rows(good.path("claims"))
    rows[0]["ambiguity_note"] = "Called a café; by some."
    made, broken = [], []
    for delimiter, encoding in ((",", "utf-8"), (";", "utf-8"), (";", "cp1252")):
        with good.path("claims").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, names, delimiter=delimiter, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        resources = read_descriptor(good.folder)["resources"]
        claims = next(resource for resource in resources if resource["name"] == "claims")
        claims["encoding"], claims["dialect"]["delimiter"] = encoding, delimiter
        describe(good, resources=resources)
        made.append(flat.claims(load(kept(good.folder))))
        broken.append([finding.rule for finding in good.validate().findings])
    assert broken == [[], [], ["PKG102"]]
    assert made[0] == made[1] == made[2] and "café; by" in made[0].decode()


def test_table_that_is_no_file_is_refused(good: Example):
    resources = read_descriptor(good.folder)["resources"]
    del resources[0]["path"]
    describe(good, resources=[resources[0] | {"data": []}, *resources[1:]])
    with pytest.raises(Unusable, match='"statements" is not one CSV file'):
        read_typed(kept(good.folder))
