"""The worksheet of a statement, a CSV file for spreadsheets, in which a coder writes what each sentence says.

A row with a `sentence` begins a sentence. What is written in it and in the rows below, up to the next sentence, is
about that sentence: one row for each run of words on which a claim or call rests. The worksheet has the statement's
words, so that it stays outside the package. The program writes it once, and only reads it from then on.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from claimtrack.authoring.draft import Draft
from claimtrack.authoring.sheet import Line, read_lines
from claimtrack.core.errors import Unusable
from claimtrack.core.formula import SIGNS
from claimtrack.package.table_io import as_csv
from claimtrack.tracking.canonical import canonical

SENTENCE = ["segment", "paragraph", "sentence", "kind", "voice_id", "no_item_reason"]
ITEM = ["item", "own_words", "quote", "occurrence"]
RIGHTS = {"rights_named": "named", "rights_inferred": "inferred"}
# The columns of claims and calls that the program fills in, or that have another name in the worksheet.
LEFT_OUT = {"claim_id", "call_id", "statement_id", "claim", "demand", "version_added", "version_retired"}
WORDS = {"claims": "claim", "calls": "demand"}
KEYS = {"claims": "claim_id", "calls": "call_id"}


@dataclass
class Sentence:
    """A sentence of the worksheet: the row that begins it, and all rows that have an item, in order."""

    line: Line
    items: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The sentence's words in canonical form."""
        return canonical(self.line["sentence"])


def coded(draft: Draft, table: str) -> list[str]:
    """Returns the columns of claims or calls that the worksheet has."""
    return [name for name in draft.columns(table) if name not in LEFT_OUT]


def roles(draft: Draft) -> list[str]:
    """Returns the roles of participants, each of which is a column of the worksheet."""
    return [str(role) for role in draft.fields("participants")["role"]["constraints"]["enum"]]


def columns(draft: Draft) -> list[str]:
    """Returns the columns of a worksheet for a package."""
    items = dict.fromkeys([*coded(draft, "claims"), *coded(draft, "calls")])
    last = [name for name in items if name.endswith("_note") or name in ("added_context", "status")]
    first = [name for name in items if name not in last]
    return [*SENTENCE, *ITEM, *first, *roles(draft), *RIGHTS, "grounds", *last]


def several(cell: str) -> list[str]:
    """Returns the parts of a cell that has several, separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def written(draft: Draft, statement_id: str, text: str) -> bytes:
    """Returns the bytes of the worksheet of a statement as it is coded now, with its words from its canonical text."""
    return as_file(draft, rows_of(draft, statement_id, text))


def as_file(draft: Draft, rows: Iterable[Mapping[str, str]]) -> bytes:
    """Returns the bytes of a worksheet. It begins with a byte-order mark, by which spreadsheets know UTF-8."""
    names = columns(draft)
    shown = ([_shown(row.get(name, "")) for name in names] for row in rows)
    return as_csv([names, *shown]).encode("utf-8-sig")


def rows_of(draft: Draft, statement_id: str, text: str) -> list[dict[str, str]]:
    """Returns the rows of the worksheet of a statement as it is coded now, with its words from its canonical text."""
    anchors = defaultdict(list)
    for row in sorted(draft.rows("anchors"), key=lambda row: int(row["start"] or 0)):
        anchors[row["segment_id"]].append(row)
    about, seen, lines = _about(draft), set[str](), []
    own = [row for row in draft.rows("segments") if row["statement_id"] == statement_id]
    for segment in sorted(own, key=lambda row: int(row["ordinal"])):
        words = text[int(segment["start"]) : int(segment["end"])]
        begins = {name: segment[name] for name in ("paragraph", "kind", "voice_id", "no_item_reason")}
        begins |= {"segment": segment["segment_id"].rpartition("-")[2], "sentence": words}
        items = []
        for anchor in anchors[segment["segment_id"]]:
            id = anchor["claim_id"] or anchor["call_id"]
            quote = text[int(anchor["start"]) : int(anchor["end"])]
            item = {"item": id.rpartition("-")[2]} | quoted(quote, words, int(anchor["start"]) - int(segment["start"]))
            items.append(item | ({} if id in seen else about.get(id, {})))
            seen.add(id)
        first, *more = items or [{}]
        lines += [begins | first, *more]
    retired = [id for id in about if id.startswith(f"{statement_id}-") and id not in seen]
    return lines + [{"item": id.rpartition("-")[2]} | about[id] for id in retired]


def quoted(quote: str, sentence: str, at: int) -> dict[str, str]:
    """Returns the cells `quote` and `occurrence` of a span that begins at `at` in its sentence."""
    words = quote.strip(" ")
    if words == sentence:
        return {}
    places = [match.start() for match in re.finditer(f"(?={re.escape(words)})", sentence)]
    start = at + len(quote) - len(quote.lstrip(" "))
    return {"quote": words, "occurrence": str(places.index(start) + 1) if len(places) > 1 else ""}


def _about(draft: Draft) -> dict[str, dict[str, str]]:
    """Returns what the worksheet says of each claim and call, by its id."""
    about: dict[str, dict[str, str]] = {}
    for table, key in KEYS.items():
        for row in draft.rows(table):
            cells = {name: row[name] for name in coded(draft, table)}
            if cells.get("status") == "active":
                cells["status"] = ""
            about[row[key]] = cells | {"own_words": row[WORDS[table]]}
    for row in draft.rows("participants"):
        _append(about, row["claim_id"] or row["call_id"], row["role"], row["actor_id"])
    for row in draft.rows("item_rights"):
        _append(about, row["claim_id"] or row["call_id"], f"rights_{row['basis']}", row["right_id"])
    for row in draft.rows("grounds"):
        _append(about, row["call_id"], "grounds", f"{row['claim_id'].rpartition('-')[2]} {row['how']}")
    return about


def _append(about: dict[str, dict[str, str]], id: str, column: str, value: str) -> None:
    """Adds one of several values to a cell of an item."""
    if id in about:
        cells = about[id]
        cells[column] = f"{cells[column]}; {value}" if cells.get(column) else value


def _shown(cell: str) -> str:
    """Returns a cell with a blank before a sign by which a spreadsheet would take it for a formula."""
    return f" {cell}" if cell and cell[0] in SIGNS else cell


def read(path: Path, draft: Draft) -> tuple[list[Sentence], list[Line]]:
    """Reads a worksheet, as the program or a spreadsheet has written it.

    Returns the sentences with their items, and the rows of retired items, which have no sentence. Raises Unusable.
    """
    lines = read_lines(path, columns(draft), ("sentence", "item", "own_words", "quote"))
    sentences: list[Sentence] = []
    retired: list[Line] = []
    for line in lines:
        if line["sentence"]:
            sentences.append(Sentence(line))
        if line["item"] and line["status"] == "retired":
            retired.append(line)
        elif line["item"] and not sentences:
            raise Unusable(f"{path}:{line.number}: an item stands before the first sentence; move its row below one")
        elif line["item"]:
            sentences[-1].items.append(line)
        elif stray := next((name for name in line.cells if name not in SENTENCE and line[name]), None):
            words = f'"{line[stray][:40]}" stands in {stray}, and `item` is empty; write C1, K1 or the like there'
            raise Unusable(f"{path}:{line.number}: {words}")
    if not sentences:
        raise Unusable(f"{path}: has no sentence; have a worksheet written anew by `claimtrack worksheet`")
    return sentences, retired
