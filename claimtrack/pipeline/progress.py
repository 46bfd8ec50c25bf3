"""Says how a run tells of its progress."""

from collections.abc import Callable

Tell = Callable[[str, int, int], None]  # with the current step, the number of bytes read and the number of all bytes


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Reports no progress."""
