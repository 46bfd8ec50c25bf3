"""How the command loads its libraries, which is most of a small package's time.

What no check uses is not loaded: the command has stand-ins for it (`UNUSED`). Python's garbage collector is stopped
meanwhile, since it would look again and again through all that is being made and find no garbage there; and in the end nothing
is taken apart that ends with the process.

All of this is for the command's own process: who imports `validator` into another keeps that process as it is.
"""

import gc
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import NoReturn

UNUSED = (
    "pydantic", "pydantic_core",  # frictionless has it to publish to portals, Pandera for schemas made of models
    "humanize", "tabulate",  # frictionless's reports and schemas as text
    "multiprocessing",  # frictionless checks several packages at a time with it, when asked to
    # What frictionless does beside checking, and checks that only a checklist asks for.
    "frictionless.actions", "frictionless.analyzer", "frictionless.catalog", "frictionless.indexer", "frictionless.inquiry",
    "frictionless.pipeline", "frictionless.transformer", "frictionless.checks.cell", "frictionless.checks.row", "frictionless.checks.table",
    # Its readers and writers of formats that are not read here (`files.FORMATS`), and of what lies elsewhere.
    "frictionless.formats.erd.mapper", "frictionless.formats.excel.adapter", "frictionless.formats.excel.mapper",
    "frictionless.formats.excel.parsers", "frictionless.formats.gsheets.parser", "frictionless.formats.html.parser",
    "frictionless.formats.jsonschema.mapper", "frictionless.formats.markdown.mapper", "frictionless.formats.ods.adapter",
    "frictionless.formats.ods.parser", "frictionless.formats.pandas.parser", "frictionless.formats.parquet.parser",
    "frictionless.formats.qsv.adapter", "frictionless.formats.qsv.mapper", "frictionless.formats.spss.parser",
    "frictionless.formats.sql.adapter", "frictionless.formats.sql.mapper", "frictionless.formats.sql.parser",
    "frictionless.formats.yaml.parser", "frictionless.formats.zip.adapter", "frictionless.portals.ckan.adapter",
    "frictionless.portals.github.adapter", "frictionless.portals.zenodo.adapter", "frictionless.schemes.aws.loaders",
    "frictionless.schemes.remote.loader",
    # Polars's tables in the cloud, in other files and in databases, its other engine and its plots.
    "polars.catalog.unity", "polars.io.delta", "polars.io.iceberg", "polars.io.lance", "polars.io.pyarrow_dataset", "polars.io.database",
    "polars.io.spreadsheet", "polars.io.clipboard", "polars.io.avro", "polars.sql", "polars.lazyframe.engine_remote",
    "polars.dataframe.plotting", "polars.series.plotting", "polars.interchange.protocol",
    # Pandera's schemas written as classes, made of data or put around functions.
    "pandera.api.polars.model", "pandera.decorators", "pandera.schema_inference.polars",
)  # fmt: skip
lean = False  # whether the process is the command's own


def load() -> None:
    """Loads what every check needs, once; where frictionless is loaded already, all is left as it is."""
    global lean
    if "frictionless" in sys.modules:
        return
    lean = True
    for name in UNUSED:
        sys.modules.setdefault(name, StandIn(name))
    with uncollected(), plugins_alone():
        from frictionless import platform, system

        from . import check  # noqa: F401

        _ = system.methods, platform.jsonschema  # what frictionless leaves for when it is first asked


def load_pandera() -> None:
    """Loads Pandera in the same way, once; a package without faults need not wait for it."""
    if lean and "pandera" not in sys.modules:
        with uncollected():
            import pandera.polars  # noqa: F401


def leave(code: int) -> NoReturn:
    """Ends the process with an exit code. Where it is the command's own it ends at once: all is closed by then, and Python would
    first take apart one by one the libraries that were loaded."""
    if not lean:
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # full, closed or none; `validate.main` has told what was lost
            stream.flush()
    os._exit(code)


@contextmanager
def plugins_alone() -> Iterator[None]:
    """In its block Python's list of all modules that could be loaded is empty where none is a plugin of frictionless, which looks
    there for nothing else (`frictionless_...`): to make that list it opens the folder of every library that is installed."""
    before = pkgutil.iter_modules

    def listed(path: Iterable[str] | None = None, prefix: str = "") -> Iterator[pkgutil.ModuleInfo]:
        return iter(()) if path is None and not any(map(may_hold_plugins, sys.path)) else before(path, prefix)

    pkgutil.iter_modules = listed
    try:
        yield
    finally:
        pkgutil.iter_modules = before


def may_hold_plugins(place: str) -> bool:
    """Whether a place where Python looks for modules has one named as a plugin of frictionless, or is a file, and so a zip of modules."""
    try:
        return any(name.startswith("frictionless_") for name in os.listdir(place or "."))
    except OSError:
        return os.path.isfile(place)


def load_rules() -> None:
    """Loads the rules of claim tracking in the same way, once."""
    if lean and "schemas" not in sys.modules:
        with uncollected():
            import schemas  # noqa: F401


@contextmanager
def uncollected() -> Iterator[None]:
    """Stops the garbage collector in its block, and keeps it from what was made there ever after."""
    gc.disable()
    try:
        yield
    finally:
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
