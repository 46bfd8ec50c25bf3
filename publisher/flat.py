"""One flat table of the claims and one of the calls, for spreadsheets: a label beside each code, names spelled out, evidence counted.

A cell may hold several names or addresses, with a semicolon between them; to compute with those, use the tables. The files
begin with a byte-order mark, without which Excel takes UTF-8 for another encoding.
"""

import csv
import io
import re

from .model import Dataset, Item
from .tables import Table, Value

# What makes spreadsheet programs take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection): a sign, with
# its full-width forms, which some of them fold, after what some of them strip. Where a program takes another sign than the
# comma between cells, as it does in many languages, a cell also begins in the midst of one of ours.
SIGN = "=+\\-@＝＋－＠"
FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[\s\ufeff\u200b]*[{SIGN}])|^(?=[\t\r\n])")


def claims(dataset: Dataset) -> bytes:
    """claims.csv, the claims with their evidence counted."""
    return _csv([_claim(dataset, item, row) for item, row in zip(dataset.claims, dataset.tables["claims"].rows)])


def calls(dataset: Dataset) -> bytes:
    """calls.csv, the calls with the status that their newest follow-up gives."""
    return _csv([_call(dataset, item, row) for item, row in zip(dataset.calls, dataset.tables["calls"].rows)])


def inert(value: Value) -> Value:
    """The value, with an apostrophe before each piece of a text that a spreadsheet would run as a formula."""
    return FORMULA.sub("'", value) if isinstance(value, str) else value


def _claim(dataset: Dataset, item: Item, row: dict) -> dict:
    cells = _own(dataset, dataset.tables["claims"], row) | _shared(dataset, item)
    cells |= {f"evidence_{code.code}": item.count(code.code) for code in dataset.codes["relation"]}
    cells["independent_sources"] = item.independent_sources
    cells["sources"] = _joined(f"{each.relation.label}: {each.source.publisher} <{each.source.url}>" for each in item.evidence if each.source)
    return cells | {"grounds_calls": _joined(ground.item_id for ground in item.grounds)} | _version(dataset)


def _call(dataset: Dataset, item: Item, row: dict) -> dict:
    cells = _own(dataset, dataset.tables["calls"], row) | _shared(dataset, item)
    now = item.current
    cells |= {"follow_up_status": now and now.status.code, "follow_up_status_label": now and now.status.label}
    cells |= {"follow_up_as_of": now and now.as_of, "follow_up_finding": now and now.finding, "follow_up_said_by": now and now.said_by}
    cells |= {"follow_up_source": now and now.source and f"{now.source.publisher} <{now.source.url}>"}
    cells |= {f"follow_ups_{code.code}": sum(each.status == code for each in item.follow_ups) for code in dataset.codes["follow_up_status"]}
    return cells | {"grounded_on_claims": _joined(ground.item_id for ground in item.grounds)} | _version(dataset)


def _own(dataset: Dataset, table: Table, row: dict) -> dict:
    """The row's own cells, with a label after each code."""
    labels = {(code.list, code.code): code.label for codes in dataset.codes.values() for code in codes}
    cells = {}
    for name, value in row.items():
        cells[name] = value
        if name in table.coded:
            cells[f"{name}_label"] = value if value is None else labels[table.coded[name], str(value)]
    return cells


def _shared(dataset: Dataset, item: Item) -> dict:
    """What claims and calls have alike: where the item stands, who takes part in it, and which rights it engages."""
    statement = next(each for each in dataset.statements if each.id == item.statement_id)
    cells = {"statement_title": statement.title, "statement_publisher": statement.publisher.title, "statement_url": statement.url}
    cells |= {"statement_published": statement.published, "segments": _joined(item.segment_ids)}
    cells |= {code.code: _joined(actor.title for actor in item.actors(code.code)) for code in dataset.codes["participant_role"]}
    for basis in dataset.codes["right_basis"]:
        cells[f"rights_{basis.code}"] = _joined(each.right.label for each in item.rights if each.basis == basis)
    cells["udhr_articles"] = _joined(str(each.right.udhr_article) for each in item.rights if each.right.udhr_article)
    cells["iccpr_articles"] = _joined(str(each.right.iccpr_article) for each in item.rights if each.right.iccpr_article)
    return cells


def _version(dataset: Dataset) -> dict:
    return {"dataset_version": dataset.version}


def _joined(texts) -> str:
    return "; ".join(dict.fromkeys(texts))


def _csv(rows: list[dict]) -> bytes:
    """UTF-8 with a byte-order mark, comma, minimal quoting; nothing in it runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(inert, line) for line in [list(rows[0]) if rows else [], *(row.values() for row in rows)])
    return text.getvalue().encode("utf-8-sig")
