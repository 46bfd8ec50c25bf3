"""The site: every item on it, every link good, nothing from outside, nothing in a table that could run."""

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import lxml.html
import pytest

from publisher import charts, site
from publisher.build import FORMS
from publisher.files import File
from publisher.model import load
from publisher.site import build, in_words, is_web, markdown
from tests.conftest import ROOT
from tests.example import Example
from tests.test_dataset import FACTS, runs
from validator.findings import Unusable
from validator.seal import read_rows, write_rows

LIMIT = 500_000  # bytes that the whole site may take when compressed
DOWNLOADS = [File.of(name, *said, b"") for name, said in FORMS.items()]


@pytest.fixture(scope="module")
def folder(dataset, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("dist") / "site"
    build(dataset, output, DOWNLOADS)
    return output


@pytest.fixture(scope="module")
def pages(folder) -> dict:
    return {path.name: parsed(path) for path in folder.iterdir()}


def parsed(path: Path):
    return lxml.html.document_fromstring(path.read_text(encoding="utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))


def built(example: Example, tmp_path: Path):
    """The front page of a package, parsed."""
    build(load(example.folder), tmp_path / "site", DOWNLOADS)
    return parsed(tmp_path / "site" / "index.html")


def words(element) -> str:
    return " ".join(element.text_content().split())


def test_every_item_has_a_card_at_its_address(dataset, pages):
    found = {card.get("id"): card for card in pages["index.html"].xpath("//article")}
    assert found.keys() == {item.id for item in dataset.items}
    for item in dataset.items:
        card = found[item.id]
        assert words(card.xpath(".//h3")[0]) == item.text
        assert set(card.xpath(".//li/@id")) == {row.id for row in (*item.evidence, *item.follow_ups)}
        shown = words(card)
        for row in (*item.evidence, *item.follow_ups):
            assert row.finding in shown and (not row.source or row.source.publisher in shown)
        assert all(part.actor.title in shown for part in item.participants) and all(one.right.label in shown for one in item.rights)
        assert item.voice.label in shown and (not item.hedge or item.hedge.label in shown)


def test_items_stand_in_the_order_of_the_statement(dataset, pages):
    first = {item.id: min(item.segment_ids) for item in dataset.items if item.segment_ids}
    shown = [first[id] for id in pages["index.html"].xpath("//article/@id") if id in first]
    assert shown == sorted(shown)


def test_ids_are_unique(pages):
    for name, page in pages.items():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), name


def test_every_link_inside_the_release_leads_somewhere(pages):
    views = {(select.get("name"), value) for select in pages["index.html"].xpath("//select") for value in select.xpath(".//option/@value")}
    ids = {name: set(page.xpath("//@id")) for name, page in pages.items()}
    for name, page in pages.items():
        for target in set(page.xpath("//a/@href")):
            if is_web(target):
                continue
            path, _, fragment = target.partition("#")
            if path.startswith("../"):
                assert path[3:] in FORMS, target
                continue
            assert not path or path in pages, target
            if "=" in fragment:
                assert set(parse_qsl(fragment)) <= views, target
            elif fragment:
                assert fragment in ids[path or name], (name, target)


def test_nothing_is_loaded_from_anywhere(pages):
    for page in pages.values():
        assert not page.xpath("//@src | //@srcset | //@style | //@ping | //link[@rel != 'icon'] | //img | //iframe | //object | //embed | //form/@action")
        assert all(icon.startswith("data:image/svg+xml,") for icon in page.xpath("//link/@href"))
        assert not [name for element in page.iter("*") for name in element.attrib if name.startswith("on")]
        assert all(target.startswith("#") for target in page.xpath("//use/@href"))
        for style in page.xpath("//style/text()"):
            assert "@import" not in style and re.findall(r"url\([^#]", style) == []


def test_policy_allows_the_page_its_own_scripts_and_nothing_else(folder):
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        (policy,) = re.findall('http-equiv="Content-Security-Policy" content="(.*?)"', text)
        directives = dict(directive.split(" ", 1) for directive in policy.replace("&#39;", "'").split("; "))
        assert directives.pop("default-src") == directives.pop("base-uri") == directives.pop("form-action") == "'none'"
        assert directives.pop("img-src") == "data:"
        for name, element in (("script-src", "script"), ("style-src", "style")):
            inline = re.findall(rf"(?s)<{element}>(.*?)</{element}>", text)
            hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline]
            assert directives.pop(name).split() == hashes
        assert not directives


def test_links_out_are_marked(pages):
    for page in pages.values():
        for link in page.xpath("//a[starts-with(@href, 'http')]"):
            assert link.get("rel") == "noopener noreferrer" and link.get("class") == "away"


def test_hostile_cells_are_shown_and_do_not_run(good: Example, tmp_path):
    evil = """</script><script>alert(1)</script><img src=x onerror=alert(1)>"' {{ 7 * 7 }} <!-- ${x} &amp;"""
    before = len(built(good, tmp_path).xpath("//script"))
    good.set("claims", "EX01-C001", "claim", evil)
    good.set("evidence", "EX01-E001", "finding", evil)
    good.set("actors", "keepers", "name", evil)
    good.set("codes", "claim_type/event", "label", evil)
    good.set("sources", "SRC-001", "url", "javascript:alert(1)")
    good.set("sources", "SRC-002", "url", "https://example.org/\" onmouseover=alert(1) x=\"")
    page = built(good, tmp_path)
    assert len(page.xpath("//script")) == before and not page.xpath("//img") and not page.xpath("//@onerror | //@onmouseover")
    assert words(page.xpath("//article[@id='EX01-C001']//h3")[0]) == evil
    assert not [target for target in page.xpath("//@href") if target.lower().startswith("javascript")]
    assert "javascript:alert(1)" in words(page.xpath("//tr[@id='SRC-001']")[0])
    (data,) = page.xpath("//script[@id='data']/text()")
    assert evil in [row[2] for row in json.loads(data)["tables"]["claims"]["rows"]]


ODD = 'a b/%41&x=1#?"<é+'


def _name_oddly(good: Example, table: str, old: str, new: str, *uses: tuple[str, str]) -> None:
    """Gives a row another id in all tables that use it, and drops the patterns that ids have, as a fork may."""
    for name, column in ((table, read_rows(good.path(table))[0][0]), *uses):
        schema = good.folder / "schemas" / f"{name}.json"
        said = json.loads(schema.read_text(encoding="utf-8"))
        next(field for field in said["fields"] if field["name"] == column)["constraints"].pop("pattern", None)
        schema.write_text(json.dumps(said), encoding="utf-8")
        names, rows = read_rows(good.path(name))
        write_rows(good.path(name), names, [row | {column: new if row[column] == old else row[column]} for row in rows])
    assert good.validate().exit_code == 0


def name_actor(good: Example, new: str) -> None:
    _name_oddly(good, "actors", "keepers", new, ("actors", "part_of"), ("participants", "actor_id"), ("segments", "voice_id"), ("statements", "publisher_id"))


def test_ids_are_escaped_wherever_they_are_addresses(good: Example, tmp_path):
    name_actor(good, ODD)
    page = built(good, tmp_path)
    (row,) = [element for element in page.xpath("//tr[@id]") if element.get("id") == f"actor-{ODD}"]
    (view,) = row.xpath(".//a/@href")
    assert parse_qsl(view.removeprefix("#")) == [("actor", ODD)] and ODD in page.xpath("//select[@name='actor']//option/@value")
    named = [link for link in page.xpath("//article//a/@href") if link.startswith("#actor-a")]
    assert named and {unquote(link) for link in named} == {f"#actor-{ODD}"} and not re.search(r'[\s"<]', named[0])
    assert any(ODD in json.loads(card.get("data-actor")) for card in page.xpath("//article"))


def test_two_rows_at_one_address_are_refused(good: Example, tmp_path):
    _name_oddly(good, "sources", "SRC-001", "EX01-E001", ("evidence", "source_id"), ("follow_ups", "source_id"))
    with pytest.raises(Unusable, match='the id "EX01-E001" would stand 2 times'):
        build(load(good.folder), tmp_path / "site")


def test_row_at_the_address_of_a_part_of_the_page_is_refused(good: Example, tmp_path):
    _name_oddly(good, "sources", "SRC-001", "data", ("evidence", "source_id"), ("follow_ups", "source_id"))
    with pytest.raises(Unusable, match='the id "data" would stand 2 times'):
        build(load(good.folder), tmp_path / "site")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "data:text/html,x", "//example.org", "http:", "https://[", "ftp://x", "x", ""])
