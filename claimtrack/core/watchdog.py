"""Stops a call that does not end, such as a pattern that backtracks without end or the guessing of a delimiter.

Why a timer. Polars matches cells first, with an engine that takes linear time and cannot backtrack. A cell that Polars
does not accept goes to frictionless, whose verdict counts and whose engine is Python's `re`. No test of a pattern can
tell for certain which cell will make that engine hang, so only a bound on time is sound. A subprocess that can be
killed would add its start-up time to every run. Python's `re` checks for signals while it matches, so a timer can
interrupt it.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from claimtrack.core import limits
from claimtrack.core.errors import OutOfTime, Stuck

TICK = 0.5  # seconds between two looks
_ends: list[float] = []  # the moments at which the running checks have to end, the innermost last


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Gives the block so many seconds. After that, any `watchdog` in it raises OutOfTime, and `is_late` tells it."""
    _ends.append(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.pop()


def is_late() -> bool:
    """Tells whether the time of the innermost `deadline` is over."""
    return bool(_ends) and time.monotonic() > _ends[-1]


def is_possible() -> bool:
    """Tells whether a call that does not end can be stopped: on Windows, and beside the main thread, it cannot."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def watchdog(what: str, seconds: float | None = None) -> Iterator[None]:
    """Raises Stuck inside the block when Python stays at the same instruction for `seconds`.

    `what` is what is being read, and becomes the text of Stuck. The default for `seconds` is `limits.STUCK`. A long
    table does not raise Stuck: only a single call that does not return does. OutOfTime is raised once the time of a
    `deadline` around the block is over. There is no bound where there is no such timer: on Windows, and in a thread
    other than the main one.
    """
    if not is_possible():
        yield
        return
    bound = limits.STUCK if seconds is None else seconds
    seen: list = [None, None, 0]

    def look(_signal: int, frame: FrameType | None) -> None:
        if is_late():
            raise OutOfTime(what)
        here = (frame, frame.f_lasti) if frame else (None, None)
        seen[2] = seen[2] + 1 if (seen[0], seen[1]) == here else 0
        seen[:2] = here
        if seen[2] * TICK >= bound:
            raise Stuck(what)

    before = signal.signal(signal.SIGALRM, look)
    _, around = signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, around, around)  # that of a watchdog around this one
        seen.clear()
