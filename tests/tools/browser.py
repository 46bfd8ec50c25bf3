"""A real browser without a window, for the tests of the site and of the HTML report.

They are skipped where there is no Chromium with its driver (Debian: `apt-get install chromium chromium-driver`). The
tests of accessibility need axe-core as well, which is not vendored for its size: `npm install axe-core`, here or
anywhere, and its path in AXE_CORE if not here.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

webdriver = pytest.importorskip("selenium.webdriver", reason="no Selenium here: nothing is tried in a browser")
from selenium.common.exceptions import (  # noqa: E402
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402, F401
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
PATIENCE = 60  # seconds: a busy machine is no failure

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no Chromium with its driver here: nothing is tried in a browser"
)
needs_axe = pytest.mark.skipif(
    not AXE.is_file(),
    reason="no axe-core here (npm install axe-core, or its path in AXE_CORE): accessibility is not checked",
)


# Brings an element into sight and waits until it has stood still for some frames: cards that are laid out as they come
# into sight move what is below them, and a click would land on what was there before.
REST = """
    const [element, done] = arguments, place = () => JSON.stringify(element.getBoundingClientRect());
    element.scrollIntoView({block: "center", behavior: "instant"});
    let before = place(), still = 0;
    const look = () => {
      const now = place();
      still = now === before ? still + 1 : 0;
      before = now;
      if (still < 4) requestAnimationFrame(look); else done();
    };
    requestAnimationFrame(look);
"""


def press(driver, selector: str) -> None:
    """Clicks an element, once it is there, stands still and nothing lies over it."""

    def clicked(driver) -> bool:
        element = driver.find_element(By.CSS_SELECTOR, selector)
        driver.execute_async_script(REST, element)
        element.click()
        return True

    ignored = [ElementClickInterceptedException, ElementNotInteractableException, StaleElementReferenceException]
    WebDriverWait(driver, PATIENCE, ignored_exceptions=ignored).until(clicked, f"{selector} cannot be pressed")


@contextlib.contextmanager
def opened() -> Iterator[webdriver.Chrome]:
    """A browser that writes down what it asks for and what its console says."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-dev-shm-usage",
        "disable-background-networking",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    """A browser for the tests of a module."""
    with opened() as driver:
        yield driver


def see(driver, look: Callable, expected: object) -> object:
    """What `look(driver)` gives, once it is as expected: equal to a value, or fit for a test of it.

    Fails with what it saw last.

    A browser does much of what an action sets off after it: events of the address and of the colours, scrolling,
    navigation, files. Whatever an assertion sees of that is waited for with this.
    """
    seen = []

    def met(driver) -> bool:
        seen[:] = [look(driver)]
        return expected(seen[0]) if callable(expected) else seen[0] == expected

    with contextlib.suppress(TimeoutException):
        WebDriverWait(driver, PATIENCE, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException]).until(
            met
        )
        return seen[0]
    wanted = "something else" if callable(expected) else repr(expected)
    pytest.fail(f"after {PATIENCE} s: saw {seen[0] if seen else 'an element that was gone'!r}, expected {wanted}")


def show(driver, address: str, width: int = 1280, height: int = 1000, scheme: str = "light", media: str = "") -> None:
    """Opens a page anew on a screen of that many CSS pixels, in the colours of a system, or on paper.

    A narrow screen is a phone's.
    """
    driver.get("about:blank")
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    # A page asks for both as it opens. (A blank page is laid out as 980 pixels wide on a phone, whose own width is the
    # outer one.)
    see(driver, lambda it: width in it.execute_script("return [innerWidth, outerWidth]"), True)
    paint(driver, scheme, media)
    driver.get(address)


def paint(driver, scheme: str, media: str = "") -> None:
    """Has the system prefer light or dark colours, and shows the page on a screen or, as `media` "print", on paper."""
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    see(
        driver,
        lambda it: it.execute_script(
            "return [matchMedia(`(prefers-color-scheme: ${arguments[0]})`).matches, matchMedia('print').matches]",
            scheme,
        ),
        [True, media == "print"],
    )


def active(driver):
    """The element that the keyboard is at."""
    return driver.switch_to.active_element


def serious(driver) -> list:
    """What axe-core finds serious or critical in the page as it stands, with the first places."""
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    driver.set_script_timeout(10 * PATIENCE)
    run = "axe.run({resultTypes: ['violations']}).then(done, error => done({error: String(error)}))"
    result = driver.execute_async_script(f"const done = arguments[0]; {run}")
    assert "error" not in result and result["passes"]
    found = [one for one in result["violations"] if one["impact"] in ("serious", "critical")]
    return [(one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3]) for one in found]
