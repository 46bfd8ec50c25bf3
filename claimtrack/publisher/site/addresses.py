"""Gives every claim, call, actor, source and statement a page of its own, at an address that stays the same.

The address is made of the row's id alone. All pages of rows lie one folder deep, so that the same links lead from any
of them to any other. `at_top` makes the links of a page that lies beside `index.html`.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from claimtrack.core.errors import Unusable

FOLDERS = {"claim": "claims", "call": "calls", "actor": "actors", "source": "sources", "statement": "statements"}
LONGEST = 200  # bytes of a name; file systems allow 255, with the ending
# A text cannot hold these, because its quotes are escaped.
_TO_ROW = re.compile(r'class="ref" href="\.\./(?:claims|calls)/([^"]*)\.html"')


def file_of(kind: str, id: str, ending: str = "html") -> str:
    """Returns the path, in the site's folder, of the page of a row. `kind` is a key of `FOLDERS`. Raises Unusable.

    A sign of the id that could mean something in a path or an address is written as in an address (`%2F`).
    """
    name = quote(id, safe="")
    if len(name) > LONGEST:
        raise Unusable(f'the site cannot be built: the id "{id[:50]}…" is too long for the name of a file; shorten it')
    return f"{FOLDERS[kind]}/{name}.{ending}"


def link(kind: str, id: str) -> str:
    """Returns the address of a row's page, as seen from the site's folder."""
    return quote(file_of(kind, id))


def refuse_one_file_twice(paths: Iterable[str]) -> None:
    """Raises Unusable where two files differ only in the case of their names, which not every disk can keep apart."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            words = "differ only in capitals, which not every disk can keep apart; give one row another id"
            raise Unusable(f"the site cannot be built: {other} and {path} {words}")


def within(html: str) -> str:
    """Changes the links of a card that stands among all others: a mention of another leads to its card there."""
    return _TO_ROW.sub(lambda found: f'class="ref" href="#{unquote(found[1])}"', html)


def at_top(html: str) -> str:
    """Changes the links of a part of a row's page into those of `index.html`.

    A mention of another claim or call then leads to its card there, and not to its page.
    """
    return within(html).replace('href="../', 'href="').replace('data-link="../', 'data-link="')
