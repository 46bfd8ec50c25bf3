"""What the tests of tracking share: copies of a statement, plain or among other texts, and what they show."""

import html
from pathlib import Path

from claimtrack.tracking.canonical import canonical
from claimtrack.tracking.verify import Proof, Source, proofs
from tests.tools.example import GOOD
from tests.tools.support import kept

TEXT = canonical((GOOD / "statement.txt").read_text(encoding="utf-8"))
NOISE = "Another article, on the price of herring, which says nothing of lamps. " * 40


def proof_of(folder: Path, text: str) -> Proof:
    """What a text shows of the one statement of a package."""
    (proof,) = proofs(kept(folder), Source(canonical(text)))
    return proof


def page_of(*articles: str) -> str:
    """A page as a browser saves it: menus, scripts, articles."""
    menu = "<nav><ul>" + "".join(f"<li><a href=#{i}>Section {i}</a></li>" for i in range(30)) + "</ul></nav>"
    shown = "".join(
        "<article>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
        + "</article>"
        for text in articles
    )
    head = "<head><meta charset=utf-8><title>News</title><script>let a = '<p>';</script></head>"
    return f"<!doctype html><html>{head}<body>{menu}<main>{shown}</main><footer>End</footer></body></html>"
