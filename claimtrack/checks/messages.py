"""Makes findings on rows and cells: what is wrong and where, what was expected, and how to mend it."""

from collections.abc import Callable, Sequence

import polars as pl

from claimtrack.core.findings import Cause, Finding, Tally
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import standard
from claimtrack.core.visible import shorten
from claimtrack.package.sensitive import hides_any, quoted
from claimtrack.reading.places import Places

# What is wrong, in words: the same for each cell, or made for a cell as written, or for None where that is kept out.
Note = str | Callable[[str | None], str]


def of_row(
    rule: str | Rule,
    places: Places,
    row: int | None,
    fields: Sequence[str] = (),
    note: Note = "",
    due: str = "",
    cause: Cause | None = None,
) -> Finding:
    """Makes a finding about a row or some of its cells, with the rule's title, the cells as written, and notes.

    `note` may have parts of the cells, and is left out where these are sensitive, unless it is made for each cell.
    `due` is made from names alone. `cause` is the finding from which it follows, if it is none of the table's header.
    """
    rule, resource = standard(rule), places.table.resource
    hidden = hides_any(resource, fields)
    values = [places.cell(row, name) or "" for name in fields] if row else []
    cells = ", ".join(quoted(resource, value, name) for value, name in zip(values, fields, strict=False))
    said = ("" if hidden else note) if isinstance(note, str) else note(None if hidden or not values else values[0])
    columns = ", ".join(f'"{name}"' for name in fields)
    words = [f"{cells} (column {columns})" if values else "", said, due]
    told = "; ".join(filter(None, words))
    message = f"{rule.title}: {told}" if told else rule.title
    # A baseline that has no value knows a finding by its message.
    value = ", ".join(shorten(value) for value in values) if values and not hidden else None
    line, column = places.place(row, fields[0] if fields else None)
    file, field = places.file_of(row), ", ".join(fields) or None
    follows = cause or places.follows(rule.id, fields)
    return Finding(
        rule.id, rule.severity, file, message, rule.mend, row, field, value, line, column, follows_from=follows
    )


def enter(
    tally: Tally,
    rule: str | Rule,
    places: Places,
    rows: pl.Series | Sequence[int],
    fields: Sequence[str] = (),
    note: Note = "",
    due: str = "",
    total: int | None = None,
    follows: str | None = None,
) -> None:
    """Adds a finding on each of `rows`, which are row numbers. Findings that the tally does not want are only counted.

    `note` and `due` are those of `of_row`. If `rows` are only the first rows at fault, `total` is the number of all of
    them; the table must then be in one file. `rule` may be the id of a standard rule. `follows` is the rule of another
    finding in the same file from which these follow.
    """
    rule, field = standard(rule), ", ".join(fields) or None
    parts = [(places.table.file, rows)] if total is not None else places.by_file(pl.Series(rows))
    for file, found in parts:
        cause = Cause(follows, file) if follows else places.follows(rule.id, fields)
        shown = list(found[: tally.wants(rule.id, file, field, cause)])
        places.fetch(shown)  # one pass is quicker than one for each row
        tally.add(*(of_row(rule, places, row, fields, note, due, cause) for row in shown))
        tally.count(rule.id, file, (len(found) if total is None else total) - len(shown), field, cause)
