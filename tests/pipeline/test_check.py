"""What counts: --strict, --select, --ignore, baselines, and the settings that a package brings along."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from claimtrack.pipeline import baseline, check, selection
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from tests.tools.example import Example
from tests.tools.support import RULES, claimtrack, in_a_process, table

INTEGER = {"name": "n", "type": "integer"}
FIELDS = [INTEGER, {"name": "s", "type": "string"}]
CONTENT = "n,s\n1, a\nx,b\ny, c\n"  # two CEL101, two HYG109


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A package with two errors and two warnings, and the working directory."""
    monkeypatch.chdir(table(tmp_path, CONTENT, FIELDS))
    return tmp_path


@pytest.fixture
def said(ended) -> Callable[..., tuple[int, str]]:
    """The command within this process: its exit code, and all that it printed."""

    def run(*arguments: object) -> tuple[int, str]:
        done = ended(*arguments)
        return done.code, done.out + done.err

    return run


def checked(where: str, use_settings: bool = True, trust_settings: bool = False, **given) -> Report:
    """The report on a package, with these wishes."""
    options = {"use_settings": use_settings, "trust_settings": trust_settings}
    return check.check(where, Settings(**given), [CLAIM_TRACKING], **options)


def test_the_options_together_in_a_process_of_their_own(folder):
    assert claimtrack(folder, "--write-baseline", folder / "known.json").returncode == 0
    (folder / "validate.toml").write_text("ignore = ['CEL']")
    (folder / "data/t.csv").write_text(CONTENT + "z, d\n" * 3)
    wishes = "--strict --no-settings --baseline=known.json --select=CEL,HYG:t --ignore=CEL --max-samples=1 --verbose"
    done = in_a_process(folder, *wishes.split(), cwd=folder)
    assert done.returncode == 1 and done.stderr == ""
    assert "t.csv: HYG109 3 in all, of which 1 are listed" in done.stdout and "rules run: HYG101, " in done.stdout
    assert done.stdout.endswith(
        "ignored: 5 findings (CEL101 5)\nknown to the baseline: 2 findings (HYG109 2)\ninvalid: 0 errors, 3 warnings\n"
    )


def totals(**given) -> dict[str, int]:
    """The totals by rule of the package in the working directory, with these wishes."""
    return {rule: total for (rule, _), total in checked(".", **given).totals.items()}


# ----------------------------------------------------------------------------------------------- strict, select, ignore


def test_strict_counts_warnings(folder, said):
    (folder / "data/t.csv").write_text("n,s\n1, a\n")
    assert said()[0] == 0
    code, text = said("--strict")
    assert code == 1 and text.endswith("invalid: 0 errors, 1 warning\n")


@pytest.mark.parametrize(
    "arguments, code, kept, ignored",
    [
        (["--select", "HYG"], 0, {"HYG109": 2}, {"CEL101": 2}),
        (["--select", "HYG109:t"], 0, {"HYG109": 2}, {"CEL101": 2}),
        (["--ignore", "CEL101"], 0, {"HYG109": 2}, {"CEL101": 2}),
        (["--ignore", "CEL1:t, HYG109"], 0, {}, {"CEL101": 2, "HYG109": 2}),
        (["--select", "CEL", "--select", "HYG", "--ignore", "HYG"], 1, {"CEL101": 2}, {"HYG109": 2}),
        (["--ignore", "KEY101"], 1, {"CEL101": 2, "HYG109": 2}, {}),
    ],
    ids=str,
)
def test_select_and_ignore(folder, ended, arguments, code, kept, ignored):
    done = ended(".", "--format", "json", *arguments)
    package = json.loads(done.out)["packages"][0]
    assert done.code == code
    assert {entry["rule"]: entry["total"] for entry in package["totals"]} == kept
    assert {entry["rule"]: entry["total"] for entry in package["ignored"]} == ignored
    assert {found["rule"] for found in package["findings"]} == set(kept)
    if "KEY101" in arguments:
        assert "KEY101" not in package["rules_run"] and "KEY102" in package["rules_run"]


def test_what_is_ignored_is_said(folder, said):
    code, text = said("--ignore", "CEL101,HYG")
    assert code == 0 and text.endswith("ignored: 4 findings (CEL101 2, HYG109 2)\nvalid\n")


def test_what_cannot_be_read_stays_incomplete_however_much_is_ignored(folder, said):
    (folder / "data/t.csv").unlink()
    code, text = said("--ignore", "FIL103")
    assert code == 2 and "ignored: 1 finding (FIL103 1)\ncould not be checked whole" in text
    code, text = said("--ignore", "FIL103:t")  # who names the table knows what is missing
    assert code == 0 and "ignored: 1 finding (FIL103 1)\nvalid" in text


