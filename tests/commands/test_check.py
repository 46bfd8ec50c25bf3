"""`claimtrack check`: what it prints, which reports it writes, and how it refuses options that cannot be followed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree, html

from claimtrack.reports import FORMATS
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import CALM, claimtrack, resource, table, write

INTEGER = {"name": "n", "type": "integer"}


def test_valid_package_is_summed_up():
    done = claimtrack(ROOT)
    assert done.returncode == 0 and done.stderr == ""
    for word in ("claims", "calls", "rules run", "100 %", "valid"):
        assert word in done.stdout


def test_finding_names_place_value_and_mend(good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()  # refreshes the checksums
    done = claimtrack(good.folder)
    assert done.returncode == 1 and done.stderr == ""
    assert "data/claims.csv:2:64: CEL102" in done.stdout
    assert '"rumour"' in done.stdout and "mend: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("invalid: ")


def test_place_survives_quoted_commas_and_newlines(good: Example):
    path = good.path("claims")
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    first, _, rest = rest.partition("\n")
    first = first.replace(
        "A vote on lighthouses is being held in Selmara.", '"A vote, on\nlighthouses, ""held"" in Selmara."'
    ).replace(",event,", ",rumour,")
    path.write_text("\n".join([head, first, rest]), encoding="utf-8")
    good.validate()
    assert "data/claims.csv:3:36: CEL102" in claimtrack(good.folder).stdout


@pytest.mark.parametrize(
    "name, content, word",
    [
        ("missing.json", None, "no such file"),
        ("empty.json", b"", "the file is empty"),
        ("broken.json", b'{"resources": [', "not JSON"),
        ("list.json", b"[]", "JSON object"),
        ("number.json", b"12", "JSON object"),
        ("latin.json", b'{"title": "caf\xe9"}', "not UTF-8"),
        ("bare.json", b"{}", '"resources" must be a list'),
        ("hollow.json", b'{"resources": []}', '"resources" must be a list'),
        ("odd.json", b'{"resources": 1}', '"resources" must be a list'),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_unusable_descriptor_is_one_sentence(tmp_path, name, content, word):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = claimtrack(tmp_path / name)
    assert done.returncode == 2 and done.stdout == ""
    assert word in done.stderr and name in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("p.zip", b"PK\x03\x04 and then no more", "a zip that is damaged or cut off; get it again, whole"),
        ("p.zip", b"<html>not found</html>", "not a zip, whatever its name says"),
        ("p.tar.gz", b"\x1f\x8b\x08", "this is packed with gzip; unpack it and name the package's folder"),
        ("data/t.csv", b"n\n1\n", "this is a table by its name; name the package"),
        ("book.ods", b"n", "this is a table by its name; name the package"),
    ],
)
def test_what_is_no_descriptor_is_called_what_it_is(tmp_path, name, content, words):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    done = claimtrack(tmp_path / name)
    assert (
        (done.returncode, done.stdout) == (2, "")
        and f"{name}: {words}" in done.stderr
        and len(done.stderr.splitlines()) == 1
    )


def test_the_zip_in_a_folder_is_pointed_at(tmp_path):
    (tmp_path / "release-1.0.0.zip").write_bytes(b"")
    assert f"name the zip in it, {tmp_path / 'release-1.0.0.zip'}" in claimtrack(tmp_path).stderr


def test_folder_without_descriptor(tmp_path):
    done = claimtrack(tmp_path)
    assert done.returncode == 2 and "holds no datapackage.json" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("damage", ["missing", "empty", "folder"])
def test_unreadable_table_makes_the_run_incomplete(good: Example, damage):
    path = good.path("claims")
    path.unlink()
    if damage == "empty":
        path.touch()
    elif damage == "folder":
        path.mkdir()
    done = claimtrack(good.folder)
    assert done.returncode == 2 and done.stderr == ""
    assert "data/claims.csv: FIL103" in done.stdout
    assert "could not be checked whole" in done.stdout


@pytest.mark.parametrize("path", ["../outside.csv", "/etc/passwd", "https://example.org/a.csv", "data/link.csv"])
def test_paths_that_lead_outside_are_refused(good: Example, tmp_path, path):
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (good.folder / "data" / "link.csv").symlink_to(tmp_path / "outside.csv")
    descriptor = good.folder / "datapackage.json"
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace("data/claims.csv", path), encoding="utf-8")
    done = claimtrack(good.folder)
    words = "nothing is fetched" if ":" in path else "leads outside the package"
    assert done.returncode == 2 and words in done.stdout and "FIL108" in done.stdout and "KH23" not in done.stderr


def test_nothing_is_written(good: Example):
    before = {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")}
    claimtrack(good.folder)
    assert {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")} == before


def test_names_that_the_terminal_cannot_show_are_spelt_out(good: Example):
    (good.folder / "data" / "ការបោះឆ្នោត.csv").write_text("a\n", encoding="utf-8")
    done = claimtrack(good.folder, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and r"data/\u1780" in done.stdout and done.stderr == ""


# ------------------------------------------------------------------------------------------------------- the reports


def test_several_reports_of_several_packages_in_one_run(bad, good_folder, tmp_path):
    outputs = [tmp_path / f"r{ending}" for ending in (".json", ".sarif", ".xml", ".html", ".txt")]
    done = claimtrack("many", good_folder, *(f"--output={path}" for path in outputs), "--max-samples", "2", cwd=bad)
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines()[-1] == "2 packages: 1 invalid, 1 valid"
    assert (
        "many/data/t.csv:2:1: CEL101" in done.stdout
        and "data/t.csv: CEL101 150 in all, of which 2 are listed" in done.stdout
    )
    told = json.loads(outputs[0].read_text(encoding="utf-8"))
    assert [p["verdict"] for p in told["packages"]] == ["invalid", "valid"] and told["exit_code"] == 1
    assert outputs[4].read_text(encoding="utf-8") == done.stdout
    assert len(json.loads(outputs[1].read_text(encoding="utf-8"))["runs"][0]["invocations"]) == 2
    assert etree.parse(outputs[2]).getroot().tag == "testsuites" and "<!doctype html>" in outputs[3].read_text(
        encoding="utf-8"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in outputs
    )  # nothing temporary is left


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_alone_goes_to_standard_output(bad, form):
    done = claimtrack("nasty", "--format", form, cwd=bad, PYTHONIOENCODING="ascii")
    assert done.returncode == 1 and done.stderr == ""
    parse = {
        "json": json.loads,
        "sarif": json.loads,
        "junit": lambda text: etree.fromstring(text.encode()),
        "html": html.fromstring,
    }.get(form, len)
    assert parse(done.stdout) is not None
    if form in ("json", "sarif"):
        assert "កម្ពុជា 🗳" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


def test_formats_and_files_go_together_in_order(bad, tmp_path):
    done = claimtrack(
        "many", "--format", "junit", "--output", tmp_path / "a.report", "--format", "json", "--output", "-", cwd=bad
    )
    assert json.loads(done.stdout)["exit_code"] == 1
    assert etree.parse(tmp_path / "a.report").getroot().tag == "testsuites"


def test_in_github_actions_commands_follow_the_text(bad):
    done = claimtrack("nasty", cwd=bad, GITHUB_ACTIONS="true", CI="true")
    first, *lines = done.stdout.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert first.startswith("::stop-commands::") and len(token) >= 32 and done.stdout.count(token) == 2
    end = lines.index(f"::{token}::")
    assert any("CEL102" in line for line in lines[:end])
    assert all(re.match("::(error|warning|notice) ", line) for line in lines[end + 1 :])
    assert lines[-1].startswith("::error title=nasty::invalid: ")
    told = claimtrack("nasty", "--format", "json", cwd=bad, GITHUB_ACTIONS="true").stdout
    assert json.loads(told)["exit_code"] == 1  # a format of the user's choice is left alone


def test_a_package_that_cannot_be_checked_is_in_every_report(bad, tmp_path):
    done = claimtrack("nothing", "many", "--output", tmp_path / "r.json", cwd=bad)
    assert (
        done.returncode == 2
        and done.stderr == "nothing: there is no such file; name a package's folder or its descriptor\n"
    )
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [p["verdict"] for p in told["packages"]] == ["unusable", "invalid"] and "no such file" in told["packages"][
        0
    ]["error"]
    assert done.stdout.splitlines()[-1] == "2 packages: 1 unusable, 1 invalid"


def test_quiet_and_verbose(bad, good_folder):
    quiet = claimtrack("many", "-q", cwd=bad).stdout.splitlines()
    assert quiet and all(re.search(r": [A-Z]{3}\d{3} ", line) for line in quiet)
    assert claimtrack(good_folder, "--quiet").stdout == ""
    verbose = claimtrack("many", "--verbose", cwd=bad).stdout
    assert (
        verbose.count("    why: ") == len(set(re.findall(r"(?m): ([A-Z]{3}\d{3}) ", verbose)))
        and "rules run: " in verbose
    )


@pytest.mark.parametrize(
    "env, coloured",
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=str,
)
def test_colour_is_for_terminals_and_those_who_ask(bad, env, coloured):
    assert ("\x1b[" in claimtrack("many", cwd=bad, **env).stdout) == coloured


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
@pytest.mark.parametrize("env, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)], ids=str)
def test_colour_on_a_terminal(bad, env, coloured):
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, ROOT / "validate.py", "many", "--max-samples=1", "-q"]
    subprocess.run(words, cwd=bad, stdout=theirs, env=os.environ | CALM | {"TERM": "xterm"} | env, check=False)
    os.close(theirs)
    assert (b"\x1b[1;31mCEL101" in os.read(ours, 100_000)) == coloured
    os.close(ours)


def test_a_storm_stays_small(tmp_path):
    folder = table(
        tmp_path, "n,m\n" + "x,y\n" * 200_000, [{"name": "n", "type": "integer"}, {"name": "m", "type": "integer"}]
    )
    done = claimtrack(folder, "--format", "json", "--max-samples", "5")
    assert json.loads(done.stdout)["packages"][0]["errors"] == 400_000 and len(done.stdout) < 10_000


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["--format", "jsn"], "did you mean json?"),
        (["--format", "JSON"], "did you mean json?"),
        (["--format", "json", "--format", "html"], "give each --format an --output"),
        (["--format", "json", "--output", "a.json", "--output", "b.json"], "let the files' endings say it"),
        (["--output", "report"], "end it in one of .txt, .json, .sarif, .xml, .html"),
        (["--output", "a.json", "--output", "a.json"], "give each --output a file of its own"),
        (["--output", "a.json", "--output", "./a.json"], "give each --output a file of its own"),
        (["--output", "no/such/a.json"], "make it first"),
        (["--output", "data/a.json"], "choose a folder beside it"),
        (["--format", "json", "--output", "data/t.csv"], "choose another name"),
        (["--output", "datapackage.json"], "choose another name"),
        (["--output", "link.json"], "choose another name"),
        (["--format", "json", "--output", "data"], "name a file in it"),
        (["--max-samples", "-1"], "a whole number from 0"),
        (["--max-samples", "few"], "a whole number from 0"),
        (["--max-samples", "1_0"], "a whole number from 0"),
        (["-q", "-v"], "not allowed with argument -q/--quiet"),
        (["--select", "CEL999"], "did you mean CEL"),
        (["--select", "HYGG"], "did you mean HYG?"),
        (["--ignore", "hgy109"], "did you mean HYG109?"),
        (["--ignore", "HYG109:"], "such as HYG109 or HYG109:claims"),
        (["--ignore", "HYG109:tt"], "did you mean t?"),
        (["--ignore", "PGK,CEL"], "did you mean PKG?"),
        (["--baseline", "none.json"], "write one with --write-baseline"),
        (["--baseline", "datapackage.json"], "write one with --write-baseline"),
        (["--baseline", "k.json", "--output", "./k.json"], "this file is read in the same run; choose another name"),
        ([".", ".", "--baseline", "k.json"], "in the validate.toml of each"),
        ([".", ".", "--write-baseline", "k.json"], "in the validate.toml of each"),
        (["--write-baseline", "-"], "name a file"),
        (["--write-baseline", "data/known.json"], "choose a folder beside it"),
        (["--write-baseline", "k.json", "--output", "a.html"], "has no use for --output; leave it out"),
        (["--write-baseline", "k.json", "--format", "json"], "has no use for --format; leave it out"),
        (["--write-baseline", "k.json", "--baseline", "k.json"], "has no use for --baseline; leave it out"),
        (["--write-baseline", "k.json", "--strict"], "has no use for --strict; leave it out"),
        (["--write-baseline", "k.json", "--max-samples", "3"], "has no use for --max-samples; leave it out"),
        (["--write-baseline", "k.json", "--verbose"], "has no use for --verbose; leave it out"),
        (["--backend", "sparc"], "invalid choice: 'sparc'"),
        (["--backend", "spark", "--memory", "64"], "Spark, which has settings of its own; leave one out"),
        (["--memory", "0"], "a whole number of MiB from 1"),
        (["--memory", "much"], "a whole number of MiB from 1"),
        (["--formt", "json"], "did you mean --format?"),
        (["--qqqq"], "--help lists the options"),
        (["data/t.csv"], "such as datapackage.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("name", [[], ["check"]], ids=["", "check"])
def test_bad_use_is_one_sentence_with_its_mend(tmp_path, monkeypatch, ended, name, arguments, word):
    table(tmp_path, "n\n1\n", [INTEGER])
    (tmp_path / "link.json").symlink_to("datapackage.json")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = ended(*name, *arguments)
    assert done.code == 2 and done.out == "" and word in done.err
    assert len(done.err.splitlines()) == (2 if "usage:" in done.err else 1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_no_option_is_taken_and_forgotten(tmp_path, ended):
    """Where only a baseline is written, the options that choose findings, and say how to read, have their say."""
    folder = table(tmp_path / "package", "n\nx\n y\n", [INTEGER])
    wishes = ["--select", "CEL", "--ignore", "HYG", "--no-settings", "--memory", "64", "--backend", "local", "--quiet"]
    done = ended(folder, *wishes, "--write-baseline", tmp_path / "known.json")
    assert (done.code, done.err) == (0, "") and "knows 2 findings" in done.out


@pytest.mark.slow
def test_a_report_is_replaced_whole_or_not_at_all(good: Example, monkeypatch, ended):
    monkeypatch.chdir(good.folder)
    assert ended("--output", "report.json", "--strict").code == 0
    before = Path("report.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        done = ended("--output", "report.json")
        assert (done.code, done.err) == (2, "report.json: cannot be written: No space left on device\n")
    assert Path("report.json").read_bytes() == before and not list(good.folder.glob(".*"))
    assert ended("--output", "report.json").code == 0 and Path("report.json").read_bytes() != before


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("where", ["good", "many", "nothing"])
@pytest.mark.parametrize(
    "more",
    [[], pytest.param(["-q"], marks=pytest.mark.slow), pytest.param(["-v"], marks=pytest.mark.slow)],
    ids=" ".join,
)
def test_every_report_of_ours_may_be_replaced(bad, good_folder, tmp_path, ended, monkeypatch, form, where, more):
    monkeypatch.chdir(bad)
    package = good_folder if where == "good" else where
    for _ in range(2):
        done = ended(package, "--format", form, "--output", tmp_path / "report", *more)
        assert "was not written by" not in done.err and (tmp_path / "report").exists()


@pytest.mark.slow
def test_a_sarif_report_of_the_first_version_may_be_replaced(good_folder, tmp_path, ended):
    report = tmp_path / "report.sarif"
    assert ended(good_folder, "--output", report).code == 0
    now = report.read_text(encoding="utf-8")
    for name, code in (("claim-tracking-validator", 0), ("another-tool", 2)):
        report.write_text(now.replace('"name": "claimtrack"', f'"name": "{name}"'), encoding="utf-8")
        assert ended(good_folder, "--output", report).code == code


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "LICENSE", "known.json", "validate.toml", "notes/thesis.txt", "empty.json"]
)
def test_what_is_no_report_of_ours_is_not_replaced(tmp_path, ended, monkeypatch, name):
    folder = table(tmp_path / "p", "n\nx\n", [INTEGER])
    monkeypatch.chdir(folder)
    assert ended("--write-baseline", "known.json").code == 0
    (folder / "validate.toml").write_text('baseline = "known.json"\n')
    (folder / "notes").mkdir()
    for file in ("README.md", "CHANGELOG.md", "LICENSE", "notes/thesis.txt"):
        (folder / file).write_text('{"format": "mine"}\nvalid\n')
    (folder / "empty.json").touch()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for form in FORMATS:
        done = ended("--settings", "--format", form, "--output", name)
        if name == "empty.json":
            assert done.code == 0 and (folder / name).read_bytes()
            return
        assert done.code == 2 and done.out == "" and len(done.err.splitlines()) == 1
    if name != "known.json":
        assert ended("--write-baseline", name).code == 2
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_settings_do_not_come_to_be_by_a_report(tmp_path, ended, monkeypatch):
    monkeypatch.chdir(table(tmp_path, "n\n1\n", [INTEGER]))
    done = ended("--format", "text", "--output", "validate.toml")
    assert done.code == 2 and "is read in the same run" in done.err and not Path("validate.toml").exists()


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
@pytest.mark.parametrize("name", ["a" * 300 + ".json", "loop.json"])
def test_a_name_that_no_file_can_have_is_one_sentence(tmp_path, ended, monkeypatch, option, name):
    monkeypatch.chdir(table(tmp_path, "n\n1\n", [INTEGER]))
    Path("loop.json").symlink_to("loop.json")
    done = ended(option, name)
    assert done.code == 2 and "cannot be written" in done.err and len(done.err.splitlines()) == 1


REEF = "https://example.org/reef-dp/1.0"
TYPES = {"fields": [{"name": "depth", "type": "integer"}]}
PROFILE = {"allOf": [{"$ref": "#/definitions/reef"}], "definitions": {"reef": {"required": ["reef"]}}}


@pytest.mark.parametrize(
    "reef, cell, mapped, code, told",
    [
        ("north", "4", True, 0, []),
        ("north", "deep", True, 1, ["CEL101"]),
        (None, "4", True, 1, ["PKG109"]),
        (None, "deep", False, 2, ["PKG103", "PKG107"]),
    ],
)
def test_a_package_of_a_community_is_checked_whole_with_copies_in_one_folder(
    tmp_path, ended, reef, cell, mapped, code, told
):
    """As Camtrap DP has it: the Table Schemas and the profile at addresses of one release."""
    copies = tmp_path / "reef-dp"
    copies.mkdir()
    for name, content in {"dives-table-schema.json": TYPES, "reef-dp-profile.json": PROFILE}.items():
        (copies / name).write_text(json.dumps(content))
    dives = resource("dives", [], schema=f"{REEF}/dives-table-schema.json")
    about = {"profile": f"{REEF}/reef-dp-profile.json", **({"reef": reef} if reef else {})}
    package = write(tmp_path / "package", [dives], {"data/dives.csv": f"depth\n{cell}\n"}, **about)
    done = ended(package, "--format", "json", *([f"--map={REEF}={copies}"] if mapped else []))
    (report,) = json.loads(done.out)["packages"]
    found = [*report["findings"], *report["not_checked"]]
    assert done.code == code and sorted(each["rule"] for each in found) == told
