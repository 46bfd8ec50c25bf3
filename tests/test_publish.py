"""A release: built twice alike, refused where it must be, and read by the software that people will read it with."""

import csv
import hashlib
import io
import json
import re
import shutil
import sqlite3
import string
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import duckdb
import lxml.html
import openpyxl
import polars as pl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from publish import main, moment
from publisher import archive, flat, model, site, tables
from publisher.build import build
from publisher.readme import readme
from publisher.site import markdown
from tests.conftest import ROOT, publish_command
from tests.example import Example
from validator import status
from validator.findings import Unusable
from validator.run import validate
from validator.seal import read_rows, write_rows

TABLES = tables.read(ROOT)


@pytest.fixture
def publish(capsys) -> Callable:
    """The command within this process, which saves the seconds that a new one takes to start."""

    def run(*arguments: str | Path) -> SimpleNamespace:
        code = main([str(word) for word in arguments])
        return SimpleNamespace(returncode=code, stderr=capsys.readouterr().err)

    return run


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ------------------------------------------------------------------------------------------------------------- building


def test_two_builds_in_two_folders_are_alike(release, tmp_path):
    copy = tmp_path / "copy"
    for name in archive.members(ROOT):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    done = publish_command(copy, "--output", tmp_path / "deep" / "down", TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C", HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    first, second = content(release), content(tmp_path / "deep" / "down")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_moment_is_that_of_source_date_epoch(publish, good_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    done = publish(good_folder, "--output", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "dist" / "datapackage.zip") as package:
        assert {entry.date_time for entry in package.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert openpyxl.load_workbook(tmp_path / "dist" / "dataset.xlsx").properties.created.isoformat() == "2023-11-14T22:13:20"


def test_checksums_cover_every_file(release):
    listed = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    assert listed == {name: hashlib.sha256(raw).hexdigest() for name, raw in content(release).items() if name != "SHA256SUMS"}


def test_earlier_release_is_replaced(publish, good_folder, good: Example, tmp_path):
    output = tmp_path / "dist"
    good.add("sources", _source("SRC-009"))
    good.add("evidence", _evidence("EX01-E099", "SRC-009"))
    build(good.folder, output, datetime(2022, 1, 10))
    before = content(output)
    assert publish(good_folder, "--output", output).returncode == 0
    assert content(output).keys() == before.keys() and content(output)["claims.csv"] != before["claims.csv"]


def _thesis(folder: Path) -> None:
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")


def _checksums_of_others(folder: Path) -> None:
    _thesis(folder)
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(b'mine').hexdigest()}  thesis.txt\n", encoding="utf-8")


def _edited(folder: Path) -> None:
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("mine")


def _linked(folder: Path) -> None:
    shutil.move(folder / "site", folder.parent / "pages")
    (folder / "site").symlink_to(folder.parent / "pages")


@pytest.mark.parametrize(
    "change, word, release_first",
    [
        (_thesis, "thesis.txt: of no earlier release", False),
        (_thesis, "thesis.txt: of no earlier release", True),
        (lambda folder: (folder / "mine").mkdir(), "mine: of no earlier release", True),
        (lambda folder: (folder / "site" / "mine").mkdir(), "mine: of no earlier release", True),
        (_checksums_of_others, "SHA256SUMS: of no earlier release", False),
        (_edited, "claims.csv: has changed since its release was made", True),
        (_linked, "site: of no earlier release", True),
    ],
)
def test_what_is_no_release_of_ours_is_left_alone(publish, good_folder, tmp_path, change, word, release_first):
    output = tmp_path / "dist"
    if release_first:
        build(good_folder, output, datetime(2022, 1, 10))
    output.mkdir(exist_ok=True)
    change(output)
    before = content(tmp_path), sorted(tmp_path.rglob("*"))
    done = publish(good_folder, "--output", output)
    assert done.returncode == 2 and word in done.stderr and len(done.stderr.splitlines()) == 1
    assert (content(tmp_path), sorted(tmp_path.rglob("*"))) == before


def test_release_cut_short_is_made_again(publish, good_folder, tmp_path):
    """As it is left by whoever pulls the plug while files are deleted or moved: with the list of files and some of them."""
    output = tmp_path / "dist"
    build(good_folder, output, datetime(2022, 1, 10))
    names = content(output).keys()
    shutil.rmtree(output / "site")
    (output / "claims.csv").unlink()
    assert publish(good_folder, "--output", output).returncode == 0 and content(output).keys() == names


@pytest.mark.parametrize(
    "output, word",
    [
        ("file", "file: this is no folder"),
        ("file/dist", "file: this is no folder"),
        ("nowhere", "nowhere: a link that leads nowhere"),
        ("package", "of no earlier release"),
        ("package/data", "lies among the package's own files"),
        ("package/schemas/a/b", "lies among the package's own files"),
        ("data", "lies among the package's own files"),
        ("/proc/none", "/proc/none: cannot be written"),
    ],
)
def test_place_where_no_release_can_lie_is_told(publish, good: Example, tmp_path, output, word):
    (tmp_path / "file").touch()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "data").symlink_to(good.folder / "data")
    before = content(tmp_path)
    done = publish(good.folder, "--output", tmp_path / output)
    assert done.returncode == 2 and word in done.stderr and len(done.stderr.splitlines()) == 1
    assert content(tmp_path) == before


