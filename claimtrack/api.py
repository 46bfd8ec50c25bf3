"""The library's function `validate`, which takes a package and returns a report."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

from claimtrack.backends.protocol import Backend
from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from claimtrack.package import archive
from claimtrack.package.bare_table import open_named
from claimtrack.package.local_copies import Copies
from claimtrack.pipeline import validation
from claimtrack.pipeline.profile import CLAIM_TRACKING, Profile


def validate(
    path: str | Path,
    *,
    profiles: Iterable[Profile] = (),
    backend: Literal["local", "spark"] = "local",
    memory: int = limits.MEMORY,
    samples: int = limits.SAMPLES,
    strict: bool = False,
    copies: Mapping[str, str | Path] | None = None,
    schema: str | Path | None = None,
    values: bool = True,
) -> Report:
    """Checks a Data Package and returns the report. It fetches nothing, and writes only temporary files.

    `path` is a folder with a `datapackage.json`, a descriptor, or a zip of a folder. The package is checked against the
    standard. If its `conformsTo` declares claim tracking or one of `profiles` by name, it is also checked against the
    rules of that profile.

    `backend` says where tables are read: "local", or "spark" for Apache Spark, which needs the extra `spark`. `memory`
    is in bytes: the local backend keeps up to this many bytes of keys and of rows for rules in memory, and more on
    disk. At most `samples` findings are listed for one rule in one file, and the first in each column; the totals are
    exact. `copies` maps URLs to local copies of what the package names elsewhere: files, or folders for all URLs that
    begin so. With a `schema`, the file of a Table Schema, `path` is the file of a table. With `strict`, warnings make
    the package invalid as errors do. Without `values`, the report has the names and places of what is wrong, and no
    value of a cell.

    `report.exit_code` is 0 for a valid package, 1 for an invalid one, and 2 where some part could not be checked.
    `report.not_checked`, `report.skipped` and `report.internal_errors` then name this part. The settings in a package's
    own `validate.toml` are used only by the command.

    Raises Unusable where there is no package to check, or where Spark is not available.
    """
    made = _backend(backend, memory)
    failing = made.failing(str(path)) if made else nullcontext()
    with nullcontext(Path(path)) if schema else archive.opened(path) as where, failing:
        known = Copies({name: Path(copy).absolute() for name, copy in (copies or {}).items()})
        opened = open_named(where, schema, known, values=values)
        report = validation.validate(opened, [CLAIM_TRACKING, *profiles], made, strict, samples)
    report.where = str(path)
    report.root = report.root if where == Path(path) else None
    return report


def _backend(name: str, memory: int) -> Backend | None:
    """Makes the backend of a name, or returns None for the local one as it is.

    Raises Unusable where there is none of this name, or where Spark is not available.
    """
    if name == "local" and memory == limits.MEMORY:
        return None
    if name == "local":
        from claimtrack.backends.local.backend import Local

        return Local(memory)
    if name != "spark":
        raise Unusable(f'there is no backend "{name[:50]}"; there are local and spark')
    from claimtrack.backends.spark.backend import Spark
    from claimtrack.backends.spark.session import session

    return Spark(session())
