"""Reports: the same in every format, valid by every format's own schema, small in a storm, harmless whatever a package holds."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from lxml import etree, html

import validate as command
from tests.conftest import material
from tests.example import ROOT, Example
from tests.support import resource, table, write
from validator.check import check
from validator.reports import FORMATS, render
from validator.settings import Settings

SCHEMA = json.loads((ROOT / "schemas" / "report" / "claim-tracking-report-1.json").read_text(encoding="utf-8"))
NASTY = 'a, "b": 100%0A::error::x\n\uffff<script>alert(1)</script>]]>&amp; \x1b[31m\u202e\x08 é កម្ពុជា 🗳'


def run(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess:
    """The real command, in an environment that is no CI and no terminal."""
    clean = {key: value for key, value in os.environ.items() if key not in ("GITHUB_ACTIONS", "CI", "NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, ROOT / "validate.py", *arguments], capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd, env=clean | env
    )


@pytest.fixture(scope="module")
def bad(tmp_path_factory) -> Path:
    """A folder with three packages: `many` with more findings than are listed, `nasty` full of marks with a meaning, `gone` without its table."""
    folder = tmp_path_factory.mktemp("bad")
    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n").writerows([("n", "s"), *((f"x{i}", " ") for i in range(150)), ("1", NASTY)])
    fields = [{"name": "n", "type": "integer"}, {"name": "s", "type": "string", "constraints": {"enum": ["a"]}}]
    table(folder / "many", rows.getvalue().encode(), fields)
    nasty = [resource(NASTY[:30], [{"name": "s,\t:%", "type": "string", "constraints": {"maxLength": 1}}], path="data/a %,:x.csv".replace(":", "&"))]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("s,\t:%",), (NASTY,)])
    write(folder / "nasty", nasty, {"data/a %,&x.csv": out.getvalue(), "data/::error::<b>\n.csv": "x\n"}, title=NASTY, version="1.0.0")
    write(folder / "gone", [resource("t", fields)], {})
    return folder


PACKAGES = {"valid": ["valid"], "many": ["many"], "nasty": ["nasty"], "gone": ["gone"], "unusable": ["nothing"], "all": ["many", "nasty", "gone", "nothing"]}


@pytest.fixture(scope="module", params=PACKAGES, ids=str)
def reports(request, bad, good_folder) -> list:
    return [check(str(good_folder if name == "valid" else bad / name), Settings(max_samples=20)) for name in PACKAGES[request.param]]


def totals_of_text(text: str, reports: list) -> Counter:
    found = Counter(re.findall(r"(?m)^\S.*?: ([A-Z]{3}\d{3}) (?!.* in all, of which)", text))
    for rule, total, listed in re.findall(r"(?m): ([A-Z]{3}\d{3}) ([\d,]+) in all, of which ([\d,]+) are listed$", text):
        found[rule] += int(total.replace(",", "")) - int(listed.replace(",", ""))
    return found


def totals_of_json(text: str, reports: list) -> Counter:
    found: Counter = Counter()
    for package in json.loads(text)["packages"]:
        for entry in package["totals"]:
            found[entry["rule"]] += entry["total"]
            assert sum((f["rule"], f["file"]) == (entry["rule"], entry["file"]) for f in package["findings"]) == entry["listed"]
    return found


def totals_of_sarif(text: str, reports: list) -> Counter:
    run_ = json.loads(text)["runs"][0]
    found: Counter = Counter()
    for entry in run_["properties"]["totals"]:
        found[entry["rule"]] += entry["total"]
    assert Counter(result["ruleId"] for result in run_["results"]) == Counter(f.rule for report in reports for f in report.findings)
    return found


def totals_of_junit(text: str, reports: list) -> Counter:
    found: Counter = Counter()
    for case in etree.fromstring(text.encode()).iter("testcase"):
        for failure in case.iter("failure"):
            found[failure.get("type")] += int(re.match(r"([\d,]+) in all", failure.get("message"))[1].replace(",", ""))
    return found


def totals_of_github(text: str, reports: list) -> Counter:
    found: Counter = Counter()
    for line in text.splitlines():
        rule = re.match(r"::(?:error|warning) .*title=([A-Z]{3}\d{3})::", line)
        more = re.search(r": ([\d,]+) in all, of which ([\d,]+) are listed$", line)
        if rule:
            found[rule[1]] += int(more[1].replace(",", "")) - int(more[2].replace(",", "")) if more else 1
    return found


def totals_of_html(text: str, reports: list) -> Counter:
    page, found = html.fromstring(text), Counter()
    for row in page.xpath("//tr[th/a]"):
        found[row.xpath("string(th/a)")] += int(row.xpath("string(td[@class='n'])").replace(",", ""))
    assert len(page.xpath("//li[@class='finding']")) == sum(len(report.findings) for report in reports)
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_totals(reports, form):
    """The one exception is by design: JUnit has no warnings, so that only a strict run counts them among the failures."""
    due: Counter = Counter()
    for report in reports:
        for (rule, _), total in report.totals.items():
            due[rule] += total
        report.strict = True
    assert globals()[f"totals_of_{form}"](render(form, reports), reports) == due


def test_the_totals_are_those_of_the_file(bad):
    report = check(str(bad / "many"), Settings(max_samples=3))
    assert report.totals["CEL101", "data/t.csv"] == 150 and report.totals["HYG109", "data/t.csv"] == 150
    assert Counter(found.rule for found in report.findings)["CEL101"] == 3


def test_json_is_valid_by_its_schema(reports):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render("json", reports)))


def standard(name: str) -> Path:
    return material(f"standards/{name}", f"without a copy of the official {name} validity by it cannot be shown")


def test_sarif_is_valid_by_the_official_schema(reports):
    schema = json.loads(standard("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(json.loads(render("sarif", reports)))


def test_junit_is_valid_by_the_common_schema(reports):
    schema = etree.XMLSchema(etree.parse(standard("JUnit.xsd")))
    schema.assertValid(etree.fromstring(render("junit", reports).encode()))


def test_sarif_points_from_the_folder_of_the_run(bad, monkeypatch):
    monkeypatch.chdir(bad)
    run_ = json.loads(render("sarif", [check("nasty", Settings())]))["runs"][0]
    places = [result["locations"][0]["physicalLocation"] for result in run_["results"]]
    assert {place["artifactLocation"]["uriBaseId"] for place in places} == {"%SRCROOT%"}
    assert {"nasty/data/a%20%25%2C%26x.csv", "nasty/data/%3A%3Aerror%3A%3A%3Cb%3E%0A.csv"} <= {place["artifactLocation"]["uri"] for place in places}
    assert any(place.get("region") == {"startLine": 2, "startColumn": 1} for place in places)
    assert str(bad) not in json.dumps(run_)
    monkeypatch.chdir(bad / "many")
    run_ = json.loads(render("sarif", [check("../nasty", Settings())]))["runs"][0]
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] for result in run_["results"]} == {"PACKAGE1"}


def test_fingerprints_outlive_a_moved_row(tmp_path):
    def prints(content: str) -> list[str]:
        folder = table(tmp_path, content, [{"name": "n", "type": "integer"}])
        return [r["partialFingerprints"]["finding/v1"] for r in json.loads(render("sarif", [check(str(folder), Settings())]))["runs"][0]["results"]]

    before = prints("n\n1\nx\ny\nx\n")
    assert len(set(before)) == 3
    assert sorted(prints("n\n5\n6\n1\ny\nx\nx\n")) == sorted(before)


def test_github_commands_are_escaped(bad, monkeypatch):
    """A package can start no command and end no property: GitHub reads what the toolkit's `unescape` gives back."""
    monkeypatch.chdir(bad)
    lines = render("github", [check("nasty", Settings())]).split("\n")
    assert all(re.match(r"::(error|warning|notice) (file=[^:,]+(,line=\d+(,col=\d+)?)?,)?title=[^:,]+::", line) for line in lines)
    assert any("file=nasty/data/a %25%2C&x.csv,line=2,col=1,title=CEL102::" in line for line in lines)
    assert all(re.fullmatch(r"(?:[^%]|%25|%0A|%3A|%2C)*", line) for line in lines)