def test_link_to_a_folder_is_followed(publish, good_folder, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "far")
    for _ in range(2):
        assert publish(good_folder, "--output", tmp_path / "dist").returncode == 0
    assert (tmp_path / "dist").is_symlink() and (tmp_path / "far" / "SHA256SUMS").is_file()


def test_invalid_package_is_not_published(publish, good: Example, tmp_path):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()  # refreshes the checksums
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.returncode == 1 and "is not valid" in done.stderr and not (tmp_path / "dist").exists()


def describe(good: Example, **said) -> None:
    """Changes what a package's descriptor says; None takes a property out."""
    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8")) | said
    path.write_text(json.dumps({key: value for key, value in descriptor.items() if value is not None}), encoding="utf-8")


@pytest.mark.parametrize(
    "said, word",
    [
        ({"conformsTo": None}, "no claim-tracking package"),
        ({"created": None, "contributors": None}, 'no "created" and no "contributors"'),
        ({"licenses": None}, 'no "licenses"'),
    ],
)
def test_package_that_cannot_be_published_is_told_why(publish, good: Example, tmp_path, said, word):
    describe(good, **said)
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.returncode == 2 and word in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("epoch", ["soon", "1e9", "1_000", "+1", " 1", "1.5", "１", "9" * 30, "9" * 5000])
def test_epoch_that_is_no_number(publish, good_folder, tmp_path, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = publish(good_folder, "--output", tmp_path / "dist")
    assert done.returncode == 2 and f'SOURCE_DATE_EPOCH is "{epoch}"' in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "created, epoch, when",
    [
        ("2023-11-14T22:13:20+02:00", None, datetime(2023, 11, 14, 20, 13, 20)),
        ("2023-11-14T22:13:20", None, datetime(2023, 11, 14, 22, 13, 20)),
        ("0001-01-01T00:00:00+14:00", None, datetime(1980, 1, 1)),
        ("2023-11-14T22:13:20Z", "0", datetime(1980, 1, 1)),
        ("2023-11-14T22:13:20Z", "-1", datetime(1980, 1, 1)),
        ("2023-11-14T22:13:20Z", "253402300799", datetime(2107, 12, 31, 23, 59, 58)),
        ("2023-11-14T22:13:20Z", "", datetime(2023, 11, 14, 22, 13, 20)),
    ],
)
def test_moment_lies_where_a_zip_can_tell_it(created, epoch, when):
    assert moment(created, epoch) == when


@pytest.mark.parametrize("name", ["a.b/../../c", "data_dictionary", "About"])
def test_table_whose_name_fits_no_file_is_refused(publish, good: Example, tmp_path, name):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    rights = next(resource for resource in descriptor["resources"] if resource["name"] == "rights")
    describe(good, resources=[*descriptor["resources"], rights | {"name": name, "path": "data/more.csv"}])
    shutil.copy(good.path("rights"), good.folder / "data" / "more.csv")
    done = publish(good.folder, "--output", tmp_path / "out" / "dist")
    assert done.returncode in (1, 2) and not (tmp_path / "out" / "dist").exists() and not list(tmp_path.rglob("c.parquet"))
    assert len(done.stderr.splitlines()) == 1


