"""The tables as an SQLite database that refuses what the Table Schemas refuse."""

import shutil
import sqlite3
from collections import Counter

import pytest

from claimtrack.tracking import status
from tests.conftest import ROOT
from tests.tools.publishing import TABLES
from tests.tools.support import kept


@pytest.fixture
def database(release):
    connection = sqlite3.connect(f"file:{release / 'dataset.sqlite'}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_database_is_sound_and_whole(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in TABLES.items():
        cursor = database.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        assert [dict(zip(columns, row, strict=True)) for row in cursor] == list(table.rows), name
        keys = [
            row[1] for row in sorted(database.execute(f'PRAGMA table_info("{name}")'), key=lambda row: row[5]) if row[5]
        ]
        assert keys == table.keys.primary
        links = {(row[3], row[2], row[4]) for row in database.execute(f'PRAGMA foreign_key_list("{name}")')}
        assert links == {
            (own, other, there)
            for owns, other, theirs in table.references
            for own, there in zip(owns, theirs, strict=True)
        }


@pytest.mark.parametrize(
    "change, why",
    [
        ("INSERT INTO grounds VALUES ('KH23-G999', 'KH23-K01', 'KH23-C999', 'states_facts')", "FOREIGN KEY"),
        ("UPDATE claims SET claim_type = 'rumour'", "CHECK"),
        ("UPDATE sources SET independent = 2", "CHECK"),
        ("UPDATE claims SET claim = NULL", "NOT NULL"),
        ("INSERT INTO rights SELECT * FROM rights", "UNIQUE"),
        ("INSERT INTO grounds SELECT 'KH23-G999', call_id, claim_id, how FROM grounds LIMIT 1", "UNIQUE"),
    ],
)
def test_database_refuses_what_the_schemas_refuse(release, tmp_path, change, why):
    with sqlite3.connect(shutil.copy(release / "dataset.sqlite", tmp_path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=why):
            connection.execute(change)


def test_views_say_what_the_status_says(database):
    read = dict(database.execute("SELECT call_id, follow_up_status FROM calls_with_status"))
    assert read == {call["call_id"]: call["status"] for call in status.calls(kept(ROOT))}
    counts = {
        (claim, relation): number for claim, relation, number, _ in database.execute("SELECT * FROM evidence_counts")
    }
    assert counts == Counter((row["claim_id"], row["relation"]) for row in TABLES["evidence"].rows)


def test_every_view_gives_rows(database):
    views = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert views and all(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in views)
