"""The checks of a generated package written by hand in Polars or DuckDB: what a programmer gets without a validator.

    python -m tests.benchmarks.plain polars|duckdb|read|sha256|csv PACKAGE

Prints how many faults were found. Cells and keys only: no place of a fault but its row, no shape of files, no form, no
words. `read`, `sha256` and `csv` find nothing: they are the floors, that much a program takes that only looks at every
byte.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path


def resources(package: Path) -> list[dict]:
    return json.loads((package / "datapackage.json").read_text())["resources"]


def with_polars(package: Path) -> int:
    import polars as pl

    tables = {r["name"]: pl.read_csv(package / r["path"], infer_schema=False) for r in resources(package)}
    bad = []
    for r in resources(package):
        frame, schema = tables[r["name"]], r["schema"]
        for field in schema["fields"]:
            cell, limits = pl.col(field["name"]), field.get("constraints", {})
            types = {"integer": pl.Int64, "number": pl.Float64, "date": pl.Date}
            if limits.get("required"):
                bad.append(frame.lazy().select(cell.is_null().sum()))
            if field["type"] in types:
                value = (
                    cell.cast(types[field["type"]], strict=False)
                    if field["type"] != "date"
                    else cell.str.to_date("%Y-%m-%d", strict=False)
                )
                wrong = cell.is_not_null() & value.is_null()
                if "minimum" in limits:
                    least = pl.lit(limits["minimum"])
                    wrong |= value < (least if field["type"] != "date" else least.str.to_date())
                if "maximum" in limits:
                    wrong |= value > limits["maximum"]
                bad.append(frame.lazy().select(wrong.sum()))
            if field["type"] == "boolean":
                bad.append(frame.lazy().select((~cell.is_in([*field["trueValues"], *field["falseValues"]])).sum()))
            if "pattern" in limits:
                bad.append(frame.lazy().select((~cell.str.contains(f"^(?:{limits['pattern']})$")).sum()))
            if "enum" in limits:
                bad.append(frame.lazy().select((~cell.is_in(limits["enum"])).sum()))
            if "minLength" in limits:
                bad.append(frame.lazy().select((cell.str.len_chars() < limits["minLength"]).sum()))
        bad.append(frame.lazy().select((~pl.col(schema["primaryKey"]).is_first_distinct()).sum()))
        for key in schema.get("foreignKeys", []):
            there = tables[key["reference"]["resource"]].lazy().select(key["reference"]["fields"]).unique()
            bad.append(
                frame.lazy()
                .select(key["fields"])
                .drop_nulls()
                .join(there, left_on=key["fields"], right_on=key["reference"]["fields"], how="anti")
                .select(pl.len())
            )
    return sum(found.item() for found in pl.collect_all(bad))


def with_duckdb(package: Path) -> int:
    import duckdb

    found = 0
    for r in resources(package):
        names = ", ".join(f"'{f['name']}': 'VARCHAR'" for f in r["schema"]["fields"])
        how = f"header = true, delim = ',', quote = '\"', columns = {{{names}}}"
        duckdb.sql(f"CREATE TABLE {r['name']} AS SELECT * FROM read_csv('{package / r['path']}', {how})")
    for r in resources(package):
        wrong = []
        for field in r["schema"]["fields"]:
            name, limits = f'"{field["name"]}"', field.get("constraints", {})
            types = {"integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}
            if limits.get("required"):
                wrong.append(f"{name} IS NULL")
            if field["type"] in types:
                value = f"TRY_CAST({name} AS {types[field['type']]})"
                conditions = [
                    f"{value} IS NULL",
                    *(
                        f"{value} {sign} '{limits[bound]}'"
                        for bound, sign in (("minimum", "<"), ("maximum", ">"))
                        if bound in limits
                    ),
                ]
                wrong.append(f"{name} IS NOT NULL AND ({' OR '.join(conditions)})")
            if field["type"] == "boolean":
                wrong.append(f"{name} NOT IN {(*field['trueValues'], *field['falseValues'])}")
            if "pattern" in limits:
                wrong.append(f"NOT regexp_full_match({name}, '{limits['pattern']}')")
            if "enum" in limits:
                wrong.append(f"{name} NOT IN {tuple(limits['enum'])}")
            if "minLength" in limits:
                wrong.append(f"length({name}) < {limits['minLength']}")
        sums = " + ".join(f"count_if({condition})" for condition in wrong)
        found += duckdb.sql(
            f'SELECT {sums} + count(*) - count(DISTINCT "{r["schema"]["primaryKey"]}") FROM {r["name"]}'
        ).fetchall()[0][0]
        for key in r["schema"].get("foreignKeys", []):
            mine, there = key["fields"], key["reference"]
            target = f'FROM {there["resource"]} b WHERE b."{there["fields"]}" = a."{mine}"'
            lost = f'a."{mine}" IS NOT NULL AND NOT EXISTS ({target})'
            found += duckdb.sql(f"SELECT count(*) FROM {r['name']} a WHERE {lost}").fetchall()[0][0]
    return found


def only_read(package: Path) -> None:
    for r in resources(package):
        with (package / r["path"]).open("rb") as handle:
            while handle.read(2**20):
                pass


def only_hash(package: Path) -> None:
    for r in resources(package):
        with (package / r["path"]).open("rb") as handle:
            hashlib.file_digest(handle, "sha256")


def only_split(package: Path) -> None:
    for r in resources(package):
        with (package / r["path"]).open(newline="", encoding="utf-8") as handle:
            for _ in csv.reader(handle):
                pass


if __name__ == "__main__":
    ways = {"polars": with_polars, "duckdb": with_duckdb, "read": only_read, "sha256": only_hash, "csv": only_split}
    print(ways[sys.argv[1]](Path(sys.argv[2])))
