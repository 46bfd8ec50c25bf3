"""The site as readers use it, in a real browser without a window, from the file system.

`tests/tools/browser.py` says what they need.
"""

import csv
import hashlib
import io
import json
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import url2pathname

import pytest

from claimtrack.core.edtf import bounds
from claimtrack.publisher.forms import flat
from claimtrack.publisher.join import load
from claimtrack.publisher.metadata import row_hash
from tests.conftest import ROOT
from tests.tools.browser import (  # noqa: F401
    PATIENCE,
    By,
    Keys,
    active,
    chromium,
    needs_axe,
    needs_browser,
    paint,
    press,
    see,
    serious,
    show,
)
from tests.tools.example import Example
from tests.tools.site import DOWNLOADS, ODD, name_actor, write_site
from tests.tools.support import kept

pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(dataset, tmp_path_factory) -> str:
    """The address of the site's folder."""
    folder = tmp_path_factory.mktemp("a release") / "site"
    write_site(dataset, folder, DOWNLOADS)
    return folder.as_uri() + "/"


@pytest.fixture(scope="module")
def driver(chromium, tmp_path_factory):  # noqa: F811
    driver = chromium
    driver.downloads = tmp_path_factory.mktemp("downloads")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(driver.downloads)})
    driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    return driver


@pytest.fixture
def page(driver, site):
    """The front page, newly opened on a desktop in light colours, where a reader finds claims and calls."""
    show(driver, site + "index.html#browse")
    see(driver, shown, bool)
    return driver


# What is found, in order, whether its card is drawn yet or not: the cards of the first twenty are.
FOUND = "return site.selection().found.map(({ record }) => record.id)"


def shown(driver) -> list[str]:
    return driver.execute_script(FOUND)


def drawn(driver) -> list[str]:
    return driver.execute_script("return [...document.querySelectorAll('#cards .card')].map(card => card.id)")


def count(driver) -> int:
    return int(driver.find_element(By.ID, "count").text.split()[0])


def find(driver, selector: str):
    return driver.find_element(By.CSS_SELECTOR, selector)


def view(driver) -> dict[str, str]:
    """The search and the filters that the page's address tells, which it does once the page shows what they leave."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(driver.current_url).fragment).items()}


def settled(driver) -> list[str]:
    """What is found, once the first of it is drawn."""
    see(driver, drawn, lambda cards: cards == shown(driver)[: len(cards) or 1])
    assert count(driver) == len(shown(driver))
    return shown(driver)


def search(driver, words: str) -> list[str]:
    find(driver, "#q").send_keys(words)
    see(driver, view, lambda told: told.get("q") == words)
    return settled(driver)


def choose(driver, name: str, value: str) -> list[str]:
    see(driver, lambda it: it.find_elements(By.CSS_SELECTOR, f"#by-{name} option[value='{value}']"), bool)
    press(driver, f"#by-{name} option[value='{value}']")
    see(driver, view, lambda told: told.get(name) == value)
    return settled(driver)


def clear(driver) -> list[str]:
    press(driver, "button[type=reset]")
    see(driver, view, {})
    return settled(driver)


def test_search_finds_the_row_with_the_words(page, dataset):
    item = dataset.claims[len(dataset.claims) // 2]
    assert search(page, " ".join(item.text.split()[:5]))[0] == item.id
    assert find(page, "#count").get_attribute("aria-live") == "polite"


def test_search_takes_the_beginning_of_a_word_and_a_slip(page, dataset):
    names = {actor.id for actor in dataset.actors if actor.name == "Hun Sen"}
    meant = {item.id for item in dataset.items if names & {part.actor.id for part in item.participants}}
    assert meant and meant <= set(search(page, "Hun Se"))
    find(page, "#q").clear()
    few = search(page, "opositon")  # for "opposition"
    assert 0 < len(few) < len(dataset.items)


def test_words_in_quotes_stand_so(page, dataset):
    """One after another, in any of a card's texts."""
    row = next(row for item in dataset.claims for row in item.evidence if len(row.finding.split()) > 8)
    phrase = " ".join(row.finding.split()[2:6])
    meant = {
        item.id for item in dataset.items if any(phrase in one.finding for one in (*item.evidence, *item.follow_ups))
    }
    assert meant <= set(search(page, f'"{phrase}"'))
    find(page, "#q").clear()
    assert search(page, '"' + " ".join(reversed(phrase.split())) + '"') == []


