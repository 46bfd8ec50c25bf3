"""What the tests of reports share: a browser."""

from tests.tools.browser import chromium

__all__ = ["chromium"]
