"""Makes the command's process start and end quickly. For a small package, starting takes most of the time.

Python's garbage collector is stopped while libraries are loaded, because it would search all new objects again and
again without finding garbage. At the end, Python's own clean-up is skipped, because the process ends anyway. Only the
command uses this module; a program that imports claimtrack is not affected.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from claimtrack.core.loading import loading as libraries


@contextmanager
def loading() -> Iterator[None]:
    """Stops the garbage collector inside the block. Afterwards it ignores the objects that were made there."""
    with libraries():
        try:
            yield
        finally:
            gc.freeze()


def without_plugins() -> None:
    """Keeps pydantic, which frictionless loads, from looking for plugins in every installed package. None is used here.

    Source: https://docs.pydantic.dev/latest/concepts/plugins/
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def leave(code: int) -> NoReturn:
    """Ends the process without Python's clean-up, which takes time. All files are closed by then."""
    for stream in (sys.stdout, sys.stderr):
        # The stream may be full, closed or None. `main` has then reported the loss.
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
