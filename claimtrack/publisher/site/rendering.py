"""Renders the site's templates.

A Content Security Policy allows a page nothing but the scripts and styles of the site's own folder, or, where a page
holds its style within itself, that style by its hash. So even a fault in escaping could fetch nothing from elsewhere.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from claimtrack.publisher.language import Language
from claimtrack.publisher.metadata.citation import STYLES
from claimtrack.publisher.model import Dataset, Item
from claimtrack.publisher.site.addresses import link
from claimtrack.publisher.site.markdown import Book
from claimtrack.publisher.site.marking import filters
from claimtrack.publisher.words import host, is_web

HERE = Path(__file__).parent
ASSETS = ("style.css", "boot.js", "page.js")  # beside each page
FINDING = (
    "vendor/minisearch.min.js",
    "load.js",
    "hash.js",
    "records.js",
    "cards.js",
    "find.js",
    "take.js",
)  # of `index.html`
POLICY = "default-src 'none'; {sources}; img-src data:; base-uri 'none'; form-action 'none'"


class Renderer:
    """Renders the pages of one dataset in a language. `books` are the documents by name."""

    def __init__(self, dataset: Dataset, language: Language, books: Mapping[str, Book]):
        self.dataset, self.items = dataset, {item.id: item for item in dataset.items}
        marking = filters(language, dataset.language)
        self._environment = Environment(
            loader=FileSystemLoader(HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters |= marking | {"host": host, "script_data": script_data}
        self._environment.tests["web"] = is_web
        self._environment.globals |= {
            "data": dataset,
            "t": _named(language.texts),
            "own": marking["lang"](dataset.language),
            "languages": {one.id: one.language.code for one in dataset.statements},
            "statuses": {code.code: code for code in dataset.codes["follow_up_status"]},
            "feed": dataset.history.told,
            "books": books,
            "items_by_id": self.items,
            "link": link,
            "apa": STYLES["apa"](dataset).strip(),
            "inlined": {name: Markup(inlined(name)) for name in ("style.css", "boot.js")},
            "assets": {"beside": ASSETS, "finding": tuple(name.rpartition("/")[2] for name in FINDING)},
        }

    def page(self, template: str, path: str, whole: bool = False, **view: Any) -> str:
        """Renders the page at a path from a template. `view` has the template's further variables.

        A page that is `whole` has its style within itself, so that it can be sent as one file. It has no other script
        than the one that sets the colours.
        """
        up = "../" * path.count("/")
        policy = _policy_of_one_file() if whole else POLICY.format(sources="script-src 'self'; style-src 'self'")
        return self._environment.get_template(template).render(up=up, policy=policy, whole=whole, path=path, **view)

    @cached_property
    def _cards(self) -> Any:
        """The macros of `card.html`."""
        return self._environment.get_template("card.html").make_module({"up": "../", "whole": False})

    def card(self, item: Item) -> str:
        """Renders the card of a claim or call, as it stands one folder deep."""
        return str(self._cards.card(item))


def inlined(name: str) -> str:
    """Reads a script or style of ours. Raises ValueError if it could end the element in which it stands."""
    text = (HERE / name).read_text(encoding="utf-8")
    if re.search(r"</(?:script|style)|<!--", text, re.IGNORECASE):
        raise ValueError(f"{name} holds what would end its element, or open a comment in it")
    return text


def script_data(value: object) -> Markup:
    """Writes a value as JSON that can stand in a script element."""
    text = json.dumps(value, default=vars, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _policy_of_one_file() -> str:
    """Returns the policy of a page that holds its style and its script within itself."""
    style, boot = (_hash(inlined(name)) for name in ("style.css", "boot.js"))
    return POLICY.format(sources=f"script-src {boot}; style-src {style}")


def _hash(text: str) -> str:
    """Returns the expression by which a Content Security Policy allows one inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _named(strings: Mapping) -> SimpleNamespace:
    """Returns the strings as attributes. In a dict, a template would get the dict's methods `items` and `copy`.

    A text with plural forms remains a dict, for the filter `say`.
    """
    return SimpleNamespace(
        **{
            name: _named(value) if isinstance(value, dict) and "other" not in value else value
            for name, value in strings.items()
            if name != "labels"
        }
    )
