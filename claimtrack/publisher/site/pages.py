"""The dataset as a page to look at: no server, no request, no tracking; opened from a file system or put under any address.

Each page is one file that holds all it needs, since a page opened from a disk may not load data. A Content Security Policy
allows its own scripts and styles by hash and nothing else, so that even a flaw in escaping could not run or fetch anything.
Words are in `site/strings/`, one file a language; the templates in `site/` escape whatever comes from a table.
"""

import base64
import hashlib
import html
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from validator.findings import Unusable

from . import charts
from .citation import STYLES, Row
from .files import File
from .model import CALL, CLAIM, Dataset, Item, Source

HERE = Path(__file__).parent / "site"
# The tables that a row is downloaded from, besides its own; the coders' raw values are in the package.
TABLES = ("claims", "calls", "anchors", "participants", "item_rights", "grounds", "evidence", "follow_ups", "actors", "rights", "sources")
SCRIPTS = ("vendor/minisearch.min.js", "app.js")
DOCUMENTS = ("codebook", "datasheet")  # the package's documents that become pages, where it has them

Options = list[tuple[str, str]]  # values with their words


def build(dataset: Dataset, output: Path, downloads: Iterable[File] = (), language: str = "en", markup: dict | None = None) -> None:
    """Writes `index.html` and, where the dataset has them, `codebook.html` and `datasheet.html` into a folder, which is made if need be.

    The same dataset gives the same bytes. `downloads` are the files beside that folder to offer, `language` is the name of a
    file in `site/strings/`, and `markup` what the front page tells search engines, as JSON-LD.
    """
    words = strings(language)
    texts = {name: text for name in DOCUMENTS if (text := getattr(dataset, name))}
    books = {name: markdown(text, texts) for name, text in texts.items()}
    pages = {"index.html": _page(dataset, words, "index.html", books, markup=markup, **_index(dataset, words, downloads))}
    for name, book in books.items():
        pages[f"{name}.html"] = _page(dataset, words, "document.html", books, name=name, book=book)
    output.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        _refuse_twins(page)
        (output / name).write_text(page, encoding="utf-8", newline="\n")


def strings(language: str = "en") -> dict[str, dict[str, str]]:
    """The words of the site in a language, in groups."""
    return tomllib.loads((HERE / "strings" / f"{language}.toml").read_text(encoding="utf-8"))


def _index(dataset: Dataset, strings: dict, downloads: Iterable[File]) -> dict:
    """What the front page shows."""
    return {
        "figures": _figures(dataset),
        "coverage": [(one, charts.coverage(dataset, one)) for one in dataset.statements],
        "levels": charts.LEVELS,
        "progress": charts.progress(dataset),
        "timeline": charts.timeline(dataset),
        "rights": charts.rights(dataset),
        "items": _in_order(dataset),
        "choices": _choices(dataset, strings),
        "coders": sorted({code for item in dataset.items for code in item.coders}, key=lambda code: code.code),
        "sources": _uses(dataset),
        "parts_of": Counter(id for item in dataset.items for id in {part.actor.id for part in item.participants}),
        "downloads": _by_folder(downloads),
        "rows": _rows(dataset),
        "citations": _citations(dataset),
    }