def test_other_form_of_csv_changes_nothing(good: Example):
    """A valid package may have semicolons between its cells, or another encoding."""
    names, rows = read_rows(good.path("claims"))
    rows[0]["ambiguity_note"] = "Called a café; by some."
    made = []
    for delimiter, encoding in ((",", "utf-8"), (";", "cp1252")):
        with good.path("claims").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, names, delimiter=delimiter, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        resources = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        claims = next(resource for resource in resources if resource["name"] == "claims")
        claims["encoding"], claims["dialect"]["delimiter"] = encoding, delimiter
        describe(good, resources=resources)
        made.append(flat.claims(model.load(good.folder)))
    assert good.validate().exit_code == 0
    assert made[0] == made[1] and "café; by" in made[0].decode()


def test_table_that_is_no_file_is_refused(good: Example):
    resources = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    del resources[0]["path"]
    describe(good, resources=[resources[0] | {"data": []}, *resources[1:]])
    with pytest.raises(Unusable, match='"statements" is not one CSV file'):
        tables.read(good.folder)


def test_document_that_leads_outside_is_not_packed(good: Example, tmp_path):
    (tmp_path / "secret.md").write_text("not for you", encoding="utf-8")
    (good.folder / "CHANGELOG.md").symlink_to(tmp_path / "secret.md")
    assert "CHANGELOG.md" not in archive.members(good.folder)


# ----------------------------------------------------------------------------------------------------- the Data Package


def test_package_in_the_zip_is_whole_and_valid(release, tmp_path):
    from frictionless import Package

    with zipfile.ZipFile(release / "datapackage.zip") as package:
        assert {"datapackage.json", "README.md", "LICENSE-DATA.md", "docs/codebook.md"} <= set(package.namelist())
        assert {entry.external_attr >> 16 for entry in package.infolist()} == {0o100644}
        package.extractall(tmp_path)
    assert validate(tmp_path).exit_code == 0
    assert Package(str(release / "datapackage.zip")).validate().valid


def test_every_link_in_the_release_leads_to_a_file_of_it(release, tmp_path):
    """In every text: Markdown and metadata beside the zip, and in it; those within the pages are followed in tests/test_site.py."""
    folder = Path(shutil.copytree(release, tmp_path / "release"))
    with zipfile.ZipFile(folder / "datapackage.zip") as package:
        package.extractall(folder / "datapackage")
    found = []
    for path in (path for path in folder.rglob("*") if path.suffix in (".md", ".html", ".json", ".jsonld")):
        for target in _targets(path):
            file, _, fragment = target.partition("#")
            if not urlsplit(target).scheme and (file or path.suffix == ".md"):
                found.append(((path.parent / unquote(file)).resolve() if file else path, unquote(fragment), f"{path.relative_to(folder)}: {target}"))
    assert len(found) > 100 and [where for file, _, where in found if not file.exists()] == []
    assert [where for file, fragment, where in found if file.suffix == ".md" and fragment and f'id="{fragment}"' not in markdown(file.read_text()).html] == []


