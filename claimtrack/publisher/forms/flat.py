"""One flat table of the claims and one of the calls, for spreadsheets: a label beside each code, names spelled out, evidence counted.

A cell may hold several names or addresses, with a semicolon between them; to compute with those, use the tables. The files
begin with a byte-order mark, without which Excel takes UTF-8 for another encoding.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable

from .model import Dataset, Item, Source
from .tables import Table, Value

# What makes spreadsheet programs take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection): a sign, with
# its full-width forms, which some of them fold, after what some of them strip. Where a program takes another sign than the
# comma between cells, as it does in many languages, a cell also begins in the midst of one of ours.
SIGN = "=+\\-@＝＋－＠"
FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[\s\ufeff\u200b]*[{SIGN}])|^(?=[\t\r\n])")


Cell = Callable[[Item, dict], Value]  # what a column holds of an item and of its row in the tables


def claims(dataset: Dataset) -> bytes:
    """claims.csv, the claims with their evidence counted."""
    columns = _own(dataset, dataset.tables["claims"]) | _shared(dataset)
    columns |= {f"evidence_{code.code}": lambda item, _, code=code: item.count(code.code) for code in dataset.codes["relation"]}
    columns["independent_sources"] = lambda item, _: item.independent_sources
    columns["sources"] = lambda item, _: _joined(f"{each.relation.label}: {_named(each.source)}" for each in item.evidence if each.source)
    columns["grounds_calls"] = lambda item, _: _joined(ground.item_id for ground in item.grounds)
    return _csv(columns | _version(dataset), zip(dataset.claims, dataset.tables["claims"].rows))


def calls(dataset: Dataset) -> bytes:
    """calls.csv, the calls with the status that their newest follow-up gives."""
    columns = _own(dataset, dataset.tables["calls"]) | _shared(dataset)
    now = {
        "status": lambda now: now.status.code,
        "status_label": lambda now: now.status.label,
        "as_of": lambda now: now.as_of,
        "finding": lambda now: now.finding,
        "said_by": lambda now: now.said_by,
        "source": lambda now: now.source and _named(now.source),
    }
    columns |= {f"follow_up_{name}": lambda item, _, cell=cell: item.current and cell(item.current) for name, cell in now.items()}
    columns |= {
        f"follow_ups_{code.code}": lambda item, _, code=code: sum(each.status == code for each in item.follow_ups)
        for code in dataset.codes["follow_up_status"]
    }
    columns["grounded_on_claims"] = lambda item, _: _joined(ground.item_id for ground in item.grounds)
    return _csv(columns | _version(dataset), zip(dataset.calls, dataset.tables["calls"].rows))


def inert(value: Value) -> Value:
    """The value, with an apostrophe before each piece of a text that a spreadsheet would run as a formula."""
    return FORMULA.sub("'", value) if isinstance(value, str) else value


def _own(dataset: Dataset, table: Table) -> dict[str, Cell]:
    """The table's own columns, with a label after each code."""
    labels = {(code.list, code.code): code.label for codes in dataset.codes.values() for code in codes}
    columns = {}
    for name in (field["name"] for field in table.fields):
        columns[name] = lambda _, row, name=name: row[name]
        if name in table.coded:
            columns[f"{name}_label"] = lambda _, row, name=name: row[name] if row[name] is None else labels[table.coded[name], str(row[name])]
    return columns


def _shared(dataset: Dataset) -> dict[str, Cell]:
    """What claims and calls have alike: where the item stands, who takes part in it, and which rights it engages."""
    statements = {each.id: each for each in dataset.statements}
    columns = {
        "statement_title": lambda item, _: statements[item.statement_id].title,
        "statement_publisher": lambda item, _: statements[item.statement_id].publisher.title,
        "statement_url": lambda item, _: statements[item.statement_id].url,
        "statement_published": lambda item, _: statements[item.statement_id].published,
        "segments": lambda item, _: _joined(item.segment_ids),
    }
    for role in dataset.codes["participant_role"]:
        columns[role.code] = lambda item, _, role=role: _joined(actor.title for actor in item.actors(role.code))
    for basis in dataset.codes["right_basis"]:
        columns[f"rights_{basis.code}"] = lambda item, _, basis=basis: _joined(each.right.label for each in item.rights if each.basis == basis)
    columns["udhr_articles"] = lambda item, _: _joined(str(each.right.udhr_article) for each in item.rights if each.right.udhr_article)
    columns["iccpr_articles"] = lambda item, _: _joined(str(each.right.iccpr_article) for each in item.rights if each.right.iccpr_article)
    return columns


def _version(dataset: Dataset) -> dict[str, Cell]:
    return {"dataset_version": lambda *_: dataset.version}


def _named(source: Source) -> str:
    return f"{source.publisher} <{source.url}>"


def _joined(texts) -> str:
    return "; ".join(dict.fromkeys(texts))


def _csv(columns: dict[str, Cell], items: Iterable[tuple[Item, dict]]) -> bytes:
    """UTF-8 with a byte-order mark, comma, minimal quoting; nothing in it runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(inert, columns))
    writer.writerows([inert(cell(item, row)) for cell in columns.values()] for item, row in items)
    return text.getvalue().encode("utf-8-sig")
