"""Reports: the same in every format, valid by its own schema, small in a storm, harmless whatever a package holds."""

import json
import re
from collections import Counter
from email.message import Message
from pathlib import Path

import jsonschema
import pytest
from lxml import etree, html

from claimtrack.core.report import Report
from claimtrack.pipeline.check import check
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from claimtrack.reports import FORMATS, as_text, render, rule_pages
from tests.conftest import material
from tests.tools import second_profile
from tests.tools.bad_packages import NASTY
from tests.tools.example import ROOT
from tests.tools.support import RULES, resource, table, write

SCHEMA = json.loads((ROOT / "schemas" / "report" / "claim-tracking-report-1.json").read_text(encoding="utf-8"))


def checked(where: Path | str, **given) -> Report:
    """The report on a package, with these wishes."""
    return check(str(where), Settings(**given), [CLAIM_TRACKING])


PACKAGES = {
    "valid": ["valid"],
    "many": ["many"],
    "nasty": ["nasty"],
    "gone": ["gone"],
    "failing": ["failing"],
    "unusable": ["nothing"],
    "all": ["many", "nasty", "gone", "failing", "nothing"],
}


@pytest.fixture(scope="module", params=PACKAGES, ids=str)
def reports(request, bad, good_folder) -> list:
    places = [good_folder if name == "valid" else bad / name for name in PACKAGES[request.param]]
    return [checked(place, max_samples=20) for place in places]


def totals_of_text(text: str, reports: list) -> Counter:
    found = Counter(re.findall(r"(?m)^\S.*?: ([A-Z]{3}\d{3}) (?!.* in all, of which)", text))
    for rule, total, listed in re.findall(
        r"(?m): ([A-Z]{3}\d{3}) ([\d,]+) in all, of which ([\d,]+) are listed$", text
    ):
        found[rule] += int(total.replace(",", "")) - int(listed.replace(",", ""))
    return found


def totals_of_json(text: str, reports: list) -> Counter:
    found: Counter = Counter()
    for package in json.loads(text)["packages"]:
        for entry in package["totals"]:
            found[entry["rule"]] += entry["total"]
            assert (
                sum((f["rule"], f["file"]) == (entry["rule"], entry["file"]) for f in package["findings"])
                == entry["listed"]
            )
    return found


def totals_of_sarif(text: str, reports: list) -> Counter:
    run_ = json.loads(text)["runs"][0]
    found: Counter = Counter()
    for entry in run_["properties"]["totals"]:
        found[entry["rule"]] += entry["total"]
    assert Counter(result["ruleId"] for result in run_["results"]) == Counter(
        f.rule for report in reports for f in report.findings
    )
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
        rule = re.match(r"::(?:error|warning|notice) .*title=([A-Z]{3}\d{3})::", line)
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
    """The one exception is by design: JUnit has no warnings, so only a strict run counts them among the failures."""
    due: Counter = Counter()
    for report in reports:
        for (rule, _), total in report.totals.items():
            due[rule] += total
        report.strict = True
    assert globals()[f"totals_of_{form}"](render(form, reports), reports) == due


def test_the_totals_are_those_of_the_file(bad):
    report = checked(bad / "many", max_samples=3)
    assert report.totals["CEL101", "data/t.csv"] == 150 and report.totals["HYG109", "data/t.csv"] == 150
    assert Counter(found.rule for found in report.findings)["CEL101"] == 3


@pytest.mark.parametrize("strict", [False, True])
def test_a_note_is_told_and_never_fails_a_package(tmp_path, strict):
    """The rows are in order but for one, which the standard allows."""
    table(tmp_path, "n\n1\n2\n4\n3\n5\n6\n", [{"name": "n", "type": "integer"}], primaryKey="n")
    report = checked(tmp_path, strict=strict)
    assert (report.exit_code, report.verdict, report.total("note"), report.total("warning")) == (0, "valid", 1, 0)
    told = {form: render(form, [report]) for form in FORMATS}
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(told["json"]))
    assert json.loads(told["json"])["packages"][0]["notes"] == 1
    assert json.loads(told["sarif"])["runs"][0]["results"][0]["level"] == "note"
    assert re.search(r"(?m)^::notice .*title=HYG113::", told["github"])
    assert "valid: 0 errors, 0 warnings, 1 note" in told["text"] and "HYG113 note: " in told["text"]
    assert not etree.fromstring(told["junit"].encode()).xpath("//failure") and "are not sorted" in told["junit"]
    assert html.fromstring(told["html"]).xpath("//td[@class='wide note']")