def test_rows_come_back_in_their_order(page):
    before = shown(page)
    assert search(page, "court") != [id for id in before if id in shown(page)]  # by how well they fit
    assert clear(page) == before


def test_search_for_what_is_not_there_says_so(page):
    assert search(page, "xyzzyxyzzy") == []
    assert find(page, "#nothing").is_displayed() and not find(page, "[data-take=csv]").is_enabled()


PLAIN = """
    const list = document.querySelector("#cards"), cards = [...list.children].slice(0, 20), texts = arguments[1];
    for (let times = 0; times < 5; times++) {
      for (const card of cards) card.hidden = true;
      document.body.getBoundingClientRect();
      texts.filter((text) => text.toLowerCase().includes(arguments[0]));
      for (const card of cards) card.hidden = false;
      document.body.getBoundingClientRect();
    }"""
SEARCH = """
    const query = document.querySelector("#q");
    for (let times = 0; times < 5; times++) {
      query.value = arguments[0];
      query.dispatchEvent(new Event("input"));
      document.body.getBoundingClientRect();
    }"""
TEXTS = "return site.selection().found.map(({ record }) => `${record.id} ${record.text} ${record.rest}`)"


def test_search_is_instant(page):
    """It takes few times the work of the plainest search.

    That finds the words with `includes`, and hides twenty cards, shows them and lays them out. Work is the time of
    the processor that the page's own thread took, which it does not share with whatever else runs. A search that has
    not let go of the ones before it takes more with each word.
    """
    page.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    page.set_script_timeout(10 * PATIENCE)

    def spent() -> float:
        return next(
            one["value"]
            for one in page.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
            if one["name"] == "TaskDuration"
        )

    texts = page.execute_script(TEXTS)

    def work(script: str, word: str) -> float:
        """Seconds, the least of three rounds: now and then the thread sweeps its memory."""
        rounds = []
        for _ in range(3):
            before = spent()
            page.execute_script(script, word, texts)
            rounds.append(spent() - before)
        return min(rounds)

    words = ["opposition", "party", "the", "a", "s"]
    plain = [work(PLAIN, word) for word in words]
    ours = [work(SEARCH, word) for word in words]
    page.execute_cdp_cmd("Performance.disable", {})
    assert [(word, mine, least) for word, mine, least in zip(words, ours, plain, strict=True) if mine > 6 * least] == []


def said(item):
    """What somebody says of an item: code, actor, source, official, date."""
    for row in item.evidence:
        yield f"relation.{row.relation.code}", row.said_by, row.source, row.official, row.event_date
    for row in item.follow_ups:
        yield f"follow_up_status.{row.status.code}", row.said_by, row.source, row.official, row.as_of
    for row in item.responses:
        yield f"answer.{row.answer.code}", row.actor, row.source, None, row.response_date


def test_each_filter_leaves_the_rows_that_fit(page, dataset):
    voice = next(row.said_by for row in dataset.claims[30].evidence if row.said_by)
    source = next(row.source for row in dataset.claims[30].evidence if row.source)
    expected = {
        "kind": ("call", lambda item: item.kind == "call"),
        "type": ("claim_type.pattern", lambda item: item.kind == "claim" and item.type.code == "pattern"),
        "right": ("expression", lambda item: "expression" in [one.right.id for one in item.rights]),
        "says": ("relation.contradicts", lambda item: item.count("contradicts")),
        "said_by": (voice.id, lambda item: voice in [one[1] for one in said(item)]),
        "source": (source.id, lambda item: source in [one[2] for one in said(item)]),
        "official": ("yes", lambda item: True in [one[3] for one in said(item)]),
        "contested": ("yes", lambda item: item.contested),
        "voice": ("quoted_speaker", lambda item: item.voice.code == "quoted_speaker"),
        "status": ("overtaken", lambda item: item.current and item.current.status.code == "overtaken"),
        "actor": (voice.id, lambda item: voice in item.everybody),
        "segment": (dataset.segments[2].id, lambda item: dataset.segments[2].id in item.segment_ids),
    }
    for name, (value, fits) in expected.items():
        wanted = {item.id for item in dataset.items if fits(item)}
        assert wanted and set(choose(page, name, value)) == wanted, name
        assert len(clear(page)) == count(page) == len(dataset.items)


