"""Makes the citation of the dataset, or of rows, in forms for people and for reference managers.

Every form is made from the descriptor's facts (`claimtrack.publisher.facts`). Without a DOI and a homepage, the
citation has no address. Few styles print a version or a note of a data set, but all print its title. So the title that
reference managers get ends in the version and in what rows are meant.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from claimtrack.publisher.facts import Contributor, Facts


@dataclass(frozen=True)
class Row:
    """A row to cite.

    `id` is its primary key, and `sha256` the hash of its content (`row_hash.content_hash`). `retired` is the version in
    which it was retired, or None.
    """

    table: str
    id: str
    sha256: str
    retired: str | None = None

    @property
    def label(self) -> str:
        """The words that stand for the row in a title."""
        return f"row {self.id}{f' (retired in version {self.retired})' if self.retired else ''}"

    @property
    def ids(self) -> tuple[str, ...]:
        """The id, as of several rows."""
        return (self.id,)

    @property
    def note(self) -> str:
        """The words that identify the row, with its whole hash."""
        return f"{self.label}, SHA-256 {self.sha256}"


@dataclass(frozen=True)
class Rows:
    """Several rows to cite together, sorted by id."""

    rows: tuple[Row, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rows."""
        return tuple(row.id for row in self.rows)

    @property
    def id(self) -> str:
        """What stands for the rows where one id is asked for: the first and the last."""
        return f"{self.ids[0]}..{self.ids[-1]}"

    @property
    def table(self) -> str:
        """The tables of the rows."""
        return ", ".join(dict.fromkeys(row.table for row in self.rows))

    @property
    def sha256(self) -> str:
        """The hash over the rows: of a line for each, with its id, a blank and its hash (docs/datasheet.md)."""
        return hashlib.sha256("".join(f"{row.id} {row.sha256}\n" for row in self.rows).encode()).hexdigest()

    @property
    def label(self) -> str:
        """The words that stand for the rows in a title: the ids of few, or how many they are."""
        few = len(self.rows) <= FEW
        return f"rows {', '.join(self.ids)}" if few else f"{len(self.rows)} rows from {self.ids[0]} to {self.ids[-1]}"

    @property
    def note(self) -> str:
        """The words that identify the rows, with all ids and the whole hash."""
        return f"rows {', '.join(row.label.removeprefix('row ') for row in self.rows)}, SHA-256 {self.sha256}"


Cited = Row | Rows | None  # what is cited of the dataset; None is all of it
FEW = 4  # rows that a title names one by one
SHORT = 12  # digits of a hash that a citation shows; `claimtrack cite --expect` takes as few


def key(facts: Facts, row: Cited = None) -> str:
    """Returns the citation key: the dataset's name and version, and the row's id."""
    return re.sub(r"[^A-Za-z0-9.:_-]+", "-", ":".join(filter(None, (facts.name, facts.version, row.id if row else ""))))


def title(facts: Facts, row: Cited = None) -> str:
    """Returns the title that reference managers get: with the rows, the version, and the beginning of the hash."""
    which, hashed = (f": {row.label}", f", SHA-256 {row.sha256[:SHORT]}") if row else ("", "")
    return f"{facts.title}{which} (version {facts.version}{hashed})"


def apa(facts: Facts, row: Cited = None) -> str:
    """Returns a citation in APA style (7th edition, section 10.9, data sets). The rows stand before the version."""
    names = [_apa_name(one) for one in facts.creators]
    authors = ", ".join(names[:-1]) + (", & " if len(names) > 1 else "") + names[-1]
    authors += "" if authors.endswith(".") else "."
    published = "" if facts.publisher in (one.title for one in facts.creators) else f" {facts.publisher}."
    where = f" {facts.url}" if facts.url else ""
    said = title(facts, row).removeprefix(facts.title).replace("(version", "(Version")
    listed = f" Rows: {', '.join(row.ids)}." if row and len(row.ids) > FEW else ""
    return f"{authors} ({facts.year}). {facts.title}{said} [Data set].{published}{where}{listed}"


