"""The site: every link good, nothing from outside, nothing in a table that could run."""

import base64
import hashlib
import json
import os
import posixpath
import re
import subprocess
import sys
from urllib.parse import parse_qsl, unquote

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.publisher.build import FORMS
from claimtrack.publisher.join import load
from claimtrack.publisher.site.addresses import file_of
from claimtrack.publisher.site.pages import build
from claimtrack.publisher.site.rendering import HERE
from claimtrack.publisher.words import is_web
from claimtrack.tracking.own_words import runs
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.own_words import FACTS
from tests.tools.site import (
    DOWNLOADS,
    ODD,
    built,
    cards,
    compressed,
    first_view,
    name_actor,
    name_oddly,
    parsed,
    records,
    text_of,
)
from tests.tools.support import files_in, kept

LIMIT = 300_000  # bytes, compressed, that a reader's first view of the site may take, with all it loads by itself

CITING = [(name, "source_id") for name in ("evidence", "follow_ups", "responses")]


def test_ids_are_unique(pages):
    for name, page in pages.items():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), name


def test_every_link_inside_the_release_leads_somewhere(pages, folder):
    """Addresses that only the front page's script knows are looked up in what it finds among."""
    found = records(folder)
    views = {(name, value) for one in found for name, values in one["tokens"].items() for value in values}
    views |= {(name, row[name]) for one in found for row in one["rows"] for name in ("says", "said_by", "source")}
    views |= {("view", "says"), ("contested", "yes")}
    rows = {id for one in found for id in (one["id"], *one["ids"], *(row["id"] for row in one["rows"]))}
    ids = {name: set(page.xpath("//@id")) for name, page in pages.items()}
    ids["index.html"] |= rows
    seen = {(name, target) for name, page in pages.items() for target in page.xpath("//@href")}
    seen |= {("index.html", target) for card in cards(folder).values() for target in card.xpath("//@href")}
    for name, target in sorted(seen):
        if is_web(target) or target.startswith("data:"):
            continue
        path, _, fragment = target.partition("#")
        if path.startswith("../") and "/" not in name:
            assert path[3:] in FORMS, target
            continue
        to = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
        assert (folder / to).is_file(), (name, target)
        if "=" in fragment:
            dates = {"since", "until"}
            assert {pair for pair in parse_qsl(fragment) if pair[0] not in dates} <= views, (name, target)
        elif fragment:
            assert unquote(fragment) in ids[to], (name, target)


def test_nothing_is_loaded_from_anywhere(pages):
    for page in pages.values():
        # A feed is named, and a page loads nothing of it.
        elements = "//link[not(contains('icon stylesheet alternate', @rel))] | //img | //iframe | //object | //embed"
        assert not page.xpath(f"//@srcset | //@style | //@ping | //form/@action | {elements}")
        assert all(icon.startswith("data:image/svg+xml,") for icon in page.xpath("//link[@rel = 'icon']/@href"))
        beside = page.xpath("//@src | //link[@rel = 'stylesheet']/@href")
        assert all(re.fullmatch(r"(?:\.\./)?[a-z.]+\.(?:js|css)", path) for path in beside)
        assert not [name for element in page.iter("*") for name in element.attrib if name.startswith("on")]
        assert all(target.startswith("#") for target in page.xpath("//use/@href"))
        for style in page.xpath("//style/text()"):
            assert "@import" not in style and re.findall(r"url\([^#]", style) == []


def test_policy_allows_a_page_the_scripts_of_its_own_folder_and_nothing_else(folder):
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        (policy,) = re.findall('http-equiv="Content-Security-Policy" content="(.*?)"', text)
        directives = dict(directive.split(" ", 1) for directive in policy.replace("&#39;", "'").split("; "))
        assert directives.pop("default-src") == directives.pop("base-uri") == directives.pop("form-action") == "'none'"
        assert directives.pop("img-src") == "data:"
        for name, element in (("script-src", "script"), ("style-src", "style")):
            inline = re.findall(rf"(?s)<{element}>(.*?)</{element}>", text)
            hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline]
            assert directives.pop(name).split() == (hashes or ["'self'"]), path
        assert not directives


@pytest.mark.slow
def test_statement_has_a_page_that_can_be_sent_alone(pages, dataset):
    """It loads nothing, and whatever it says of another claim or call is in it."""
    for statement in dataset.statements:
        page = pages[file_of("statement", statement.id)]
        assert not page.xpath("//@src | //link[@rel = 'stylesheet']")
        own = [item.id for item in dataset.items if item.statement_id == statement.id]
        assert sorted(page.xpath("//article/@id")) == sorted(own)
        mentioned = set(page.xpath("//article//a[@class = 'ref']/@href"))
        assert mentioned and mentioned <= {f"#{id}" for id in own}


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
    good.set("sources", "SRC-002", "url", 'https://example.org/" onmouseover=alert(1) x="')
    assert len(built(good, tmp_path).xpath("//script")) == before
    site = tmp_path / "site"
    shown = [*cards(site).values(), *map(parsed, sorted(site.rglob("*.html")))]
    for page in shown:
        assert not page.xpath("//img") and not page.xpath("//@onerror | //@onmouseover")
        assert not [target for target in page.xpath("//@href") if target.lower().startswith("javascript")]
    assert not [script for card in cards(site).values() for script in card.xpath("//script")]
    for place in (cards(site)["EX01-C001"], parsed(site / "claims" / "EX01-C001.html")):
        assert text_of(place.xpath("//h3")[0]) == evil
    assert "javascript:alert(1)" in text_of(parsed(site / "sources.html").xpath("//tr[@id='SRC-001']")[0])
    assert evil in [record["text"] for record in records(site)]
    assert json.loads((site / "api/claims/EX01-C001.json").read_text())["claims"][0]["claim"] == evil


