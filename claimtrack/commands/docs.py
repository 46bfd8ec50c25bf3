"""Writes what can be generated into the documents.

    python -m validator.docs     refresh docs/rules.md, the reference in docs/codebook.md and the figures in README.md
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from . import explain, limits, reliability
from .catalogue import Rule
from .package import PROFILE
from .seal import read_descriptor, read_rows, read_tables
from .tool import command

MARK = "<!-- generated: everything below comes from `python -m validator.docs` -->\n"


def reference(package: Path) -> str:
    """The reference of every table, column and code, in Markdown, from the descriptor, the Table Schemas and the code lists."""
    descriptor = read_descriptor(package)[1]
    lines = ["", "# Reference: tables and columns", ""]
    for resource in descriptor["resources"]:
        schema = json.loads((package / resource["schema"]).read_text(encoding="utf-8"))
        lines += [f"## {resource['name']}", "", schema["description"], "", *_keys(schema), ""]
        lines += ["| Column | Type | What it holds | Example |", "|---|---|---|---|"]
        lines += [f"| `{f['name']}` | {_type(f)} | {_cell(f['description'])} | {_cell(f['example'])} |" for f in schema["fields"]]
        lines.append("")
    return "\n".join([*lines, *_codes(package), ""])


def _keys(schema: dict) -> list[str]:
    key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
    refs = [f"`{k['fields'][0]}` → {k['reference']['resource'] or 'this table'}" for k in schema.get("foreignKeys", [])]
    return [f"Primary key: {key}." + (f" References: {', '.join(refs)}." if refs else "")]


def _type(field: dict) -> str:
    kind = "EDTF date" if field.get("rdfType") else f"code of [{c}](#{c})" if (c := field.get("codeList")) else field["type"]
    limits = field.get("constraints", {})
    return kind + (", required" if limits.get("required") else "") + (", unique" if limits.get("unique") else "")


def _codes(package: Path) -> list[str]:
    lists = defaultdict(list)
    for row in read_tables(package, "codes")[0]:
        lists[row["list"]].append(row)
    lines = ["# Reference: codes", ""]
    for name, rows in lists.items():
        lines += [f"## {name}", "", "| Code | Label | Meaning |", "|---|---|---|"]
        lines += [f"| `{r['code']}` | {_cell(r['label'])} | {_cell(r['definition'])}{' *(reserved)*' * (r['reserved'] == 'true')} |" for r in rows]
        lines.append("")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def codebook(package: Path) -> str:
    """docs/codebook.md as it should be: its prose as it stands, and the agreement and reference as they are now."""
    prose, mark, _ = (package / "docs" / "codebook.md").read_text(encoding="utf-8").partition(MARK)
    agreement = "\n# Agreement between the coders\n\n" + reliability.table(package) + "\n"
    return prose + (mark or MARK) + agreement + reference(package)


def figures(package: Path) -> str:
    """How many rows each table has, in Markdown."""
    descriptor = read_descriptor(package)[1]
    lines = [f"Version {descriptor['version']}:", "", "| Table | Rows | One row is |", "|---|---|---|"]
    for resource in descriptor["resources"]:
        rows = len(read_rows(package / resource["path"])[1])
        what = resource["description"].removeprefix("One row is ").split(".")[0]
        lines.append(f"| [`{resource['name']}`]({resource['path']}) | {rows} | {_cell(what)} |")
    return "\n".join(lines)


def speed(package: Path) -> str:
    """How fast large packages were checked when that was last measured (`tests/benchmarks/compare.py`), in Markdown."""
    run = json.loads((package / "docs" / "performance.json").read_text(encoding="utf-8"))
    lines = [f"{run['date']}, {run['cores']} cores, `{run['command']}`:", ""]
    for result in run["results"]:
        ours, theirs = result["figures"]["ours"], result["figures"].get("frictionless")
        than = f": {theirs['wall'] / ours['wall']:.1f} times as fast as frictionless, with {result['found']['ours'].partition(':')[0]} findings" if theirs else ""
        if result["claims"] >= 1_000_000:
            lines.append(f"- {result['claims']:,} claims ({result['rows']:,} rows) in {ours['wall']:.1f} s within {ours['peak'] / 1024:.1f} GiB{than}")
    return "\n".join(lines)


def readme(package: Path) -> str:
    """README.md as it should be: its text as it stands, with the figures of now between their marks."""
    text = (package / "README.md").read_text(encoding="utf-8")
    for name, made in (("figures", figures), ("speed", speed)):
        text = re.sub(rf"(?s)(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", lambda _: made(package) + "\n", text)
    return text


def rules(_package: Path) -> str:
    """docs/rules.md: every rule, its reason, its remedy and an example, in Markdown."""
    parts = [
        "# Rules\n",
        "Made by `python -m validator.docs`; do not edit. `python validate.py --explain ID` says the same of one rule.\n",
        "An error makes the package invalid (exit code 1), a warning does with `--strict`. Ids are never reused. The rules from "
        f"{explain.GROUPS['PKG'].lower()} to form hold for every Data Package, those between two versions for every `--against`; the others for packages whose descriptor says "
        f'`"conformsTo": "{PROFILE}"` (`schemas/profile/{PROFILE}.json` says what they consist of).\n',
    ]
    last = None
    for rule in explain.ordered():
        if explain.group(rule) != last:
            last = explain.group(rule)
            parts.append(f"## {last}\n")
        parts.append(_rule(rule))
    return "\n".join([*parts, _bounds()])


def _bounds() -> str:
    """The bounds of time and memory, from `limits`."""
    mib = limits.MIB
    return f"""## Bounds

