"""Reviews: who has looked at which row, and a blind form by which a person can look at some.

A review holds only as long as the row has the content that was read, which its hash tells.
"""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.formula import inert
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_io import read_rows
from claimtrack.tracking.row_hash import content_hash

FORM = ["table_name", "row_id", "row_sha256", "column", "context", "value", "note"]


def hashes(opened: OpenedPackage) -> dict[tuple[str, str], str]:
    """Returns the hash of the content of each row that a review speaks of, by table and id."""
    read = defaultdict(set)
    for row in opened.rows("reviews"):
        read[row["table_name"]].add(row["row_id"])
    return {
        (table, id): content_hash(row)
        for table, ids in read.items()
        for row in opened.rows(table)
        if (id := next(iter(row.values()))) in ids
    }


def summary(opened: OpenedPackage) -> list[dict]:
    """Returns a record for each reviewer: the rows that were read, and the rows of them that are as they were read."""
    now = hashes(opened)
    read: dict[tuple[str, str], set] = defaultdict(set)
    holding: dict[tuple[str, str], set] = defaultdict(set)
    for row in opened.rows("reviews"):
        who, what = (row["reviewer"], row["reviewer_kind"]), (row["table_name"], row["row_id"])
        read[who].add(what)
        if now.get(what) == row["row_sha256"]:
            holding[who].add(what)
    return [
        {"reviewer": who[0], "reviewer_kind": who[1], "rows": len(rows), "holding": len(holding[who])}
        for who, rows in sorted(read.items())
    ]


def line(record: dict) -> str:
    """Returns a line of text on one reviewer."""
    words = f"{record['rows']} rows read, {record['holding']} of them as they were read"
    return f"{record['reviewer']} ({record['reviewer_kind']}): {words}"


def sample(opened: OpenedPackage, by: str, rows: int, seed: int) -> str:
    """Makes a review form as CSV: rows drawn at random, without the value that the reviewer is to give.

    `by` is the table and the column whose value is asked for, such as "evidence.relation". `rows` is the number of rows
    drawn among those with a value, fewer if there are not as many. The same `seed` draws the same rows. `context` has
    the other cells of the row and the text of the claim or call; no cell runs as a formula. Raises Unusable for a
    table or column that is not there.
    """
    table, column, key, codes = _asked(opened, by)
    texts = {row["claim_id"]: row["claim"] for row in opened.rows("claims")}
    texts |= {row["call_id"]: row["demand"] for row in opened.rows("calls")}
    addresses = {row["source_id"]: row["url"] for row in opened.rows("sources")}
    held = [row for row in opened.rows(table) if row[column]]
    drawn = random.Random(seed).sample(held, min(rows, len(held)))  # a sample, not a secret
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FORM)
    for row in sorted(drawn, key=lambda row: row[key]):
        # A note may give the value away, and a criterion leads to one status.
        cells = {name: text for name, text in row.items() if text and name not in (key, column, "note", "criterion_id")}
        shown = [f"{name}: {texts.get(text, addresses.get(text, text))}" for name, text in cells.items()]
        asked = f"{column}, one of: {', '.join(codes)}" if codes else column
        cell = inert("; ".join(shown))
        writer.writerow([table, row[key], content_hash(row), asked, cell, "", ""])
    return out.getvalue()


def filled(opened: OpenedPackage, by: str, form: Path, about: dict[str, str]) -> list[dict[str, str]]:
    """Reads a review form that was filled in, and returns its rows as rows of `reviews`.

    A value equal to that of the dataset confirms the row, another one disputes it; a line without a value is left out.
    `about` has the columns `reviewer`, `reviewer_kind`, `reviewed` and `version_added`. Raises Unusable, with the line,
    for a form with other columns, a row that is not there, has changed since or stands twice, or a value that is no
    code of the column.
    """
    table, column, key, codes = _asked(opened, by)
    names, lines = read_rows(form)
    if names != FORM:
        raise Unusable(
            f"{form}: the columns are not those of the form ({', '.join(FORM)}); fill in a form as it was made"
        )
    held = {row[key]: row for row in opened.rows(table)}
    last = max((int(row["review_id"].rpartition("-")[2]) for row in opened.rows("reviews")), default=0)
    made: list[dict[str, str]] = []
    for number, entry in enumerate(lines, 2):
        place, value, row = f"{form}:{number}", entry["value"].strip(), held.get(entry["row_id"])
        if not value:
            continue
        if row is None or entry["table_name"] != table:
            raise Unusable(
                f'{place}: `{table}` has no row "{entry["row_id"][:50]}"; take the form made for this package'
            )
        if content_hash(row) != entry["row_sha256"]:
            raise Unusable(f"{place}: {entry['row_id']} has changed since the form was made; make a new form")
        if codes and value not in codes:
            raise Unusable(f'{place}: "{value[:50]}" is no value of {column}; write one of {", ".join(codes)}')
        if any(one["row_id"] == entry["row_id"] for one in made):
            raise Unusable(f"{place}: {entry['row_id']} stands twice in the form; delete one of the lines")
        agrees = value == row[column]
        note = "; ".join(filter(None, ("" if agrees else f"{column}: {value}", " ".join(entry["note"].split()))))
        made.append(
            {
                "review_id": f"REV-{last + len(made) + 1:04}",
                **{name: entry[name] for name in ("table_name", "row_id", "row_sha256")},
                **about,
                "verdict": "confirms" if agrees else "disputes",
                "outcome": "stands",
                "note": note,
            }
        )
    if not made:
        raise Unusable(f'{form}: no line has a value; write one into the column "value"')
    return made


def _asked(opened: OpenedPackage, by: str) -> tuple[str, str, str, Sequence[str]]:
    """Returns the table, the column, the table's key and the codes of the column. Raises Unusable."""
    table, _, column = by.partition(".")
    for resource in opened.resources:
        if resource["name"] == table:
            fields = {field["name"]: field for field in resource["schema"]["fields"]}
            if column in fields and len(resource["schema"].get("primaryKey", [])) == 1:
                key = resource["schema"]["primaryKey"][0]
                return table, column, key, fields[column].get("constraints", {}).get("enum", [])
    raise Unusable(f'--by "{by[:50]}" is no TABLE.COLUMN of the package; write one such as evidence.relation')
