"""The HTML report in a real browser.

On a phone and a desktop, in light and dark, by keyboard, on paper, and asking nobody for anything.
`tests/tools/browser.py` says what the tests need.
"""

import json

import pytest

from claimtrack.pipeline.check import check
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from claimtrack.reports import render
from tests.tools.browser import Keys, active, needs_axe, needs_browser, see, serious, show
from tests.tools.example import Example

pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(good_folder, tmp_path_factory) -> str:
    """The address of a report on packages: with findings of several kinds, without one, and one that is not there."""
    folder = tmp_path_factory.mktemp("reports")
    bad = Example.copy_of(good_folder, folder / "bad")
    bad.set("claims", "EX01-C001", "claim_type", "rumour-" * 60)
    bad.set("claims", "EX01-C002", "claim", "<img src=https://example.org/x onerror=alert(1)> ")
    bad.set("claims", "EX01-C003", "claim", "=1+1")
    (bad.folder / "data" / "left over.csv").touch()
    places = (bad.folder, good_folder, folder / "nothing")
    told = [check(str(path), Settings(max_samples=1), [CLAIM_TRACKING]) for path in places]
    told[0].internal_errors.append("data/claims.csv: not checked to the end, since there was an internal error")
    path = folder / "report.html"
    path.write_text(render("html", told), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme, width", [("light", 375), ("dark", 1280)])
def test_it_fits_the_screen_in_the_colours_of_the_reader(chromium, report, scheme, width):
    show(chromium, report, width, scheme=scheme)
    assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    paper = chromium.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")


def test_it_asks_nobody_for_anything(chromium, report):
    show(chromium, report)
    asked = set()

    def log(driver) -> set[str]:
        events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        asked.update(
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        )
        return asked

    see(chromium, log, lambda asked: report in asked)
    assert all(url.startswith(("file://", "about:")) for url in asked)
    assert chromium.get_log("browser") == []


def test_by_keyboard(chromium, report):
    show(chromium, report)
    chromium.find_element("tag name", "body").send_keys(Keys.TAB)
    skip = see(chromium, active, lambda element: element.text == "Skip to the findings" and element.rect["x"] >= 0)
    skip.send_keys(Keys.ENTER)
    see(chromium, lambda driver: active(driver).tag_name, "main")
    tables = next(one for one in chromium.find_elements("tag name", "summary") if one.text == "Tables")
    tables.send_keys(Keys.SPACE)
    see(chromium, lambda _: tables.find_element("xpath", "..").get_attribute("open"), "true")


def test_on_paper(chromium, report):
    show(chromium, report, scheme="dark", media="print")
    assert chromium.execute_script("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert chromium.execute_script("return getComputedStyle(document.documentElement).colorScheme") == "light"
    assert not chromium.find_element("css selector", ".skip").is_displayed()


@needs_axe
@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_serious(chromium, report, scheme, width):
    chromium.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})  # the page allows no script; axe is one
    show(chromium, report, width, scheme=scheme)
    chromium.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    assert serious(chromium) == []
