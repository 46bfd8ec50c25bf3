"""Gives up on a call that never ends: a pattern that backtracks for ever, or the guessing of a delimiter.

Why this way. Cells are matched by a linear-time engine first (Polars', which cannot backtrack), but a cell that it does
not accept is asked of frictionless, whose verdict counts and whose engine is Python's `re`. No test of a pattern can tell
for certain which cell will make that engine hang, so time is the only sound bound. A subprocess that can be killed would
cost its start-up in every run; Python's `re` looks for signals while it matches, so a timer stops it where it is.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import limits

TICK = 0.5  # seconds between two looks


class Stuck(BaseException):
    """One call has taken longer than `limits.STUCK`. Not an Exception: frictionless would take that for bad data."""


@contextmanager
def watchdog(what: str, seconds: float | None = None) -> Iterator[None]:
    """Raises Stuck, which names `what` is being read, in its block when Python stands at one and the same instruction for `seconds`.

    Without `seconds` it is `limits.STUCK`. A long table is no reason: what counts is a single call that does not come back. Where there is no such timer
    (Windows, or a thread that is not the main one), nothing is bounded.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    bound = limits.STUCK if seconds is None else seconds
    seen: list = [None, None, 0]

    def look(_signal, frame) -> None:
        here = (frame, frame.f_lasti) if frame else (None, None)
        seen[2] = seen[2] + 1 if (seen[0], seen[1]) == here else 0
        seen[:2] = here
        if seen[2] * TICK >= bound:
            raise Stuck(what)

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        seen.clear()
