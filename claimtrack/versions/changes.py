"""Renders a comparison of two versions as text for people, and as JSON for programs."""

import json
from collections.abc import Sequence

from claimtrack.core.visible import visible
from claimtrack.versions.comparison import Change, Comparison
from claimtrack.versions.snapshot import Snapshot

SHOWN_ROWS, SHOWN_TEXT = 200, 200  # the rows of a table and the characters of a cell that the text shows; JSON has all


Statuses = Sequence[dict[str, str | None]]  # the calls that changed their status (`claimtrack.tracking.status_changes`)


def as_json(comparison: Comparison, statuses: Statuses = ()) -> str:
    """Renders the comparison for programs: the versions, the changes by table, the required rise, and the findings."""
    tables = {}
    for name, changes in comparison.changes.items():
        key = comparison.new.tables[name].key
        rows = [
            {
                "kind": c.kind,
                "key": dict(zip(key, c.key, strict=True)) if len(key) == len(c.key) else list(c.key),
                "line": c.line,
            }
            | {"cells": [{"column": column, "old": old, "new": new} for column, old, new in c.cells]}
            for c in changes
        ]
        tables[name] = {"rows": rows}
    found = [
        {
            "rule": f.rule,
            "severity": f.severity,
            "file": f.file,
            "line": f.line,
            "row": f.row,
            "column": f.field,
            "value": f.value,
        }
        | {"message": f.message, "mend": f.mend}
        for f in comparison.findings
    ]
    report = {
        "format": "package-history-1",
        "old": {"where": comparison.old.where, "version": comparison.old.number or None},
        "new": {"where": comparison.new.where, "version": comparison.new.number or None},
        "tables": tables,
        "descriptor": [{"bump": note.bump.name, "where": note.where, "text": note.text} for note in comparison.notes],
        "required_bump": comparison.required_bump.name,
        "not_compared": comparison.unread,
        "statuses": list(statuses),
        "findings": found,
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def as_text(comparison: Comparison, statuses: Statuses = ()) -> str:
    """Renders the comparison for people: the findings, what changed, the calls with another status, and the verdict."""
    lines = []
    for found in comparison.findings[:SHOWN_ROWS]:
        lines += [f"{visible(found.place)}: {found.rule} {found.message}", f"    mend: {found.mend}"]
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
    if statuses:
        lines += ["", "calls with another status"]
        for one in statuses:
            was, now = (one[key] or "none" for key in ("old", "new"))
            lines.append(visible(f"  {one['call_id']}: {was} → {now}: {one['why']}"))
    return "\n".join([*lines, "", _verdict(comparison)]).lstrip("\n")


def _rows_text(name: str, changes: list[Change]) -> list[str]:
    """Returns the lines about the rows of a table that changed."""
    counts = [
        f"{n:,} {kind}"
        for kind in ("added", "changed", "retired", "removed")
        if (n := sum(c.kind == kind for c in changes))
    ]
    lines = [f"{name}: {', '.join(counts)}"]
    for change in changes[:SHOWN_ROWS]:
        lines.append(f"  {change.kind:<8} {visible(change.id)}")
        lines += [f"    {visible(column)}: {_cell(old)} → {_cell(new)}" for column, old, new in change.cells]
    if len(changes) > SHOWN_ROWS:
        lines.append(f"  ... and {len(changes) - SHOWN_ROWS:,} more; --format json lists all")
    return lines


def _verdict(comparison: Comparison) -> str:
    """Returns the lines about the required version and the number of findings."""
    errors = sum(found.severity == "error" for found in comparison.findings)
    warnings = len(comparison.findings) - errors
    counted = (
        f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        if comparison.findings
        else "no finding"
    )
    demand = "the changes ask for no new version"
    if comparison.required_bump:
        top = comparison.required_bumps[0]
        demand = visible(f"the changes ask for a {top.bump.name} version ({top.where}: {top.text})")
    if not comparison.old.number and not comparison.new.number and comparison.required_bump:
        demand += "; the package has no version that could rise, so give it one"
    elif comparison.rise is None and comparison.required_bump:
        demand += "; whether it rose enough was not checked, since one of the two is no version of https://semver.org/"
    whole = "could not be compared whole" if comparison.unread else "unsound history" if errors else "sound history"
    return f"{demand}\n{whole}: {counted}"


def _version(version: Snapshot) -> str:
    """Returns the name and the number of a version."""
    return visible(f"{version.where} (version {version.number or 'not given'})")


def _cell(text: str) -> str:
    """Returns a cell as the text shows it."""
    shown = visible(text)
    return f'"{shown}"' if len(shown) <= SHOWN_TEXT else f'"{shown[:SHOWN_TEXT]}..." ({len(text):,} characters)'
