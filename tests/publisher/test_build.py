"""A release: built twice alike, refused where it must be, and whole."""

import hashlib
import json
import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import lxml.html
import openpyxl
import polars as pl
import pytest
from markdown_it import MarkdownIt

from claimtrack.commands.publish import moment
from claimtrack.core.errors import Unusable
from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.publisher.facts import read_facts
from claimtrack.publisher.forms import zip as archive
from claimtrack.publisher.site.markdown import markdown
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import files_in, in_a_process, kept, read_descriptor


@pytest.mark.slow
def test_two_builds_in_two_folders_are_alike(release, tmp_path):
    copy = tmp_path / "copy"
    for name in archive.members(kept(ROOT)):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    done = in_a_process(
        "publish",
        copy,
        "--output",
        tmp_path / "deep" / "down",
        TZ="Asia/Tokyo",
        PYTHONHASHSEED="7",
        LC_ALL="C",
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    first, second = files_in(release), files_in(tmp_path / "deep" / "down")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_moment_is_that_of_source_date_epoch(publish, good_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    done = publish(good_folder, "--output", tmp_path / "dist")
    assert done.code == 0, done.err
    with zipfile.ZipFile(tmp_path / "dist" / "datapackage.zip") as package:
        assert {entry.date_time for entry in package.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert (
        openpyxl.load_workbook(tmp_path / "dist" / "dataset.xlsx").properties.created.isoformat()
        == "2023-11-14T22:13:20"
    )


def test_checksums_cover_every_file(release):
    listed = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    assert listed == {
        name: hashlib.sha256(raw).hexdigest() for name, raw in files_in(release).items() if name != "SHA256SUMS"
    }


def test_invalid_package_is_not_published(publish, good: Example, tmp_path):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()  # refreshes the checksums
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.code == 1 and "is not valid" in done.err and not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    "said, word",
    [
        ({"conformsTo": None}, "no claim-tracking package"),
        ({"created": None, "contributors": None}, 'no "created" and no "contributors"'),
    ],
)
def test_package_that_cannot_be_published_is_told_why(publish, good: Example, tmp_path, said, word):
    describe(good, **said)
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.code == 2 and word in done.err and len(done.err.splitlines()) == 1


def test_package_without_a_licence_is_not_published(publish, good: Example, tmp_path):
    """The profile asks for one, so that the check refuses it first; no other way into a release does without."""
    describe(good, licenses=None)
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.code == 1 and "is not valid" in done.err and not (tmp_path / "dist").exists()
    with pytest.raises(Unusable, match='no "licenses"'):
        read_facts(kept(good.folder))


@pytest.mark.parametrize("epoch", ["soon", "1e9", "1_000", "+1", " 1", "1.5", "１", "9" * 30, "9" * 5000])
def test_epoch_that_is_no_number(publish, good_folder, tmp_path, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = publish(good_folder, "--output", tmp_path / "dist")
    assert done.code == 2 and f'SOURCE_DATE_EPOCH is "{epoch}"' in done.err and len(done.err.splitlines()) == 1


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


@pytest.mark.parametrize("name", ["a.b/../../c", "data_dictionary", "About", "sqlite_x"])
def test_table_whose_name_fits_no_file_is_refused(publish, good: Example, tmp_path, name):
    descriptor = read_descriptor(good.folder)
    rights = next(resource for resource in descriptor["resources"] if resource["name"] == "rights")
    describe(good, resources=[*descriptor["resources"], rights | {"name": name, "path": "data/more.csv"}])
    shutil.copy(good.path("rights"), good.folder / "data" / "more.csv")
    done = publish(good.folder, "--output", tmp_path / "out" / "dist")
    assert done.code in (1, 2) and not (tmp_path / "out" / "dist").exists() and not list(tmp_path.rglob("c.parquet"))
    assert len(done.err.splitlines()) == 1


@pytest.mark.slow
def test_every_link_in_the_release_leads_to_a_file_of_it(release, tmp_path):
    """In every text: Markdown and metadata, beside the zip and in it. `site/test_pages.py` follows those of pages."""
    folder = Path(shutil.copytree(release, tmp_path / "release"))
    with zipfile.ZipFile(folder / "datapackage.zip") as package:
        package.extractall(folder / "datapackage")
    found = []
    for path in (path for path in folder.rglob("*") if path.suffix in (".md", ".html", ".json", ".jsonld")):
        for target in _targets(path):
            file, _, fragment = target.partition("#")
            if not urlsplit(target).scheme and (file or path.suffix == ".md"):
                found.append(
                    (
                        (path.parent / unquote(file)).resolve() if file else path,
                        unquote(fragment),
                        f"{path.relative_to(folder)}: {target}",
                    )
                )
    assert len(found) > 100 and [where for file, _, where in found if not file.exists()] == []
    assert [
        where
        for file, fragment, where in found
        if file.suffix == ".md" and fragment and f'id="{fragment}"' not in markdown(file.read_text()).html
    ] == []


def _targets(path: Path) -> list[str]:
    """Where a file's links lead."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        tokens = [
            child for token in MarkdownIt("commonmark").enable("table").parse(text) for child in token.children or ()
        ]
        return [target for token in tokens if (target := token.attrGet("href") or token.attrGet("src"))]
    if path.suffix == ".html":
        return lxml.html.document_fromstring(text).xpath("//@href | //@src")
    if path.name == "ro-crate-metadata.json":
        return [node["@id"] for node in json.loads(text)["@graph"]]
    return (
        re.findall('"(?:contentUrl|path|schema)": "([^"]*)"', text)
        if path.name != "croissant.json"
        else re.findall('"contentUrl": "(datapackage.zip)"', text)
    )


def test_package_without_calls_is_published_with_the_same_columns(publish, good: Example, tmp_path):
    """A statement may make none. Its words are then those of a claim."""
    for name in ("calls", "follow_ups", "grounds", "criteria"):
        write_rows(good.path(name), read_rows(good.path(name))[0], [])
    good.drop("sources", "SRC-003")
    for name in ("participants", "item_rights", "codings", "anchors", "responses"):
        names, rows = read_rows(good.path(name))
        rows = [row for row in rows if not row.get("follow_up_id")]
        rows = [row for row in rows if not row["call_id"]] if name != "anchors" else [_of_claim(row) for row in rows]
        write_rows(good.path(name), names, rows)
    good.redigest()
    assert good.validate().exit_code == 0
    done = publish(good.folder, "--output", tmp_path / "dist")
    assert done.code == 0, done.err
    header = (tmp_path / "dist" / "calls.csv").read_text(encoding="utf-8-sig")
    assert header.startswith("call_id,") and "follow_up_status," in header and header.count("\n") == 1
    assert duckdb.execute("SELECT count(*) FROM read_csv(?)", [str(tmp_path / "dist" / "calls.csv")]).fetchone() == (0,)
    assert pl.read_parquet(tmp_path / "dist" / "parquet" / "calls.parquet").height == 0
    page = lxml.html.document_fromstring((tmp_path / "dist" / "site" / "index.html").read_text(encoding="utf-8"))
    assert not page.xpath("//*[@id='calls'] | //a[@href='#calls']")


def _of_claim(anchor: dict) -> dict:
    return anchor | {"call_id": "", "claim_id": "EX01-C005"} if anchor["call_id"] else anchor