def test_findings_are_told_by_their_severity(tmp_path):
    fields = [{"name": "n", "type": "integer"}, {"name": "t"}, {"name": "d", "type": "date"}]
    table(tmp_path, "n,t,d\n1,a ,\n2,b,\n4,c,x\n3,d,\n5,e,\n6,f,\n", fields, primaryKey="n")
    text = as_text.render([checked(tmp_path)])
    assert re.findall(r"(?m)^\S+ [A-Z]{3}\d{3} (\w+): ", text) == ["error", "warning", "note"]
    assert re.findall(r"(?m)^ +1 +[A-Z]{3}\d{3} (\w+) ", text) == ["error", "warning", "note"]


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
    run_ = json.loads(render("sarif", [checked("nasty")]))["runs"][0]
    places = [result["locations"][0]["physicalLocation"] for result in run_["results"]]
    assert {place["artifactLocation"]["uriBaseId"] for place in places} == {"%SRCROOT%"}
    assert {"nasty/data/a%20%25%2C%26x.csv", "nasty/data/%3A%3Aerror%3A%3A%3Cb%3E%0A.csv"} <= {
        place["artifactLocation"]["uri"] for place in places
    }
    assert any(place.get("region") == {"startLine": 2, "startColumn": 1} for place in places)
    assert str(bad) not in json.dumps(run_)
    monkeypatch.chdir(bad / "many")
    run_ = json.loads(render("sarif", [checked("../nasty")]))["runs"][0]
    assert {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] for result in run_["results"]
    } == {"PACKAGE1"}


def test_fingerprints_outlive_a_moved_row(tmp_path):
    def prints(content: str) -> list[str]:
        folder = table(tmp_path, content, [{"name": "n", "type": "integer"}])
        return [
            r["partialFingerprints"]["finding/v1"]
            for r in json.loads(render("sarif", [checked(folder)]))["runs"][0]["results"]
        ]

    before = prints("n\n1\nx\ny\nx\n")
    assert len(set(before)) == 3
    assert sorted(prints("n\n5\n6\n1\ny\nx\nx\n")) == sorted(before)


def test_github_commands_are_escaped(bad, monkeypatch):
    """A package can start no command and end no property: GitHub reads what the toolkit's `unescape` gives back."""
    monkeypatch.chdir(bad)
    lines = render("github", [checked("nasty")]).split("\n")
    assert all(
        re.match(r"::(error|warning|notice) (file=[^:,]+(,line=\d+(,col=\d+)?)?,)?title=[^:,]+::", line)
        for line in lines
    )
    assert any("file=nasty/data/a %25%2C&x.csv,line=2,col=1,title=CEL102::" in line for line in lines)
    assert all(re.fullmatch(r"(?:[^%]|%25|%0A|%3A|%2C)*", line) for line in lines)


def test_no_format_lets_a_package_speak_to_the_terminal(reports):
    for form in FORMATS:
        text = render(form, reports)
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text if form not in ("json", "sarif") else ""
        ), form
    page = html.fromstring(render("html", reports))
    assert (
        not page.xpath("//script") and not page.xpath("//@href[not(starts-with(., '#'))]") and not page.xpath("//@src")
    )


def test_page_tells_what_was_found_before_what_was_not_checked(good):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    page = html.fromstring(render("html", [checked(good.folder)]))
    (skipped,) = page.xpath("//details[summary[contains(., 'not checked')]]")
    assert (
        skipped.xpath("preceding::h3")
        and not skipped.xpath("following::h3")
        and skipped.xpath(".//li[contains(., 'checks above')]")
    )


def test_page_sets_code_in_a_rules_words_and_in_no_others(tmp_path):
    folder = table(tmp_path, "v\n`x`\n", [{"name": "v", "type": "integer"}], hash="sha256:" + "0" * 64)
    page = html.fromstring(render("html", [checked(folder)]))
    assert {"bytes", "hash"} <= set(page.xpath("//td/code/text()")) and set(page.xpath("//li//code/text()")) == set()
    assert "`x`" in page.text_content() and "`hash`" not in page.text_content()


@pytest.mark.parametrize("form", ["json", "sarif", "html", "text"])
def test_equal_reports_give_equal_bytes(bad, form):
    assert render(form, [checked(bad / "nasty")]) == render(form, [checked(bad / "nasty")])


# --------------------------------------------------------------------------------------------------- errors of ours


def told_in_text(text: str) -> list[str]:
    return re.findall("(?m)^internal error: (.*)$", text)


def told_in_json(text: str) -> list[str]:
    return [line for package in json.loads(text)["packages"] for line in package["internal_errors"]]


def told_in_sarif(text: str) -> list[str]:
    notes = [note for run in json.loads(text)["runs"][0]["invocations"] for note in run["toolExecutionNotifications"]]
    return [note["message"]["text"].partition(": ")[2] for note in notes if note["level"] == "error"]


def told_in_junit(text: str) -> list[str]:
    return [line for error in etree.fromstring(text.encode()).iter("error") for line in error.text.splitlines()]


def told_in_github(text: str) -> list[str]:
    return re.findall("(?m)^::error title=[^,]*%3A internal error::(.*)$", text)


def told_in_html(text: str) -> list[str]:
    found = html.fromstring(text).xpath("//p[@class='error']")
    return [line.text_content().removeprefix("internal error: ") for line in found]


