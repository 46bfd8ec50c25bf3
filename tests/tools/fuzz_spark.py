"""Differential fuzzing of the backends: on the packages of `tests.tools.fuzz` Spark finds what the local one finds.

    python -m tests.tools.fuzz_spark --count 200 --seed 1

`--count` is in tables. One Spark session serves all; files are cut every few bytes, so that rows are numbered across
many pieces. What is compared is rule, file, row, field, value, line and column of each finding, and the totals.
"""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from frictionless import Field

from claimtrack.backends.spark.backend import Spark
from claimtrack.backends.spark.session import session as spark_session
from claimtrack.reading.sieve import is_hopeless
from tests.tools.fuzz import package
from tests.tools.support import checked, write

PIECE = 100  # bytes of a file that one task of Spark reads, at most


def fit(field: dict) -> dict:
    """A field that some proof covers, since others keep a whole table from Spark: plain text in place of those."""
    try:
        hopeless = is_hopeless(Field.from_descriptor(field))
    except Exception:  # a constraint that cannot be applied: left as it is
        hopeless = False
    return {"name": field["name"], "type": "string"} if hopeless else field


def compare(seed: int, folder: Path, session) -> tuple[int, int, list[str]]:
    """Checks the package of a seed. Returns its number of tables, how many Spark proved regular, and what differs."""
    resources, files = package(random.Random(seed))
    for resource in resources if seed % 4 else ():  # the fourth is for the way back to the local backend
        resource["schema"]["fields"] = [fit(field) for field in resource["schema"]["fields"]]
    write(folder, resources, files)
    backend = Spark(session)
    here, there = (checked(folder, each, samples=10**6, may_fail=True) for each in (None, backend))
    mine, theirs = here.report, there.report
    pairs = (("local", mine, theirs), ("Spark", theirs, mine))
    differences = [
        f"seed {seed}: only {who} {found}"
        for who, one, other in pairs
        for found in [*one.findings, *one.internal_errors]
        if found not in [*other.findings, *other.internal_errors]
    ]
    wholes = [(report.totals, report.tables, report.complete) for report in (mine, theirs)]
    if wholes[0] != wholes[1]:
        differences.append(f"seed {seed}: totals, rows or completeness: {wholes}")
    read_here = {note.partition(":")[0] for note in backend.notes}
    proven = sum(scanned.regular and scanned.table.file not in read_here for scanned in there.tables.values())
    return len(files), proven, differences


def fuzz(count: int, seed: int, session) -> tuple[int, int, list[str]]:
    """Fuzzes at least `count` tables. Returns their number, how many Spark proved regular, and the differences."""
    tables = proven = 0
    differences = []
    with tempfile.TemporaryDirectory() as folder:
        while tables < count:
            here = Path(folder, str(seed))
            more, regular, found = compare(seed, here, session)
            tables, proven, seed = tables + more, proven + regular, seed + 1
            differences += found
            shutil.rmtree(here)
    return tables, proven, differences


def small_pieces(session):
    """The session, set to cut files into small pieces and to put as few as possible together."""
    session.conf.set("spark.sql.files.maxPartitionBytes", PIECE)
    session.conf.set("spark.sql.files.openCostInBytes", 0)
    session.conf.set("spark.sql.shuffle.partitions", 2)
    return session


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzz_spark", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=200, help="how many tables")
    parser.add_argument(
        "--seed", type=int, default=1, help="the seed of the first package; the next one has the next seed"
    )
    options = parser.parse_args()
    tables, proven, differences = fuzz(options.count, options.seed, small_pieces(spark_session()))
    print(*differences, sep="\n")
    print(f"{tables:,} tables, {proven:,} of them read and proven regular in Spark: {len(differences):,} differences")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
