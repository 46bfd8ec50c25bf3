"""Checks Data Packages, and tracks the claims of published statements.

These names are the public interface for other programs: `validate` with the `Report` and `Finding` that it returns,
`rule`, `Rule` and `Profile` for your own rules, and the exceptions with their base class. The command is `claimtrack`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimtrack.api import validate
    from claimtrack.core.errors import ClaimtrackError, NoRoom, Unusable
    from claimtrack.core.findings import Finding
    from claimtrack.core.report import Report
    from claimtrack.core.rules import Rule, rule
    from claimtrack.pipeline.profile import Profile

__all__ = ["ClaimtrackError", "Finding", "NoRoom", "Profile", "Report", "Rule", "Unusable", "rule", "validate"]

# The module of each public name. It is imported on first use, because the libraries behind it take most of a second.
_HOMES = {
    "validate": "api",
    "ClaimtrackError": "core.errors",
    "NoRoom": "core.errors",
    "Unusable": "core.errors",
    "Finding": "core.findings",
    "Report": "core.report",
    "Rule": "core.rules",
    "rule": "core.rules",
    "Profile": "pipeline.profile",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
