"""The tables as one SQLite file: primary and foreign keys, checks from the Table Schemas, and views with names in place of codes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .model import Dataset
from .tables import Table

TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
COLUMNS = "data_dictionary"  # our own table, with a row a column of the others

VIEWS = {
    "claims_labelled": """
        SELECT claims.*, type.label AS claim_type_label, voice.label AS voice_label, commitment.label AS commitment_label,
               hedge.label AS hedge_label, checkability.label AS checkability_label
        FROM claims
        LEFT JOIN codes AS type ON type.list = 'claim_type' AND type.code = claims.claim_type
        LEFT JOIN codes AS voice ON voice.list = 'voice' AND voice.code = claims.voice
        LEFT JOIN codes AS commitment ON commitment.list = 'commitment' AND commitment.code = claims.commitment
        LEFT JOIN codes AS hedge ON hedge.list = 'hedge' AND hedge.code = claims.hedge
        LEFT JOIN codes AS checkability ON checkability.list = 'checkability' AND checkability.code = claims.checkability""",
    "items": """
        SELECT claim_id AS item_id, 'claim' AS kind, statement_id, claim AS text, status FROM claims
        UNION ALL SELECT call_id, 'call', statement_id, demand, status FROM calls""",
    "item_actors": """
        SELECT coalesce(claim_id, call_id) AS item_id, participants.role, actor_id, coalesce(name, description) AS actor
        FROM participants JOIN actors USING (actor_id)""",
    "item_rights_labelled": """
        SELECT coalesce(claim_id, call_id) AS item_id, right_id, label, basis, udhr_article, iccpr_article
        FROM item_rights JOIN rights USING (right_id)""",
    "evidence_with_sources": """
        SELECT evidence.*, codes.label AS relation_label, publisher, title, url, published, independent, official
        FROM evidence LEFT JOIN sources USING (source_id) LEFT JOIN codes ON codes.list = 'relation' AND codes.code = relation""",
    "evidence_counts": """
        SELECT claim_id, relation, count(*) AS evidence, count(DISTINCT CASE WHEN independent THEN source_id END) AS independent_sources
        FROM evidence LEFT JOIN sources USING (source_id) GROUP BY claim_id, relation""",
    "follow_ups_with_sources": """
        SELECT follow_ups.*, codes.label AS status_label, publisher, title, url, published, independent, official
        FROM follow_ups LEFT JOIN sources USING (source_id) LEFT JOIN codes ON codes.list = 'follow_up_status' AND codes.code = status""",
    # Which follow-up is the newest is worked out in one place, validator.status; the table `call_status` holds the answer.
    "calls_with_status": """
        SELECT calls.*, follow_ups.status AS follow_up_status, as_of, finding, said_by, source_id, url
        FROM calls LEFT JOIN call_status USING (call_id) LEFT JOIN follow_ups USING (follow_up_id) LEFT JOIN sources USING (source_id)""",
}
OURS = (COLUMNS, "call_status", *VIEWS)  # names that a package's own tables may not have


def write(dataset: Dataset, path: Path) -> None:
    """Writes the database to a path where there is no file yet. The same dataset and SQLite version give the same bytes."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        for table in dataset.tables.values():
            connection.execute(create(table))
            marks = ", ".join("?" * len(table.fields))
            connection.executemany(f"INSERT INTO {_name(table.name)} VALUES ({marks})", (tuple(row.values()) for row in table.rows))
        _add_own(connection, dataset)
        for name, select in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {select.strip()}")
        connection.execute("COMMIT")
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise AssertionError(f"the database's keys do not hold: {broken[:3]}")
        connection.execute("VACUUM")
    finally:
        connection.close()


def create(table: Table) -> str:
    """The CREATE TABLE statement that a Table Schema amounts to."""
    parts = [_column(field) for field in table.fields]
    if table.key:
        parts.append(f"PRIMARY KEY ({_names(table.key)})")
    parts += [f"UNIQUE ({_names(columns)})" for columns in table.unique]
    parts += [f"FOREIGN KEY ({_names(own)}) REFERENCES {_name(other)} ({_names(theirs)})" for own, other, theirs in table.references]
    return f"CREATE TABLE {_name(table.name)} (\n  " + ",\n  ".join(parts) + "\n)"


def _column(field: dict) -> str:
    limits, name = field.get("constraints", {}), _name(field["name"])
    return " ".join([name, TYPES.get(field.get("type"), "TEXT"), *["NOT NULL"] * bool(limits.get("required")), *_checks(field, name, limits)])


def _checks(field: dict, name: str, limits: dict) -> Iterator[str]:
    if field.get("type") == "boolean":
        yield f"CHECK ({name} IN (0, 1))"
    elif limits.get("enum"):
        yield f"CHECK ({name} IN ({', '.join(map(_literal, limits['enum']))}))"
    if field.get("type") in ("integer", "number"):
        for limit, sign in (("minimum", ">="), ("maximum", "<=")):
            if isinstance(limits.get(limit), int | float):
                yield f"CHECK ({name} {sign} {limits[limit]})"


def _add_own(connection: sqlite3.Connection, dataset: Dataset) -> None:
    connection.execute(
        f"CREATE TABLE {COLUMNS} (table_name TEXT NOT NULL, column_name TEXT NOT NULL, title TEXT, description TEXT, type TEXT, code_list TEXT, "
        "PRIMARY KEY (table_name, column_name))"
    )
    described = [
        (table.name, field["name"], field.get("title"), field.get("description"), field.get("type"), field.get("codeList"))
        for table in dataset.tables.values()
        for field in table.fields
    ]
    connection.executemany(f"INSERT INTO {COLUMNS} VALUES (?, ?, ?, ?, ?, ?)", described)
    connection.execute(
        "CREATE TABLE call_status (call_id TEXT PRIMARY KEY REFERENCES calls (call_id), "
        "follow_up_id TEXT NOT NULL REFERENCES follow_ups (follow_up_id))"
    )
    connection.executemany("INSERT INTO call_status VALUES (?, ?)", [(call.id, call.current.id) for call in dataset.calls if call.current])


def _names(columns: list[str]) -> str:
    return ", ".join(map(_name, columns))


def _name(text: str) -> str:
    """A name as SQL writes it when it may be a keyword, such as "end"."""
    return '"' + text.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