def bibtex(facts: Facts, row: Cited = None) -> str:
    """Returns a BibTeX entry of the type `misc`, which every style supports. Only biblatex has the type `dataset`."""
    fields = {
        "author": " and ".join(
            _tex(one.inverted) if one.is_person else "{" + _tex(one.title) + "}" for one in facts.creators
        ),
        "title": "{" + _tex(title(facts, row)) + "}",
        "year": facts.year,
        "date": facts.date,
        "publisher": "{" + _tex(facts.publisher) + "}",
        "howpublished": "Data set",
        "note": _tex(f"Version {facts.version}{f', {row.note}' if row else ''}"),
        "keywords": _tex(", ".join(facts.keywords)),
        "copyright": _tex(facts.licence.name),
        "doi": facts.doi,
        "url": facts.url,
    }
    return (
        f"@misc{{{key(facts, row)},\n"
        + "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text)
        + "}\n"
    )


def ris(facts: Facts, row: Cited = None) -> str:
    """Returns a RIS record of the type DATA. Its lines end in CR and LF, as the format demands."""
    return "".join(f"{tag}  - {text}\r\n" for tag, text in _ris_lines(facts, row))


def _ris_lines(facts: Facts, row: Cited) -> Iterator[tuple[str, str]]:
    """Yields the lines of a RIS record, each as tag and text."""
    yield "TY", "DATA"
    yield "ID", key(facts, row)
    yield from (("AU", one.inverted) for one in facts.creators)
    yield "TI", title(facts, row)
    yield "PY", facts.year
    yield "DA", facts.date.replace("-", "/")
    yield "ET", facts.version
    yield "PB", facts.publisher
    yield from (("KW", word) for word in facts.keywords)
    if row:
        yield "N1", row.note
    yield "C1", facts.licence.name
    if facts.doi:
        yield "DO", facts.doi
    if facts.url:
        yield "UR", facts.url
    yield "ER", ""


def csl(facts: Facts, row: Cited = None) -> list[dict]:
    """Returns the citation as CSL-JSON, which is a list of one item."""
    item = {
        "id": key(facts, row),
        "type": "dataset",
        "title": _any_case(title(facts, row), row),
        "author": [
            {"family": one.family_name, "given": one.given_name or ""} if one.is_person else {"literal": one.title}
            for one in facts.creators
        ],
        "issued": {"date-parts": [[int(part) for part in facts.date.split("-")]]},
        "publisher": facts.publisher,
        "keyword": ", ".join(facts.keywords),
        "custom": {"license": facts.licence.name, "version": facts.version}
        | ({"row": ", ".join(row.ids), "table": row.table, "sha256": row.sha256} if row else {}),
        "note": row and row.note,
        "DOI": facts.doi,
        "URL": facts.url,
    }
    return [{name: value for name, value in item.items() if value}]


def csl_text(facts: Facts, row: Cited = None) -> str:
    """Returns the CSL-JSON as text."""
    return json.dumps(csl(facts, row), indent=2, ensure_ascii=False) + "\n"


STYLES = {"apa": lambda facts, row=None: apa(facts, row) + "\n", "bibtex": bibtex, "ris": ris, "csl": csl_text}


def _any_case(text: str, row: Cited) -> str:
    """Keeps styles from changing the case of ids in a title: in title case, KH23 would become Kh23.

    Source: https://docs.citationstyles.org/en/stable/release-notes.html, which names this span; pandoc, Zotero and
    citeproc-js read it in CSL-JSON.
    """
    for id in sorted(row.ids, key=len, reverse=True) if row and len(row.ids) <= FEW else ():
        alone = rf"(?<![\w-]){re.escape(id)}(?![\w-])"
        text = re.sub(alone, lambda found: f'<span class="nocase">{found[0]}</span>', text)
    return text


def _apa_name(one: Contributor) -> str:
    """Returns a name in APA style, with the initials after the family name."""
    if not one.is_person:
        return one.title
    initials = " ".join(f"{part[0]}." for part in (one.given_name or "").split())
    return ", ".join(filter(None, (one.family_name, initials)))


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: "\\" + sign for sign in "&%$#_{}"
}


def _tex(text: str) -> str:
    """Escapes a text for TeX."""
    return "".join(_TEX.get(sign, sign) for sign in text)
