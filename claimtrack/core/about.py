"""The versions of the program and of the libraries on which its verdict rests."""

import json
import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from claimtrack.core.paths import DESCRIPTOR

# In a checkout the dataset lies beside the program. Both share one version, and it stands only in the descriptor.
CHECKOUT = Path(__file__).resolve().parents[2] / DESCRIPTOR


def version() -> str:
    """Returns the program's version: that of the checkout it runs from, or else that of the installed distribution."""
    try:
        return json.loads(CHECKOUT.read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):  # there is no descriptor, or somebody is editing it
        return _of("claimtrack")


def described() -> str:
    """Returns the version with those of Python and of the main libraries, as a report of an error should name them."""
    parts = [f"{name} {_of(name)}" for name in ("frictionless", "pandera", "polars")]
    return f"claimtrack {version()} ({', '.join([*parts, f'Python {platform.python_version()}'])})"


def _of(name: str) -> str:
    """Returns the version of an installed distribution, or "not installed"."""
    try:
        return installed(name)
    except PackageNotFoundError:
        return "not installed"
