"""Opens and validates one package. Most sub-commands begin with this."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from claimtrack.package import archive
from claimtrack.package.opened import OpenedPackage, open_package
from claimtrack.pipeline.profile import CLAIM_TRACKING, AnyProfile
from claimtrack.pipeline.run import validate_opened


class Refused(Unusable):
    """A package does not suit a sub-command. `code` is the exit code of its validation, or 2."""

    def __init__(self, text: str, code: int):
        super().__init__(text)
        self.code = code


@contextmanager
def valid_package(
    where: str, what: str, profiles: Sequence[AnyProfile] = (CLAIM_TRACKING,), claims: bool = True, strict: bool = False
) -> Iterator[tuple[OpenedPackage, Report]]:
    """Gives the package at `where`, each file of which is read only once, and the report on it.

    Raises Refused where the package is not valid, or where `claims` is set and it is no claim-tracking package. The
    text then begins with `what`, the result that the user does not get. Raises Unusable where it cannot be opened.
    """
    with archive.opened(where) as path:
        opened = open_package(path, keep=True)
        report = validate_opened(opened, profiles, strict=strict)
        report.where = where
        if report.exit_code:
            why = "is not valid" if report.exit_code == 1 else "could not be checked whole"
            words = f"{where}: {what}, since the package {why}: run `claimtrack check` on it first"
            failed = report.internal_errors[:1]
            raise Refused("; ".join([words, *(f"internal error: {reason}" for reason in failed)]), report.exit_code)
        if claims and opened.conforms_to != CLAIM_TRACKING.name:
            words = f'it is no claim-tracking package ("conformsTo" is not "{CLAIM_TRACKING.name}")'
            raise Refused(f"{where}: {what}, since {words}", 2)
        yield opened, report


def claim_package(where: str) -> OpenedPackage:
    """Opens the claim-tracking package at `where`, which need not be valid. Raises Unusable for any other package."""
    opened = open_package(where, keep=True)
    if opened.conforms_to != CLAIM_TRACKING.name:
        raise Unusable(
            f'{where}: this is for claim-tracking packages ("conformsTo": "{CLAIM_TRACKING.name}"); name one'
        )
    return opened