def test_filters_on_a_finding_hold_for_one_and_the_same(page, site, dataset):
    """Not for a claim that one contradicts and of which another speaks officially."""
    (voice, *_) = [who for who, _ in Counter(one[1] for item in dataset.claims for one in said(item)).most_common(1)]
    show(page, f"{site}index.html#says=relation.contradicts&said_by={voice.id}&official=no&since=2023-01-01")
    wanted = {
        item.id
        for item in dataset.items
        if any(
            (code, who, official) == ("relation.contradicts", voice, False) and date and bounds(date)[1] >= "2023-01-01"
            for code, who, _, official, date in said(item)
        )
    }
    see(page, lambda it: set(shown(it)), wanted)


def test_table_of_who_says_what_is_sorted_and_has_an_address(page, site, dataset):
    show(page, site + "index.html#view=says&contested=yes&sort=-when")
    rows = [
        (bounds(date)[1] if date else "", item.id)
        for item in dataset.claims
        for code, _, _, _, date in said(item)
        if code in ("relation.contradicts", "answer.rejects", "answer.denies_premise")
    ]
    see(page, lambda it: find(it, "#count").text.split()[0], str(len(rows)))
    days = page.execute_script("return site.selection().rows.map(({ row }) => row.when ?? '')")
    assert days == sorted((day for day, _ in rows), reverse=True)
    told = find(page, "#says tbody").text
    assert find(page, "#says th[aria-sort=descending]").text == "When" and not find(page, "#cards").is_displayed()
    press(page, "[data-sort=said_by]")
    see(page, view, lambda told: told.get("sort") == "said_by")
    names = [row.text for row in page.find_elements(By.CSS_SELECTOR, "#says tbody td:nth-child(3)")]
    assert names == sorted(names, key=str.casefold) and names and told != find(page, "#says tbody").text
    press(page, "#says tbody tr th a")
    see(page, lambda it: find(it, ".here").get_attribute("class"), "finding here")


def test_filters_and_search_go_together_and_have_an_address(page, dataset):
    choose(page, "voice", "quoted_speaker")
    choose(page, "says", "relation.contradicts")
    assert find(page, "#chosen").text == "(2 chosen)"
    found = search(page, "court")
    assert found and all(
        item.voice.code == "quoted_speaker" and item.count("contradicts") for item in dataset.items if item.id in found
    )
    show(page, page.current_url)
    see(page, shown, found)
    assert find(page, "#q").get_attribute("value") == "court"


def test_address_of_an_older_version_still_leads_there(page, site, dataset):
    """To a view by the evidence, a source, an actor and a segment, which were once on this page."""
    show(page, site + "index.html#relation=contradicts")
    see(page, lambda it: set(shown(it)), {item.id for item in dataset.items if item.count("contradicts")})
    places = {
        dataset.sources[3].id: f"sources/{dataset.sources[3].id}.html",
        f"actor-{dataset.actors[5].id}": f"actors/{dataset.actors[5].id}.html",
        dataset.segments[4].id: f"statements/{dataset.statements[0].id}.html#{dataset.segments[4].id}",
        "lists": "index.html#lists",
    }
    for id, place in places.items():
        show(page, f"{site}index.html#{id}", 375, 812)
        see(page, lambda it: it.current_url, site + place)
    see(page, partial(visible, id="lists"), True)


