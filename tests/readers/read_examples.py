# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas==2.3.3", "duckdb==1.4.2"]
# ///
"""The examples of README.md for pandas and DuckDB run as they stand, and find rows.

Usage: `uv run --script tests/readers/read_examples.py DIST`, from the project's folder; DIST is not read.
"""

import re
import sys
from pathlib import Path

import duckdb


def blocks(language: str) -> list[str]:
    """The blocks of README.md in a language."""
    return re.findall(rf"```{language}\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)


def main() -> int:
    """Runs each block; its last line is an expression or a query, and gives a table."""
    examples, queries = blocks("python"), blocks("sql")
    found = []
    for example in examples:
        *lines, last = example.strip().splitlines()
        names: dict = {}
        exec("\n".join(lines), names)
        found.append(len(eval(last, names)))
    found += [len(duckdb.sql(query).fetchall()) for query in queries]
    print(f"{len(examples)} examples for pandas, {len(queries)} for DuckDB: {found} rows")
    return 0 if examples and queries and all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