def test_a_table_may_be_in_one_of_several_packages(folder, tmp_path, said):
    table(tmp_path / "other", "n,s\nx,b\n", FIELDS)
    text = (tmp_path / "other" / "datapackage.json").read_text().replace('"name": "t"', '"name": "u"')
    (tmp_path / "other" / "datapackage.json").write_text(text)
    assert said(".", "other", "--ignore", "CEL101:u")[0] == 1
    code, text = said(".", "other", "--ignore", "CEL101:v")
    assert code == 2 and '--ignore: there is no table "v"; did you mean ' in text


# ------------------------------------------------------------------------------------------------------------- baseline


def test_a_baseline_knows_what_was_there(folder, said):
    code, text = said("--write-baseline", "known.json")
    assert code == 0 and text == "known.json: knows 4 findings of .; check against it with --baseline known.json\n"
    code, text = said("--baseline", "known.json", "--strict")
    assert code == 0 and text.endswith("known to the baseline: 4 findings (CEL101 2, HYG109 2)\nvalid\n")
    (folder / "data/t.csv").write_text("n,s\n7,new\nx,b\n1, a\nz,d\n")  # rows moved, "y" mended, " c" mended, "z" new
    code, text = said("--baseline", "known.json")
    assert code == 1 and '"z"' in text and '"x"' not in text and "no longer found: 2 findings of the baseline" in text
    assert said("--write-baseline", "known.json")[0] == 0 and said("--baseline", "known.json")[0] == 0


def test_a_second_of_the_same_is_new(folder, said):
    known = folder / "known.json"
    assert said(".", "--write-baseline", str(known))[0] == 0
    (folder / "data/t.csv").write_text(CONTENT + "x,b\n")
    assert totals(baseline=known) == {"CEL101": 1}


@pytest.mark.parametrize("arguments, gone", [
    (["--select", "HYG"], 0), (["--select", "HYG:t"], 0), (["--ignore", "CEL101"], 0), (["--ignore", "CEL:t,HYG"], 0),
    (["--select", "CEL"], 1), (["--ignore", "CEL102"], 1), ([], 1),
], ids=str)  # fmt: skip
def test_what_was_not_looked_at_is_not_called_gone(folder, said, arguments, gone):
    assert said("--write-baseline", "known.json")[0] == 0
    (folder / "data/t.csv").write_text(CONTENT.replace("y, c", "2, c"))  # one CEL101 mended
    code, text = said("--baseline", "known.json", *arguments)
    assert code == 0 and ("no longer found: 1 finding of the baseline" in text) == bool(gone)
    assert ("no longer found" in text) == bool(gone)


def test_what_could_not_be_read_is_not_called_gone(folder, said):
    assert said("--write-baseline", "known.json")[0] == 0
    (folder / "data/t.csv").unlink()
    code, text = said("--baseline", "known.json")
    assert code == 2 and "no longer found" not in text


def test_rules_that_were_skipped_call_nothing_gone(good: Example, monkeypatch, said):
    monkeypatch.chdir(good.folder)
    good.set("claims", "EX01-C007", "time", "")
    assert set(good.validate().totals) == {("CLM102", "data/claims.csv")}
    assert said("--write-baseline", "known.json")[0] == 0
    good.set("claims", "EX01-C003", "time_basis", "no such basis")
    good.validate()
    code, text = said("--baseline", "known.json")
    assert code == 1 and "no longer found" not in text and "skipped: CLM102" in text


def test_of_a_storm_a_baseline_keeps_the_number(folder, said):
    known, many = folder / "known.json", baseline.LIMIT + 500
    (folder / "data/t.csv").write_text("n,s\n" + "".join(f"x{i},b\n" for i in range(many)))
    assert said(".", "--write-baseline", str(known))[0] == 0
    assert len(json.loads(known.read_text())["known"]) == 1
    assert totals(baseline=known) == {}
    with (folder / "data/t.csv").open("a") as file:
        file.write("y,b\n" * 3)
    report = checked(".", baseline=known, max_samples=2)
    assert report.totals == {("CEL101", "data/t.csv"): 3} and len(report.findings) == 2
    (folder / "data/t.csv").write_text("n,s\nx1,b\n")
    report = checked(".", baseline=known)
    assert report.totals == {} and report.stale == many - 1


def test_samples_are_as_few_with_a_baseline(folder):
    (folder / "data/t.csv").write_text("n,s\n" + "x,b\n" * 300)
    (folder / "known.json").write_text(json.dumps({"format": baseline.FORMAT, "known": []}))
    report = checked(".", baseline=folder / "known.json")
    assert len(report.findings) == limits.SAMPLES and report.totals.total() == 300


def test_no_baseline_of_what_could_not_be_checked(folder, said):
    (folder / "data/t.csv").write_bytes(b"n,s\n\xff,x\n")
    code, text = said("--write-baseline", "known.json", "--no-settings")
    assert code == 2 and "no baseline is written" in text and not (folder / "known.json").exists()