@pytest.mark.parametrize("id", ["KH99-C001", "%E0%A4%A"])
def test_unknown_address_is_told(page, site, id):
    show(page, f"{site}index.html#{id}")
    see(page, lambda it: find(it, "#notice").text, lambda told: id in told)
    assert count(page) == len(shown(page)) > 0


IN_SIGHT = """
    const at = document.getElementById(arguments[0]).getBoundingClientRect();
    return at.height > 0 && at.top >= 0 && at.top < innerHeight;"""


def visible(driver, id: str) -> bool:
    return driver.execute_script(IN_SIGHT, id)


def test_row_has_an_address_that_opens_it(page, site, dataset):
    rows = [
        dataset.calls[-1].id,
        dataset.claims[50].id,
        dataset.claims[50].evidence[0].id,
        dataset.calls[3].criteria[0].id,
    ]
    for id in rows:
        show(page, f"{site}index.html#{id}")
        see(page, partial(visible, id=id), True)


def test_link_to_a_row_that_a_filter_hides_shows_it(page, dataset):
    choose(page, "kind", "call")
    (ground, *_) = dataset.calls[0].grounds
    assert ground.item_id not in shown(page)
    press(page, f"#{dataset.calls[0].id} a[href='#{ground.item_id}']")
    see(page, partial(visible, id=ground.item_id), True)
    assert len(shown(page)) == len(dataset.items)
    see(
        page,
        lambda it: find(it, "#notice").text,
        f"{ground.item_id} was hidden by a filter or by words; these are off now.",
    )
    press(page, f"#{ground.item_id} a[href='#{dataset.calls[0].id}']")
    see(page, partial(visible, id=dataset.calls[0].id), True)
    assert not find(page, "#notice").is_displayed()


def test_more_is_shown_when_asked_for(page, dataset):
    before = drawn(page)
    press(page, "#later")
    see(page, lambda it: len(drawn(it)), lambda n: n > len(before))
    assert drawn(page) == shown(page)[: len(drawn(page))]


def test_odd_id_is_found_by_link_and_filter(driver, good, tmp_path):
    name_actor(good, ODD)
    dataset = load(kept(good.folder))
    write_site(dataset, tmp_path / "site")
    show(driver, (tmp_path / "site" / "index.html").as_uri())
    card = next(
        item
        for item in dataset.items
        if ODD in [part.actor.id for part in item.participants if part.role.code != "speaker"]
    )
    show(driver, (tmp_path / "site" / "index.html").as_uri() + f"#{card.id}")
    press(driver, f"#{card.id} a[href^='actors/a']")
    see(driver, lambda it: find(it, "h1").text, next(one.title for one in dataset.actors if one.id == ODD))
    press(driver, "main a[href*='said_by=a']")
    see(
        driver,
        lambda it: set(shown(it)),
        {item.id for item in dataset.items if ODD in [one[1].id for one in said(item) if one[1]]},
    )
    show(driver, (tmp_path / "site" / "index.html").as_uri() + f"#actor-{quote(ODD)}")
    see(driver, lambda it: "/actors/" in it.current_url and find(it, "h1").text != "", True)


def test_bar_leads_to_the_rows_of_its_segment(page, dataset):
    segment = dataset.segments[2]
    press(page, f"#coverage th a[href='index.html#segment={segment.id}']")
    see(page, lambda driver: set(shown(driver)), set(segment.item_ids))
    assert count(page) == len(segment.item_ids)


def test_marks_and_bars_of_the_charts_lead_to_their_rows(page, dataset):
    press(page, "#time .lane a[href*='relation.contradicts'] rect")
    told = see(page, view, lambda told: told.get("says") == "relation.contradicts" and told.get("until"))
    wanted = sum(
        code == "relation.contradicts" and bool(date) and told.get("since", "") <= bounds(date)[1] <= told["until"]
        for item in dataset.items
        for code, _, _, _, date in said(item)
    )
    see(page, count, wanted)
    row = max((row for row in dataset.calls[0].follow_ups if row.source), key=lambda row: bounds(row.as_of)[1])
    press(page, f"#time .life a[href='#{row.id}']")
    see(page, partial(visible, id=row.id), True)


