"""Shows the progress of a long run on a terminal. It shows nothing elsewhere, or if the run is short."""

import os
import sys
import time
from typing import Any, TextIO

from claimtrack.commands.printing import beneath
from claimtrack.core.visible import visible

AFTER = 1.0  # seconds before the progress is shown; most runs end earlier


class Progress:
    """A line with a bar on standard error, which disappears when the run ends.

    Use it in a `with`, and call it with the same arguments as `run.silent`.
    """

    def __init__(self, shown: bool):
        self.start, self.shown = time.monotonic(), shown
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Shows the current step, the number of bytes read and the number of all bytes."""
        if self.bar is None:
            if not self.shown or time.monotonic() - self.start < AFTER:
                return
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                DownloadColumn(),
                TimeElapsedColumn(),
            )
            self.bar = Progress(*columns, console=Console(file=beneath(sys.stderr)), transient=True)
            self.task = self.bar.add_task(visible(what[:60]), total=None)
            self.bar.start()
        self.bar.update(self.task, description=visible(what[:60]), completed=done, total=total or None)

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


def on_terminal(stream: TextIO) -> bool:
    """Tells whether a person sees a stream while it is written."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured(stream: TextIO) -> bool:
    """Tells whether a stream gets colours: by the variables NO_COLOR and FORCE_COLOR, or else on a terminal.

    Sources: https://no-color.org/ and https://force-color.org/
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or on_terminal(stream)


def wanted(quiet: bool) -> bool:
    """Tells whether to show progress: only to a person, and not with `--quiet`."""
    return not quiet and not os.environ.get("CI") and on_terminal(sys.stderr)
