"""Which version this is, of the validator and of what its verdict rests on."""

import platform
import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def version() -> str:
    """The version in `pyproject.toml`, or that of the installed command where there is no such file."""
    try:
        return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    except (OSError, KeyError):
        return installed("cambodia-election-claims")


def described() -> str:
    """The version, with those of Python and of the libraries that a report of an error should name."""
    parts = [f"{name} {_of(name)}" for name in ("frictionless", "pandera", "polars")]
    return f"validate.py {version()} ({', '.join([*parts, f'Python {platform.python_version()}'])})"


def _of(name: str) -> str:
    try:
        return installed(name)
    except PackageNotFoundError:
        return "not installed"
