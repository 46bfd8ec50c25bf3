"""docs/architecture.md: every room of the code, and arrows that lead down alone."""

import re

from claimtrack.publisher.documents.architecture import architecture, rooms
from tests.conftest import ROOT
from tests.tools.support import kept

PAGE = architecture(kept(ROOT))
ROOMS = rooms(kept(ROOT))


def test_every_room_is_told_with_what_it_is():
    folders = {path.parent.name for path in (ROOT / "claimtrack").glob("*/__init__.py")}
    assert folders <= set(ROOMS) and {name for name in ROOMS if name not in folders} == {"api"}
    told = re.findall(r"(?m)^\| `(\w+)` \| (.+) \| ([0-9]+) \|$", PAGE)
    assert [name for name, _, _ in told] == ROOMS
    assert all(len(what) > 20 and int(modules) > 0 for _, what, modules in told)


def test_every_module_is_counted():
    for name, count in re.findall(r"(?m)^\| `(\w+)` \| .+ \| ([0-9]+) \|$", PAGE):
        files = [path for path in (ROOT / "claimtrack" / name).rglob("*.py") if path.name != "__init__.py"]
        assert int(count) == (len(files) or 1), name


def test_arrows_lead_down():
    arrows = re.findall(r"(?m)^    (\w+) --> (\w+)$", PAGE)
    assert arrows and all(ROOMS.index(one) < ROOMS.index(other) for one, other in arrows)
    assert {name for arrow in arrows for name in arrow} == set(ROOMS)
