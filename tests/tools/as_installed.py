"""The command as pip installs it: whatever the wheel does not ask for is not there, though it is where tests run."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

from tests.tools.support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LAUNCHER = """#!{python}
import sys

HIDDEN = frozenset({hidden!r})


class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hidden())
sys.path.insert(0, {root!r})
from claimtrack.commands.main import command

command()
"""


def _plain(name: str) -> str:
    """A distribution's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    """The names of all distributions that pip would install along with the wheel, without any extra."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in PROJECT["dependencies"]]
    while waiting:
        wanted, extra = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        for each in ("", *wanted.extras):
            if (key := (_plain(wanted.name), each)) not in found:
                found.add(key)
                try:
                    waiting += [(Requirement(text), each) for text in requires(wanted.name) or ()]
                except PackageNotFoundError:  # optional on this platform
                    continue
    return {name for name, _ in found}


def hidden() -> list[str]:
    """The modules that are here and would not be there."""
    there = asked_for() | {_plain(PROJECT["name"])}
    return sorted(name for name, of in packages_distributions().items() if not {_plain(each) for each in of} & there)


def write_command(path: Path) -> None:
    """Writes an executable `claimtrack` that runs this checkout, and finds only what pip would have installed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LAUNCHER.format(python=sys.executable, hidden=hidden(), root=str(ROOT)), encoding="utf-8")
    path.chmod(0o755)
