"""The site as readers use it, in a real browser without a window, from the file system.

`tests/browser.py` says what they need.
"""

import csv
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import url2pathname

import pytest

from publisher import cite
from publisher.build import FORMS
from publisher.files import File
from publisher.model import load
from publisher.site import build
from tests.browser import PATIENCE, By, Keys, active, chromium, needs_axe, needs_browser, paint, press, see, serious, show  # noqa: F401
from tests.conftest import ROOT
from tests.example import Example
from tests.test_site import ODD, name_actor
from validator.seal import read_rows

pytestmark = needs_browser


@pytest.fixture(scope="module")
def site(dataset, tmp_path_factory) -> str:
    """The address of the site's folder."""
    folder = tmp_path_factory.mktemp("a release") / "site"
    build(dataset, folder, [File.of(name, *said, b"") for name, said in FORMS.items()])
    return folder.as_uri() + "/"


@pytest.fixture(scope="module")
def driver(chromium, tmp_path_factory):
    driver = chromium
    driver.downloads = tmp_path_factory.mktemp("downloads")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(driver.downloads)})
    driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    return driver


@pytest.fixture
def page(driver, site):
    """The front page, newly opened on a desktop in light colours."""
    show(driver, site + "index.html")
    return driver


def shown(driver) -> list[str]:
    return driver.execute_script("return [...document.querySelectorAll('.card:not([hidden])')].map(card => card.id)")


def count(driver) -> int:
    return int(driver.find_element(By.ID, "count").text.split()[0])


def find(driver, selector: str):
    return driver.find_element(By.CSS_SELECTOR, selector)


