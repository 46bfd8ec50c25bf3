"""The pages on what changed, the feed, and the JSON: calls with another status first."""

import json
import re
import shutil

import pytest
from lxml import etree

from claimtrack.publisher.build import OURS
from tests.tools.example import Example
from tests.tools.site import parsed, text_of
from tests.tools.support import files_in, seal

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NOTES = "# Changelog\n\n## 1.1.0 — 2022-03-04\n\n- A *call* was met & told.\n\n## 1.0.0\n\nThe first.\n"


@pytest.fixture
def versions(good: Example, tmp_path):
    """An older version, and a newer one in which a call has another status and a claim is reworded."""
    old = shutil.copytree(good.folder, tmp_path / "old")
    Example(old).drop("follow_ups", "EX01-F002")
    (good.folder / "CHANGELOG.md").write_text(NOTES, encoding="utf-8")
    good.set("claims", "EX01-C001", "time_note", "Reworded.")
    seal(good.folder)
    return old, good.folder


@pytest.fixture
def site(versions, publish, tmp_path):
    old, new = versions
    done = publish(new, "--since", old, "--output", tmp_path / "dist")
    assert done.code == 0, done.err
    return tmp_path / "dist" / "site"


def test_every_release_has_a_page_and_this_one_tells_what_differs(site):
    page = parsed(site / "releases" / "1.1.0.html")
    headings = [text_of(one) for one in page.xpath("//main//h2 | //main//h3")]
    assert headings[:2] == ["Since version 1.1.0", "Calls with another status"] and "In words" in headings
    (told,) = page.xpath("//main//ul[@class = 'findings']/li")
    assert "EX01-K01" in text_of(told) and "unmet → partly met" in text_of(told)
    assert "time_note" in text_of(page.xpath("//h3[@id = 'table-claims']/following-sibling::details")[0])
    first = text_of(parsed(site / "releases" / "1.0.0.html").xpath("//main")[0])
    assert "The first." in first and "another status" not in first
    listed = parsed(site / "changes.html").xpath("//main//a/@href")
    assert listed[:2] == ["releases/1.1.0.html", "releases/1.0.0.html"]


def test_card_tells_when_its_row_was_added_and_changed(site):
    (last,) = parsed(site / "claims" / "EX01-C001.html").xpath("//article/p[@class = 'traits'][last()]")
    assert re.fullmatch(r"Added in version \S+ · changed in version 1\.1\.0: time_note", text_of(last))
    (last,) = parsed(site / "claims" / "EX01-C002.html").xpath("//article/p[@class = 'traits'][last()]")
    assert re.fullmatch(r"Added in version \S+", text_of(last))


def test_feed_has_what_atom_demands(site):
    feed = etree.fromstring((site / "feed.atom").read_bytes())
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert [one.findtext("a:updated", namespaces=ATOM) for one in entries] == ["2022-03-04T00:00:00Z"]
    for one in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert one.findtext(f"a:{name}", namespaces=ATOM), name
    assert feed.xpath("a:author/a:name", namespaces=ATOM) and entries[0].xpath("a:link/@href", namespaces=ATOM)
    assert (site / entries[0].xpath("a:link/@href", namespaces=ATOM)[0]).is_file()
    content = entries[0].find("a:content", ATOM)
    assert content.get("type") == "html" and "<em>call</em> was met &amp; told" in content.text
    assert entries[0].findtext("a:summary", namespaces=ATOM) == "EX01-K01: unmet → partly_met"


def test_pages_name_the_feed_to_feed_readers(site):
    """From where each lies; the page of a statement, which is sent alone, names nothing beside it."""
    named = 0
    for path in site.rglob("*.html"):
        links = parsed(path).xpath("/html/head/link[@rel = 'alternate' and @type = 'application/atom+xml']")
        if path.parent.name == "statements":
            assert links == []
            continue
        (link,) = links
        assert (path.parent / link.get("href")).resolve() == (site / "feed.atom").resolve() and link.get("title")
        named += 1
    assert named > 10


def test_json_names_every_changed_row(site):
    told = json.loads((site / "changes.json").read_text(encoding="utf-8"))
    assert told["format"] == "claim-tracking-changes-1"
    assert [(one["version"], one["day"]) for one in told["releases"]] == [("1.1.0", "2022-03-04"), ("1.0.0", None)]
    since = told["since"]
    assert {(one["table"], one["id"]) for one in since["rows"]} == {
        ("claims", "EX01-C001"),
        ("follow_ups", "EX01-F002"),
    }
    assert [(one["old"], one["new"]) for one in since["statuses"]] == [("unmet", "partly_met")]


def test_same_release_twice_is_the_same_bytes(versions, site, publish, tmp_path):
    old, new = versions
    assert publish(new, "--since", old, "--output", tmp_path / "again").code == 0
    assert files_in(tmp_path / "again") == files_in(site.parent)
    assert all(OURS.pattern.fullmatch(f"site/{name}") for name in ("changes.html", "changes.json", "feed.atom"))


def test_without_changelog_and_older_version_nothing_is_told(good: Example, publish, tmp_path):
    assert publish(good.folder, "--output", tmp_path / "dist").code == 0
    site = tmp_path / "dist" / "site"
    assert not (site / "changes.html").exists() and not (site / "feed.atom").exists()
    assert not parsed(site / "index.html").xpath("//@href[contains(., 'changes') or contains(., 'feed')]")


def test_older_version_that_is_not_there_is_told_in_a_sentence(good: Example, publish, tmp_path):
    done = publish(good.folder, "--since", "nowhere", "--output", tmp_path / "dist")
    assert done.code == 2 and "nowhere" in done.err and len(done.err.splitlines()) == 1
    assert not (tmp_path / "dist").exists()