def test_no_format_lets_a_package_speak_to_the_terminal(reports):
    for form in FORMATS:
        text = render(form, reports)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text if form not in ("json", "sarif") else ""), form
    page = html.fromstring(render("html", reports))
    assert not page.xpath("//script") and not page.xpath("//@href[not(starts-with(., '#'))]") and not page.xpath("//@src")


def test_page_tells_what_was_found_before_what_was_not_checked(good):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    page = html.fromstring(render("html", [check(str(good.folder), Settings())]))
    (skipped,) = page.xpath("//details[summary[contains(., 'not checked')]]")
    assert skipped.xpath("preceding::h3") and not skipped.xpath("following::h3") and skipped.xpath(".//li[contains(., 'checks above')]")


def test_page_sets_code_in_a_rules_words_and_in_no_others(tmp_path):
    folder = table(tmp_path, "v\n`x`\n", [{"name": "v", "type": "integer"}], hash="sha256:" + "0" * 64)
    page = html.fromstring(render("html", [check(str(folder), Settings())]))
    assert {"bytes", "hash"} <= set(page.xpath("//td/code/text()")) and set(page.xpath("//li//code/text()")) == set()
    assert "`x`" in page.text_content() and "`hash`" not in page.text_content()


@pytest.mark.parametrize("form", ["json", "sarif", "html", "text"])
def test_equal_reports_give_equal_bytes(bad, form):
    assert render(form, [check(str(bad / "nasty"), Settings())]) == render(form, [check(str(bad / "nasty"), Settings())])


