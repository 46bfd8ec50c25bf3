"""What the tests share: small packages written to a folder, our verdict on them, and frictionless's as ours are put."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import BinaryIO, NamedTuple

from frictionless import Field, Package, Schema

from claimtrack.backends.local.backend import Local
from claimtrack.backends.protocol import Backend
from claimtrack.commands.main import main
from claimtrack.core import limits
from claimtrack.core.findings import Finding
from claimtrack.core.report import Report
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.package.checksums import sealed
from claimtrack.package.opened import OpenedPackage, open_package
from claimtrack.package.records import large_cells
from claimtrack.package.shown_path import shown_path
from claimtrack.pipeline.profile import CLAIM_TRACKING, AnyProfile, catalogue
from claimtrack.pipeline.run import Run, silent, validate_opened

ROOT = Path(__file__).parents[2]
PROFILE = CLAIM_TRACKING.loaded
RULES = catalogue([PROFILE])  # every rule, by id
# What makes a process one in a CI or on a terminal in colours; empty is as good as not set.
CALM = dict.fromkeys(("GITHUB_ACTIONS", "CI", "NO_COLOR", "FORCE_COLOR"), "")

V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "skipInitialSpace": False,
}
Key = tuple[str, str, int | None, str]  # rule, file, row, field


def resource(name: str, fields: list[dict], **more) -> dict:
    """A resource's descriptor, all of its form declared; `more` goes to the Table Schema or replaces a property."""
    schema = {"fields": fields, **{key: more.pop(key) for key in list(more) if key in SCHEMA}}
    told = {
        "name": name,
        "type": "table",
        "path": f"data/{name}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": dict(DIALECT),
    }
    return {key: value for key, value in {**told, "schema": schema, **more}.items() if value is not None}


def field_of(type_: str, missing: list[str] | None = None, **more) -> Field:
    """A field `v` as Data Package v2 has it, in a Table Schema with these marks for a missing value."""
    profile = "https://datapackage.org/profiles/2.0/tableschema.json"  # else exclusive bounds are refused
    fields = [{"name": "v", "type": type_, **more}]
    return Schema.from_descriptor({"$schema": profile, "fields": fields, "missingValues": missing or [""]}).fields[0]


SCHEMA = ("primaryKey", "foreignKeys", "uniqueKeys", "missingValues", "fieldsMatch")


def write(folder: Path, resources: list[dict], files: dict[str, str | bytes], **more) -> Path:
    """Writes a package: its descriptor, and files by their path within it. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").write_text(
        json.dumps({"$schema": V2, "name": "example", "resources": resources, **more})
    )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def table(folder: Path, content: str | bytes, fields: list[dict], **more) -> Path:
    """Writes a package of one table, `data/t.csv`."""
    return write(folder, [resource("t", fields, **more)], {"data/t.csv": content})


def validate(
    where: Path,
    memory: int = limits.MEMORY,
    backend: Backend | None = None,
    profiles: tuple[AnyProfile, ...] = (CLAIM_TRACKING,),
    may_fail: bool = False,
    **options,
) -> Report:
    """The report on a package; `options` are those of `validate_opened`.

    An internal error fails the test, unless it `may_fail`: no comparison of findings would see it.
    """
    report = validate_opened(open_package(where), profiles, backend or Local(memory), **options)
    assert may_fail or not report.internal_errors, report.internal_errors
    return report


def checked(
    where: Path,
    backend: Backend | None = None,
    samples: int = limits.SAMPLES,
    block_size: int = limits.BLOCK,
    may_fail: bool = False,
) -> Run:
    """A run over a package, come to its end, to be asked for more than its report: which tables are regular, say.

    An internal error fails the test, unless it `may_fail`.
    """
    run = Run(open_package(where), (CLAIM_TRACKING,), backend or Local(), False, samples, block_size, silent)
    with large_cells():
        run.check()
    assert may_fail or not run.report.internal_errors, run.report.internal_errors
    return run


def kept(where: Path) -> OpenedPackage:
    """A package opened as the sub-commands open it: each file of it is read once."""
    return open_package(where, keep=True)


def seal(folder: Path) -> list[str]:
    """Renews the checksums in a package's descriptor, and returns the names of the resources that had others."""
    path, before = folder / "datapackage.json", read_descriptor(folder)["resources"]
    files = {one["path"]: (folder / one["path"]).read_bytes() for one in before if isinstance(one.get("path"), str)}
    content = sealed(path, files)
    pairs = zip(before, json.loads(content)["resources"], strict=True)
    if changed := [old["name"] for old, new in pairs if old != new]:
        path.write_bytes(content)
    return changed


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_descriptor(folder: Path) -> dict:
    """What a package's descriptor says."""
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


