"""Tells which calls changed their status between two versions of a package, and why."""

from collections.abc import Mapping

from claimtrack.tracking.status import DECIDING, Rows, current

COLUMNS = {"calls": ("call_id", "status"), "follow_ups": ("follow_up_id", "call_id", "as_of", "status")}


def changes(old: Mapping[str, Rows], new: Mapping[str, Rows]) -> list[dict[str, str | None]]:
    """Returns a record for each call whose status is another: the statuses, the follow-ups they rest on, and why.

    `old` and `new` are the rows of `calls` and `follow_ups` of both versions, which need not be valid. A status is None
    where the call is not there, is retired or has no follow-up. The result is empty where one of the versions has no
    such tables, or has dates that are none.
    """
    try:
        before, now = _statuses(old), _statuses(new)
    except (KeyError, ValueError):
        return []
    records = []
    for id in sorted(before.keys() | now.keys()):
        was, is_ = before.get(id) or {}, now.get(id) or {}
        if was.get("status") != is_.get("status"):
            record = {"call_id": id, "old": was.get("status"), "new": is_.get("status")}
            record |= {"old_follow_up": was.get("follow_up_id"), "new_follow_up": is_.get("follow_up_id")}
            records.append(record | {"why": _why(was, is_, old["follow_ups"], new["follow_ups"])})
    return records


def _statuses(tables: Mapping[str, Rows]) -> dict[str, dict[str, str] | None]:
    """Returns the follow-up that gives each active call its status."""
    rows = tables["follow_ups"]
    active = [call["call_id"] for call in tables["calls"] if call["status"] != "retired"]
    return {id: current([row for row in rows if row["call_id"] == id]) for id in active}


def _why(was: dict[str, str], now: dict[str, str], old: Rows, new: Rows) -> str:
    """Says what changed a status."""
    reasons = []
    ids = {row["follow_up_id"] for row in old}
    rest = {row["follow_up_id"]: row for row in new}
    before = was.get("follow_up_id", "")
    if before and before not in rest:
        reasons.append(f"{before} is gone")
    elif before and (kind := rest[before].get("bears_on")) and kind not in DECIDING:
        reasons.append(f"{before} bears on {kind.replace('_', ' ')}, which gives no status")
    if now and now["follow_up_id"] not in ids:
        reasons.append(f"{now['follow_up_id']} was added: {now.get('finding', '')}")
    elif now and now["follow_up_id"] != before:
        reasons.append(f"{now['follow_up_id']} is now the newest that bears on the case: {now.get('finding', '')}")
    elif now and before:
        reasons.append(f"{before} was corrected: {now.get('finding', '')}")
    return "; ".join(reasons) or "the call is new, gone or retired, or has no such follow-up any more"
