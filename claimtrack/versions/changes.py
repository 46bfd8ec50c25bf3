"""A comparison of two versions, as text for people and as JSON for programs."""

import json

from .history import Change, Comparison
from .text import visible
from .version import Version

SHOWN_ROWS, SHOWN_TEXT = 200, 200  # rows a table and characters a cell that the text shows; JSON has all


def as_json(comparison: Comparison) -> str:
    """The comparison for programs: two versions, what changed a table, what that demands, the findings."""
    tables = {}
    for name, changes in comparison.changes.items():
        key = comparison.new.tables[name].key
        rows = [
            {"kind": c.kind, "key": dict(zip(key, c.key)) if len(key) == len(c.key) else list(c.key), "line": c.line}
            | {"cells": [{"column": column, "old": old, "new": new} for column, old, new in c.cells]}
            for c in changes
        ]
        tables[name] = {"rows": rows}
    found = [
        {"rule": f.rule, "severity": f.severity, "file": f.file, "line": f.line, "row": f.row, "column": f.field, "value": f.value}
        | {"message": f.message, "help": f.help}
        for f in comparison.findings
    ]
    report = {
        "format": "package-history-1",
        "old": {"where": comparison.old.where, "version": comparison.old.number or None},
        "new": {"where": comparison.new.where, "version": comparison.new.number or None},
        "tables": tables,
        "descriptor": [{"level": note.level.name, "where": note.where, "text": note.text} for note in comparison.notes],
        "demands": comparison.demanded.name,
        "not_compared": comparison.unread,
        "findings": found,
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def as_text(comparison: Comparison) -> str:
    """The comparison for people: what changed, the findings, and the verdict."""
    lines = []
    for found in comparison.findings[:SHOWN_ROWS]:
        lines += [f"{visible(found.place)}: {found.rule} {found.message}", f"    help: {found.help}"]
    if len(comparison.findings) > SHOWN_ROWS:
        lines.append(f"... and {len(comparison.findings) - SHOWN_ROWS:,} findings more; --format json lists all")
    lines += ["", f"From {_version(comparison.old)} to {_version(comparison.new)}", ""]
    lines += [visible(f"{note.where}: {note.text}") for note in comparison.notes]
    for name, changes in comparison.changes.items():
        if changes:
            lines += _rows_text(name, changes)
    lines += [visible(line) for line in comparison.unread]
    if not any(comparison.changes.values()) and not comparison.notes and not comparison.unread:
        lines.append("nothing changed")
    return "\n".join([*lines, "", _verdict(comparison)]).lstrip("\n")


def _rows_text(name: str, changes: list[Change]) -> list[str]:
    counts = [f"{n:,} {kind}" for kind in ("added", "changed", "retired", "removed") if (n := sum(c.kind == kind for c in changes))]
    lines = [f"{name}: {', '.join(counts)}"]
    for change in changes[:SHOWN_ROWS]:
        lines.append(f"  {change.kind:<8} {visible(change.id)}")
        lines += [f"    {visible(column)}: {_cell(old)} → {_cell(new)}" for column, old, new in change.cells]
    if len(changes) > SHOWN_ROWS:
        lines.append(f"  ... and {len(changes) - SHOWN_ROWS:,} more; --format json lists all")
    return lines


def _verdict(comparison: Comparison) -> str:
    errors = sum(found.severity == "error" for found in comparison.findings)
    warnings = len(comparison.findings) - errors
    counted = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}" if comparison.findings else "no finding"
    demand = "the changes ask for no new version"
    if comparison.demanded:
        top = comparison.demands[0]
        demand = visible(f"the changes ask for a {top.level.name} version ({top.where}: {top.text})")
    if not comparison.old.number and not comparison.new.number and comparison.demanded:
        demand += "; the package has no version that could rise, so give it one"
    elif comparison.rise is None and comparison.demanded:
        demand += "; whether it rose enough was not checked, since one of the two versions is not MAJOR.MINOR.PATCH"
    whole = "could not be compared whole" if comparison.unread else "unsound history" if errors else "sound history"
    return f"{demand}\n{whole}: {counted}"


def _version(version: Version) -> str:
    return visible(f"{version.where} (version {version.number or 'not given'})")


def _cell(text: str) -> str:
    shown = visible(text)
    return f'"{shown}"' if len(shown) <= SHOWN_TEXT else f'"{shown[:SHOWN_TEXT]}..." ({len(text):,} characters)'