def test_only_the_web_is_linked_to(address):
    assert not is_web(address)


def test_codebook_runs_nothing():
    book = markdown("# A <b>\n\n<script>x</script>\n\n![p](https://example.org/p.png) [j](javascript:x) [r](../data/a.csv) [w](https://example.org/) [in](#a-b)\n\n# A b")
    page = lxml.html.fragment_fromstring(book.html, create_parent=True)
    assert not page.xpath(".//script | .//img | .//b")
    assert page.xpath(".//a/@href") == ["https://example.org/p.png", "https://example.org/", "#a-b"]
    assert page.xpath(".//a/@rel") == ["noopener noreferrer"] * 2
    assert page.xpath(".//h1/@id") == ["a-b", "a-b-1"] and "<script>x</script>" in page.text_content()


def test_documents_link_to_each_other():
    told = "[a](codebook.md#b) [b](datasheet.md) [c](rules.md) [d](codebook.mdx) [e](../codebook.md) [f](codebook.md?x)"
    page = lxml.html.fragment_fromstring(markdown(told, ["codebook", "datasheet"]).html, create_parent=True)
    assert page.xpath(".//a/@href") == ["codebook.html#b", "datasheet.html"] and page.text_content().split() == list("abcdef")


def test_package_without_documents_has_one_page(good: Example, tmp_path):
    page = built(good, tmp_path)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    assert not page.xpath("//a[contains(@href, 'codebook') or contains(@href, 'datasheet')]") and not page.xpath("//*[@id='corrections']")


