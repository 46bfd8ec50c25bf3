"""How the command loads its libraries, which is most of a small package's time.

What no check uses is not loaded: the command has stand-ins for it (`UNUSED`). Python's garbage collector is stopped
meanwhile, since it would look again and again through all that is being made and find no garbage there.

All of this is for the command's own process: who imports `validator` into another keeps that process as it is.
"""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

UNUSED = (
    "pydantic",  # frictionless has it to publish to portals, Pandera for schemas made of models
    "pydantic_core",
    "tabulate",  # frictionless's reports and schemas as text
    "polars.catalog.unity",  # tables kept in the cloud
    "polars.io.delta",
    "polars.io.iceberg",
)
lean = False  # whether the process is the command's own


def load() -> None:
    """Loads what every check needs, once; where frictionless is loaded already, all is left as it is."""
    global lean
    if "frictionless" in sys.modules:
        return
    lean = True
    for name in UNUSED:
        sys.modules.setdefault(name, StandIn(name))
    with uncollected():
        from frictionless import platform, system

        from . import check  # noqa: F401

        _ = system.methods, platform.jsonschema  # what frictionless leaves for when it is first asked
    atexit.register(gc.freeze)  # else Python looks once more through all that was loaded before it ends


def load_pandera() -> None:
    """Loads Pandera in the same way, once; a package without faults need not wait for it."""
    if lean and "pandera" not in sys.modules:
        with uncollected():
            import pandera.polars  # noqa: F401


def load_duckdb() -> None:
    """Loads DuckDB, which tells on standard error of every object of its that is kept from the garbage collector in the end."""
    import duckdb  # noqa: F401

    atexit.unregister(gc.freeze)


@contextmanager
def uncollected() -> Iterator[None]:
    """Stops the garbage collector in its block, and keeps it from what was made there ever after."""
    gc.disable()
    try:
        yield
    finally:
        if "duckdb" not in sys.modules:  # as `load_duckdb` says
            gc.freeze()
        gc.enable()


class StandIn(ModuleType):
    """Stands for a library: whatever is imported from it is there, as a class to be named or inherited from, not used."""

    __version__ = "2"  # of Pydantic: Pandera asks whether it is at least that

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)  # Python looks for `__path__` and the like
        return type(name, (Unused,), {"__module__": self.__name__})


class Unused:
    """A class or function of a library that was not loaded."""

    def __new__(cls, *_, **__):
        raise NotImplementedError(f"{cls.__module__}.{cls.__name__} is not loaded, since no check uses it (validator/startup.py)")