NOT_A_COUNT = '{"rule": "A", "file": "b", "field": null, "value": null, "count": true}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": "claim-tracking-baseline-1"}',
        '{"format": "claim-tracking-baseline-1", "known": [{"rule": 1}]}',
        f'{{"format": "claim-tracking-baseline-1", "known": [{NOT_A_COUNT}]}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:60],
)
def test_what_is_no_baseline(folder, content):
    (folder / "known.json").write_text(content)
    with pytest.raises(Unusable, match="write one with --write-baseline"):
        baseline.read(folder / "known.json")


# ------------------------------------------------------------------------------------------------------------- settings


def test_a_package_brings_its_settings(folder, said):
    (folder / "validate.toml").write_text('strict = true\nignore = ["CEL101:t"]\nmax-samples = 0\n')
    code, text = said("--settings")
    end = "settings: validate.toml\nignored: 2 findings (CEL101 2)\ninvalid: 0 errors, 2 warnings\n"
    assert code == 1 and text.endswith(end)
    assert "HYG109 2 in all, of which 1 are listed" in text
    assert said("--ignore", "HYG")[1].endswith("invalid: 2 errors, 0 warnings\n")  # the command line goes first
    assert said("--no-settings")[1].endswith("invalid: 2 errors, 2 warnings\n")


@pytest.mark.parametrize("loud", [[], ["--quiet"], ["--verbose"], ["--format=json"], ["--format=github"]])
@pytest.mark.parametrize("content", ['ignore = ["CEL", "HYG109:t"]', 'select = ["HYG113"]', 'baseline = "known.json"'])
def test_settings_of_a_stranger_leave_out_no_error(folder, said, loud, content):
    assert said(".", "--write-baseline", "known.json")[0] == 0
    (folder / "validate.toml").write_text(content)
    report = checked(".")
    assert report.exit_code == 1 and (report.total("error"), report.total("warning")) == (2, 0)
    code, text = said(*loud)
    assert code == 1 and "validate.toml would leave out errors (CEL101 in data/t.csv)" in text
    assert "HYG109" in text  # what is left out is said
    code, text = said(*loud, "--settings")
    assert code == 0 and "would leave out" not in text


def test_settings_may_name_a_baseline_in_the_package(folder, said):
    assert said(".", "--write-baseline", "known.json")[0] == 0
    (folder / "validate.toml").write_text('baseline = "known.json"\nselect = ["CEL", "HYG"]\n')
    report = checked(".", trust_settings=True)
    assert report.totals == {} and report.known.total() == 4 and report.settings == ["validate.toml", "known.json"]


@pytest.mark.parametrize(
    "content, word",
    [
        ("ignroe = []", 'did you mean "?ignore"?'),
        ("output = 'x'", "there is no setting"),
        ("strict = 1", "has to be true or false"),
        ("ignore = 'HYG109'", "has to be a list of rules"),
        ("ignore = [1]", "has to be a list of rules"),
        ("ignore = ['HYG190']", "did you mean HYG"),
        ("select = ['HYG109:tt']", "did you mean t"),
        ("max-samples = -1", "a whole number from 0"),
        ("max-samples = true", "a whole number from 0"),
        ("baseline = '../known.json'", "is no file in the package"),
        ("baseline = '/etc/passwd'", "is no file in the package"),
        ("baseline = 'link'", "is no file in the package"),
        ("baseline = 'pipe'", "is no file in the package"),
        (f"baseline = '{'x' * 300}'", "is no file in the package"),
        ("strict =", "not TOML"),
        ("\udcff", "not TOML"),
        ("#" * 70_000, "larger than 64 KiB"),
    ],
)
def test_settings_that_cannot_be_followed(folder, content, word):
    (folder / "link").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe")  # would be waited for without end
    (folder / "validate.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    report = checked(".")
    (line,) = report.skipped
    assert report.exit_code == 2 and re.search(word, line) and "own settings: validate.toml: " in line
    assert report.totals.total() == 4  # the tables are checked all the same
    assert checked(".", use_settings=False).exit_code == 1


def test_settings_elsewhere_are_not_read(folder, tmp_path):
    (tmp_path / "far.toml").write_text("strict = true\n")
    package = table(tmp_path / "package", CONTENT, FIELDS)
    (package / "validate.toml").symlink_to(tmp_path / "far.toml")
    assert "not a regular file of this folder" in checked(str(package)).skipped[0]


def test_settings_travel_in_a_zip(folder, tmp_path):
    (folder / "validate.toml").write_text("ignore = ['CEL101', 'HYG']\n")
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name in ("validate.toml", "datapackage.json", "data/t.csv"):
            archive.write(folder / name, name)
    report = checked("p.zip", trust_settings=True)
    assert report.verdict == "valid" and report.ignored.total() == 4
    assert report.settings == [str(Path("p.zip", "validate.toml"))]


def test_patterns():
    parsed = selection.parse(["hyg109:a:b , CEL", "PKG1"], "--select", RULES)
    assert parsed == [("HYG109", "a:b"), ("CEL", None), ("PKG1", None)]