@pytest.mark.parametrize(("text", "target"), [("# A\n\n## Maintenance\n", "datasheet.html#maintenance"), ("# A\n", "datasheet.html")])
def test_whoever_is_named_is_told_where_to_turn(good: Example, tmp_path, text, target):
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "datasheet.md").write_text(text, encoding="utf-8")
    assert built(good, tmp_path).xpath("//*[@id='corrections']//a/@href") == [target]


def test_document_in_another_encoding_is_one_sentence(good: Example):
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "codebook.md").write_bytes("café".encode("cp1252"))
    with pytest.raises(Unusable, match="codebook.md: byte 4 is not UTF-8; save"):
        load(good.folder)


def test_codebook_outside_the_package_is_not_read(good: Example, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "codebook.md").symlink_to(tmp_path / "secret")
    assert load(good.folder).codebook is None


def test_actors_are_listed_with_how_many_items_name_them(dataset, pages):
    for actor in dataset.actors:
        told = pages["index.html"].xpath(f"//tr[@id='actor-{actor.id}']/td[@class='number']")
        assert words(told[0]) == str(sum(any(part.actor == actor for part in item.participants) for item in dataset.items) or "–")


def test_it_says_who_coded(dataset, pages):
    (told,) = pages["index.html"].xpath("//*[@class='coders']")
    used = {row["coder"] for row in dataset.tables["codings"].rows}
    assert used and all(code.definition in words(told) for code in dataset.codes["coder"] if code.code in used)