@pytest.mark.parametrize("style", ["apa", "bibtex"])
@pytest.mark.parametrize("row", [True, False])
def test_citation_is_copied(page, dataset, style, row):
    id = dataset.claims[11].id if row else ""
    if row:
        show(page, f"{page.current_url.partition('#')[0]}#{id}")
    press(page, f"[data-cite='{id}']")
    press(page, f"#formats [data-style={style}]")
    press(page, "#citing [data-copy]")
    see(page, lambda driver: find(driver, "#citing .copied").text, "Copied")
    copied = page.execute_async_script(
        "const done = arguments[0]; navigator.clipboard.readText().then(done, error => done(String(error)))"
    )
    opened = kept(ROOT)
    assert copied == row_hash.text(opened, row_hash.find(opened, id) if row else None, style).strip()
    press(page, "#close")
    see(page, lambda driver: find(driver, "#citing").is_displayed(), False)


def saved(driver, name: str) -> str:
    path = driver.downloads / name
    # Chromium first reserves the name with an empty file and puts the finished one in its place with one move.
    see(driver, lambda _: path.exists() and path.stat().st_size > 0, True)
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text


def test_row_is_downloaded_as_it_stands_in_the_tables(page, site, dataset):
    item = next(item for item in dataset.claims if len(item.evidence) > 1 and item.rights)
    show(page, f"{site}index.html#{item.id}")
    press(page, f"[data-json='{item.id}']")
    told = json.loads(saved(page, f"{item.id}.json"))
    (row,) = told["items"]
    assert told["version"] == dataset.version
    for table in ("claims", "evidence", "anchors", "item_rights"):
        assert row[table] == [dict(one) for one in dataset.tables[table].rows if one["claim_id"] == item.id], table
    assert {one["source_id"] for one in row["sources"]} == {one.source.id for one in item.evidence if one.source}

    press(page, f"[data-csv='{item.id}']")
    (cells,) = csv_rows(saved(page, f"{item.id}.csv"))
    (own,) = [one for one in csv_rows(flat.claims(dataset).decode()) if one["claim_id"] == item.id]
    assert cells == own


def csv_rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_selection_is_downloaded_with_what_the_flat_tables_say(page, dataset):
    choose(page, "says", "relation.contradicts")
    press(page, "[data-take=csv]")
    rows = csv_rows(saved(page, "selection.csv"))
    assert [row["claim_id"] for row in rows] == shown(page) and all(row["contradicted_by"] for row in rows)
    flat_rows = {row["claim_id"]: row for row in csv_rows(flat.claims(dataset).decode())}
    assert all(row == flat_rows[row["claim_id"]] for row in rows)
    press(page, "[data-view=says]")
    see(page, view, lambda told: told.get("view") == "says")
    press(page, "[data-take=csv]")
    rows = csv_rows(saved(page, "selection.csv"))
    findings = {row["row_id"]: row for row in csv_rows(flat.findings(dataset).decode())}
    assert rows and {row["says"] for row in rows} == {"contradicts"}
    assert all(row == findings[row["row_id"]] for row in rows)


def test_selection_of_claims_and_calls_has_the_columns_of_both(page, dataset):
    press(page, "[data-take=csv]")
    rows = csv_rows(saved(page, "selection.csv"))
    assert [row["claim_id"] or row["call_id"] for row in rows] == shown(page)
    assert {row["follow_up_status"] for row in rows if row["call_id"]} == {"unmet", "overtaken"}


