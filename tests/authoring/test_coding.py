"""A worksheet taken in: what comes of it, what is told of it, and that nothing is lost or half done."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from claimtrack.tracking.canonical import canonical, sha256
from tests.conftest import ROOT, material
from tests.tools.example import GOOD
from tests.tools.own import SHEET, TEXT, table
from tests.tools.support import files_in


def edited(edit, sheet: str = SHEET) -> str:
    """The worksheet after a change to its rows."""
    rows = list(csv.DictReader(io.StringIO(sheet)))
    names = list(rows[0])
    rows = edit(rows) or rows
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys([*names, *(name for row in rows for name in row)])), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def cell(number: int, **cells: str):
    """An edit of the row with a number (from 0)."""

    def edit(rows):
        rows[number] |= cells

    return edit


def test_positions_ids_and_what_follows(lights):
    text = canonical(TEXT)
    for row in [*table(lights, "segments"), *table(lights, "anchors")]:
        assert sha256(text[int(row["start"]) : int(row["end"])]) == row["sha256"]
    claims = {row["claim_id"]: row for row in table(lights, "claims")}
    assert list(claims) == [f"LK24-C{number:03}" for number in range(1, 11)]
    voices = {id.rpartition("-")[2]: row["voice"] for id, row in claims.items()}
    assert (voices["C001"], voices["C004"], voices["C007"]) == ("narrator", "quoted_speaker", "others_belief")
    belief = claims["LK24-C007"]
    assert (belief["commitment"], belief["hedge"], belief["hedge_term"]) == ("reported", "belief", "fear")
    assert claims["LK24-C001"]["checkability"] == "checkable" and claims["LK24-C010"]["time_basis"] == "bounded"
    assert {row["call_id"]: row["category"] for row in table(lights, "calls")} == {"LK24-K01": "5", "LK24-K02": "5"}
    speakers = {
        row["claim_id"] or row["call_id"]: row["actor_id"]
        for row in table(lights, "participants")
        if row["role"] == "speaker"
    }
    assert speakers["LK24-C005"] == "keepers-union" and speakers["LK24-K01"] == "mari-tamm" and len(speakers) == 12
    assert {row["right_id"] for row in table(lights, "rights")} == {"work", "expression"}
    assert {row["version_added"] for row in [*claims.values(), *table(lights, "calls")]} == {"0.1.0"}


def test_what_is_missing_is_told_sentence_by_sentence(lights, point):
    done = point()
    assert done.code == 1 and "written: nothing, since all is there already" in done.out
    claims = ",".join(f"LK24-C{number:03}" for number in range(1, 11))
    assert (
        f"C010: no evidence; when you have looked for sources: `claimtrack add evidence claim_id={claims} …`"
        in done.out
    )
    assert "K01, K02: no criterion for met; say for each what would show it" in done.out
    assert "K01, K02: no follow-up; when" in done.out and len(done.out.splitlines()) == 5
    bare = point(edited(lambda rows: [row for row in rows if row["item"] != "C3"]))
    assert bare.code == 2 and "C003 is in the package and not in the worksheet" in bare.err


def test_an_empty_worksheet_is_told_what_it_lacks(lights, tmp_path, ended, point):
    rows = [
        {"sentence": row["sentence"], "kind": "", "item": "", "own_words": "", "quote": ""}
        for row in csv.DictReader(io.StringIO(SHEET))
        if row["sentence"]
    ]
    for name in ("claims", "calls", "anchors", "participants", "item_rights", "grounds"):
        path = lights / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = point(edited(lambda _: rows))
    assert done.code == 1
    assert "S01: what kind of sentence it is" in done.out and "S11: nothing is coded" in done.out
    done = point(
        edited(lambda _: [rows[0] | {"item": "claim", "quote": "Three lighthouse keepers dismissed"}, *rows[1:]])
    )
    assert 'S01: no claim or call rests on "before the storm season"' in done.out
    assert "S01: C001 has no words of your own" in done.out and "S01: C001 lacks claim_type" in done.out


def test_what_a_rule_finds_is_told_by_sentence_and_item_with_what_to_do(lights, point):
    done = point(
        edited(
            lambda rows: [
                rows[0] | {"time_basis": "relative"},
                *rows[1:4],
                rows[4] | {"commitment": "reported"},
                *rows[5:],
            ]
        )
    )
    lines = done.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("S01: C001: CLM103 error: "))
    assert lines[at + 1].startswith("    mend: ") and "`time_note`" in lines[at + 1]
    assert any(line.startswith("S03: C004: CLM105 error: ") for line in lines)


def test_what_is_about_no_item_has_its_place(lights, point, ended):
    path = lights / "data" / "actors.csv"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("Skippers,", ",", 1), encoding="utf-8")
    lines = point().out.splitlines()
    assert any(line.startswith("data/actors.csv:") and ": ACT102 error: " in line for line in lines), lines


def test_taken_in_twice_nothing_changes(lights, point):
    before = files_in(lights)
    point()
    assert files_in(lights) == before


def test_a_worksheet_written_anew_changes_nothing(lights, ended, point):
    assert ended("worksheet", "LK24", "--source", "../LK24.txt", "--to", "../again.csv").code == 0
    before = files_in(lights)
    raw = Path("../again.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    point(raw)
    assert files_in(lights) == before
    typed = raw + b"S99,,typed by hand" + b"," * raw.split(b"\n")[0].count(b",") + b"\n"
    Path("../again.csv").write_bytes(typed)
    done = ended("worksheet", "LK24", "--source", "../LK24.txt", "--to", "../again.csv")
    assert done.code == 2 and "is there already" in done.err and Path("../again.csv").read_bytes() == typed


@pytest.mark.parametrize("separator, encoding", [(";", "utf-8"), ("\t", "utf-8-sig"), (",", "utf-8-sig")])
def test_as_spreadsheets_of_other_countries_save_it(lights, point, separator, encoding):
    rows = list(csv.reader(io.StringIO(SHEET)))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    before = files_in(lights)
    assert point(out.getvalue().encode(encoding)).code == 1 and files_in(lights) == before


@pytest.mark.parametrize(
    "edit, words",
    [
        (cell(0, claim_type="rumour"), '"rumour" is no code of claim_type; write one of event'),
        (cell(0, time="4 March"), 'is not in the form of time; write it like "'),
        (cell(0, quote="Four keepers"), '"Four keepers" is not in the segment; copy it from the text'),
        (cell(0, affected="nobody-known"), 'there is no actor "nobody-known", named in affected'),
        (cell(0, rights_inferred="joy"), 'there is no right "joy"; `claimtrack add right` lists'),
        (cell(0, rights_inferred="liberty"), 'there is no right "liberty"; did you mean security-of-person '),
        (cell(0, rights_inferred="fair trial"), "did you mean fair-trial"),
        (cell(0, rights_named="work"), "work is both named and inferred"),
        (cell(0, item="Q1"), '"Q1" is no item; write C and a number'),
        (cell(0, item="AB24-C1"), '"AB24-C1" is no item'),
        (cell(0, own_words="Short"), '"Short" in own_words is too short'),
        (cell(0, modality="must"), "modality is a column of calls alone"),
        (cell(0, grounds="C1 states_facts"), "grounds is a column of calls alone"),
        (cell(0, occurrence="2"), "stands 1 times in the segment, so there is no occurrence 2"),
        (cell(0, occurrence="many"), '"occurrence" is "many"'),
        (cell(0, kind="poem"), '"poem" is no code of kind'),
        (cell(2, voice_id="nobody"), 'there is no actor "nobody", named in voice_id'),
        (cell(0, speaker="mari-tamm; keepers-union"), "one item has one speaker"),
        (cell(6, grounds="C99 states_facts"), '"C99 states_facts" is no ground'),
        (cell(6, grounds="C1 because"), '"C1 because" is no ground'),
        (cell(2, claim_type="pattern"), 'has "event" in claim_type' if False else 'has "pattern" in claim_type'),
        (cell(0, item=""), "`item` is empty; write C1, K1"),
        (cell(2, sentence="The harbour office dismissed three keepers."), "segment 2 should begin with"),
        (lambda rows: rows[:-1], "no segment holds the text from"),
        (lambda rows: [row | {"colour": "red"} for row in rows], '"colour" is no column'),
        (lambda rows: [{k: v for k, v in row.items() if k != "quote"} for row in rows], "lacks the column quote"),
        (lambda rows: [rows[1], *rows], "stands before the first sentence"),
    ],
)
def test_a_wrong_worksheet_leaves_all_as_it_was(lights, point, edit, words):
    rows = list(csv.DictReader(io.StringIO(SHEET)))
    changed = edit(rows) or rows
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in changed for name in row)), restval="")
    writer.writeheader()
    writer.writerows(changed)
    before = files_in(lights)
    done = point(out.getvalue())
    assert done.code == 2 and words in done.err and "Traceback" not in done.err, done.err
    assert "../LK24.csv:" in done.err and files_in(lights) == before


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b'sentence,item,own_words,quote\n"open', b"a\x00b", b"PK\x03\x04"])
def test_what_is_no_worksheet(lights, point, raw):
    before = files_in(lights)
    done = point(raw)
    assert (done.code, done.out) == (2, "") and done.err.count("\n") == 1 and files_in(lights) == before


def test_all_mistakes_are_told_at_once(lights, point):
    def edit(rows):
        rows[0]["claim_type"], rows[3]["time"], rows[6]["action"] = "rumour", "soon", "sing"

    done = point(edited(edit))
    *mistakes, last = done.err.splitlines()  # a line for each, as an editor or a reader of a log takes them
    assert len(mistakes) == 3 and all(line.startswith("../LK24.csv:") for line in mistakes)
    assert last == "nothing is taken in; correct the worksheet"


def test_words_that_stand_apart_take_a_row_each(lights, point):
    rows = list(csv.DictReader(io.StringIO(SHEET)))
    words = "three lighthouse keepers; and has not said why"
    done = point(edited(lambda rows: rows[3].update(quote=words)))
    assert done.code == 2 and f'"{words}" is not in the segment' in done.err and "words apart a row each" in done.err
    first, second = words.split("; ")
    rows[3]["quote"] = first
    rows.insert(4, dict.fromkeys(rows[0], "") | {"item": rows[3]["item"], "quote": second})
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    assert point(out.getvalue()).code == 1
    assert [row["segment_id"] for row in table(lights, "anchors") if row["claim_id"] == "LK24-C003"] == ["LK24-S02"] * 2


def test_a_claim_is_reworded_and_another_is_added(lights, point):
    anchors = table(lights, "anchors")

    def edit(rows):
        rows[5]["own_words"] = "Mari Tamm speaks for the union of Sarema's lighthouse keepers."
        new = dict.fromkeys(rows[0], "") | {"item": "claim", "quote": "five lights", "claim_type": "background"}
        new |= {
            "own_words": "Sarema has five lights.",
            "commitment": "presupposed",
            "checkability_reason": "public_record",
        }
        rows.insert(9, new)

    assert point(edited(edit)).code == 1
    claims = {row["claim_id"]: row["claim"] for row in table(lights, "claims")}
    assert claims["LK24-C005"].endswith("lighthouse keepers.") and claims["LK24-C011"] == "Sarema has five lights."
    assert [row for row in table(lights, "anchors") if row["claim_id"] != "LK24-C011"] == anchors
    before = files_in(lights)
    point()
    assert files_in(lights) == before  # the new claim is recognised by its words


def test_a_claim_is_withdrawn(lights, point):
    def edit(rows):
        rows[1] = dict.fromkeys(rows[1], "") | rows[1] | {"status": "retired"}
        rows[0]["quote"] = ""

    point(edited(edit))
    row = next(row for row in table(lights, "claims") if row["claim_id"] == "LK24-C002")
    assert (row["status"], row["version_retired"]) == ("retired", "0.1.0")
    assert "LK24-C002" not in {row["claim_id"] for row in table(lights, "anchors")}


def test_a_right_that_nothing_engages_any_more_goes(lights, point):
    point(
        edited(
            lambda rows: [
                row | {"rights_inferred": row["rights_inferred"].replace("expression", "privacy")} for row in rows
            ]
        )
    )
    assert {row["right_id"] for row in table(lights, "rights")} == {"work", "privacy"}


def test_a_formula_in_a_text_is_none_in_the_worksheet(lights, ended):
    Path("../sum.txt").write_text("=1+1 is a sum.\n\n@home they sing.\n", encoding="utf-8")
    words = "title=A publisher_id=keepers-union url=https://example.org/a published=2024-03-07 published_basis=text"
    more = ["licence=LicenseRef-terms-of-use", "language=en", "--text", "../sum.txt", "--worksheet", "../sum.csv"]
    done = ended("add", "statement", "statement_id=SU24", *words.split(), *more)
    assert done.code == 0, done.err
    cells = [
        each for row in csv.reader(io.StringIO(Path("../sum.csv").read_text(encoding="utf-8-sig"))) for each in row
    ]
    assert " =1+1 is a sum." in cells and not [each for each in cells if each[:1] in tuple("=+-@")]
    assert "written: nothing" in ended("point", "SU24", "--source", "../sum.txt", "--worksheet", "../sum.csv").out


def test_the_smallest_package_comes_through_its_worksheet(good, tmp_path, ended):
    statement = ["EX01", "--source", GOOD / "statement.txt", "--package", good.folder]
    before = files_in(good.folder)
    assert ended("worksheet", *statement, "--to", tmp_path / "EX01.csv").code == 0
    done = ended("point", *statement, "--worksheet", tmp_path / "EX01.csv")
    changed = {name for name, raw in files_in(good.folder).items() if before[name] != raw}
    assert done.code == 0 and changed == set(), (done.out, done.err)


def test_the_dataset_comes_through_its_worksheet(tmp_path, ended):
    """106 claims in 21 sentences, with the words from a copy of the text."""
    path = material("statement/*.txt", "without a copy of the statement it has no worksheet")
    folder = Path(shutil.copytree(ROOT, tmp_path / "p", ignore=shutil.ignore_patterns(".*", "tests", "claimtrack")))
    statement = ["KH23", "--source", path, "--package", folder]
    assert ended("worksheet", *statement, "--to", tmp_path / "KH23.csv").code == 0
    before = files_in(folder)
    done = ended("point", *statement, "--worksheet", tmp_path / "KH23.csv")
    assert done.out.startswith("106 claims and 10 calls; written: nothing"), (done.out, done.err)
    assert files_in(folder) == before