# ----------------------------------------------------------------------------------------------------- the real command


def test_several_reports_of_several_packages_in_one_run(bad, good_folder, tmp_path):
    outputs = [tmp_path / f"r{ending}" for ending in (".json", ".sarif", ".xml", ".html", ".txt")]
    done = run("many", good_folder, *(f"--output={path}" for path in outputs), "--max-samples", "2", cwd=bad)
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines()[-1] == "2 packages: 1 invalid, 1 valid"
    assert "many/data/t.csv:2:1: CEL101" in done.stdout and "data/t.csv: CEL101 150 in all, of which 2 are listed" in done.stdout
    told = json.loads(outputs[0].read_text(encoding="utf-8"))
    assert [p["verdict"] for p in told["packages"]] == ["invalid", "valid"] and told["exit_code"] == 1
    assert outputs[4].read_text(encoding="utf-8") == done.stdout
    assert len(json.loads(outputs[1].read_text(encoding="utf-8"))["runs"][0]["invocations"]) == 2
    assert etree.parse(outputs[2]).getroot().tag == "testsuites" and "<!doctype html>" in outputs[3].read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in outputs)  # nothing temporary is left


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_alone_goes_to_standard_output(bad, form):
    done = run("nasty", "--format", form, cwd=bad, PYTHONIOENCODING="ascii")
    assert done.returncode == 1 and done.stderr == ""
    parse = {"json": json.loads, "sarif": json.loads, "junit": lambda text: etree.fromstring(text.encode()), "html": html.fromstring}.get(form, len)
    assert parse(done.stdout) is not None
    if form in ("json", "sarif"):
        assert "កម្ពុជា 🗳" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


def test_formats_and_files_go_together_in_order(bad, tmp_path):
    done = run("many", "--format", "junit", "--output", tmp_path / "a.report", "--format", "json", "--output", "-", cwd=bad)
    assert json.loads(done.stdout)["exit_code"] == 1
    assert etree.parse(tmp_path / "a.report").getroot().tag == "testsuites"


def test_in_github_actions_commands_follow_the_text(bad):
    done = run("nasty", cwd=bad, GITHUB_ACTIONS="true", CI="true")
    first, *lines = done.stdout.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert first.startswith("::stop-commands::") and len(token) >= 32 and done.stdout.count(token) == 2
    end = lines.index(f"::{token}::")
    assert any("CEL102" in line for line in lines[:end])
    assert all(re.match("::(error|warning|notice) ", line) for line in lines[end + 1 :])
    assert lines[-1].startswith("::error title=nasty::invalid: ")
    told = run("nasty", "--format", "json", cwd=bad, GITHUB_ACTIONS="true").stdout
    assert json.loads(told)["exit_code"] == 1  # a format of the user's choice is left alone


def test_a_package_that_cannot_be_checked_is_in_every_report(bad, tmp_path):
    done = run("nothing", "many", "--output", tmp_path / "r.json", cwd=bad)
    assert done.returncode == 2 and done.stderr == "nothing: there is no such file; name a package's folder or its descriptor\n"
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [p["verdict"] for p in told["packages"]] == ["unusable", "invalid"] and "no such file" in told["packages"][0]["error"]
    assert done.stdout.splitlines()[-1] == "2 packages: 1 unusable, 1 invalid"


