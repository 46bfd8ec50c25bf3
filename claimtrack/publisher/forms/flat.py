"""Makes flat tables for spreadsheets: of the claims, of the calls, and of the findings on them.

Each code has a label beside it, names are spelt out, and evidence is counted. A finding is a row of evidence, a
follow-up or an answer; who says so stands apart from where it stands. A cell may hold several names or addresses with
semicolons between them. The files begin with a byte-order mark, because Excel would otherwise not recognise UTF-8.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from claimtrack.core.formula import inert
from claimtrack.publisher.model import Dataset, Item
from claimtrack.publisher.parts import Actor, Code, Evidence, FollowUp, Response
from claimtrack.publisher.typed_tables import TypedTable, Value

Cell = Callable[[Item, dict], Value]  # makes a column's cell from a claim or call, and from its row in the tables

# The columns with whose voices bear on a claim in which way, a code of the list `relation`.
BY = {"contradicted_by": "contradicts", "supported_by": "corroborates", "qualified_by": "qualifies"}
# The columns of a finding. `says` is a code of `relation`, `follow_up_status` or `answer`, by the kind of the row, and
# `bears_on` one of `about` or `bears_on`.
FINDING = """row_id row_kind item_id item_kind item_text says says_label bears_on bears_on_label said_by_id said_by
official_position date finding source_id source_publisher source_originator source_title source_url
source_published source_official
source_independent confidence note recorded dataset_version""".split()


class Tables:
    """The columns and rows of the flat tables of a dataset, by "claim", "call" and "finding"."""

    def __init__(self, dataset: Dataset):
        self._cells = {"claim": _claims(dataset), "call": _calls(dataset)}
        self._items, self._version = dataset.items, dataset.version
        self._rows = {row["claim_id"]: row for row in dataset.tables["claims"].rows}
        self._rows |= {row["call_id"]: row for row in dataset.tables["calls"].rows}
        self.columns = {kind: list(cells) for kind, cells in self._cells.items()} | {"finding": list(FINDING)}

    def row(self, item: Item) -> list[Value]:
        """Returns the row of a claim or call."""
        return [cell(item, self._rows[item.id]) for cell in self._cells[item.kind].values()]

    def findings(self, item: Item) -> Iterator[list[Value]]:
        """Yields the rows of the evidence, the follow-ups and the answers on a claim or call."""
        for one in item.told:
            yield [*_finding(item, one), self._version]

    def rows(self, kind: str) -> Iterator[list[Value]]:
        """Yields all rows of one of the tables."""
        for item in self._items:
            if kind == "finding":
                yield from self.findings(item)
            elif item.kind == kind:
                yield self.row(item)


def claims(dataset: Dataset) -> bytes:
    """Returns claims.csv: the claims, with their evidence counted."""
    return _table(dataset, "claim")


def calls(dataset: Dataset) -> bytes:
    """Returns calls.csv: the calls, with their status (`claimtrack.tracking.status`) and the answers to them."""
    return _table(dataset, "call")


def findings(dataset: Dataset) -> bytes:
    """Returns findings.csv: what each source says of each claim and call, and who says so there."""
    return _table(dataset, "finding")


def _table(dataset: Dataset, kind: str) -> bytes:
    """Returns one of the tables as CSV."""
    tables = Tables(dataset)
    return _csv(tables.columns[kind], tables.rows(kind))


def _claims(dataset: Dataset) -> dict[str, Cell]:
    """Returns the columns of the claims, by name."""
    columns = _own(dataset, dataset.tables["claims"]) | _shared(dataset)
    columns |= {f"evidence_{relation.code}": _evidence(relation) for relation in dataset.codes["relation"]}
    columns["independent_voices"] = lambda item, _: item.independent_voices
    columns["contested"] = lambda item, _: item.contested
    columns |= {name: _voices(relation) for name, relation in BY.items()}
    columns["responses"] = lambda item, _: _answers(item)
    columns["sources"] = lambda item, _: _joined(_told(each) for each in item.evidence if each.source)
    columns["grounds_calls"] = lambda item, _: _joined(ground.item_id for ground in item.grounds)
    return columns | _version(dataset)


def _calls(dataset: Dataset) -> dict[str, Cell]:
    """Returns the columns of the calls, by name."""
    columns = _own(dataset, dataset.tables["calls"]) | _shared(dataset)
    now: dict[str, Callable[[FollowUp], Value]] = {
        "status": lambda now: now.status.code,
        "status_label": lambda now: now.status.label,
        "as_of": lambda now: now.as_of,
        "bears_on": lambda now: now.bears_on.code if now.bears_on else None,
        "criterion": lambda now: now.criterion.criterion if now.criterion else None,
        "finding": lambda now: now.finding,
        "said_by": lambda now: now.said_by.title if now.said_by else None,
        "publisher": lambda now: now.source.publisher if now.source else None,
        "url": lambda now: now.source.url if now.source else None,
    }
    columns |= {f"follow_up_{name}": _newest(cell) for name, cell in now.items()}
    columns |= {f"follow_ups_{status.code}": _follow_ups(status) for status in dataset.codes["follow_up_status"]}
    columns["responses"] = lambda item, _: _answers(item)
    columns["grounded_on_claims"] = lambda item, _: _joined(ground.item_id for ground in item.grounds)
    return columns | _version(dataset)


def _finding(item: Item, one: Evidence | FollowUp | Response) -> Iterator[Value]:
    """Yields the cells of one finding, in the order of `FINDING`."""
    said: Code
    bears: Code | None
    voice: Actor | None
    date: str | None
    official: bool | None
    if isinstance(one, Response):
        said, bears, voice, date, official = one.answer, None, one.actor, one.response_date, None
    else:
        voice, official = one.said_by, one.official
        if isinstance(one, Evidence):
            said, bears, date = one.relation, one.about, one.event_date
        else:
            said, bears, date = one.status, one.bears_on, one.as_of
    yield from (one.id, {Response: "answer", Evidence: "evidence", FollowUp: "follow_up"}[type(one)])
    yield from (item.id, item.kind, item.text)
    yield from (said.code, said.label, bears.code if bears else None, bears.label if bears else None)
    yield from (voice.id if voice else None, voice.title if voice else None, official, date, one.finding)
    source = one.source
    yield from (source.id, source.publisher, source.originator) if source else (None, None, None)
    yield from (source.title, source.url, source.published) if source else (None, None, None)
    yield from (source.official, source.independent) if source else (None, None)
    yield from (one.confidence.code if one.confidence else None, one.note, one.recorded)


def _inert(value: Value) -> Value:
    """Makes a text harmless that a spreadsheet would run as a formula. Other values are returned as they are."""
    return inert(value) if isinstance(value, str) else value


def _own(dataset: Dataset, table: TypedTable) -> dict[str, Cell]:
    """Returns the table's own columns, with a label after each code."""
    columns: dict[str, Cell] = {}
    for name in (field["name"] for field in table.fields):
        columns[name] = _as_it_is(name)
        if name in table.coded:
            labels = {code.code: code.label for code in dataset.codes[table.coded[name]]}
            columns[f"{name}_label"] = _label(name, labels)
    return columns