def test_selection_is_cited_with_a_hash_that_the_command_makes_alike(page, dataset, site):
    choose(page, "kind", "call")
    press(page, "[data-take=cite]")
    told = find(page, "#row-citation").text
    rows = sorted((item for item in dataset.items if item.kind == "call"), key=lambda item: item.id)
    text = "".join(f"{item.id} {item.sha256}\n" for item in rows)
    assert hashlib.sha256(text.encode()).hexdigest() in told and "#kind=call" in told
    assert all(item.id in told for item in rows) and f"Version {dataset.version}" in told
    press(page, "#close")


@pytest.mark.parametrize("text", ["", "abc", "é" * 27, "a" * 55, "a" * 56, "a" * 63, "a" * 64, "x" * 1000])
def test_hash_of_the_page_is_sha256(page, text):
    assert page.execute_script("return site.sha256(arguments[0])", text) == hashlib.sha256(text.encode()).hexdigest()


def test_link_to_a_row_is_copied(page, dataset, site):
    id = drawn(page)[0]
    press(page, f"[data-link='claims/{id}.html']")
    see(page, lambda it: find(it, f"#{id} .copied").text, "Copied")
    read = "const done = arguments[0]; navigator.clipboard.readText().then(done, error => done(String(error)))"
    assert page.execute_async_script(read) == f"{site}claims/{id}.html"
    show(page, f"{site}claims/{id}.html")
    assert find(page, "h3").text == dataset.claims[0].text or id != dataset.claims[0].id
    press(page, "[data-cite]")
    see(page, lambda it: find(it, "#cite-apa").is_displayed(), True)
    assert id in find(page, "#cite-apa").text


def test_no_downloaded_cell_runs_as_a_formula(driver, good_folder, tmp_path):
    package = Example.copy_of(good_folder, tmp_path / "package")
    package.set("claims", "EX01-C001", "claim", "=1+1")
    write_site(load(kept(package.folder)), tmp_path / "site")
    show(driver, (tmp_path / "site" / "index.html").as_uri() + "#EX01-C001")
    press(driver, "[data-csv='EX01-C001']")
    assert "'=1+1" in saved(driver, "EX01-C001.csv").split(",")


# ------------------------------------------------------------------------ what newcomers ask, in two clicks or less
# Each of these starts at the top of the front page, as somebody who has never seen it.


@pytest.fixture
def newcomer(driver, site):
    show(driver, site + "index.html", 1280, 800)
    return driver


def test_newcomer_sees_what_was_asked_for_and_of_whom(newcomer, dataset):
    """No click: the first screen has the calls and those of whom they demand something."""
    first = dataset.calls[0]
    row = find(newcomer, "#calls tbody tr")
    assert first.text in row.text and first.actors("addressee")[0].title in row.text
    assert newcomer.execute_script("return arguments[0].getBoundingClientRect().bottom <= innerHeight", row)
    assert len(newcomer.find_elements(By.CSS_SELECTOR, "#calls tbody tr")) == len(dataset.calls)


def test_newcomer_sees_whether_it_happened(newcomer, dataset):
    """No click for the status, what happened last and the answer; one for what would change it."""
    first = dataset.calls[0]
    row = find(newcomer, "#calls tbody tr")
    assert first.current.status.label in row.text and first.current.finding in row.text
    assert f"{len(dataset.calls)} calls" in find(newcomer, ".answer").text
    assert first.criteria[0].criterion not in row.text
    press(newcomer, "#calls tbody tr summary")
    see(newcomer, lambda it: first.criteria[0].criterion in find(it, "#calls tbody tr").text, True)


def test_newcomer_learns_what_is_contested_and_by_whom(newcomer, dataset):
    """One click to the table of who contests which claim, and where; a second to one of them."""
    contested = [item for item in dataset.claims if item.contested]
    assert f"{len(contested)} of {len(dataset.claims)} claims are contested" in find(newcomer, ".answer").text
    press(newcomer, ".next a[href^='#view=says']")
    see(newcomer, lambda it: set(shown(it)), {item.id for item in contested})
    see(newcomer, partial(visible, id="says"), True)
    row = find(newcomer, "#says tbody tr").text
    assert contested[0].text in row or any(item.text in row for item in contested)
    press(newcomer, "#says tbody td:nth-child(3) a")
    see(newcomer, view, lambda told: told.get("said_by"))


