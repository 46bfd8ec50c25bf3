"""Guards each step of a run: an error affects only one resource or only the rules, and is reported as what it is."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from claimtrack.core import limits
from claimtrack.core.errors import CannotCheck, ClaimtrackError, OutOfTime, Stuck
from claimtrack.core.findings import Tally, not_checked, of_file
from claimtrack.core.report import Report
from claimtrack.core.standard_rules import STANDARD
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import is_late, watchdog
from claimtrack.package.shown_path import shown_path

if TYPE_CHECKING:
    from frictionless import Resource

LATE = "the check took longer than a package of this size may take"


class Guard:
    """Runs steps, and notes in a report and its tally why a step failed.

    With `values`, the notes may quote errors that have values of cells.

    `whole` are exceptions of the backend that concern the whole run. They are raised again, as
    ClaimtrackError and MemoryError are.
    """

    def __init__(self, report: Report, tally: Tally, whole: tuple[type[Exception], ...] = (), values: bool = True):
        self.report, self.tally, self.values = report, tally, values
        self.whole: tuple[type[Exception], ...] = (ClaimtrackError, MemoryError, *whole)
        self._stuck = 0  # the number of tables on which the run gave up because a call did not return

    def takes(self, resource: Resource, step: Callable[[Resource], None]) -> bool:
        """Runs one step for one resource, and returns whether it succeeded. A failure is noted.

        Raises NoRoom, Unusable, MemoryError and KeyboardInterrupt, because they concern the whole run.
        """
        if self._stuck == limits.MAX_STUCK:
            words = f"not checked, since {limits.MAX_STUCK} tables before it took too long"
            return self.lost("FIL106", resource, words)
        if is_late():
            return self.lost("FIL106", resource, f"not checked, since {LATE}")
        try:
            with watchdog(_about(resource), float("inf")):
                step(resource)
        except OutOfTime as error:
            return self.lost("FIL106", resource, f"reading {error} was ended, since {LATE}")
        except CannotCheck as error:
            if STANDARD[error.rule].severity == "unchecked":
                return self.not_read(error.rule, resource, str(error))
            return self.lost(error.rule, resource, str(error))
        except Stuck as error:
            self._stuck += 1
            words = f"reading {error} took more than {limits.STUCK:g} seconds in one call"
            return self.lost(error.rule, resource, words)
        except self.whole:
            raise
        except OSError as error:
            return self.lost("FIL103", resource, error.strerror or str(error))
        except Exception as error:
            if _is_of_file(error):
                return self.lost("FIL102", resource, str(error)[:200] if self.values else type(error).__name__)
            return self.failed(_about(resource), internal(error, self.values))
        return True

    def asks(self, what: str, step: Callable[[], None]) -> None:
        """Runs a step that is not about one resource but about `what`. A failure is noted."""
        try:
            with watchdog(what, float("inf")):
                step()
        except OutOfTime:
            self.report.skipped.append(f"{what}: not checked to the end, since {LATE}")
            self.report.finished = False
        except self.whole:
            raise
        except Exception as error:
            self.failed(what, internal(error, self.values))

    def lost(self, rule: str, resource: Resource, reason: str, file: str | None = None) -> bool:
        """Notes that a resource could not be checked, and returns False."""
        self.tally.add(of_file(rule, file or _about(resource), reason))
        self.report.finished = False
        return False

    def not_read(self, rule: str, resource: Resource, reason: str, mend: str = "") -> bool:
        """Notes that a table was not checked, which is no fault, and what to do about it. Returns False."""
        file, name = _about(resource), resource.name
        self.report.not_checked.append(not_checked(rule, file, f'"{shorten(name)}": {reason}', mend, name))
        return False

    def unopened(self, resource: Resource, reason: str, file: str) -> bool:
        """Notes that a file of a resource could not be opened, which the user can accept. Returns False."""
        found = of_file("FIL103", file, reason)
        self.tally.add(found)
        self.report.unopened.add((found.rule, found.file))
        return False

    def failed(self, what: str, reason: str) -> bool:
        """Notes that something could not be checked because of a fault of this program or a library. Returns False."""
        words = f"{what}: not checked to the end, since {reason}"
        self.report.internal_errors.append(f"{words}; this is no fault of the data, so please report it")
        self.report.finished = False
        return False


def _about(resource: Resource) -> str:
    """Returns the path or else the name of a resource, for messages."""
    return shown_path(resource) or resource.name


def _is_of_file(error: Exception) -> bool:
    """Tells whether an exception is about a file that cannot be read, as all of frictionless's own are.

    frictionless need not be loaded to find out.
    """
    # An encoding that Python lacks raises LookupError itself. Its two subclasses are faults of this program.
    if isinstance(error, (KeyError, IndexError)):
        return False
    known = isinstance(error, (zipfile.BadZipFile, EOFError, UnicodeError, LookupError))
    return known or type(error).__module__.partition(".")[0] == "frictionless"


def internal(error: Exception, values: bool = True) -> str:
    """Describes an unexpected error, so that the user can report it. Without `values`, its text is left out."""
    said = f": {shorten(' '.join(str(error).split()))}" if values else ""
    return f"there was an internal error ({type(error).__name__}{said})"