def _shared(dataset: Dataset) -> dict[str, Cell]:
    """Returns the columns that claims and calls share: the place in the statement, the participants and the rights."""
    statements = {each.id: each for each in dataset.statements}
    columns: dict[str, Cell] = {
        "statement_title": lambda item, _: statements[item.statement_id].title,
        "statement_publisher": lambda item, _: statements[item.statement_id].publisher.title,
        "statement_url": lambda item, _: statements[item.statement_id].url,
        "statement_published": lambda item, _: statements[item.statement_id].published,
        "segments": lambda item, _: _joined(item.segment_ids),
    }
    columns |= {role.code: _actors(role) for role in dataset.codes["participant_role"]}
    columns |= {f"rights_{basis.code}": _rights(basis) for basis in dataset.codes["right_basis"]}
    columns["udhr_articles"] = lambda item, _: _joined(
        str(each.right.udhr_article) for each in item.rights if each.right.udhr_article
    )
    columns["iccpr_articles"] = lambda item, _: _joined(
        str(each.right.iccpr_article) for each in item.rights if each.right.iccpr_article
    )
    return columns


def _as_it_is(name: str) -> Cell:
    """A column of the table."""
    return lambda _, row: row[name]


def _label(name: str, labels: Mapping[str, str]) -> Cell:
    """The labels of a column with codes."""
    return lambda _, row: None if row[name] is None else labels[str(row[name])]


def _evidence(relation: Code) -> Cell:
    """The number of rows of evidence with a relation."""
    return lambda item, _: item.count(relation.code)


def _voices(relation: str) -> Cell:
    """Who says what bears so on the claim, each with the number of the findings if there are several."""

    def cell(item: Item, _: dict) -> str:
        said = Counter(each.said_by.title for each in item.evidence if each.said_by and each.relation.code == relation)
        return _joined(f"{who} ({number})" if number > 1 else who for who, number in said.items())

    return cell


def _newest(cell: Callable[[FollowUp], Value]) -> Cell:
    """A cell of the follow-up that gives the status."""
    return lambda item, _: cell(item.current) if item.current else None


def _follow_ups(status: Code) -> Cell:
    """The number of follow-ups with a status."""
    return lambda item, _: sum(each.status == status for each in item.follow_ups)


def _answers(item: Item) -> str:
    """The answers to a claim or call: who gave which, and when."""
    return _joined(f"{each.actor.title}: {each.answer.label} ({each.response_date})" for each in item.responses)


def _actors(role: Code) -> Cell:
    """The names of the participants with a role."""
    return lambda item, _: _joined(actor.title for actor in item.actors(role.code))


def _rights(basis: Code) -> Cell:
    """The labels of the rights that are engaged on a basis."""
    return lambda item, _: _joined(each.right.label for each in item.rights if each.basis == basis)


def _version(dataset: Dataset) -> dict[str, Cell]:
    """The version of the dataset, in a column of its own."""
    return {"dataset_version": lambda *_: dataset.version}


def _told(row: Evidence) -> str:
    """Returns how a row of evidence bears on the claim, who says so, and where that stands."""
    who = f"{row.said_by.title}, in " if row.said_by else ""
    return f"{row.relation.label}: {who}{row.source.publisher} <{row.source.url}>" if row.source else ""


def _joined(texts: Iterable[str]) -> str:
    """Joins texts with semicolons, each of them only once."""
    return "; ".join(dict.fromkeys(texts))


def _csv(columns: Iterable[str], rows: Iterable[list[Value]]) -> bytes:
    """Writes CSV in UTF-8 with a byte-order mark, commas and minimal quoting. No cell runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_inert, columns))
    writer.writerows(map(_inert, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")