def test_newcomer_learns_how_to_cite_a_row(newcomer, dataset):
    """Two clicks: the call's id, then Cite."""
    id = dataset.calls[0].id
    press(newcomer, f"#calls a[href='#{id}']")
    press(newcomer, f"[data-cite='{id}']")
    see(newcomer, lambda it: find(it, "#row-citation").is_displayed(), True)
    assert id in find(newcomer, "#row-citation").text and dataset.version in find(newcomer, "#row-citation").text
    press(newcomer, "#close")


def test_newcomer_learns_how_to_cite_the_dataset(newcomer, dataset):
    press(newcomer, ".next a[href='#cite']")
    see(newcomer, partial(visible, id="citation"), True)
    assert dataset.version in find(newcomer, "#citation").text


@pytest.mark.parametrize("width", [1280, 390])
def test_definition_of_a_code_shows_on_hover_focus_and_tap(driver, site, dataset, width):
    show(driver, site + "index.html", width, 800)
    definition = dataset.calls[0].current.status.definition
    shown_now = "return getComputedStyle(arguments[0], '::after').content"
    code = find(driver, "#calls tbody .code")
    assert definition not in driver.execute_script(shown_now, code)
    press(driver, "#calls tbody .code")
    assert definition in driver.execute_script(shown_now, code)


def background(driver) -> str:
    return driver.execute_script("return getComputedStyle(document.body).backgroundColor")


def test_dark_colours_follow_the_system_and_the_reader(page, site):
    def pressed(driver) -> str:
        return find(driver, "#theme").get_attribute("aria-pressed")

    light = background(page)
    assert pressed(page) == "false"
    paint(page, "dark")
    dark = see(page, background, lambda colour: colour != light)
    see(page, pressed, "true")
    press(page, "#theme")
    see(page, background, light)
    see(page, pressed, "false")

    def opened(driver) -> tuple[str, str]:
        show(driver, site + "codebook.html", scheme="dark")
        return background(driver), pressed(driver)

    see(
        page, opened, (light, "false")
    )  # the choice is kept, there and after; another page's process learns of it a moment later
    press(page, "#theme")
    see(page, background, dark)
    see(page, pressed, "true")
    paint(page, "light")
    assert background(page) == dark and pressed(page) == "true"
    page.execute_script("localStorage.clear()")


def test_keyboard(page, site):
    show(page, site + "index.html")
    find(page, "body").send_keys(Keys.TAB)
    skip = see(page, active, lambda element: element.get_attribute("class") == "skip" and element.is_displayed())
    see(
        page,
        lambda driver: driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle"),
        "solid",
    )
    skip.send_keys(Keys.ENTER)
    see(page, lambda driver: active(driver).get_attribute("id"), "main")
    find(page, "body").send_keys("/")
    see(page, lambda driver: active(driver).get_attribute("id"), "q")
    active(page).send_keys("a/b")
    see(page, lambda driver: find(driver, "#q").get_attribute("value"), "a/b")


PAGES = [
    "index.html",
    "codebook.html",
    "datasheet.html",
    "sources.html",
    "actors.html",
    "claims/KH23-C012.html",
    "calls/KH23-K08.html",
    "actors/hun-sen.html",
    "sources/SRC-050.html",
    "statements/KH23.html",
    "changes.html",
    "releases/1.0.0.html",
]
OPENED = """
    document.documentElement.dir = arguments[0];
    for (const one of document.querySelectorAll('details')) one.open = true;"""
