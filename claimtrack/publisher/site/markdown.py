"""Converts Markdown to HTML that is safe to show."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from claimtrack.publisher.words import is_web


@dataclass(frozen=True)
class Book:
    """A rendered document, with its headings of the first two levels as (level, id, text)."""

    html: Markup
    headings: tuple[tuple[int, str, str], ...]


def markdown(text: str, pages: Iterable[str] = ()) -> Book:
    """Converts Markdown to HTML, with an id for each heading that follows GitHub's rule.

    Raw HTML is shown as text, and an image as a link to it. A link to a document beside this one leads to its page, if
    the document is one of `pages`. Of a link into a repository, which would lead nowhere, only the text is kept.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parsed = parser.parse(re.sub(r"(?s)<!--.*?-->\n?", "", text))
    headings: list[tuple[int, str, str]] = []
    seen: dict[str, int] = {}
    for opening, inline in pairwise(parsed):
        if opening.type == "heading_open":
            words = "".join(child.content for child in inline.children or [])
            id = _slug(words, seen)
            opening.attrSet("id", id)
            if opening.tag in ("h1", "h2"):
                headings.append((int(opening.tag[1]), id, words))
    for token in parsed:
        token.children = token.children and _linked(token.children, pages)
    text = parser.renderer.render(parsed, parser.options, {})
    # A wide table or line of code scrolls in a box of its own, which the keyboard can reach. The page does not scroll.
    text = text.replace("<pre>", '<pre tabindex="0">')
    text = re.sub(
        r"<table>(.*?)</table>", r'<div class="scroll" tabindex="0"><table>\1</table></div>', text, flags=re.DOTALL
    )
    return Book(Markup(text), tuple(headings))


def _slug(words: str, seen: dict[str, int]) -> str:
    """Returns the id of a heading. `seen` counts the ids so far, and is updated."""
    slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    seen[slug] = seen.get(slug, -1) + 1
    return f"{slug}-{seen[slug]}" if seen[slug] else slug


def _linked(children: list[Token], pages: Iterable[str]) -> list[Token]:
    """Filters the links in a list of inline tokens.

    Links to the web are marked as such. Links within a page and between pages are kept. Of other links only the text is
    kept.
    """
    kept, dropped = [], []
    for token in children:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            beside, _, heading = target.partition(".md")
            if beside in pages and heading[:1] in ("", "#"):
                token.attrs["href"] = f"{beside}.html{heading}"
                dropped.append(False)
                kept.append(token)
                continue
            dropped.append(not (target.startswith("#") or is_web(target)))
            if is_web(target):
                token.attrs |= {"class": "away", "rel": "noopener noreferrer"}
        if token.type in ("link_open", "link_close") and dropped[-1]:
            pass
        else:
            kept.append(token)
        if token.type == "link_close":
            dropped.pop()
    return kept