def _targets(path: Path) -> list[str]:
    """Where a file's links lead."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        tokens = [child for token in MarkdownIt("commonmark").enable("table").parse(text) for child in token.children or ()]
        return [target for token in tokens if (target := token.attrGet("href") or token.attrGet("src"))]
    if path.suffix == ".html":
        return lxml.html.document_fromstring(text).xpath("//@href | //@src")
    if path.name == "ro-crate-metadata.json":
        return [node["@id"] for node in json.loads(text)["@graph"]]
    return re.findall('"(?:contentUrl|path|schema)": "([^"]*)"', text) if path.name != "croissant.json" else re.findall('"contentUrl": "(datapackage.zip)"', text)


@pytest.mark.parametrize(
    "text, left",
    [
        ("[a](b.md), [c](gone.md), ![d](gone.svg)", "[a](b.md), c, d"),
        ("[`a`](../b.md#c) [d](#here) [e](https://example.org/gone.md) [f](../docs)", "[`a`](../b.md#c) [d](#here) [e](https://example.org/gone.md) [f](../docs)"),
        ("`[c](gone.md)`\n```\n[c](gone.md)\n```\n[`c`](/gone.md)", "`[c](gone.md)`\n```\n[c](gone.md)\n```\n`c`"),
        ("[é\udcff](../../b.md)\r\n", "é\udcff\r\n"),
    ],
)
def test_link_to_what_is_not_in_the_zip_is_left_as_its_words(text, left):
    names = ["b.md", "docs/b.md", "docs/a.md"]
    assert archive.closed("docs/a.md", text.encode("utf-8", "surrogateescape"), names).decode("utf-8", "surrogateescape") == left


def test_readme_of_the_zip_shows_hostile_words_as_they_stand(good: Example):
    evil = "<script>x</script> [a](javascript:x) ![i](https://example.org/i.png) `c` | *b*"
    describe(good, title=evil, description=evil, licenses=[{"name": "x", "title": evil, "path": "javascript:x"}])
    page = lxml.html.fragment_fromstring(markdown(readme(model.load(good.folder), ["datapackage.json"])).html, create_parent=True)
    assert not page.xpath(".//script | .//img | .//em")
    assert set(page.xpath(".//a/@href")) == {"https://www.loc.gov/standards/datetime/", "https://datapackage.org/"}
    assert page.xpath("string(.//h1)") == evil and evil in page.xpath("string(.//p[1])")


# ------------------------------------------------------------------------------------------------------ the flat tables


def _flat(release: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((release / name).read_text(encoding="utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", ["claims", "calls"])
def test_flat_table_has_every_cell_of_the_table(release, name):
    written = [{column: str(value or "") for column, value in row.items()} for row in TABLES[name].rows]
    read = [{column: row[column] for column in written[0]} for row in _flat(release, f"{name}.csv")]
    assert read == written


def test_flat_claims_count_evidence_as_the_status_does(release):
    read = {row["claim_id"]: row for row in _flat(release, "claims.csv")}
    for claim in status.claims(ROOT):
        row = read[claim["claim_id"]]
        assert [int(row[f"evidence_{name}"]) for name in status.RELATIONS] == [claim[name] for name in status.RELATIONS]
        assert int(row["independent_sources"]) == claim["independent_sources"]


def test_flat_calls_have_the_status(release):
    read = {row["call_id"]: row for row in _flat(release, "calls.csv")}
    for call in status.calls(ROOT):
        row = read[call["call_id"]]
        assert (row["follow_up_status"], row["follow_up_as_of"], row["follow_up_finding"]) == (call["status"], call["as_of"], call["finding"])


def test_flat_tables_spell_out_codes_and_names(release):
    labels = {(row["list"], row["code"]): row["label"] for row in TABLES["codes"].rows}
    rights = {row["right_id"]: row["label"] for row in TABLES["rights"].rows}
    actors = {row["actor_id"]: row["name"] or row["description"] for row in TABLES["actors"].rows}
    for row in _flat(release, "claims.csv"):
        assert row["claim_type_label"] == labels["claim_type", row["claim_type"]]
        affected = [part["actor_id"] for part in TABLES["participants"].rows if part["claim_id"] == row["claim_id"] and part["role"] == "affected"]
        assert row["affected"] == "; ".join(actors[id] for id in affected)
        named = [each["right_id"] for each in TABLES["item_rights"].rows if each["claim_id"] == row["claim_id"] and each["basis"] == "named"]
        assert row["rights_named"] == "; ".join(rights[id] for id in named)


def test_shipped_tables_need_no_apostrophe(release):
    """docs/datasheet.md says so."""
    assert not [cell for name in ("claims.csv", "calls.csv") for row in _flat(release, name) for cell in row.values() if re.search("(?:^|[;\t])'", cell)]


@given(st.text() | st.text("=+-@＝a ;\t\r\n\ufeff'"))
def test_no_text_begins_a_formula(text):
    """Nor does a piece of it, where a spreadsheet takes a semicolon or a tab for the sign between cells."""
    made = flat.inert(text)
    assert not re.match("[=+@\t\r\n＝＋－＠-]", made)
    assert not [piece for piece in re.split("[;\t\r\n]", made) if re.match("[=+@＝＋－＠-]", piece.lstrip("\ufeff\u200b " + string.whitespace))]
    assert made.replace("'", "") == text.replace("'", "") and (made == text or re.search("[=+@\t\r\n＝＋－＠-]", text))


def test_page_and_flat_tables_know_the_same_formulas():
    script = (site.HERE / "app.js").read_text(encoding="utf-8")
    (pattern,) = re.findall("const formula = /(.*)/g;", script)
    # JavaScript's \\s has the byte-order mark.
    assert pattern.replace("\\s\\u200b", "\\s\\ufeff\\u200b") == flat.FORMULA.pattern


def test_column_whose_name_is_a_formula_runs_nowhere():
    assert flat._csv({"=1+1": lambda *_: "-1", "n": lambda *_: -1}, [(None, {})]).decode("utf-8-sig") == "'=1+1,n\n'-1,-1\n"


def test_package_without_calls_is_published_with_the_same_columns(publish, good: Example, tmp_path):
    """A statement may make none. Its words are then those of a claim."""
    for name in ("calls", "follow_ups", "grounds"):
        write_rows(good.path(name), read_rows(good.path(name))[0], [])
    for name in ("participants", "item_rights", "codings", "anchors"):
        names, rows = read_rows(good.path(name))
        rows = [row for row in rows if not row["call_id"]] if name != "anchors" else [_of_claim(row) for row in rows]
        write_rows(good.path(name), names, rows)
    good.redigest()
    good.mark_reserved()
    assert good.validate().exit_code == 0
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    header = (tmp_path / "dist" / "calls.csv").read_text(encoding="utf-8-sig")
    assert header.startswith("call_id,") and "follow_up_status," in header and header.count("\n") == 1
    assert duckdb.execute("SELECT count(*) FROM read_csv(?)", [str(tmp_path / "dist" / "calls.csv")]).fetchone() == (0,)
    assert pl.read_parquet(tmp_path / "dist" / "parquet" / "calls.parquet").height == 0
    page = lxml.html.document_fromstring((tmp_path / "dist" / "site" / "index.html").read_text(encoding="utf-8"))
    assert not page.xpath("//*[@id='calls'] | //a[@href='#calls']")


def _of_claim(anchor: dict) -> dict:
    return anchor | {"call_id": "", "claim_id": "EX01-C005"} if anchor["call_id"] else anchor


def _source(id: str, **cells: str) -> dict:
    row = {"source_id": id, "publisher": "A paper", "kind": "news", "title": "A title", "url": f"https://example.org/{id}", "published": ""}
    return row | {"published_basis": "none", "language": "en", "independent": "true", "official": "false", "consulted": "2022-01-10"} | cells


def _evidence(id: str, source: str) -> dict:
    row = {"evidence_id": id, "claim_id": "EX01-C001", "source_id": source, "relation": "corroborates", "event_date": "2021-03-05"}
    row |= {"finding": "The paper reports it as well.", "said_by": "A paper", "official_position": "false", "confidence": "high"}
    return row | {"recorded": "2022-01-10", "version_added": "1.0.0"}


def test_formula_in_a_cell_runs_nowhere(good: Example, tmp_path):
    """A fork may drop the pattern that keeps formulas out of the tables."""
    schema = good.folder / "schemas" / "sources.json"
    said = json.loads(schema.read_text(encoding="utf-8"))
    for field in said["fields"]:
        if field["name"] in ("publisher", "title"):
            del field["constraints"]["pattern"]
    schema.write_text(json.dumps(said), encoding="utf-8")
    formula = '=HYPERLINK("https://example.org/","x")'
    good.add("sources", _source("SRC-009", publisher=formula, title=formula))
    good.add("evidence", _evidence("EX01-E099", "SRC-009"))
    assert good.validate().exit_code == 0
    build(good.folder, tmp_path / "dist", datetime(2022, 1, 10))
    cells = [cell for name in ("claims.csv", "calls.csv") for row in _flat(tmp_path / "dist", name) for cell in row.values()]
    assert any(formula in cell for cell in cells) and not any(cell.startswith("=") for cell in cells)
    book = openpyxl.load_workbook(tmp_path / "dist" / "dataset.xlsx")
    row = next(row for row in book["sources"].iter_rows() if row[0].value == "SRC-009")
    assert [(cell.value, cell.data_type) for cell in row if cell.value == formula] == [(formula, "s")] * 2


# --------------------------------------------------------------------------------------------------- DuckDB and Parquet


@pytest.mark.parametrize("name", TABLES)
def test_parquet_is_the_table(release, name):
    path = release / "parquet" / f"{name}.parquet"
    assert pl.read_parquet(path).rows(named=True) == list(TABLES[name].rows)
    rows = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in rows.description]
    assert [dict(zip(names, row)) for row in rows.fetchall()] == list(TABLES[name].rows)


def test_duckdb_reads_the_flat_tables(release):
    count = duckdb.execute("SELECT count(*), sum(evidence_contradicts) FROM read_csv(?)", [str(release / "claims.csv")]).fetchone()
    contradicting = sum(row["relation"] == "contradicts" for row in TABLES["evidence"].rows)
    assert count == (len(TABLES["claims"].rows), contradicting)


# --------------------------------------------------------------------------------------------------------------- SQLite


@pytest.fixture
def database(release):
    connection = sqlite3.connect(f"file:{release / 'dataset.sqlite'}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_database_is_sound_and_whole(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in TABLES.items():
        cursor = database.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        assert [dict(zip(columns, row)) for row in cursor] == list(table.rows), name
        keys = [row[1] for row in sorted(database.execute(f'PRAGMA table_info("{name}")'), key=lambda row: row[5]) if row[5]]
        assert keys == table.key
        links = {(row[3], row[2], row[4]) for row in database.execute(f'PRAGMA foreign_key_list("{name}")')}
        assert links == {(own, other, there) for owns, other, theirs in table.references for own, there in zip(owns, theirs)}


@pytest.mark.parametrize(
    "change, why",
    [
        ("INSERT INTO grounds VALUES ('KH23-G999', 'KH23-K01', 'KH23-C999', 'states_facts')", "FOREIGN KEY"),
        ("UPDATE claims SET claim_type = 'rumour'", "CHECK"),
        ("UPDATE sources SET independent = 2", "CHECK"),
        ("UPDATE claims SET claim = NULL", "NOT NULL"),
        ("INSERT INTO rights SELECT * FROM rights", "UNIQUE"),
        ("INSERT INTO grounds SELECT 'KH23-G999', call_id, claim_id, how FROM grounds LIMIT 1", "UNIQUE"),
    ],
)
def test_database_refuses_what_the_schemas_refuse(release, tmp_path, change, why):
    with sqlite3.connect(shutil.copy(release / "dataset.sqlite", tmp_path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=why):
            connection.execute(change)


def test_views_say_what_the_status_says(database):
    read = dict(database.execute("SELECT call_id, follow_up_status FROM calls_with_status"))
    assert read == {call["call_id"]: call["status"] for call in status.calls(ROOT)}
    counts = {(claim, relation): number for claim, relation, number, _ in database.execute("SELECT * FROM evidence_counts")}
    assert counts == Counter((row["claim_id"], row["relation"]) for row in TABLES["evidence"].rows)


def test_every_view_gives_rows(database):
    views = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert views and all(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in views)


# ------------------------------------------------------------------------------------------------------------- workbook


def test_workbook_is_the_tables(release):
    book = openpyxl.load_workbook(release / "dataset.xlsx")
    assert book.sheetnames == ["About", "Codebook", *TABLES]
    for name, table in TABLES.items():
        head, *rows = book[name].iter_rows(values_only=True)
        assert book[name].freeze_panes == "A2"
        assert [dict(zip(head, row)) for row in rows] == list(table.rows), name
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert len(list(book["Codebook"].iter_rows())) == 1 + sum(len(table.fields) for table in TABLES.values())


# -------------------------------------------------------------------------------------------------------------- JSON-LD

PREFIXES = """
PREFIX schema: <https://schema.org/> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@pytest.fixture(scope="module")
def graph(release) -> rdflib.Graph:
    return rdflib.Graph().parse(release / "dataset.jsonld", format="json-ld", publicID="https://example.org/dataset")