A package is taken for hostile. Nothing is fetched, run or read outside its folder, and what lies beyond these bounds is refused in one
sentence (exit code 2), never read half.

| What | At most |
|---|---|
| Descriptor or Table Schema | {limits.MAX_DESCRIPTOR // mib} MiB, {limits.MAX_DEPTH} levels, {limits.MAX_PROPERTIES:,} properties an object, {limits.MAX_VALUES:,} values a list |
| Package | {limits.MAX_RESOURCES:,} resources |
| Table | {limits.MAX_COLUMNS:,} columns; as many rows as there are |
| Line, cell | {limits.MAX_LINE // mib} MiB, {limits.MAX_CELL // mib} Mi characters; where a table is not proven regular, {limits.MAX_CELL_LINES // mib} Mi lines |
| Content of a packed file | {limits.MAX_UNPACKED // mib} MiB |
| One call, such as a match of a pattern | {limits.STUCK:g} seconds, where the system has such a timer (not on Windows) |

Time grows with the bytes of a table. One that is not proven regular (ragged rows, quotes within plain cells, other encodings or dialects) is read row by row by
frictionless, which takes many times as long. Memory holds {limits.BLOCK // mib} MiB of a table at a time for each processor, three more that wait, and, since keys and the rules of claim tracking look
across tables, the columns of keys and the rows of claim-tracking tables: together up to {limits.MEMORY // mib} MiB or what `--memory` says, rows counted {limits.ASKED} times over for what
asking the rules takes beside them. Beyond that all of it goes to temporary files (`TMPDIR` says where), which are removed at the end, and is asked by DuckDB within as much memory again
(at least {limits.LEAST // mib} MiB). The keys of a table that frictionless reads are held whole by it. A report lists {limits.SAMPLES} findings of a rule in a file and the first in each column, and counts the rest.
"""


def _rule(rule: Rule) -> str:
    lines = [f"### {rule.id} · {rule.severity}\n", f"{rule.title}.\n", f"- Why: {rule.why}", f"- Mend: {rule.mend}"]
    if found := explain.example(rule):
        lines.append(f"- Example: {found}")
    if rule.fields:
        lines.append(f"- Reads {', '.join(f'`{name}`' for name in rule.tables)}; names {', '.join(f'`{name}`' for name in rule.fields)}")
    return "\n".join(lines) + "\n"


PAGES = {"docs/rules.md": rules, "docs/codebook.md": codebook, "README.md": readme}


def write(descriptor: Path) -> None:
    """Writes every page of a package anew."""
    home = descriptor.parent
    for name, page in PAGES.items():
        (home / name).write_text(page(home), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(command("validator.docs", write))
