"""Where every call and claim stands: derived from the newest follow-ups and from the evidence, never typed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from . import edtf
from .seal import read_tables

RELATIONS = ("corroborates", "qualifies", "contradicts", "outcome")


def calls(package: Path) -> list[dict]:
    """One record a call: its demand, and the status, date, finding, note and source of its newest follow-up.

    Newest is what holds as of the latest day that `as_of` can mean; of two on one day, the row with the higher id. "No
    update found" leaves an earlier status as it is, and is the status only of a call that has no other.
    """
    calls, follow_ups, sources = read_tables(package, "calls", "follow_ups", "sources")
    sources = {row["source_id"]: row for row in sources}
    records = []
    for call, rows in _active_with(calls, "call_id", follow_ups):
        newest = max(rows, key=lambda r: (r["status"] != "no_update_found", edtf.bounds(r["as_of"])[1], r["follow_up_id"]))
        source = sources.get(newest["source_id"], {})
        record = {"call_id": call["call_id"], "demand": call["demand"], "status": newest["status"], "as_of": newest["as_of"]}
        record["follow_up_id"] = newest["follow_up_id"]
        record |= {name: newest[name] or None for name in ("finding", "said_by", "note")}
        records.append(record | {"follow_ups": len(rows), "publisher": source.get("publisher"), "url": source.get("url")})
    return records


def claims(package: Path) -> list[dict]:
    """One record a claim: how many rows of evidence bear on it in each way, and how many of their sources are independent."""
    claims, evidence, sources = read_tables(package, "claims", "evidence", "sources")
    independent = {row["source_id"] for row in sources if row["independent"] == "true"}
    records = []
    for claim, rows in _active_with(claims, "claim_id", evidence):
        counts = Counter(row["relation"] for row in rows)
        record = {"claim_id": claim["claim_id"], "claim": claim["claim"], **{name: counts[name] for name in RELATIONS}}
        record["independent_sources"] = len({row["source_id"] for row in rows} & independent)
        record["without_source"] = next((row["relation"] for row in rows if not row["source_id"]), None)
        records.append(record)
    return records


def _active_with(items: list[dict], key: str, tracking: list[dict]) -> Iterator[tuple[dict, list[dict]]]:
    """Each item that is not retired, with the rows that track it."""
    rows = defaultdict(list)
    for row in tracking:
        rows[row[key]].append(row)
    return ((item, rows[item[key]]) for item in items if item["status"] != "retired")


def as_json(package: Path) -> str:
    """The status of every call and claim as JSON: `{"calls": [...], "claims": [...]}`."""
    return json.dumps({"calls": calls(package), "claims": claims(package)}, indent=2, ensure_ascii=False)


def as_text(package: Path) -> str:
    """The status of every call and claim for reading: calls first, then a line a claim."""
    lines = ["What became of each call", ""]
    for call in calls(package):
        where = f"{' · '.join(dict.fromkeys((call['said_by'], call['publisher'])))} <{call['url']}>" if call["url"] else "no source"
        lines += [f"{call['call_id']}  {call['status'].replace('_', ' ').upper()} as of {call['as_of']}", f"    {call['demand']}"]
        lines += [f"    {call['finding']}", *([f"    Note: {call['note']}"] if call["note"] else []), f"    {where}", ""]
    lines.append("What sources say of each claim: rows of evidence for, qualifying, against and on what came later, and how many")
    lines += ["independent sources they rest on. They are counted, not weighed: a count is no verdict.", ""]
    lines.append(f"{'':11}{'for':>4}{'qual.':>6}{'against':>8}{'later':>6}{'ind.':>5}  claim")
    for claim in claims(package):
        numbers = "".join(f"{claim[name] or '·':>{width}}" for name, width in zip((*RELATIONS, "independent_sources"), (4, 6, 8, 6, 5)))
        without = f" [{claim['without_source'].replace('_', ' ')}]" if claim["without_source"] else ""
        lines.append(f"{claim['claim_id']:11}{numbers}  {claim['claim']}{without}")
    return "\n".join(lines)
