"""A real browser without a window, for the tests of the site and of the HTML report.

They are skipped where there is no Chromium with its driver (Debian: `apt-get install chromium chromium-driver`). The tests of
accessibility need axe-core as well, which is not vendored for its size: `npm install axe-core`, here or anywhere, and its path
in AXE_CORE if not here.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

webdriver = pytest.importorskip("selenium.webdriver", reason="no Selenium here: nothing is tried in a browser")
from selenium.webdriver.common.by import By  # noqa: E402, F401
from selenium.webdriver.common.keys import Keys  # noqa: E402, F401

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")

needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver here: nothing is tried in a browser")
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here (npm install axe-core, or its path in AXE_CORE): accessibility is not checked")


@pytest.fixture(scope="module")
def chromium() -> Iterator[webdriver.Chrome]:
    """A browser that writes down what it asks for and what its console says."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()