TOO_WIDE = """
    const width = document.documentElement.clientWidth;
    const reaches_out = (it) => it.getBoundingClientRect().right > width + 1 || it.getBoundingClientRect().left < -1;
    const scrolls = (it) => it.closest('.scroll, .unseen, pre') || it instanceof SVGElement;
    const wide = [...document.querySelectorAll('main *, footer *')].filter((it) => !scrolls(it) && reaches_out(it));
    return [width, wide.slice(0, 5).map((it) => it.outerHTML.slice(0, 120))];"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("name", PAGES)
def test_phone_shows_the_page_without_scrolling_sideways(page, site, name, direction):
    show(page, site + name, 375, 812)
    page.execute_script(OPENED, direction)
    width, wide = page.execute_script(TOO_WIDE)
    assert width == 375 and wide == []
    assert page.execute_script("return document.documentElement.scrollWidth") == 375


def test_phone_shows_that_the_navigation_scrolls(page, site):
    """A shadow at the end where more is hidden, and a bar."""
    show(page, site + "index.html", 390, 844)
    width, whole, image, bar = page.execute_script(
        "const nav = document.querySelector('.masthead nav'), style = getComputedStyle(nav);"
        "return [nav.clientWidth, nav.scrollWidth, style.backgroundImage, style.scrollbarWidth]"
    )
    assert whole > width and image.count("gradient") == 4 and bar == "thin"


def test_page_reads_without_its_script(page, site, dataset):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(page, site + "index.html")
        assert len(page.find_elements(By.CSS_SELECTOR, "#calls tbody tr")) == len(dataset.calls)
        assert find(page, ".no-script").is_displayed() and not find(page, "#filters").is_displayed()
        find(page, "#cards a").click()  # `press` needs scripts
        see(page, lambda it: len(it.find_elements(By.CSS_SELECTOR, "article")), len(dataset.items))
        assert find(page, "article").is_displayed() and not find(page, ".tools").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_print_has_the_cards_and_not_the_controls(page, site, dataset):
    paint(page, "dark", "print")
    see(page, lambda driver: find(driver, "#filters").is_displayed() or find(driver, ".masthead").is_displayed(), False)
    assert find(page, "article").is_displayed()
    assert page.execute_script(
        "return [getComputedStyle(document.documentElement).colorScheme, getComputedStyle(document.body).color]"
    ) == ["light", "rgb(31, 30, 27)"]
    assert find(page, "#coverage td.bar").is_displayed() and find(page, "#rights td.bar").is_displayed()
    show(page, f"{site}claims/{dataset.claims[0].id}.html", media="print")
    assert find(page, "article").is_displayed() and not find(page, ".masthead").is_displayed()


@needs_axe
@pytest.mark.parametrize("name", [*PAGES, "index.html#view=says&contested=yes"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_serious(page, site, name, scheme, width):
    show(page, site + name, width, 900, scheme)
    page.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    assert serious(page) == []


def test_works_under_any_address(driver, site, dataset):
    """Served from a folder below a server's root, the front page asks for files of its own folder alone."""
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, *_):
            asked.append(self.path)

    folder = Path(url2pathname(urlsplit(site).path))
    root = folder.parent.parent
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=root)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = "/" + quote((folder / "index.html").relative_to(root).as_posix())
        show(driver, f"http://127.0.0.1:{server.server_port}{path}")
        press(driver, ".masthead a[href='#browse']")
        see(driver, lambda it: len(shown(it)), len(dataset.items))
        assert search(driver, "court")
        press(driver, ".masthead a[href='codebook.html']")
        see(driver, lambda it: it.current_url.rpartition("/")[2], "codebook.html")
        see(driver, lambda it: find(it, "h1").text, "Codebook")
        driver.get("about:blank")
        server.shutdown()
    below = path.removesuffix("index.html")
    assert asked[0] == path and f"{below}codebook.html" in asked and f"{below}find/1.js" in asked
    assert [address for address in asked if not address.startswith(below)] == []


def test_no_request_leaves_the_page_and_nothing_is_refused(page):
    """Stands last: the logs are of all that the tests above did. The one server asked is that of the test before."""
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert (
        asked
        and [url for url in asked if not url.startswith(("file:", "about:", "blob:", "data:", "http://127.0.0.1:"))]
        == []
    )
    assert [entry["message"] for entry in page.get_log("browser")] == []
