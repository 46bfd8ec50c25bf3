"""Has libraries load without interruptions by the garbage collector.

It would search all new objects again and again without finding garbage: a tenth of the time that Polars takes to load.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Stops the garbage collector inside the block, if it runs."""
    runs = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if runs:
            gc.enable()