def test_quiet_and_verbose(bad, good_folder):
    quiet = run("many", "-q", cwd=bad).stdout.splitlines()
    assert quiet and all(re.search(r": [A-Z]{3}\d{3} ", line) for line in quiet)
    assert run(good_folder, "--quiet").stdout == ""
    verbose = run("many", "--verbose", cwd=bad).stdout
    assert verbose.count("    why: ") == len(set(re.findall(r"(?m): ([A-Z]{3}\d{3}) ", verbose))) and "rules run: " in verbose


@pytest.mark.parametrize("env, coloured", [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)], ids=str)
def test_colour_is_for_terminals_and_those_who_ask(bad, env, coloured):
    assert ("\x1b[" in run("many", cwd=bad, **env).stdout) == coloured


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
@pytest.mark.parametrize("env, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)], ids=str)
def test_colour_on_a_terminal(bad, env, coloured):
    import pty

    ours, theirs = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key not in ("GITHUB_ACTIONS", "CI", "NO_COLOR", "FORCE_COLOR")}
    subprocess.run([sys.executable, ROOT / "validate.py", "many", "--max-samples=1", "-q"], cwd=bad, stdout=theirs, env=clean | {"TERM": "xterm"} | env, check=False)
    os.close(theirs)
    assert (b"\x1b[1;31mCEL101" in os.read(ours, 100_000)) == coloured
    os.close(ours)


def test_a_storm_stays_small(tmp_path):
    folder = table(tmp_path, "n,m\n" + "x,y\n" * 200_000, [{"name": "n", "type": "integer"}, {"name": "m", "type": "integer"}])
    done = run(folder, "--format", "json", "--max-samples", "5")
    assert json.loads(done.stdout)["packages"][0]["errors"] == 400_000 and len(done.stdout) < 10_000


def test_help_fits_a_screen_and_names_every_option():
    done = run("--help", COLUMNS="80")
    assert done.returncode == 0 and len(done.stdout.splitlines()) <= 40 and max(map(len, done.stdout.splitlines())) <= 80
    for group in ("what counts:", "report:", "instead of a check:"):
        assert group in done.stdout


def test_version():
    done = run("--version")
    assert done.returncode == 0 and re.fullmatch(r"validate.py \d+\.\d+\.\d+ \(frictionless .+, pandera .+, polars .+, Python .+\)\n", done.stdout)