@pytest.mark.parametrize(("bytes", "said"), [(0, "1 kB"), (1499, "1 kB"), (1500, "2 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (12_345_678, "12.3 MB")])
def test_sizes(bytes, said):
    assert site.size(bytes) == said


def test_retired_item_keeps_its_card_and_is_counted_nowhere(good: Example, tmp_path):
    page = built(good, tmp_path)
    assert page.xpath("//article[@id='EX01-C008']//p[@class='retired']")
    dataset = load(good.folder)
    active = {item.id for item in dataset.items if not item.retired}
    covered = charts.coverage(dataset, dataset.statements[0])
    assert [one.claims + one.calls for one in covered] == [len(active & set(one.segment.item_ids)) for one in covered]
    figure = words(page.xpath("//dl[@class='figures']/div[dt='claims']/dd")[0])
    assert int(figure) == sum(item.kind == "claim" for item in dataset.items if item.id in active)


def test_whole_site_is_small(folder):
    assert sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in folder.iterdir()) < LIMIT


def test_same_bytes_each_time(folder, tmp_path):
    """In a process of its own, whose sets and dicts hash otherwise."""
    script = f"from pathlib import Path; from publisher.files import File; from publisher.model import load; from publisher.site import build; build(load(Path('.')), Path({str(tmp_path)!r}), {DOWNLOADS!r})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Phnom_Penh"}, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_no_sentence_of_the_statement_is_on_the_site(statement, pages):
    theirs = runs(statement) - set().union(*map(runs, FACTS))
    for page in pages.values():
        assert not runs(page.text_content()) & theirs


def test_style_suits_both_directions():
    """A sheet of logical properties turns round with `dir`; a physical one would stay behind."""
    style = re.sub(r"/\*.*?\*/", "", (site.HERE / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    physical = r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|[{;]\s*(?:left|right|top|bottom|float)\s*:|text-align:\s*(?:left|right)"
    assert re.findall(physical, style) == []
    assert re.findall(r"(?:margin|padding):(?:\s+[^\s;]+){4};", style) == []  # four values: the second and fourth are sides


def test_every_string_is_used():
    sources = "".join(path.read_text(encoding="utf-8") for path in [*site.HERE.glob("*.html"), site.HERE / "app.js", Path(site.__file__)])
    strings = tomllib.loads((site.HERE / "strings" / "en.toml").read_text(encoding="utf-8"))
    by_variable = {"item": {"claim", "call", "grounds_claim", "grounds_call"}}  # asked for by a name that is put together
    for group, texts in strings.items():
        for name in set(texts) - by_variable.get(group, set()) if isinstance(texts, dict) else ():
            assert re.search(rf'\bt\.{group}\.{name}\b|\bwords\.{name}\b|"{name}"', sources), f"{group}.{name}"


def test_translation_is_a_file_of_strings(good: Example, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "HERE", tmp_path / "copy")
    subprocess.run(["cp", "-r", Path(site.__file__).parent / "site", tmp_path / "copy"], check=True)
    english = (tmp_path / "copy" / "strings" / "en.toml").read_text(encoding="utf-8")
    other = english.replace('direction = "ltr"', 'direction = "rtl"').replace('language = "en"', 'language = "ar"').replace('"Browse"', '"تصفح"')
    (tmp_path / "copy" / "strings" / "ar.toml").write_text(other, encoding="utf-8")
    build(load(good.folder), tmp_path / "site", language="ar")
    page = parsed(tmp_path / "site" / "index.html")
    assert (page.get("dir"), page.get("lang")) == ("rtl", "ar") and "تصفح" in words(page)


# Charts


def test_rights_are_counted_by_basis(dataset):
    rows = [row for row in dataset.tables["item_rights"].rows]
    active = {item.id for item in dataset.items if not item.retired}
    for bar in charts.rights(dataset):
        mine = [row for row in rows if row["right_id"] == bar.right.id and (row["claim_id"] or row["call_id"]) in active]
        assert bar.named + bar.inferred == bar.claims + bar.calls == len(mine)
        assert bar.named == sum(row["basis"] == "named" for row in mine)


def test_timeline_holds_every_dated_finding(dataset):
    timeline = charts.timeline(dataset)
    sourced = [row for item in dataset.items if not item.retired for row in (*item.evidence, *item.follow_ups) if row.source]
    assert sum(lane.total + lane.undated for lane in timeline.lanes) == len(sourced)
    for lane in timeline.lanes:
        assert len(lane.bins) == timeline.size and sum(lane.years.values()) == lane.total
        by_year = {}
        for place, number in enumerate(lane.bins):
            year = timeline.label(place)[0]
            by_year[year] = by_year.get(year, 0) + number
        assert {year: number for year, number in by_year.items() if number} == lane.years


def test_package_without_dates_has_no_timeline(good: Example, tmp_path):
    for n in range(1, 9):
        good.set("evidence", f"EX01-E{n:03}", "event_date", "")
    good.drop("follow_ups", "EX01-F001")
    good.set("follow_ups", "EX01-F002", "source_id", "")
    assert charts.timeline(load(good.folder)) is None
    assert not built(good, tmp_path).xpath("//*[@id='time'] | //a[@href='#time']")


@pytest.mark.parametrize(
    ("date", "year"), [("2023", 2024), ("2023-01-01", 2023), ("1985-01-14/2023-08-22", 2023.6), ("1998/", 1998), ("/2020-01-01", 2020), ("2021-12~", 2022), ("0000", 1)]
)
def test_place_in_time(date, year):
    assert charts.moment(date) == pytest.approx(year, abs=0.05)


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2023-07-21", "2023-07-21"),
        ("2021-12~", "about 2021-12"),
        ("2020?", "perhaps 2020"),
        ("2019%", "perhaps 2019"),
        ("2017-09/2018-05", "2017-09 to 2018-05"),
        ("/2023-07-21", "up to 2023-07-21"),
        ("2018/..", "from 2018 on"),
        ("2018~/2019", "about 2018 to 2019"),
        ("201X", "201X"),
    ],
)
def test_dates_in_words(date, said):
    assert in_words(date, tomllib.loads((site.HERE / "strings" / "en.toml").read_text(encoding="utf-8"))["date"]) == said