def test_ids_are_escaped_wherever_they_are_addresses(good: Example, tmp_path):
    """In the names of files, in links to them, in views, and in what the page finds among."""
    name_actor(good, ODD)
    built(good, tmp_path)
    site = tmp_path / "site"
    path = file_of("actor", ODD)
    assert (site / path).is_file() and not re.search(r'[\s"<?#&/]', path.removeprefix("actors/"))
    page = parsed(site / path)
    (view,) = [link for link in page.xpath("//main//a/@href") if "said_by" in link]
    assert parse_qsl(view.partition("#")[2]) == [("view", "says"), ("said_by", ODD)]
    (json_of,) = [link for link in page.xpath("//main//a/@href") if link.endswith(".json")]
    assert (site / "actors" / unquote(json_of)).resolve() == site / f"api/{path.removesuffix('html')}json"
    named = {link for card in cards(site).values() for link in card.xpath("//a/@href") if link.startswith("actors/a")}
    assert named and {unquote(link) for link in named} == {path}
    assert any(ODD in record["tokens"]["actor"] for record in records(site))
    (entry,) = [one for one in json.loads((site / "api/index.json").read_text())["actors"] if one["id"] == ODD]
    assert (site / unquote(entry["page"])).is_file() and (site / unquote(entry["json"])).is_file()


def test_two_rows_at_one_address_are_refused(good: Example, tmp_path):
    name_oddly(good, "sources", "SRC-001", "EX01-E001", *CITING)
    with pytest.raises(Unusable, match='the id "EX01-E001" would stand 2 times'):
        build(load(kept(good.folder)))


def test_row_at_the_address_of_a_part_of_the_page_is_refused(good: Example, tmp_path):
    name_oddly(good, "sources", "SRC-001", "known", *CITING)
    with pytest.raises(Unusable, match='the id "known" would stand 2 times'):
        build(load(kept(good.folder)))


def test_package_without_documents_has_one_page(good: Example, tmp_path):
    page = built(good, tmp_path)
    assert {path.name for path in (tmp_path / "site").glob("*.html")} == {"index.html", "actors.html", "sources.html"}
    assert not page.xpath("//a[contains(@href, 'codebook') or contains(@href, 'datasheet')]") and not page.xpath(
        "//*[@id='corrections']"
    )


@pytest.mark.parametrize(
    ("text", "target"), [("# A\n\n## Maintenance\n", "datasheet.html#maintenance"), ("# A\n", "datasheet.html")]
)
def test_whoever_is_named_is_told_where_to_turn(good: Example, tmp_path, text, target):
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "datasheet.md").write_text(text, encoding="utf-8")
    assert built(good, tmp_path).xpath("//*[@id='corrections']//a/@href") == [target]


def test_document_in_another_encoding_is_one_sentence(good: Example):
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "codebook.md").write_bytes("café".encode("cp1252"))
    with pytest.raises(Unusable, match=r"codebook\.md: byte 4 is not UTF-8; save"):
        load(kept(good.folder))


def test_codebook_outside_the_package_is_not_read(good: Example, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "codebook.md").symlink_to(tmp_path / "secret")
    assert load(kept(good.folder)).codebook is None


def test_first_view_is_small(folder):
    """With the parts that the page loads by itself, once the reader comes to find something."""
    found = [*(folder / "find").glob("[0-9]*.js"), folder / "cards" / "1.js"]
    assert compressed([*first_view(folder), *found]) < LIMIT


@pytest.mark.slow
def test_same_bytes_each_time(folder, tmp_path):
    """In a process of its own, whose sets and dicts hash otherwise."""
    script = f"""
from pathlib import Path
from claimtrack.package.opened import open_package
from claimtrack.publisher.join import load
from claimtrack.publisher.release_files import File
from tests.tools.site import write_site
write_site(load(open_package(".", keep=True)), Path({str(tmp_path)!r}), {DOWNLOADS!r})
"""
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Phnom_Penh"},
        check=True,
    )
    assert files_in(tmp_path) == files_in(folder)


def test_no_sentence_of_the_statement_is_on_the_site(statement, pages, folder):
    theirs = runs(statement) - set().union(*map(runs, FACTS))
    for page in pages.values():
        assert not runs(page.text_content()) & theirs
    for path in (path for path in folder.rglob("*") if path.suffix in (".js", ".json", ".txt")):
        assert not runs(path.read_text(encoding="utf-8")) & theirs, path


def test_style_suits_both_directions():
    """A sheet of logical properties turns round with `dir`; a physical one would stay behind."""
    style = re.sub(r"/\*.*?\*/", "", (HERE / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    side = "(?:left|right|top|bottom)"
    physical = rf"(?:margin|padding|border|inset)-{side}\b|[{{;]\s*(?:{side}|float)\s*:|text-align:\s*(?:left|right)"
    assert re.findall(physical, style) == []
    # Of four values the second and fourth are sides.
    assert re.findall(r"(?:margin|padding):(?:\s+[^\s;]+){4};", style) == []
