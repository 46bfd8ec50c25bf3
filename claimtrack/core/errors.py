"""The exceptions that claimtrack raises on purpose. `ClaimtrackError` is the base class of all except `Stuck`."""

from typing import ClassVar


class ClaimtrackError(Exception):
    """The base class. Its text is one sentence for the user that names the place and the remedy."""


class Unusable(ClaimtrackError):
    """There is nothing to work on: a package, a file or an option is missing, unreadable or unsafe."""

    @property
    def sentences(self) -> list[str]:
        """What is told of it, a line for each. A line break inside of one is somebody's data, and is spelt out."""
        return [str(self)]


class Wrong(Unusable):
    """Everything that is wrong in a sheet that somebody filled in, a line for each."""

    def __init__(self, sentences: list[str]):
        super().__init__("\n".join(sentences))
        self._sentences = sentences

    @property
    def sentences(self) -> list[str]:
        """What is wrong, and what to do at the end."""
        return self._sentences


class NoRoom(ClaimtrackError):
    """The disk has no room for what exceeds the memory, or DuckDB has too little memory. The text says which."""


class CannotCheck(ClaimtrackError):
    """One table cannot be checked to its end. `rule` is the id of the finding that says so; the text is its note."""

    rule: ClassVar[str]


class Unreadable(CannotCheck):
    """A file does not have the form that the descriptor declares."""

    rule = "FIL102"


class TooLarge(CannotCheck):
    """A table exceeds one of the bounds in `limits`."""

    rule = "FIL105"


class Changed(CannotCheck):
    """Somebody wrote to a file, or shortened it, while it was read."""

    rule = "FIL107"

    def __init__(self) -> None:
        super().__init__("its size or time of change is another than at the start")


class LibraryFailed(CannotCheck):
    """A library failed on a value of a table, which is named as not checked to its end."""

    rule = "FIL106"


class Stuck(BaseException):
    """One call has taken longer than `limits.STUCK`. The text says what was being read.

    It is not a subclass of Exception, because frictionless catches those and reports them as bad data.
    """

    rule = "FIL106"


class OutOfTime(Stuck):
    """The whole check has taken longer than the package may take. The text says what was being read."""
