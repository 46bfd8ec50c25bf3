"""A package of any size, made from a seed: statements, segments and claims like the dataset's, with known faults.

python -m tests.benchmarks.generate FOLDER [--claims 1000000] [--faults 125] [--seed 1]
python -m tests.benchmarks.generate FOLDER --statements 100000
"""

import argparse
import csv
import json
import random
import re
import shutil
from pathlib import Path

from claimtrack.package.table_io import read_rows
from claimtrack.tracking.canonical import check_letters
from claimtrack.tracking.row_hash import content_hash
from tests.tools.example import DIGITS, build_good
from tests.tools.support import read_descriptor, resource, seal, write

KINDS = ["event", "pattern", "characterisation", "legal_process", "background", "forecast"]
VOICES = ["narrator", "quoted_speaker", "others_belief"]
WORDS = (
    "the party council court village members report said that vote was held in July before office many people could not"
).split()
CLAIMS = [
    {"name": "claim_id", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2}[0-9]+-C[0-9]{8}"}},
    {"name": "statement_id", "type": "string", "constraints": {"required": True}},
    {"name": "segment_id", "type": "string", "constraints": {"required": True}},
    {"name": "claim", "type": "string", "constraints": {"required": True, "minLength": 20}},
    {"name": "claim_type", "type": "string", "constraints": {"required": True, "enum": KINDS}},
    {"name": "voice", "type": "string", "constraints": {"required": True, "enum": VOICES}},
    {"name": "hedge", "type": "string"},
    {"name": "date", "type": "date", "constraints": {"minimum": "2000-01-01"}},
    {"name": "start", "type": "integer", "constraints": {"required": True, "minimum": 0}},
    {"name": "end", "type": "integer", "constraints": {"required": True, "minimum": 1}},
    {"name": "confidence", "type": "number", "constraints": {"minimum": 0, "maximum": 1}},
    {"name": "checkable", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    {"name": "note", "type": "string"},
    {"name": "sha256", "type": "string", "constraints": {"pattern": "[0-9a-f]{64}"}},
]
SEGMENTS = [
    {"name": "segment_id", "type": "string", "constraints": {"required": True}},
    {"name": "statement_id", "type": "string", "constraints": {"required": True}},
    {"name": "text", "type": "string"},
]
STATEMENTS = [
    {"name": "statement_id", "type": "string", "constraints": {"required": True}},
    {"name": "title", "type": "string"},
]
SAID = 'as ""said""'  # a quotation, as it stands in a quoted cell
# What is put into which column of a claim, a fault a row.
FAULTS = [("claim_type", "rumour"), ("date", "2023-02-30"), ("start", "-1"), ("end", "many"), ("confidence", "1.5"),
          ("checkable", "maybe"), ("claim", "too short"), ("sha256", "0"), ("voice", ""), ("segment_id", "XX-S1"),
          ("statement_id", "XX"), ("claim_id", "of the row before"), ("claim_id", "not an id")]  # fmt: skip


def generate(folder: Path, claims: int, faults: int, seed: int) -> Path:
    """Writes the package; a claim to every half segment, fifty to a statement. Equal arguments give equal bytes."""
    rng = random.Random(seed)
    statements, segments = [f"KH{i:05}" for i in range(max(1, claims // 50))], max(1, claims // 2)

    def key(columns: str, table: str) -> dict:
        return {"fields": columns, "reference": {"resource": table, "fields": columns}}

    write(
        folder,
        [
            resource("statements", STATEMENTS, primaryKey="statement_id"),
            resource("segments", SEGMENTS, primaryKey="segment_id", foreignKeys=[key("statement_id", "statements")]),
            resource(
                "claims",
                CLAIMS,
                primaryKey="claim_id",
                foreignKeys=[key("statement_id", "statements"), key("segment_id", "segments")],
            ),
        ],
        {"data/statements.csv": "statement_id,title\n" + "".join(f"{id},A statement\n" for id in statements)},
    )
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(8, 20))) for _ in range(1000)]
    with (folder / "data/segments.csv").open("w", encoding="utf-8") as handle:
        handle.write(",".join(field["name"] for field in SEGMENTS) + "\n")
        handle.writelines(f"S{i:08},{statements[i % len(statements)]},{texts[i % 997]}\n" for i in range(segments))
    # Every other row at most, so that no two faults meet in one key.
    wrong = {
        row: FAULTS[i % len(FAULTS)]
        for i, row in enumerate(sorted(rng.sample(range(1, claims, 2), min(faults, claims // 2))))
    }
    names = [field["name"] for field in CLAIMS]
    with (folder / "data/claims.csv").open("w", encoding="utf-8") as handle:
        handle.write(",".join(names) + "\n")
        for i in range(claims):
            cells = [
                f"KH1-C{i:08}", statements[i % len(statements)], f"S{i % segments:08}",
                f'"{texts[i % 1000]}, {SAID if i % 10 == 0 else "so"} {i}"', KINDS[i % 6], VOICES[i % 3],
                "" if i % 4 else "reportedly", f"{2000 + i % 24}-{1 + i % 12:02}-{1 + i % 28:02}", str(i % 5000),
                str(i % 5000 + 40), f"0.{i % 100:02}", "true" if i % 2 else "false",
                texts[i % 991] if i % 3 == 0 else "", f"{rng.getrandbits(256):064x}",
            ]  # fmt: skip
            if i in wrong:
                name, cell = wrong[i]
                cells[names.index(name)] = cell if cell != "of the row before" else f"KH1-C{i - 1:08}"
            handle.write(",".join(cells) + "\n")
    return folder


def _as_of(number: int, row: dict[str, str]) -> dict[str, str]:
    """A row of the smallest package with the ids of another statement."""
    return {name: re.sub("^EX01", f"EX{number:08}", value) for name, value in row.items()}


def tracked(folder: Path, statements: int) -> Path:
    """Writes a whole claim-tracking package: the smallest valid one, as often as asked for, each under another id."""
    good = build_good(folder / "one")
    descriptor = read_descriptor(good)
    (folder / "data").mkdir()
    shutil.move(good / "schemas", folder / "schemas")
    evidence = {row["evidence_id"]: row for row in read_rows(good / "data" / "evidence.csv")[1]}
    for resource_ in descriptor["resources"]:
        names, rows = read_rows(good / resource_["path"])
        own = any(str(value).startswith("EX01") for row in rows for value in row.values())
        with (folder / resource_["path"]).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, lineterminator="\n")
            writer.writeheader()
            for number in range(statements if own else 1):
                for at, row in enumerate(rows, 1):
                    again = _as_of(number, row) if own else row
                    for name in {"url", "claim", "demand"} & again.keys() if own else ():
                        again[name] += f"/{number}"  # which have to differ
                    if resource_["name"] == "reviews":
                        again["review_id"] = f"REV-{number * len(rows) + at:08}"
                        if again["outcome"] == "stands":
                            again["row_sha256"] = content_hash(_as_of(number, evidence[row["row_id"]]))
                    if parts := DIGITS.get(resource_["name"]):
                        again["pointer_check"] = check_letters(*(again[part] for part in parts))
                    writer.writerow(again)
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    shutil.rmtree(good)
    seal(folder)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generate", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--faults", type=int, default=125)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--statements", type=int, help="a claim-tracking package of so many statements instead, without faults"
    )
    options = parser.parse_args()
    print(
        tracked(options.folder, options.statements)
        if options.statements
        else generate(options.folder, options.claims, options.faults, options.seed)
    )