Done = subprocess.CompletedProcess[str]  # how a command ended


class Ended(NamedTuple):
    """How the command ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str


def claimtrack(*arguments: object, cwd: Path | None = None, **environment: str) -> Done:
    """The command in no CI and on no terminal, within this process: that saves the second which a new one takes."""
    words, before, there = [*map(str, arguments)], {**os.environ}, Path.cwd()
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        _streams(out, err, environment.get("PYTHONIOENCODING", "utf-8")),
    ):
        try:
            os.environ.update(CALM | environment)
            os.chdir(cwd or there)
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            os.chdir(there)
            os.environ.clear()
            os.environ.update(before)
            sys.stdout.flush()
            sys.stderr.flush()
        out.seek(0)
        err.seek(0)
        return Done(words, code, out.read().decode(), err.read().decode())


@contextmanager
def _streams(out: BinaryIO, err: BinaryIO, encoding: str) -> Iterator[None]:
    """Has all that this process prints go into two files, by Python or past it."""
    kept = os.dup(1), os.dup(2)
    with (
        io.TextIOWrapper(os.fdopen(os.dup(out.fileno()), "wb"), encoding) as printed,
        io.TextIOWrapper(os.fdopen(os.dup(err.fileno()), "wb"), encoding, "backslashreplace") as told,
    ):
        try:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            with redirect_stdout(printed), redirect_stderr(told):
                yield
        finally:
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
            os.close(kept[0])
            os.close(kept[1])


def in_a_process(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Done:
    """The command as a user runs it in a checkout: in a process of its own, for tests of just that."""
    words = [sys.executable, str(ROOT / "validate.py"), *map(str, arguments)]
    environment = os.environ | CALM | environment
    return subprocess.run(words, cwd=cwd, capture_output=True, encoding="utf-8", check=False, env=environment)


def errors_of_ours(said: str) -> list[str]:
    """The lines that tell of an internal error, but for those that say that frictionless has failed on the data."""
    return [line for line in said.splitlines() if "internal error" in line and "frictionless fails on" not in line]


def rules(folder: Path) -> set[tuple[str, int | None]]:
    """The rule and line of everything that we find in a package."""
    return {(found.rule, found.line) for found in validate(folder).findings}


def verdict(folder: Path) -> Counter[Key]:
    """What frictionless alone finds in a package, put as our rules have it. Raises what frictionless raises."""
    package, found = Package.from_descriptor(str(folder / "datapackage.json")), Counter()
    for resource_ in package.resources:
        named = shown_path(resource_)
        report = resource_.validate(limit_errors=0)
        for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]:
            rule = FRICTIONLESS.get(error.type, "FIL102")
            row = getattr(error, "row_number", None) if not rule.startswith("FIL") else None
            field = ""
            if rule.startswith("CEL") or error.type == "unique-error":
                field = error.field_name
            elif error.type == "foreign-key":
                field = ", ".join(error.field_names)
            elif error.type == "primary-key":
                field = ", ".join(resource_.schema.primary_key)
            found[rule, named or "datapackage.json", row, field] += 1
    return found


# Our findings on descriptors and tables that frictionless does not make.
BEYOND = ("FIL104", "PKG110", "PKG111", "TAB104", "TAB105", "TAB106", "TAB107", "CEL103")


def standard(findings: list[Finding], parts: dict[str, str] | None = None) -> Counter[Key]:
    """Our findings without those that frictionless knows nothing of: form, descriptor, `uniqueKeys` of several columns.

    `parts` are the further files of tables in several (`further`): frictionless knows their first file only, and drops
    the first line of every other unseen.
    """
    ours, parts = Counter(), parts or {}
    for found in findings:
        beyond = (
            found.rule.startswith(("HYG", "PKG2"))
            or (found.rule == "KEY102" and ", " in (found.field or ""))
            or found.rule in BEYOND
        )
        if not beyond and not (found.rule == "TAB101" and found.file in parts):
            ours[found.rule, parts.get(found.file, found.file), found.row, found.field or ""] += 1
    return ours


def further(resources: list[dict]) -> dict[str, str]:
    """The further files of tables in several, each with the first."""
    return {
        path: told["path"][0] for told in resources if isinstance(told.get("path"), list) for path in told["path"][1:]
    }


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of these files, by their paths in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()
