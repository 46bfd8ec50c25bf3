"""Keeps back the signals that end the program for as long as files are moved into place."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

# SIGINT comes last: it is the signal of impatient users, and whatever is restored before it stays restored.
ENDING = ("SIGTERM", "SIGHUP", "SIGINT")


class HeldSignals:
    """A block in which SIGINT, SIGTERM and SIGHUP only wait. They take effect at its end, as they would have before it.

    A signal that the caller ignores stays ignored. In a thread other than the main one Python runs no handlers, so
    that nothing has to be kept back there.
    """

    def __init__(self) -> None:
        self._came: dict[int, None] = {}  # a dict as an ordered set
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "HeldSignals":
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in ENDING if hasattr(signal, name)):
                # A handler that is None was not set from Python, and Python could not set it again.
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for number in self._came:
            signal.raise_signal(number)

    def _note(self, number: int, _: FrameType | None) -> None:
        """Notes that a signal has come."""
        self._came[number] = None
