"""`fix`: a whole package is put into form, or left as it is."""

import csv
import hashlib
import io
import json
import os

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.fixing.plan import diff, summary, write
from claimtrack.package.table_io import read_rows
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.fixing import fixed, package, plan
from tests.tools.support import claimtrack, files_in, read_descriptor, seal, validate


def test_one_refusal_holds_back_everything(good: Example):
    path = good.path("rights")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    good.path("codes").write_bytes(good.path("codes").read_bytes() + b"one cell\n")
    seal(good.folder)
    before = files_in(good.folder)
    done = claimtrack("fix", good.folder)
    assert done.returncode == 1 and done.stdout == "" and files_in(good.folder) == before
    place, verdict = done.stderr.splitlines()
    assert (
        place.startswith("data/codes.csv:")
        and "1 cells where the header has" in place
        and verdict.startswith("nothing is written")
    )


@pytest.mark.parametrize("content", [b"id,words\n1,b\n", b"id,words\r\n1,b\r\n", b"id,words\n1,"])
def test_a_file_that_was_altered_is_not_sealed_unless_its_table_is_named(tmp_path, content):
    folder = package(tmp_path, b"id,words\n1,a\n")
    (folder / "t.csv").write_bytes(content)
    before = files_in(folder)
    (refusal,) = plan(folder).refusals
    assert refusal.startswith("t.csv: another file than the descriptor says (bytes 13 and hash sha256:")
    assert refusal.endswith("get the file again, or, if the change is meant, say so by --reseal t")
    assert claimtrack("fix", folder).returncode == 1 and files_in(folder) == before
    assert "the file was another than the descriptor said" in summary(plan(folder, ["t"]))[-1]
    assert claimtrack("fix", folder, "--reseal", "t").returncode == 0
    assert plan(folder).refusals == plan(folder).rewrites == []


def test_a_table_to_reseal_has_to_be_there(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a\n")
    with pytest.raises(Unusable, match='there is no resource "u" to reseal; did you mean "t"'):
        plan(folder, ["u"])


def test_a_hash_of_another_kind_that_fits_is_renewed(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a\n", hash="md5:" + hashlib.md5(b"id,words\n1,a\n").hexdigest())
    path, told = folder / "datapackage.json", read_descriptor(folder)
    told["resources"][0]["hash"] = "md5:" + hashlib.md5(b"id,words\n1,a\n").hexdigest()
    path.write_text(json.dumps(told))
    assert plan(folder).refusals == [] and fixed(folder) == b"id,words\n1,a\n" and seal(folder) == []


def test_a_descriptor_among_its_own_resources_is_left_alone(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a\n")
    told = read_descriptor(folder)
    told["resources"].append({"name": "all", "path": "./datapackage.json"})
    (folder / "datapackage.json").write_text(json.dumps(told))
    assert plan(folder).rewrites == [] and plan(folder).left == ["all: left alone, since it is the descriptor itself"]


def test_paths_that_lead_outside_are_refused(good: Example, tmp_path):
    (tmp_path / "outside.csv").write_bytes(b"a\r\n1\r\n")
    (good.folder / "data" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (good.folder / "data" / "inner.csv").symlink_to("claims.csv")
    (good.folder / "data" / "loop.csv").symlink_to("loop.csv")
    for path in (
        "../outside.csv",
        str(tmp_path / "outside.csv"),
        "data/link.csv",
        "data/inner.csv",
        "data/loop.csv",
    ):
        descriptor = read_descriptor(ROOT)
        descriptor["resources"][2]["path"] = path
        good.describe(**descriptor)
        with pytest.raises(Unusable):
            plan(good.folder)
    descriptor["resources"][2]["path"] = "https://example.org/a.csv"
    good.describe(**descriptor)
    assert any(line.startswith("claims: left alone, since ") for line in plan(good.folder).left)
    assert (tmp_path / "outside.csv").read_bytes() == b"a\r\n1\r\n"


def test_nothing_is_lost_when_writing_fails(tmp_path, monkeypatch):
    folder = package(tmp_path, b"id,words\r\n1,a\n")
    before = files_in(folder)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device", "t.csv")))
    with pytest.raises(Unusable, match="No space left"):
        write(plan(folder))
    assert files_in(folder) == before


def test_a_file_that_changes_meanwhile_is_not_overwritten(tmp_path):
    folder = package(tmp_path, b"id,words\r\n1,a\n")
    made = plan(folder)
    (folder / "t.csv").write_bytes(b"id,words\r\n1,b\r\n")
    with pytest.raises(Unusable, match="was changed while"):
        write(made)
    assert files_in(folder)["t.csv"] == b"id,words\r\n1,b\r\n"


def test_dry_run_prints_the_diff_and_writes_nothing(tmp_path):
    content = "\ufeffid,words\r\n2,e\u0301\r\n1,a \n".encode()
    folder = package(tmp_path, content)
    before = files_in(folder)
    done = claimtrack("fix", "--sort", "--dry-run", folder)
    assert done.returncode == 1 and files_in(folder) == before
    lines = done.stdout.splitlines()
    for line in ("--- t.csv", "-\\ufeffid,words\\r", "-2,e\\u0301\\r", "-1,a ", "+id,words", "+1,a", "+2,\xe9"):
        assert line in lines
    assert f'-      "bytes": {len(content)},' in lines
    assert claimtrack("fix", "--sort", folder).returncode == 0
    done = claimtrack("fix", "--dry-run", folder)
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")


def test_huge_diffs_are_summed_up(tmp_path):
    folder = package(tmp_path, b"id,words\r\n" + b"".join(b"%d,a\n" % i for i in range(30_000)), {"fields": []})
    assert "too many for a diff" in next(diff(plan(folder)))


def test_the_dataset_is_in_form():
    made = plan(ROOT)
    assert made.rewrites == [] and made.refusals == [] and made.left == []


def test_usage():
    assert claimtrack("--dry-run").returncode == 2 and claimtrack("fix", "--status").returncode == 2


def test_a_package_in_form_stays_valid(good: Example):
    good.validate()
    for path in (good.folder / "data").iterdir():
        names, rows = read_rows(path)
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
            [names, *(row.values() for row in rows[::-1])]
        )
        path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    seal(good.folder)
    fixed = plan(good.folder)
    assert len(fixed.rewrites) == 1 + len(list((good.folder / "data").iterdir()))
    write(fixed)
    assert validate(good.folder).findings == []
