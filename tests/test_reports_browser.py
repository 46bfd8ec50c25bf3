"""The HTML report in a real browser: on a phone and a desktop, in light and dark, by keyboard, on paper, and asking nobody for anything.

Skipped where there is no Chromium with its driver (Debian: `apt-get install chromium chromium-driver`). The test of accessibility
needs axe-core as well: `npm install axe-core`, here or anywhere, and its path in AXE_CORE.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.example import ROOT, Example
from validator.check import check
from validator.reports import render
from validator.settings import Settings

webdriver = pytest.importorskip("selenium.webdriver", reason="no Selenium here: the HTML report is not tried in a browser")
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver here: the HTML report is not tried in a browser")


@pytest.fixture(scope="module")
def report(good_folder, tmp_path_factory) -> str:
    """The address of a report on a package with findings of several kinds, one with more than are listed, and one that is not there."""
    folder = tmp_path_factory.mktemp("reports")
    bad = Example.copy_of(good_folder, folder / "bad")
    bad.set("claims", "EX01-C001", "claim_type", "rumour-" * 60)
    bad.set("claims", "EX01-C002", "claim", "<img src=https://example.org/x onerror=alert(1)> ")
    bad.set("claims", "EX01-C003", "claim", "=1+1")
    (bad.folder / "data" / "left over.csv").touch()
    told = [check(str(path), Settings(max_samples=1)) for path in (bad.folder, good_folder, folder / "nothing")]
    path = folder / "report.html"
    path.write_text(render("html", told), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def driver():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def show(driver, report: str, width: int, scheme: str = "light", media: str = "") -> None:
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.get(report)


@pytest.mark.parametrize("scheme, width", [("light", 375), ("dark", 1280)])
def test_it_fits_the_screen_in_the_colours_of_the_reader(driver, report, scheme, width):
    show(driver, report, width, scheme)
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    paper = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")


def test_it_asks_nobody_for_anything(driver, report):
    show(driver, report, 1280)
    asked = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {entry["params"]["request"]["url"] for entry in asked if entry["method"] == "Network.requestWillBeSent"}
    assert report in asked and all(url.startswith("file://") for url in asked)
    assert driver.get_log("browser") == []


def test_by_keyboard(driver, report):
    show(driver, report, 1280)
    body = driver.find_element("tag name", "body")
    body.send_keys(Keys.TAB)
    skip = driver.switch_to.active_element
    assert skip.text == "Skip to the findings" and skip.rect["x"] >= 0
    skip.send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.tag_name == "main"
    tables = next(one for one in driver.find_elements("tag name", "summary") if one.text == "Tables")
    tables.send_keys(Keys.SPACE)
    assert tables.find_element("xpath", "..").get_attribute("open")


def test_on_paper(driver, report):
    show(driver, report, 1280, "dark", "print")
    assert driver.execute_script("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not driver.find_element("css selector", ".skip").is_displayed()


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here (npm install axe-core, or its path in AXE_CORE): accessibility is not checked")
@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_serious(driver, report, scheme, width):
    driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})  # the page allows no script; axe is one
    show(driver, report, width, scheme)
    driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    driver.set_script_timeout(60)
    result = driver.execute_async_script("const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(done, error => done({error: String(error)}))")
    assert "error" not in result and result["passes"]
    assert [(one["id"], one["impact"]) for one in result["violations"] if one["impact"] in ("serious", "critical")] == []
