"""Coverage-guided fuzzing of what reads bytes: descriptors and CSV files, with atheris (https://github.com/google/atheris).

    uv run --group fuzz python -m tests.tools.fuzz_bytes descriptor|table [--seconds 60]

Each input is checked as the command checks it. It has to end with an exit code of its own and without an internal error
of ours; a table's verdict has to be frictionless's too. Inputs that broke this are kept in `tests/packages/crashes`,
and tested.
"""

import argparse
import contextlib
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

if __name__ == "__main__":  # what is imported under it, atheris can see into
    import atheris

    instrumented = atheris.instrument_imports(include=["claimtrack", "schemas"])
else:
    instrumented = contextlib.nullcontext()
with instrumented:
    from claimtrack.backends.local import columns
    from claimtrack.commands import main as command
    from tests.tools.support import V2, errors_of_ours, resource, standard, table, validate, verdict

CRASHES = Path(__file__).parent.parent / "packages" / "crashes"
FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "[a-z]+[0-9]*"}},
    {"name": "n", "type": "integer", "constraints": {"minimum": 0}},
    {"name": "x", "type": "number"},
    {"name": "day", "type": "date"},
    {"name": "yes", "type": "boolean"},
]
KEYS = {
    "primaryKey": "id",
    "uniqueKeys": [["n", "x"]],
    "foreignKeys": [{"fields": "n", "reference": {"resource": "", "fields": "n"}}],
}
HEADER = b"id,n,x,day,yes\n"


def ends(folder: Path) -> None:
    """Runs the command on a package. Raises AssertionError when it ends in a way that it must not."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command.main([str(folder)])
    wrong = errors_of_ours(out.getvalue() + err.getvalue())
    assert code in (0, 1, 2) and not wrong, wrong
    assert len(err.getvalue().splitlines()) <= 1, err.getvalue()


def descriptor(raw: bytes, folder: Path) -> None:
    """A descriptor of these bytes, beside a sound table."""
    table(folder, "a\nx\n", [{"name": "a", "type": "string"}])
    (folder / "datapackage.json").write_bytes(raw)
    ends(folder)


def rows(raw: bytes, folder: Path) -> None:
    """A table whose header is followed by these bytes, or whose whole file they are where they begin with NUL."""
    table(folder, raw[1:] if raw.startswith(b"\0") else HEADER + raw, FIELDS, **KEYS)
    ends(folder)
    # The command has split these few bytes by Python; here Polars does.
    with patch.object(columns, "SMALL", 0):
        report = validate(folder, samples=10**6, block_size=64, may_fail=True)
    wrong = report.internal_errors
    assert not wrong, wrong
    if report.internal_errors or any(found.rule in ("FIL103", "FIL105", "FIL106") for found in report.findings):
        return  # frictionless is not asked, or has no verdict
    mine, theirs = standard(report.findings), verdict(folder)
    assert mine == theirs, f"only frictionless {dict(theirs - mine)}, only ours {dict(mine - theirs)}"


TARGETS: dict[str, Callable[[bytes, Path], None]] = {"descriptor": descriptor, "table": rows}
SEEDS = {
    "descriptor": [
        b"{}",
        b'{"resources": [{"name": "t", "path": "data/t.csv", "type": "table", "encoding": "utf-8"}]}',
    ],
    "table": [
        b"",
        b"a1,1,1.5,2024-01-05,true\n",
        b'"a",01,"1,5",2024-1-5,"x\ny"\r\nb,,,,\n\n',
        "é,\u0661,INF,,\ufeff\n".encode(),
    ],
}


def seeds(target: str, folder: Path) -> Path:
    """Writes the inputs to begin with: a few made by hand, and for descriptors the dataset's own."""
    folder.mkdir()
    found = [*SEEDS[target], *(path.read_bytes() for path in sorted((CRASHES / target).glob("*")))]
    if target == "descriptor":
        told = resource("t", FIELDS, **KEYS, licenses=[{"name": "CC0-1.0"}], hash="md5:0", bytes=1)
        found.append(json.dumps({"$schema": V2, "resources": [told]}).encode())
    for number, raw in enumerate(found):
        (folder / str(number)).write_bytes(raw)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzz_bytes", description=__doc__.split("\n", 1)[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60, help="how long (default: 60)")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def once(raw: bytes) -> None:
        folder = home / "package"
        TARGETS[options.target](raw, folder)
        shutil.rmtree(folder)

    print(f"inputs that break the command are left in {home}", flush=True)
    corpus = seeds(options.target, home / "corpus")
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={options.seconds}", "-max_len=4096", f"-artifact_prefix={home}/", str(corpus)],
        once,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
