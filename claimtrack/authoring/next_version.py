"""Raises the version of a package where it is typed: in its descriptor and its changelog."""

import re
from datetime import UTC, datetime
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.version_number import parts
from claimtrack.package.json_object import as_json
from claimtrack.package.opened import OpenedPackage

CHANGELOG = "CHANGELOG.md"


def raised(opened: OpenedPackage, part: str) -> tuple[str, dict[Path, bytes]]:
    """Returns the next version, and the files with it, the descriptor last. `part` is major, minor or patch.

    In CHANGELOG.md, an entry `## Unreleased` becomes that of the version; where there is none, an entry is begun.
    Raises Unusable for a version that is none.
    """
    descriptor = opened.as_written()
    before = parts(str(descriptor.get("version") or ""))
    if before is None:
        raise Unusable(f'{opened.path}: "version" is no version such as 1.0.0; correct it first')
    version, today = str(before.next_version(part)), datetime.now(UTC).date().isoformat()
    files: dict[Path, bytes] = {}
    told = opened.document(CHANGELOG)
    if told is not None:
        files[opened.root / CHANGELOG] = _entered(told, f"## {version} — {today}\n").encode("utf-8")
    descriptor |= {"version": version, "created": f"{today}T00:00:00Z"}
    files[opened.path] = as_json(descriptor).encode("utf-8")
    return version, files


def _entered(changelog: str, heading: str) -> str:
    """Returns a changelog with the heading of a version above its newest entry."""
    unreleased = re.search(r"(?mi)^## \[?unreleased\b.*\n", changelog)
    if unreleased:
        return changelog[: unreleased.start()] + heading + changelog[unreleased.end() :]
    newest = re.search(r"(?m)^## ", changelog)
    at = newest.start() if newest else len(changelog)
    return f"{changelog[:at]}{heading}\n{changelog[at:]}"
