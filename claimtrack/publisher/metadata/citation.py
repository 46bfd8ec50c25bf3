"""The citation of the dataset, or of one row, in the forms that reference managers and people read.

Every form is made from the descriptor's facts (`publisher.facts`); where it has no DOI and no homepage, none is named.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .facts import Contributor, Facts


@dataclass(frozen=True)
class Row:
    """A row to cite: its table, its primary key, the SHA-256 of its content (`publisher.cite.content_hash`), and since when it is retired."""

    table: str
    id: str
    sha256: str
    retired: str | None = None  # a version

    @property
    def note(self) -> str:
        return f"row {self.id}{f' (retired in version {self.retired})' if self.retired else ''}, SHA-256 {self.sha256}"


def key(facts: Facts, row: Row | None = None) -> str:
    """The citation key: the dataset's name and version, and the row's id."""
    return re.sub(r"[^A-Za-z0-9.:_-]+", "-", ":".join(filter(None, (facts.name, facts.version, row and row.id))))


def apa(facts: Facts, row: Row | None = None) -> str:
    """After the APA manual, 7th edition, section 10.9 (data sets), with the row and its hash beside the version."""
    names = [_apa_name(one) for one in facts.creators]
    authors = ", ".join(names[:-1]) + (", & " if len(names) > 1 else "") + names[-1]
    authors += "" if authors.endswith(".") else "."
    published = "" if facts.publisher in (one.title for one in facts.creators) else f" {facts.publisher}."
    where = f" {facts.url}" if facts.url else ""
    return f"{authors} ({facts.year}). {facts.title} (Version {facts.version}{_of_row(row)}) [Data set].{published}{where}"


def bibtex(facts: Facts, row: Row | None = None) -> str:
    """An entry of the type `misc`, which every BibTeX style knows (biblatex alone has `dataset`)."""
    fields = {
        "author": " and ".join(_tex(one.inverted) if one.is_person else "{" + _tex(one.title) + "}" for one in facts.creators),
        "title": "{" + _tex(facts.title) + "}",
        "year": facts.year,
        "date": facts.date,
        "version": _tex(facts.version),
        "publisher": "{" + _tex(facts.publisher) + "}",
        "howpublished": "Data set",
        "note": _tex(f"Version {facts.version}{_of_row(row)}"),
        "keywords": _tex(", ".join(facts.keywords)),
        "copyright": _tex(facts.licence.name),
        "doi": facts.doi,
        "url": facts.url,
    }
    return f"@misc{{{key(facts, row)},\n" + "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text) + "}\n"


def ris(facts: Facts, row: Row | None = None) -> str:
    """A record of the type DATA. Lines end with CR and LF, as the format asks."""
    return "".join(f"{tag}  - {text}\r\n" for tag, text in _ris_lines(facts, row))


def _ris_lines(facts: Facts, row: Row | None) -> Iterator[tuple[str, str]]:
    yield "TY", "DATA"
    yield "ID", key(facts, row)
    yield from (("AU", one.inverted) for one in facts.creators)
    yield "TI", facts.title
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


def csl(facts: Facts, row: Row | None = None) -> list[dict]:
    """CSL-JSON: a list of one item."""
    item = {
        "id": key(facts, row),
        "type": "dataset",
        "title": facts.title,
        "author": [{"family": one.family_name, "given": one.given_name or ""} if one.is_person else {"literal": one.title} for one in facts.creators],
        "issued": {"date-parts": [[int(part) for part in facts.date.split("-")]]},
        "version": facts.version,
        "publisher": facts.publisher,
        "keyword": ", ".join(facts.keywords),
        "custom": {"license": facts.licence.name} | ({"row": row.id, "table": row.table, "sha256": row.sha256} if row else {}),
        "note": row and row.note,
        "DOI": facts.doi,
        "URL": facts.url,
    }
    return [{name: value for name, value in item.items() if value}]


def csl_text(facts: Facts, row: Row | None = None) -> str:
    return json.dumps(csl(facts, row), indent=2, ensure_ascii=False) + "\n"


STYLES = {"apa": lambda facts, row=None: apa(facts, row) + "\n", "bibtex": bibtex, "ris": ris, "csl": csl_text}


def _of_row(row: Row | None) -> str:
    return f", {row.note}" if row else ""


def _apa_name(one: Contributor) -> str:
    if not one.is_person:
        return one.title
    initials = " ".join(f"{part[0]}." for part in (one.given_name or "").split())
    return ", ".join(filter(None, (one.family_name, initials)))


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {sign: "\\" + sign for sign in "&%$#_{}"}


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