def test_claims_and_calls_are_found_by_query(graph):
    found = graph.query(PREFIXES + "SELECT ?id ?text WHERE { ?item a schema:Claim ; schema:identifier ?id ; schema:text ?text }")
    assert {(str(id), str(text)) for id, text in found} == {(row["claim_id"], row["claim"]) for row in TABLES["claims"].rows}
    found = graph.query(PREFIXES + 'SELECT ?text WHERE { ?item schema:genre "call to action" ; schema:text ?text }')
    assert {str(text) for (text,) in found} == {row["demand"] for row in TABLES["calls"].rows}


def test_anchors_are_web_annotations(graph):
    found = graph.query(
        PREFIXES
        + """SELECT ?id ?start ?end ?sha256 ?source WHERE { ?anchor a oa:Annotation ; oa:hasBody/schema:identifier ?id ; oa:hasTarget ?target .
        ?target oa:hasSource/schema:sha256 ?source ; schema:sha256 ?sha256 ;
                oa:hasSelector [ a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end ] }"""
    )
    (statement,) = TABLES["statements"].rows
    read = Counter((str(id), int(start), int(end), str(sha256)) for id, start, end, sha256, _ in found)
    assert read == Counter((row["claim_id"] or row["call_id"], row["start"], row["end"], row["sha256"]) for row in TABLES["anchors"].rows)
    assert {str(row[4]) for row in found} == {statement["sha256"]}