# -------------------------------------------------------------------------------------------------------------- bad use


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["--format", "jsn"], "did you mean json?"),
        (["--format", "json", "--format", "html"], "give each --format an --output"),
        (["--format", "json", "--output", "a.json", "--output", "b.json"], "let the files' endings say it"),
        (["--output", "report"], "end it in one of .txt, .json, .sarif, .xml, .html"),
        (["--output", "a.json", "--output", "a.json"], "give each --output a file of its own"),
        (["--output", "no/such/a.json"], "make it first"),
        (["--output", "data/a.json"], "choose a folder beside it"),
        (["--format", "json", "--output", "data/t.csv"], "choose another name"),
        (["--output", "datapackage.json"], "choose another name"),
        (["--output", "link.json"], "choose another name"),
        (["--format", "json", "--output", "data"], "name a file in it"),
        (["--write-baseline", "data/known.json"], "choose a folder beside it"),
        (["--max-samples", "-1"], "a whole number from 0"),
        (["--max-samples", "few"], "a whole number from 0"),
        (["--max-samples", "1_0"], "a whole number from 0"),
        (["-q", "-v"], "not allowed with argument -q/--quiet"),
        (["--select", "CEL999"], "did you mean CEL"),
        (["--ignore", "hgy109"], "did you mean HYG109?"),
        (["--ignore", "HYG109:"], "such as HYG109 or HYG109:claims"),
        (["--ignore", "HYG109:tt"], "did you mean t?"),
        (["--explain", "HYG1O9"], "did you mean HYG109?"),
        (["--baseline", "none.json"], "write one with --write-baseline"),
        (["--baseline", "datapackage.json"], "write one with --write-baseline"),
        ([".", ".", "--write-baseline", "k.json"], "in the validate.toml of each"),
        (["--status", "--format", "html"], "leave other formats and --output out"),
        (["--status", "--output", "a.json"], "leave other formats and --output out"),
        (["--status", "--ignore", "HYG"], "has no use for --ignore; leave it out"),
        (["--source", "a.txt", "--max-samples", "0"], "has no use for --max-samples; leave it out"),
        (["--source", "a.txt", ".", "."], "run it on each"),
        (["--fix", "--strict"], "has no use for --strict; leave it out"),
        (["--fix", "--format", "json"], "leave other formats and --output out"),
        (["--list-rules", "--format", "json"], "has no use for --format; leave it out"),
        (["--explain", "HYG109", "--output", "a.json"], "has no use for --output; leave it out"),
        (["--version", "--strict"], "has no use for --strict; leave it out"),
        (["--version", "-q"], "has no use for --quiet; leave it out"),
        (["--list-rules", "."], "is about no package; leave . out"),
        (["--list-rules", "--dry-run"], "--dry-run goes with --fix"),
        (["--quotes"], "--quotes goes with --source"),
        (["--style", "ris"], "--style goes with --cite"),
        (["--cite", "--expect", "ab"], "--expect goes with --cite ROW_ID"),
        (["--write-baseline", "k.json", "--output", "a.html"], "has no use for --output; leave it out"),
        (["--write-baseline", "k.json", "--format", "json"], "has no use for --format; leave it out"),
        (["--write-baseline", "k.json", "--baseline", "k.json"], "has no use for --baseline; leave it out"),
        (["--write-baseline", "k.json", "--strict"], "has no use for --strict; leave it out"),
        (["--write-baseline", "k.json", "--status"], "has no use for --write-baseline; leave it out"),
        (["--write-baseline", "-"], "name a file"),
        (["--source", "a.txt", "--quotes-to", "-"], "name a file"),
        (["--output", "a.json", "--output", "./a.json"], "give each --output a file of its own"),
        (["--baseline", "k.json", "--output", "./k.json"], "this file is read in the same run; choose another name"),
        (["--formt", "json"], "did you mean --format?"),
        (["--qqqq"], "--help lists the options"),
        (["--format", "JSON"], "did you mean json?"),
        (["--select", "HYGG"], "did you mean HYG?"),
        (["--ignore", "PGK,CEL"], "did you mean PKG?"),
        (["data/t.csv"], "such as datapackage.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_use_is_one_sentence_with_its_mend(tmp_path, monkeypatch, capfd, arguments, word):
    table(tmp_path, "n\n1\n", [{"name": "n", "type": "integer"}])
    (tmp_path / "link.json").symlink_to("datapackage.json")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    try:
        code = command.main(arguments)
    except SystemExit as stop:
        code = stop.code
    printed = capfd.readouterr()
    assert code == 2 and printed.out == "" and word in printed.err
    assert len(printed.err.splitlines()) == (2 if "usage:" in printed.err else 1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("value", ["", " "], ids=["empty", "blank"])
@pytest.mark.parametrize(
    "before, option",
    [([], name) for name in ("--against", "--cite", "--baseline", "--write-baseline", "--explain", "--select", "--ignore", "--output", "--format", "--source", "--max-samples")]
    + [(["--cite", "x"], "--expect"), (["--source", "a.txt"], "--quotes-to"), ([], "PACKAGE"), (["."], "PACKAGE"), (["--strict", "--"], "PACKAGE")],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_an_empty_value_turns_no_check_off(tmp_path, monkeypatch, capfd, before, option, value):
    """As of a variable that a script forgot to set: the check that was meant would not be made, and all seem well."""
    table(tmp_path, "n\n1\n", [{"name": "n", "type": "integer"}])
    monkeypatch.chdir(tmp_path)
    for given in [[value]] if option == "PACKAGE" else [[option, value], [f"{option}={value}"]]:
        with pytest.raises(SystemExit) as stop:
            command.main([*before, *given])
        printed = capfd.readouterr()
        assert stop.value.code == 2 and printed.out == "" and f"argument {option}: the " in printed.err
        assert "empty" in printed.err or option == "--max-samples"


def test_a_report_is_replaced_whole_or_not_at_all(good: Example, monkeypatch):
    monkeypatch.chdir(good.folder)
    (good.folder / "report.json").write_text("of yesterday")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert command.main(["--output", "report.json"]) == 2
    assert (good.folder / "report.json").read_text() == "of yesterday" and not list(good.folder.glob(".validate-*"))