def _page(dataset: Dataset, strings: dict, template: str, books: dict[str, "Book"], markup: dict | None = None, **view) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"host": host, "size": size, "script_data": script_data, "words": lambda date: in_words(date, strings["date"]), "tokens": tokens}
    environment.tests["web"] = is_web
    style, boot = (_inlined(name) for name in ("style.css", "boot.js"))
    script = "".join(map(_inlined, SCRIPTS))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(boot)} {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",  # the icon
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    parts = {"style": Markup(style), "boot": Markup(boot), "script": Markup(script), "policy": policy}
    return environment.get_template(template).render(data=dataset, t=_named(strings), books=books, markup=markup, citation=STYLES["apa"](dataset).strip(), **parts, **view)


def _refuse_twins(page: str) -> None:
    """Raises Unusable where an address of the page would lead to two places, such as two rows, or a row and a part of the page."""
    (id, times), *_ = Counter(re.findall(r'\sid="([^"]*)"', page)).most_common(1)
    if times > 1:
        raise Unusable(f'the site cannot be built: the id "{html.unescape(id)}" would stand {times} times on one page; give the row another id')


def _named(strings: dict) -> SimpleNamespace:
    """The strings by attribute: a template that asks a dict for `items` or `copy` is given the dict's own method."""
    return SimpleNamespace(**{name: _named(value) if isinstance(value, dict) else value for name, value in strings.items()})


def _inlined(name: str) -> str:
    """A script or style of ours that can stand inside an element as it is."""
    text = (HERE / name).read_text(encoding="utf-8")
    if re.search(r"</(?:script|style)|<!--", text, re.IGNORECASE):
        raise ValueError(f"{name} holds what would end its element, or open a comment in it")
    return text


def _hash(text: str) -> str:
    """The source expression by which a Content Security Policy allows one inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _figures(dataset: Dataset) -> dict[str, int]:
    """How many rows there are, retired items left out."""
    items = [item for item in dataset.items if not item.retired]
    return {
        "claims": sum(item.kind == CLAIM for item in items),
        "calls": sum(item.kind == CALL for item in items),
        "segments": len(dataset.segments),
        "evidence": sum(len(item.evidence) for item in items),
        "follow_ups": sum(len(item.follow_ups) for item in items),
        "sources": len(dataset.sources),
    }


def _in_order(dataset: Dataset) -> list[Item]:
    """The claims and calls as the statement has them: by the place of the first anchor."""
    places = {segment.id: place for place, segment in enumerate(dataset.segments)}
    unplaced = len(places)

    def place(item: Item) -> tuple:
        first = min(((places[anchor.segment_id], anchor.start) for anchor in item.anchors), default=(unplaced, 0))
        return (*first, item.kind != CLAIM, item.id)

    return sorted(dataset.items, key=place)


def _choices(dataset: Dataset, strings: dict) -> list:
    """The filters: a name, and groups of (label, options), an option being a value and its words with the number of items."""
    found = Counter((name, value) for item in dataset.items for name, values in tokens(item).items() for value in values)
    item = strings["item"]

    def codes(name: str, list: str, prefix: str = "") -> Options:
        return options(name, ((prefix + code.code, code.label) for code in dataset.codes[list]))

    def options(name: str, values: Iterable[tuple[str, str]]) -> Options:
        return [(value, f"{words} ({found[name, value]})") for value, words in values if found[name, value]]

    choices = [
        ("kind", [(None, options("kind", ((CLAIM, item["claims"]), (CALL, item["calls"]))))]),
        (
            "type",
            [
                (strings["browse"]["claim_types"], codes("type", "claim_type", "claim_type.")),
                (strings["browse"]["call_types"], codes("type", "action", "action.")),
            ],
        ),
        ("voice", [(None, codes("voice", "voice"))]),
        ("right", [(None, options("right", ((one.id, one.label) for one in dataset.rights)))]),
        ("relation", [(None, codes("relation", "relation"))]),
        ("status", [(None, codes("status", "follow_up_status"))]),
        ("actor", [(None, sorted(options("actor", ((one.id, one.title) for one in dataset.actors)), key=lambda option: option[1].casefold()))]),
        ("segment", [(None, options("segment", ((one.id, f"{one.id} {one.kind.label}") for one in dataset.segments)))]),
    ]
    if len(dataset.statements) > 1:
        choices.insert(0, ("statement", [(None, options("statement", ((one.id, one.title) for one in dataset.statements)))]))
    return choices


def _by_folder(downloads: Iterable[File]) -> list[tuple[str, list[File]]]:
    """The files to download by the folder in their path, those in none first."""
    folders = {"": []}
    for file in downloads:
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    return list(folders.items())


def _citations(dataset: Dataset) -> dict[str, dict[str, str]]:
    """The citation in every style: of every claim and call by the item's id, and of the whole dataset by an empty one."""
    rows = {"": None} | {item.id: Row("claims" if item.kind == CLAIM else "calls", item.id, item.sha256, item.version_retired) for item in dataset.items}
    return {id: {style: cite(dataset, row) for style, cite in STYLES.items()} for id, row in rows.items()}


def _rows(dataset: Dataset) -> dict:
    """The rows for the page's script: by table, its columns and its rows as lists."""
    tables = {name: dataset.tables[name] for name in TABLES}
    return {name: {"columns": [f["name"] for f in table.fields], "rows": [list(row.values()) for row in table.rows]} for name, table in tables.items()}


def _uses(dataset: Dataset) -> list[tuple[Source, list[str]]]:
    """Each source with the ids of the rows of evidence and follow-ups that rest on it."""
    uses = {source.id: [] for source in dataset.sources}
    for item in dataset.items:
        for row in (*item.evidence, *item.follow_ups):
            if row.source:
                uses[row.source.id].append(row.id)
    return [(source, uses[source.id]) for source in dataset.sources]


def tokens(item: Item) -> dict[str, list[str]]:
    """What the page filters an item by: for each filter the values it answers to."""
    status = item.current.status.code if item.current else None
    found = {
        "kind": [item.kind],
        "type": [f"{item.type.list}.{item.type.code}"],
        "right": [engaged.right.id for engaged in item.rights],
        "relation": [row.relation.code for row in item.evidence],
        "voice": [item.voice.code],
        "status": [status],
        "actor": [part.actor.id for part in item.participants],
        "segment": item.segment_ids,
        "statement": [item.statement_id],
    }
    return {name: list(dict.fromkeys(filter(None, values))) for name, values in found.items()}


def is_web(address: str) -> bool:
    """Whether an address is one that a link may lead to: of the web, and not a script."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def host(address: str) -> str:
    """The host of an address of the web, to show where a link leads."""
    return urlsplit(address).hostname.removeprefix("www.")


def size(bytes: int) -> str:
    """A file's size for readers: kB and MB are thousands and millions of bytes."""
    return f"{max(1, round(bytes / 1000))} kB" if bytes < 999_500 else f"{bytes / 1_000_000:.1f} MB"


def in_words(date: str, strings: dict) -> str:
    """An EDTF date for readers: approximate, uncertain and open dates in words, the rest as it stands."""
    first, slash, last = date.partition("/")
    if not slash:
        bare, mark = date.rstrip("~?%"), date[len(date.rstrip("~?%")) :]
        return strings[{"~": "about", "?": "perhaps", "%": "perhaps"}[mark]].format(date=bare) if mark else date
    first, last = (in_words(end, strings) if end not in ("", "..") else "" for end in (first, last))
    form = "range" if first and last else "until" if last else "since"
    return strings[form].format(first=first, last=last)


@dataclass(frozen=True)
class Book:
    """A rendered document, and its headings of the first two levels as (level, id, text)."""

    html: Markup
    headings: tuple[tuple[int, str, str], ...]


def markdown(text: str, pages: Iterable[str] = ()) -> Book:
    """Markdown as HTML, with an id for each heading by GitHub's rule. Raw HTML is shown as text, an image as a link to it.

    A link to a document beside it leads to its page, if it is one of `pages`. One into a repository, which leads nowhere from
    here, is left as its text.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parsed = parser.parse(re.sub(r"(?s)<!--.*?-->\n?", "", text))
    headings, seen = [], {}
    for opening, inline in zip(parsed, parsed[1:]):
        if opening.type == "heading_open":
            words = "".join(child.content for child in inline.children)
            id = _slug(words, seen)
            opening.attrSet("id", id)
            if opening.tag in ("h1", "h2"):
                headings.append((int(opening.tag[1]), id, words))
    for token in parsed:
        token.children = token.children and _linked(token.children, pages)
    text = parser.renderer.render(parsed, parser.options, {})
    # A wide table or line of code scrolls in a box of its own, which the keyboard can reach, and not with the page.
    text = text.replace("<pre>", '<pre tabindex="0">')
    text = re.sub(r"<table>(.*?)</table>", r'<div class="scroll" tabindex="0"><table>\1</table></div>', text, flags=re.DOTALL)
    return Book(Markup(text), tuple(headings))


def _slug(words: str, seen: dict[str, int]) -> str:
    slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    seen[slug] = seen.get(slug, -1) + 1
    return f"{slug}-{seen[slug]}" if seen[slug] else slug


def _linked(children: list[Token], pages: Iterable[str]) -> list[Token]:
    """Inline tokens with links to the web marked as such, links in and between the pages kept, and others left out around their text."""
    kept, dropped = [], []
    for token in children:
        if token.type == "link_open":
            target = token.attrGet("href")
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


def script_data(value: object) -> Markup:
    """JSON that can stand in a script element."""
    text = json.dumps(value, default=vars, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))
