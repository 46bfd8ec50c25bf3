"""Makes everything that commands print harmless to terminals and to the logs of CI services."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from claimtrack.core.visible import harmless


class Harmless:
    """A text stream that writes whole lines, as `harmless` spells them. All else is that of the stream `beneath` it."""

    def __init__(self, beneath: TextIO):
        self.beneath, self._rest = beneath, ""

    def write(self, text: str) -> int:
        """Takes a text, writes the lines that it completes, and returns its length."""
        lines, end, rest = text.rpartition("\n")
        if end:
            # The rest is forgotten first: an interruption must not have it written twice.
            whole, self._rest = f"{self._rest}{lines}\n", ""
            self.beneath.write(harmless(whole))
        self._rest += rest
        return len(text)

    def flush(self) -> None:
        """Writes what has no line break yet as well."""
        rest, self._rest = self._rest, ""
        self.beneath.write(harmless(rest))
        self.beneath.flush()

    def writelines(self, lines: Any) -> None:
        """Writes several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


@contextmanager
def harmless_streams() -> Iterator[None]:
    """Makes standard output and standard error harmless inside the block."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (Harmless(stream) if stream else stream for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # `main` has then reported the loss
                stream.flush()
        sys.stdout, sys.stderr = before


def beneath(stream: TextIO) -> TextIO:
    """Returns the stream for what this program itself has for a terminal or a CI service: colours and commands."""
    if isinstance(stream, Harmless):
        stream.flush()
        return stream.beneath
    return stream