def view(driver) -> dict[str, str]:
    """The search and the filters that the page's address tells, which it does once the page shows what they leave."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(driver.current_url).fragment).items()}


def search(driver, words: str) -> list[str]:
    find(driver, "#q").send_keys(words)
    see(driver, view, lambda told: told.get("q") == words)
    assert count(driver) == len(shown(driver))
    return shown(driver)


def choose(driver, name: str, value: str) -> list[str]:
    press(driver, f"#by-{name} option[value='{value}']")
    see(driver, view, lambda told: told.get(name) == value)
    assert count(driver) == len(shown(driver))
    return shown(driver)


def clear(driver) -> list[str]:
    press(driver, "button[type=reset]")
    see(driver, view, {})
    return shown(driver)


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


def test_rows_come_back_in_their_order(page):
    before = shown(page)
    assert search(page, "court") != [id for id in before if id in shown(page)]  # by how well they fit
    assert clear(page) == before


def test_search_for_what_is_not_there_says_so(page):
    assert search(page, "xyzzyxyzzy") == []
    assert find(page, "#nothing").is_displayed() and not find(page, "[data-take=csv]").is_enabled()


PLAIN = """
    const list = document.querySelector("#cards"), cards = [...list.children];
    for (let times = 0; times < 5; times++) {
      for (const card of cards) card.hidden = true;
      document.body.getBoundingClientRect();
      list.prepend(...cards.filter((card) => card.textContent.toLowerCase().includes(arguments[0])));
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


def test_search_is_instant(page):
    """It takes few times the work of the plainest search: find the words with `includes`, hide all cards, show those that fit, lay out.

    Work is the processor's time that the page's own thread took, which it does not share with what else the machine does. A
    search that has not let go of the ones before it takes more with each word.
    """
    page.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    page.set_script_timeout(10 * PATIENCE)

    def spent() -> float:
        return next(one["value"] for one in page.execute_cdp_cmd("Performance.getMetrics", {})["metrics"] if one["name"] == "TaskDuration")

    def work(script: str, word: str) -> float:
        """Seconds, the least of three rounds: now and then the thread sweeps its memory."""
        rounds = []
        for _ in range(3):
            before = spent()
            page.execute_script(script, word)
            rounds.append(spent() - before)
        return min(rounds)

    words = ["opposition", "party", "the", "a", "s"]
    plain = [work(PLAIN, word) for word in words]
    ours = [work(SEARCH, word) for word in words]
    page.execute_cdp_cmd("Performance.disable", {})
    assert [(word, mine, least) for word, mine, least in zip(words, ours, plain) if mine > 6 * least] == []


def test_each_filter_leaves_the_rows_that_fit(page, dataset):
    expected = {
        "kind": ("call", lambda item: item.kind == "call"),
        "type": ("claim_type.pattern", lambda item: item.kind == "claim" and item.type.code == "pattern"),
        "right": ("expression", lambda item: "expression" in [one.right.id for one in item.rights]),
        "relation": ("contradicts", lambda item: item.count("contradicts")),
        "voice": ("quoted_speaker", lambda item: item.voice.code == "quoted_speaker"),
        "status": ("no_update_found", lambda item: item.current and item.current.status.code == "no_update_found"),
        "segment": (dataset.segments[2].id, lambda item: dataset.segments[2].id in item.segment_ids),
    }
    for name, (value, fits) in expected.items():
        wanted = {item.id for item in dataset.items if fits(item)}
        assert wanted and set(choose(page, name, value)) == wanted, name
        assert len(clear(page)) == count(page) == len(dataset.items)


def test_filters_and_search_go_together_and_have_an_address(page, dataset):
    choose(page, "voice", "quoted_speaker")
    choose(page, "relation", "contradicts")
    assert find(page, "#chosen").text == "(2 chosen)"
    found = search(page, "court")
    assert found and all(item.voice.code == "quoted_speaker" and item.count("contradicts") for item in dataset.items if item.id in found)
    show(page, page.current_url)
    assert shown(page) == found and find(page, "#q").get_attribute("value") == "court"


def visible(driver, id: str) -> bool:
    return driver.execute_script("const at = document.getElementById(arguments[0]).getBoundingClientRect(); return at.height > 0 && at.top >= 0 && at.top < innerHeight", id)


def test_row_has_an_address_that_opens_it(page, site, dataset):
    rows = [dataset.calls[-1].id, dataset.claims[50].id, dataset.claims[50].evidence[0].id, dataset.sources[-1].id]
    for id in rows:
        show(page, f"{site}index.html#{id}")
        see(page, partial(visible, id=id), True)


def test_link_to_a_row_that_a_filter_hides_shows_it(page, dataset):
    choose(page, "kind", "call")
    (ground, *_) = dataset.calls[0].grounds
    assert ground.item_id not in shown(page)
    press(page, f"#{dataset.calls[0].id} a[href='#{ground.item_id}']")
    see(page, partial(visible, id=ground.item_id), True)
    assert count(page) == len(shown(page)) == len(dataset.items)


def test_odd_id_is_found_by_link_and_filter(driver, good, tmp_path):
    name_actor(good, ODD)
    dataset = load(good.folder)
    build(dataset, tmp_path / "site")
    show(driver, (tmp_path / "site" / "index.html").as_uri())
    card = next(item for item in dataset.items if ODD in [part.actor.id for part in item.participants if part.role.code != "speaker"])
    press(driver, f"#{card.id} a[href^='#actor-a']")
    see(driver, partial(visible, id=f"actor-{ODD}"), True)
    press(driver, "tr a[href^='#actor=a']")
    see(driver, lambda it: set(shown(it)), {item.id for item in dataset.items if ODD in [part.actor.id for part in item.participants]})


def test_bar_leads_to_the_rows_of_its_segment(page, dataset):
    segment = dataset.segments[2]
    press(page, f"#coverage a[href='#segment={segment.id}']")
    see(page, lambda driver: set(shown(driver)), set(segment.item_ids))
    assert count(page) == len(segment.item_ids)


@pytest.mark.parametrize("style", ["apa", "bibtex"])
@pytest.mark.parametrize("row", [True, False])
def test_citation_is_copied(page, dataset, style, row):
    id = dataset.claims[11].id if row else ""
    press(page, f"[data-cite='{id}']")
    press(page, f"#formats [data-style={style}]")
    press(page, "#citing [data-copy]")
    see(page, lambda driver: find(driver, "#citing .copied").text, "Copied")
    copied = page.execute_async_script("const done = arguments[0]; navigator.clipboard.readText().then(done, error => done(String(error)))")
    assert copied == cite.text(ROOT, cite.find(ROOT, id) if row else None, style).strip()
    press(page, "#close")
    see(page, lambda driver: find(driver, "#citing").is_displayed(), False)


def saved(driver, name: str) -> str:
    path = driver.downloads / name
    # Chromium first reserves the name with an empty file and puts the finished one in its place with one move.
    see(driver, lambda _: path.exists() and path.stat().st_size > 0, True)
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text


def test_row_is_downloaded_as_it_stands_in_the_tables(page, dataset):
    item = next(item for item in dataset.claims if len(item.evidence) > 1 and item.rights)
    press(page, f"[data-json='{item.id}']")
    told = json.loads(saved(page, f"{item.id}.json"))
    (row,) = told["items"]
    assert told["version"] == dataset.version
    for table in ("claims", "evidence", "anchors", "item_rights"):
        assert row[table] == [dict(one) for one in dataset.tables[table].rows if one["claim_id"] == item.id], table
    assert {one["source_id"] for one in row["sources"]} == {one.source.id for one in item.evidence if one.source}

    press(page, f"[data-csv='{item.id}']")
    (cells,) = csv.DictReader(saved(page, f"{item.id}.csv").removeprefix("\ufeff").splitlines())
    (own,) = [one for one in read_rows(ROOT / "data" / "claims.csv")[1] if one["claim_id"] == item.id]
    assert cells == {"id": own.pop("claim_id")} | own


def test_selection_is_downloaded(page):
    choose(page, "relation", "contradicts")
    press(page, "[data-take=csv]")
    rows = list(csv.DictReader(saved(page, "selection.csv").removeprefix("\ufeff").splitlines()))
    assert [row["id"] for row in rows] == shown(page)


def test_no_downloaded_cell_runs_as_a_formula(driver, good_folder, tmp_path):
    package = Example.copy_of(good_folder, tmp_path / "package")
    package.set("claims", "EX01-C001", "claim", "=1+1")
    build(load(package.folder), tmp_path / "site")
    show(driver, (tmp_path / "site" / "index.html").as_uri())
    press(driver, "[data-csv='EX01-C001']")
    assert "'=1+1" in saved(driver, "EX01-C001.csv").split(",")


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

    see(page, opened, (light, "false"))  # the choice is kept, there and after; another page's process learns of it a moment later
    press(page, "#theme")
    see(page, background, dark)
    see(page, pressed, "true")
    paint(page, "light")
    assert background(page) == dark and pressed(page) == "true"
    page.execute_script("localStorage.clear()")


def test_keyboard(page):
    find(page, "body").send_keys(Keys.TAB)
    skip = see(page, active, lambda element: element.get_attribute("class") == "skip" and element.is_displayed())
    see(page, lambda driver: driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle"), "solid")
    skip.send_keys(Keys.ENTER)
    see(page, lambda driver: active(driver).get_attribute("id"), "main")
    find(page, "body").send_keys("/")
    see(page, lambda driver: active(driver).get_attribute("id"), "q")
    active(page).send_keys("a/b")
    see(page, lambda driver: find(driver, "#q").get_attribute("value"), "a/b")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("name", ["index.html", "codebook.html", "datasheet.html"])
def test_phone_shows_the_page_without_scrolling_sideways(page, site, name, direction):
    show(page, site + name, 375, 812)
    page.execute_script("document.documentElement.dir = arguments[0]; for (const one of document.querySelectorAll('details')) one.open = true", direction)
    width, wide = page.execute_script(
        "const w = document.documentElement.clientWidth; return [w, [...document.querySelectorAll('main *, footer *')].filter(e => !e.closest('.scroll, .unseen, pre') && !(e instanceof SVGElement) && (e.getBoundingClientRect().right > w + 1 || e.getBoundingClientRect().left < -1)).slice(0, 5).map(e => e.outerHTML.slice(0, 120))]"
    )
    assert width == 375 and wide == []
    assert page.execute_script("return document.documentElement.scrollWidth") == 375


def test_page_reads_without_its_script(page, site, dataset):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(page, site + "index.html")
        assert len(page.find_elements(By.CSS_SELECTOR, "article")) == len(dataset.items)
        assert find(page, "article").is_displayed() and not find(page, "#filters").is_displayed() and not find(page, ".tools").is_displayed()
        assert find(page, ".no-script").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_print_has_the_cards_and_not_the_controls(page):
    paint(page, "dark", "print")
    see(page, lambda driver: find(driver, "#filters").is_displayed() or find(driver, ".masthead").is_displayed(), False)
    assert find(page, "article").is_displayed()
    assert page.execute_script("return [getComputedStyle(document.documentElement).colorScheme, getComputedStyle(document.body).color]") == ["light", "rgb(31, 30, 27)"]
    assert find(page, "#coverage td.bar").is_displayed() and find(page, "#rights td.bar").is_displayed()


@needs_axe
@pytest.mark.parametrize("name", ["index.html", "codebook.html", "datasheet.html"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_serious(page, site, name, scheme, width):
    show(page, site + name, width, 900, scheme)
    page.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    page.execute_script("for (const one of document.querySelectorAll('.card')) one.style.contentVisibility = 'visible'")  # or axe passes over it
    assert serious(page) == []


def test_works_under_any_address(driver, site, dataset):
    """Served from a folder below a server's root, the front page asks for itself alone."""
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
        assert count(driver) == len(dataset.items) and search(driver, "court")
        press(driver, ".masthead a[href='codebook.html']")
        see(driver, lambda it: it.current_url.rpartition("/")[2], "codebook.html")
        see(driver, lambda it: find(it, "h1").text, "Codebook")
        driver.get("about:blank")
        server.shutdown()
    assert asked == [path, path.replace("index", "codebook")]


def test_no_request_leaves_the_page_and_nothing_is_refused(driver):
    """Stands last: the logs are of all that the tests above did. The one server asked is that of the test before."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert asked and [url for url in asked if not url.startswith(("file:", "about:", "blob:", "data:", "http://127.0.0.1:"))] == []
    assert [entry["message"] for entry in driver.get_log("browser")] == []
