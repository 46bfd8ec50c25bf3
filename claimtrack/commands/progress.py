"""Shows on a terminal how far a long run is. Anywhere else, and in a run that is soon over, it says nothing."""

import os
import sys
import time

AFTER = 1.0  # seconds in which most runs are over


class Progress:
    """A line on standard error with a bar, gone when the run ends. Call it as `run.silent` is called; use it in a `with`."""

    def __init__(self, shown: bool):
        self.start, self.shown, self.bar, self.task = time.monotonic(), shown, None, None

    def __enter__(self):
        return self

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        if self.bar is None:
            if not self.shown or time.monotonic() - self.start < AFTER:
                return
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeElapsedColumn()
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(what, total=None)
            self.bar.start()
        self.bar.update(self.task, description=what[:60], completed=done, total=total or None)

    def __exit__(self, *_) -> None:
        if self.bar:
            self.bar.stop()


def on_terminal(stream) -> bool:
    """Whether a person sees a stream as it is written."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured(stream) -> bool:
    """Whether a stream is to be coloured: by https://no-color.org/ and https://force-color.org/, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or on_terminal(stream)


def wanted(quiet: bool) -> bool:
    """Whether to show progress: to a person, who has not asked for quiet."""
    return not quiet and not os.environ.get("CI") and on_terminal(sys.stderr)
