"""Finds rows by their ids, and makes the citation of a package, or of rows with the hash of their content."""

from collections.abc import Iterable, Mapping, Sequence

from claimtrack.core.errors import Unusable
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_schema import keys_of
from claimtrack.publisher.facts import read_facts
from claimtrack.publisher.metadata import citation
from claimtrack.publisher.typed_tables import tables_of
from claimtrack.tracking.row_hash import content_hash

Tables = Mapping[str, Sequence[Mapping[str, str]]]  # the rows of tables, by the name of the table
# The tables with what is said of a claim or call, with the columns of their ids.
TRACKING = {"evidence": "evidence_id", "follow_ups": "follow_up_id", "responses": "response_id"}


def find(opened: OpenedPackage, id: str) -> citation.Row:
    """Finds the row that has an id.

    The id is a primary key, whose parts are joined by "/" if it has several. If two tables have the same id, "TABLE/"
    must stand before it. Raises Unusable when there is no such row, or rows in several tables.
    """
    found = []
    for resource in tables_of(opened):
        name, columns = resource["name"], keys_of(resource["schema"], resource["name"]).primary
        for row in opened.rows(name) if columns else ():
            own = "/".join(row[column] for column in columns)
            if id in (own, f"{name}/{own}"):
                found.append(citation.Row(name, own, content_hash(row), row.get("version_retired") or None))
    if not found:
        raise Unusable(f'no row has the id "{id}"; give a primary key such as those in the first column of a table')
    if len(found) > 1:
        raise Unusable(
            f'the id "{id}" stands in several tables; write {" or ".join(f"{row.table}/{row.id}" for row in found)}'
        )
    return found[0]


def find_all(opened: OpenedPackage, ids: Iterable[str], evidence: bool = False) -> citation.Row | citation.Rows:
    """Finds the rows that have some ids, as `find` does, and returns one row, or several sorted by id.

    With `evidence`, the rows of evidence, follow-ups and responses on the claims and calls among them belong to them.
    """
    rows = {(row.table, row.id): row for row in (find(opened, id) for id in ids)}
    if evidence:
        wanted = {row.id for row in rows.values()}
        for name, key in TRACKING.items():
            for cells in opened.rows(name) if name in {each["name"] for each in tables_of(opened)} else ():
                if wanted & {cells.get("claim_id"), cells.get("call_id")}:
                    rows[name, cells[key]] = citation.Row(name, cells[key], content_hash(cells))
    found = sorted(rows.values(), key=lambda row: (row.id, row.table))
    return found[0] if len(found) == 1 else citation.Rows(tuple(found))


def changes(opened: OpenedPackage, cited: citation.Row | citation.Rows, old: Tables, expected: str) -> list[str]:
    """Returns a line for each cited row that changed since an older version, whose tables are `old`.

    `expected` is the beginning of the hash that the rows are cited with. The first line says so where the older version
    has another hash, too: it is not the one that was cited.
    """
    rows = cited.rows if isinstance(cited, citation.Rows) else (cited,)
    keys = {each["name"]: keys_of(each["schema"], each["name"]).primary for each in tables_of(opened)}
    before, lines = [], []
    for row in rows:

        def own(cells: Mapping[str, str], row: citation.Row = row) -> bool:
            return "/".join(cells.get(column) or "" for column in keys[row.table]) == row.id

        now = next(cells for cells in opened.rows(row.table) if own(cells))
        was = next((cells for cells in old.get(row.table, ()) if own(cells)), None)
        if was is None:
            lines.append(f"{row.id}: not in the older version")
            continue
        before.append(citation.Row(row.table, row.id, content_hash(dict(was))))
        cells = [(name, was.get(name) or "", now.get(name) or "") for name in dict.fromkeys((*was, *now))]
        told = "; ".join(f'{name}: "{then}" → "{later}"' for name, then, later in cells if then != later)
        lines += [f"{row.id}: {told}"] if told else []
    whole = before[0] if len(rows) == len(before) == 1 else citation.Rows(tuple(before))
    if not whole.sha256.startswith(expected):
        lines.insert(0, "the older version has another hash, too; name the version that was cited")
    return lines


def text(opened: OpenedPackage, row: citation.Cited, style: str) -> str:
    """Returns the citation of the package, or of rows, in one of `citation.STYLES`. Raises Unusable."""
    return citation.STYLES[style](read_facts(opened), row)
