"""`claimtrack add`: rows one by one, with what is filled in, and what it refuses."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tools.own import table
from tests.tools.support import files_in

EVIDENCE = ["relation=no_source_found", "finding=None of the sources consulted tells.", "official_position=false"]


def test_rows_for_several_claims_with_what_is_filled_in(lights, ended):
    done = ended("add", "evidence", "claim_id=LK24-C001, LK24-C002", *EVIDENCE)
    assert (done.code, done.out) == (0, "added: LK24-E001, LK24-E002\n")
    first, second = table(lights, "evidence")
    today = datetime.now(UTC).date().isoformat()
    assert (first["claim_id"], second["claim_id"]) == ("LK24-C001", "LK24-C002")
    assert {row["recorded"] for row in (first, second)} == {today} and first["version_added"] == "0.1.0"
    assert ended("check", lights).out.count("evidence.csv") == 0


def test_other_tables_are_left_as_they_are(lights, ended):
    """A table that was edited by hand is not taken for right because a row refers to it."""
    path = lights / "data" / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Mari Tamm speaks", "Mari Tamm often speaks"))
    before = files_in(lights)
    assert ended("add", "evidence", "claim_id=LK24-C001", *EVIDENCE).code == 0
    changed = {name for name, raw in files_in(lights).items() if raw != before[name]}
    assert changed == {"data/evidence.csv", "datapackage.json"}
    assert "claims.csv: FIL101" in ended("check").out


def test_columns_are_described(lights, ended):
    for kind in ("statement", "actor", "source", "evidence", "criterion", "follow-up", "response", "right", "code"):
        done = ended("add", kind)
        assert done.code == 0 and "(needed)" in done.out and "COLUMN=VALUE" in done.out
    rights = ended("add", "right").out
    assert (
        "  fair-trial: Fair trial (UDHR 10, ICCPR 14)\n" in rights and "  crpd-accessibility: Accessibility\n" in rights
    )
    assert "relation (needed)" in ended("add", "evidence").out and "One of corroborates" in ended("add", "evidence").out


@pytest.mark.parametrize(
    "words, said",
    [
        (["evidence", "claim_id=LK24-C001"], "lacks relation, finding, official_position"),
        (["evidence", "claim_id=LK24-C099", *EVIDENCE], 'claims has no claim_id "LK24-C099"'),
        (["evidence", "claim_id=LK24-C001", "source_id=SRC-009", *EVIDENCE], "add it by `claimtrack add source`"),
        (["evidence", "claim_id=LK24-C001", "relation=proves", *EVIDENCE[1:]], '"proves" is no code of relation'),
        (["evidence", "claim=LK24-C001"], 'evidence has no column "claim"; did you mean claim_id?'),
        (["evidence", "LK24-C001"], "is not of the form COLUMN=VALUE"),
        (["evidence", "claim_id=LK24-C001", "claim_id=LK24-C002"], "claim_id is given twice"),
        (["actor", "actor_id=skippers", "kind=group"], "actors has a row with actor_id skippers already"),
        (["right", "right_id=joy"], "lacks label, definition, reference"),
        (["code", "list=voice", "code=choir", "label=Choir", "definition=Many."], "which is closed"),
        (["code", "list=country", "code=Atlantis"], "lacks label, definition"),
        (["code", "list=country", "code=EST"], "already"),
        (["statement", "statement_id=AB24"], "needs --text and --worksheet"),
        (["actor", "actor_id=x", "--text", "../LK24.txt"], "takes no --text"),
        (["actor", "actor_id=x", "--rows", "../LK24.csv"], "--rows takes no COLUMN=VALUE beside it"),
        (["actor", "--rows", "../none.csv"], "../none.csv: cannot be read"),
    ],
    ids=str,
)
def test_what_is_refused_changes_nothing(lights, ended, words, said):
    before = files_in(lights)
    done = ended("add", *words)
    assert (done.code, done.out) == (2, "") and said in done.err and len(done.err.splitlines()) == 1
    assert files_in(lights) == before


def test_a_row_at_odds_with_itself_is_told_at_once(lights, ended):
    """Not only once the worksheet is taken in, when nobody thinks of the actor any more."""
    words = ["kind=person", "description=Heads the harbour office.", "named_in_statement=false", "public_role=true"]
    done = ended("add", "actor", "actor_id=harbour-head", *words)
    first, second, third = done.out.splitlines()
    assert (done.code, first) == (1, "added: harbour-head") and "ACT102 error: " in second and "`name`" in third
    assert next(row for row in table(lights, "actors") if row["actor_id"] == "harbour-head")["name"] == ""
    done = ended("add", "actor", "actor_id=tide-office", "name=Tide office", "kind=state_body", *words[1:])
    assert (done.code, done.out) == (0, "added: tide-office\n")  # nothing is told again of the row before


def test_what_other_tables_will_say_is_not_told_yet(lights, ended):
    """A criterion for "met" alone is one half of what a call needs; `point` and `check` tell of the other."""
    words = ["call_id=LK24-K01", "status=met", "criterion=All three hold their posts again.", "source_kind=government"]
    assert ended("add", "criterion", *words).code == 0


CRITERIA = """call_id,status,criterion,source_kind
LK24-K01,met,All three hold their posts again.,government
LK24-K01,unmet,One of the three is still without the post.,government
"LK24-K02, LK24-K01",reversed,"What was granted is taken back, in whole or in part.",news
"""


@pytest.mark.parametrize("separator, encoding", [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")])
def test_the_rows_of_a_sheet_are_added_together(lights, tmp_path, ended, separator, encoding):
    rows = list(csv.reader(io.StringIO(CRITERIA)))
    with (tmp_path / "rows.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([*rows, [""] * 4])
    done = ended("add", "criterion", "--rows", tmp_path / "rows.csv")
    assert (done.code, done.out) == (0, "added: LK24-T01, LK24-T02, LK24-T03, LK24-T04\n"), done.err
    found = table(lights, "criteria")
    assert [(row["call_id"], row["status"]) for row in found[2:]] == [
        ("LK24-K02", "reversed"),
        ("LK24-K01", "reversed"),
    ]
    assert {row["version_added"] for row in found} == {"0.1.0"} and ended("check").out.count("criteria.csv") == 0


def test_what_a_spreadsheet_makes_of_true_is_true(lights, tmp_path, ended):
    (tmp_path / "rows.csv").write_text(
        "actor_id,kind,name,description,named_in_statement,public_role\ntide,media,Tide,A newspaper.,FALSE,TRUE\n"
    )
    assert ended("add", "actor", "--rows", tmp_path / "rows.csv").code == 0
    (row,) = (row for row in table(lights, "actors") if row["actor_id"] == "tide")
    assert (row["named_in_statement"], row["public_role"]) == ("false", "true")


@pytest.mark.parametrize(
    "text, said",
    [
        (CRITERIA.replace("met,All", "sung,All"), [':2: the row is not added: "sung" is no code of status']),
        (CRITERIA.replace("K01,", "K09,").replace("unmet", "sung"), [":2: ", ':3: the row is not added: "sung"']),
        (CRITERIA.replace("criterion", "criterium", 1), [':1: "criterium" is no column; did you mean criterion?']),
        (CRITERIA.replace("call_id", "status", 1), [':1: "status" is there twice']),
        (
            CRITERIA.replace("call_id", "colour", 1),
            [':1: "colour" is no column; the columns are criterion_id, call_id'],
        ),
        ("call_id,status\n", [": has no row below the names of the columns"]),
        ("", [": has no row below the names of the columns"]),
        ("call_id\nLK24-K01,met\n", [":2: has more cells than the 1 of the header"]),
    ],
)
def test_of_a_sheet_with_a_mistake_nothing_is_added(lights, tmp_path, ended, text, said):
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    before = files_in(lights)
    done = ended("add", "criterion", "--rows", tmp_path / "rows.csv")
    lines = done.err.splitlines()
    assert (done.code, done.out) == (2, "") and files_in(lights) == before
    for line, words in zip(lines, said, strict=False):
        assert line.startswith(f"{tmp_path / 'rows.csv'}{words}"), done.err
    assert lines[len(said) :] in ([], ["nothing is added; correct the file"])


def test_a_code_is_added_in_one_place(lights, ended):
    assert ended("add", "code", "list=country", "code=LVA").code == 0
    (row,) = (row for row in table(lights, "codes") if row["code"] == "LVA")
    assert row["label"] == "Latvia"
    for name, column in (("claims", "place"), ("statements", "country")):
        fields = json.loads((lights / "schemas" / f"{name}.json").read_text(encoding="utf-8"))["fields"]
        (field,) = (field for field in fields if field["name"] == column)
        assert field["constraints"]["enum"] == ["EST", "LVA"]
    assert "codes.csv" not in ended("check").out and "country" not in ended("check").out


def test_a_general_right_needs_only_its_id(lights, ended):
    assert ended("add", "right", "right_id=privacy").code == 0
    assert next(row for row in table(lights, "rights") if row["right_id"] == "privacy")["iccpr_article"] == "17"


def test_a_table_that_leads_elsewhere_is_not_written(lights, tmp_path, ended):
    elsewhere = tmp_path / "actors.csv"
    (lights / "data" / "actors.csv").rename(elsewhere)
    (lights / "data" / "actors.csv").symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    done = ended("add", "actor", "actor_id=x", "kind=group", "description=X.")
    assert done.code == 2 and elsewhere.read_bytes() == before


def test_a_sentence_that_is_the_title_is_the_headline(lights, ended):
    Path("../SU24.txt").write_text("The keepers’ oil\n\nIt burns. The keepers' oil\n", encoding="utf-8")
    words = "publisher_id=keepers-union url=https://example.org/a published=2024-03-07 published_basis=text language=en"
    more = ["licence=LicenseRef-terms-of-use", "--text", "../SU24.txt", "--worksheet", "../SU24.csv"]
    assert ended("add", "statement", "statement_id=SU24", "title=The keepers' oil", *words.split(), *more).code == 0
    kinds = [row["kind"] for row in table(lights, "segments") if row["statement_id"] == "SU24"]
    assert kinds == ["headline", "", ""]


@pytest.mark.parametrize("place", ["lights.csv", "data/x.csv", "../LK24.csv", "../none/x.csv"])
def test_a_worksheet_lies_outside_and_overwrites_nothing(lights, ended, place):
    words = "statement_id=SU24 title=A publisher_id=keepers-union url=https://example.org/a published=2024-03-07"
    more = [
        "language=en",
        "published_basis=text",
        "licence=LicenseRef-terms-of-use",
        "--text",
        "../LK24.txt",
        "--worksheet",
        place,
    ]
    before = files_in(lights.parent)
    done = ended("add", "statement", *words.split(), *more)
    assert done.code == 2 and place in done.err and files_in(lights.parent) == before