def test_evidence_is_found_by_relation_and_source(graph):
    found = graph.query(
        PREFIXES
        + """SELECT ?id ?relation ?url WHERE { ?row schema:about/schema:identifier ?id ; dcterms:type ?type ; schema:citation/schema:url ?url .
        ?type skos:inScheme/dcterms:title "relation" ; skos:notation ?relation }"""
    )
    urls = {row["source_id"]: row["url"] for row in TABLES["sources"].rows}
    rows = [row for row in TABLES["evidence"].rows if row["source_id"]]
    assert Counter((str(i), str(r), str(u)) for i, r, u in found) == Counter((r["claim_id"], r["relation"], urls[r["source_id"]]) for r in rows)


def test_who_coded_is_told_with_prov(graph):
    found = graph.query(PREFIXES + "SELECT ?id ?who WHERE { ?item schema:identifier ?id ; prov:wasAttributedTo ?who . ?who a prov:Agent }")
    coded = {(row["claim_id"] or row["call_id"], row["coder"]) for row in TABLES["codings"].rows if not row["segment_id"]}
    assert {(str(id), str(who).rpartition("/")[2]) for id, who in found} == coded


def test_terms_of_the_vocabularies_exist(graph, release):
    """A misspelt term would be read by nobody, and no parser would say so."""
    used = {str(term) for triple in graph for term in (triple[1], triple[2] if triple[1] == rdflib.RDF.type else None) if term}
    page = rdflib.Graph().parse(data=_inline(release / "schema-org.jsonld"), format="json-ld", publicID="https://example.org/")
    used |= {str(term) for triple in page for term in (triple[1], triple[2] if triple[1] == rdflib.RDF.type else None) if term}
    annotation = {
        "Annotation",
        "SpecificResource",
        "TextPositionSelector",
        "hasBody",
        "hasTarget",
        "hasSource",
        "hasSelector",
        "motivatedBy",
        "start",
        "end",
    }
    spaces = (rdflib.SDO, rdflib.PROV, rdflib.SKOS, rdflib.DCTERMS, rdflib.RDF, rdflib.RDFS)
    for term in used:
        if term.startswith("http://www.w3.org/ns/oa#"):
            assert term.rpartition("#")[2] in annotation, term
        else:
            space = next(space for space in spaces if term.startswith(str(space)))
            assert rdflib.URIRef(term) in space, term


def _inline(path: Path) -> str:
    """A schema.org document with the context spelt out, so that reading it fetches nothing."""
    return json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"@context": {"@vocab": "https://schema.org/"}})