@pytest.fixture
def broken(bad, monkeypatch) -> Report:
    """The report on a package in whose check something of ours goes wrong."""

    def raises(*_arguments) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("claimtrack.pipeline.run.check_keys", raises)
    return checked(bad / "failing")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_an_internal_error(broken, form):
    """It is no finding, and the findings from before it are all there."""
    report = broken
    (error,) = report.internal_errors
    assert "of ours" in error and report.totals == {("CEL101", "data/t.csv"): 1} and report.exit_code == 2
    text = render(form, [report])
    assert globals()[f"told_in_{form}"](text) == [error]
    assert globals()[f"totals_of_{form}"](text, [report]) == {"CEL101": 1}
    assert "could not be checked whole" in text or form == "json"


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_tells_of_an_internal_error_where_there_is_none(bad, form):
    text = render(form, [checked(bad / "many")])
    assert globals()[f"told_in_{form}"](text) == [] and "internal error" not in text


def test_an_internal_error_is_told_though_quiet(broken):
    """Else nothing would say why the exit code is 2."""
    lines = as_text.render([broken], quiet=True).splitlines()
    assert len(lines) == 2 and ": CEL101 " in lines[0] and lines[1].startswith("internal error: data/t.csv: ")


def test_a_storm_of_internal_errors_steers_no_terminal(bad):
    report = checked(bad / "failing")
    report.internal_errors = [f"{NASTY}\n::error::owned"] * 3
    for form in set(FORMATS) - {"json", "sarif"}:
        text = render(form, [report])
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text), form
        assert "\n::error::" not in text and ("<script>" not in text or form in ("text", "github"))


# ------------------------------------------------------------------------------------------------- where a rule is told


def rules_of_sarif(report: Report) -> list[dict]:
    return json.loads(render("sarif", [report]))["runs"][0]["tool"]["driver"]["rules"]


def test_sarif_leads_to_the_section_of_each_rule(bad, monkeypatch):
    monkeypatch.setenv(rule_pages.RULES_URL, "https://example.org/rules.md")
    found = {rule["id"]: rule for rule in rules_of_sarif(checked(bad / "many"))}
    assert found["CEL101"]["helpUri"] == "https://example.org/rules.md#cel101-cell-not-of-its-type"
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    anchors = {re.sub(r"[^\w-]", "", line.lower().replace(" ", "-")) for line in re.findall("(?m)^### (.*)$", page)}
    assert {rule["helpUri"].partition("#")[2] for rule in found.values()} <= anchors
    assert {rule_pages.anchor(rule) for rule in RULES.values()} <= anchors  # as GitHub makes them of headings


@pytest.mark.parametrize("value", [None, ""], ids=["not set", "empty"])
def test_sarif_leads_nowhere_where_no_address_is_known(bad, monkeypatch, value):
    monkeypatch.delenv(rule_pages.RULES_URL, raising=False)
    if value is not None:
        monkeypatch.setenv(rule_pages.RULES_URL, value)
    monkeypatch.setattr(rule_pages, "metadata", lambda name: Message())
    assert all("helpUri" not in rule for rule in rules_of_sarif(checked(bad / "many")))


def test_sarif_leads_to_the_page_that_the_installed_distribution_names(bad, monkeypatch):
    monkeypatch.delenv(rule_pages.RULES_URL, raising=False)
    about = Message()
    about["Project-URL"] = "Source, https://example.org/source"
    about["Project-URL"] = "Rules, https://example.org/rules"
    monkeypatch.setattr(rule_pages, "metadata", lambda name: about)
    found = {rule["id"]: rule for rule in rules_of_sarif(checked(bad / "many"))}
    assert found["HYG109"]["helpUri"] == "https://example.org/rules#hyg109-blank-at-the-edge"


def test_sarif_names_each_rule_in_words(bad):
    found = rules_of_sarif(checked(bad / "many"))
    assert {rule["id"]: rule["name"] for rule in found}["CEL101"] == "CellNotOfItsType"
    assert all(re.fullmatch("(?:[A-Z][a-z0-9]*)+", rule["name"]) for rule in found)


@pytest.mark.parametrize("form", FORMATS)
def test_rules_of_a_second_profile_are_in_every_format(tmp_path, form):
    lamps = second_profile.PROFILE
    resources = [
        resource(name, schema["fields"], primaryKey=schema["primaryKey"])
        for name, schema in lamps.table_schemas.items()
    ]
    files = {"data/lamps.csv": "lamp,height,street,lit\nL1,0.5,,\n", "data/streets.csv": "street,length\n"}
    folder = write(tmp_path, resources, files, conformsTo=lamps.name)
    report = check(str(folder), Settings(), [CLAIM_TRACKING, lamps])
    text = render(form, [report])
    assert globals()[f"totals_of_{form}"](text, [report]) == {"LMP101": 1}
    assert "The lamp hangs lower than a person stands" in text and "orrect `height`" in text.replace(
        "<code>", "`"
    ).replace("</code>", "`")
    assert report.summary == "the tallest lamp hangs 0.5 m high"
    assert (report.summary in text) == (form in ("text", "json", "html"))
