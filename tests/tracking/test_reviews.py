"""Reviews: whose look at which row still holds, and the blind form."""

import csv
import io

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.package.table_io import read_rows
from claimtrack.tracking import reviews
from claimtrack.tracking.row_hash import content_hash
from tests.tools.example import Example
from tests.tools.support import kept, seal

ABOUT = {"reviewer": "b-reader", "reviewer_kind": "person", "reviewed": "2022-02-01", "version_added": "1.1.0"}


def test_a_review_holds_while_the_row_is_as_it_was_read(good: Example):
    held = {one["reviewer"]: (one["rows"], one["holding"]) for one in reviews.summary(kept(good.folder))}
    assert held == {"a-program": (1, 0), "a-reader": (1, 1)}
    good.set("evidence", "EX01-E008", "note", "Told otherwise.")
    assert [one["holding"] for one in reviews.summary(kept(good.folder))] == [0, 0]


def test_a_review_of_an_anchor_holds_while_the_span_does(good: Example):
    anchor = read_rows(good.path("anchors"))[1][0]
    told = {"table_name": "anchors", "row_id": anchor["anchor_id"], "row_sha256": content_hash(anchor)}
    for column, value in told.items():
        good.set("reviews", "REV-0001", column, value)
    assert good.validate().exit_code == 0
    good.set("anchors", anchor["anchor_id"], "end", str(int(anchor["end"]) - 1))
    found = [one for one in good.validate().findings if one.rule == "REV201"]
    assert [one.value for one in found] == [", ".join([told["row_sha256"], told["row_id"], "stands"])]


def test_a_sample_is_blind_and_repeatable(good_folder):
    opened = kept(good_folder)
    form = reviews.sample(opened, "evidence.relation", 5, 7)
    rows = list(csv.DictReader(io.StringIO(form)))
    assert (
        form == reviews.sample(opened, "evidence.relation", 5, 7) != reviews.sample(opened, "evidence.relation", 5, 8)
    )
    assert len(rows) == 5 and list(rows[0]) == reviews.FORM
    assert all("relation:" not in row["context"] and not row["value"] for row in rows)
    assert all("corroborates" in row["column"] for row in rows)  # the codes to choose from
    assert len(list(csv.DictReader(io.StringIO(reviews.sample(opened, "follow_ups.status", 60, 1))))) == 2


def fill(good: Example, tmp_path, **cells: str):
    """A form of all follow-ups, with cells in its first line."""
    rows = list(csv.DictReader(io.StringIO(reviews.sample(kept(good.folder), "follow_ups.status", 60, 1))))
    rows[0] |= cells
    form = tmp_path / "form.csv"
    with form.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return form


@pytest.mark.parametrize("value, verdict, note", [("unmet", "confirms", ""), ("met", "disputes", "status: met; why")])
def test_a_filled_form_becomes_reviews(good: Example, tmp_path, value, verdict, note):
    form = fill(good, tmp_path, value=value, note=" why " if note else "")
    (row,) = reviews.filled(kept(good.folder), "follow_ups.status", form, ABOUT)
    assert (row["review_id"], row["row_id"], row["verdict"], row["note"]) == ("REV-0003", "EX01-F001", verdict, note)
    assert row["outcome"] == "stands" and row["reviewer"] == "b-reader"


@pytest.mark.parametrize(
    "cells, words",
    [
        ({"value": "maybe"}, 'form.csv:2: "maybe" is no value of status'),
        ({"value": "met", "row_id": "EX01-F009"}, "has no row"),
        ({"value": "met", "table_name": "evidence"}, "has no row"),
        ({"value": "met", "row_sha256": "0" * 64}, "has changed since the form was made"),
        ({}, "no line has a value"),
    ],
)
def test_a_bad_form_is_said_in_a_sentence(good: Example, tmp_path, cells, words):
    with pytest.raises(Unusable, match=r"^[^\n]+$") as caught:
        reviews.filled(kept(good.folder), "follow_ups.status", fill(good, tmp_path, **cells), ABOUT)
    assert words in str(caught.value)


@pytest.mark.parametrize("by", ["evidence", "evidence.", "evidence.x", "x.relation", "codes.label"])
def test_what_is_no_column_cannot_be_asked_for(good_folder, by):
    with pytest.raises(Unusable, match=r"TABLE\.COLUMN"):
        reviews.sample(kept(good_folder), by, 1, 1)


def test_command(good: Example, tmp_path, ended):
    done = ended("sample", "--by", "follow_ups.status", good.folder)
    assert done.code == 0 and done.out.splitlines()[0] == ",".join(reviews.FORM)
    form = fill(good, tmp_path, value="met", note="Both lamps burn.")
    who = ["--reviewer", "b-reader", "--kind", "person", "--reviewed", "2022-02-01"]
    done = ended("sample", "--by", "follow_ups.status", "--read", form, *who, good.folder)
    assert (done.code, done.err) == (0, "") and "1 reviews added" in done.out
    assert [row["review_id"] for row in read_rows(good.path("reviews"))[1]] == ["REV-0001", "REV-0002", "REV-0003"]
    seal(good.folder)
    assert good.validate().exit_code == 0


@pytest.mark.parametrize("options", [["--read", "f.csv"], ["--reviewer", "x"], ["--rows", "0"]])
def test_options_that_do_not_go_together(good_folder, ended, options):
    done = ended("sample", "--by", "evidence.relation", *options, good_folder)
    assert (done.code, done.out) == (2, "") and done.err.count("\n") == 1
