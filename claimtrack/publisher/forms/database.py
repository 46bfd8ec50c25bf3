"""Writes the tables as one SQLite file, with keys and checks from the Table Schemas, and views with names for codes."""

import sqlite3
from collections.abc import Iterator

from claimtrack.publisher.model import Dataset
from claimtrack.publisher.typed_tables import TypedTable

TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
COLUMNS = "data_dictionary"  # an additional table, with a row for each column of the others

VIEWS = {
    "claims_labelled": """
        SELECT claims.*, type.label AS claim_type_label, voice.label AS voice_label,
               commitment.label AS commitment_label, hedge.label AS hedge_label,
               checkability.label AS checkability_label
        FROM claims
        LEFT JOIN codes AS type ON type.list = 'claim_type' AND type.code = claims.claim_type
        LEFT JOIN codes AS voice ON voice.list = 'voice' AND voice.code = claims.voice
        LEFT JOIN codes AS commitment ON commitment.list = 'commitment' AND commitment.code = claims.commitment
        LEFT JOIN codes AS hedge ON hedge.list = 'hedge' AND hedge.code = claims.hedge
        LEFT JOIN codes AS checkability
               ON checkability.list = 'checkability' AND checkability.code = claims.checkability""",
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
        SELECT evidence.*, codes.label AS relation_label, coalesce(actors.name, actors.description) AS said_by,
               publisher, title, url, published, independent, official
        FROM evidence LEFT JOIN sources USING (source_id) LEFT JOIN actors ON actors.actor_id = said_by_id
        LEFT JOIN codes ON codes.list = 'relation' AND codes.code = relation""",
    # Whom the statement's publisher and speaker are is no voice independent of them.
    "evidence_counts": """
        SELECT claim_id, relation, count(*) AS evidence,
               count(DISTINCT CASE WHEN independent AND said_by_id NOT IN
                     (SELECT publisher_id FROM statements UNION SELECT ifnull(speaker_id, '') FROM statements)
                     THEN said_by_id END) AS independent_voices
        FROM evidence LEFT JOIN sources USING (source_id) GROUP BY claim_id, relation""",
    "contested_by": """
        SELECT claim_id, said_by_id, coalesce(name, actors.description) AS said_by, relation, official_position,
               evidence_id
        FROM evidence JOIN actors ON actor_id = said_by_id WHERE relation IN ('contradicts', 'qualifies')""",
    "answers": """
        SELECT coalesce(claim_id, call_id) AS item_id, response_id, actor_id,
               coalesce(name, actors.description) AS actor, answer, response_date, finding, url
        FROM responses JOIN actors USING (actor_id) JOIN sources USING (source_id)""",
    "follow_ups_with_sources": """
        SELECT follow_ups.*, codes.label AS status_label, coalesce(actors.name, actors.description) AS said_by,
               publisher, title, url, published, independent, official
        FROM follow_ups LEFT JOIN sources USING (source_id) LEFT JOIN actors ON actors.actor_id = said_by_id
        LEFT JOIN codes ON codes.list = 'follow_up_status' AND codes.code = status""",
    # Only tracking.status decides which follow-up gives the status. The table `call_status` has its results.
    "calls_with_status": """
        SELECT calls.*, follow_ups.status AS follow_up_status, as_of, bears_on, criterion, finding,
               coalesce(actors.name, actors.description) AS said_by, source_id, url,
               (SELECT count(*) FROM responses WHERE responses.call_id = calls.call_id) AS responses
        FROM calls LEFT JOIN call_status USING (call_id) LEFT JOIN follow_ups USING (follow_up_id)
        LEFT JOIN criteria USING (criterion_id)
        LEFT JOIN sources USING (source_id) LEFT JOIN actors ON actors.actor_id = said_by_id""",
}
OURS = (COLUMNS, "call_status", *VIEWS)  # names that tables of a package must not have


def content(dataset: Dataset) -> bytes:
    """Returns the bytes of the database. Equal datasets give equal bytes with the same version of SQLite."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        for table in dataset.tables.values():
            connection.execute(create(table))
            marks = ", ".join("?" * len(table.fields))
            connection.executemany(
                f"INSERT INTO {_name(table.name)} VALUES ({marks})", (tuple(row.values()) for row in table.rows)
            )
        _add_own(connection, dataset)
        for name, select in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {select.strip()}")
        connection.execute("COMMIT")
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise AssertionError(f"the database's keys do not hold: {broken[:3]}")
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def create(table: TypedTable) -> str:
    """Returns the CREATE TABLE statement for a table, with the keys and constraints of its Table Schema."""
    parts = [_column(field) for field in table.fields]
    if table.keys.primary:
        parts.append(f"PRIMARY KEY ({_names(table.keys.primary)})")
    parts += [f"UNIQUE ({_names(columns)})" for columns in table.keys.unique]
    parts += [
        f"FOREIGN KEY ({_names(own)}) REFERENCES {_name(other)} ({_names(theirs)})"
        for own, other, theirs in table.references
    ]
    return f"CREATE TABLE {_name(table.name)} (\n  " + ",\n  ".join(parts) + "\n)"


def _column(field: dict) -> str:
    """Returns the definition of a column."""
    limits, name = field.get("constraints", {}), _name(field["name"])
    return " ".join(
        [
            name,
            TYPES.get(field.get("type", ""), "TEXT"),
            *["NOT NULL"] * bool(limits.get("required")),
            *_checks(field, name, limits),
        ]
    )


def _checks(field: dict, name: str, limits: dict) -> Iterator[str]:
    """Yields the CHECK constraints of a column."""
    if field.get("type") == "boolean":
        yield f"CHECK ({name} IN (0, 1))"
    elif limits.get("enum"):
        yield f"CHECK ({name} IN ({', '.join(map(_literal, limits['enum']))}))"
    if field.get("type") in ("integer", "number"):
        for limit, sign in (("minimum", ">="), ("maximum", "<=")):
            if isinstance(limits.get(limit), int | float):
                yield f"CHECK ({name} {sign} {limits[limit]})"


def _add_own(connection: sqlite3.Connection, dataset: Dataset) -> None:
    """Adds the additional tables: the description of all columns, and the follow-up that gives each call its status."""
    connection.execute(
        f"CREATE TABLE {COLUMNS} (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
        "title TEXT, description TEXT, type TEXT, code_list TEXT, PRIMARY KEY (table_name, column_name))"
    )
    described = [
        (
            table.name,
            field["name"],
            field.get("title"),
            field.get("description"),
            field.get("type"),
            field.get("codeList"),
        )
        for table in dataset.tables.values()
        for field in table.fields
    ]
    connection.executemany(f"INSERT INTO {COLUMNS} VALUES (?, ?, ?, ?, ?, ?)", described)
    connection.execute(
        "CREATE TABLE call_status (call_id TEXT PRIMARY KEY REFERENCES calls (call_id), "
        "follow_up_id TEXT NOT NULL REFERENCES follow_ups (follow_up_id))"
    )
    connection.executemany(
        "INSERT INTO call_status VALUES (?, ?)", [(call.id, call.current.id) for call in dataset.calls if call.current]
    )


def _names(columns: list[str]) -> str:
    """Returns names as SQL writes them, with commas between them."""
    return ", ".join(map(_name, columns))


def _name(text: str) -> str:
    """Returns a name in quotes, because it may be a keyword of SQL, such as "end"."""
    return '"' + text.replace('"', '""') + '"'


def _literal(value: object) -> str:
    """Returns a value as SQL writes it."""
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
