"""Generates the documents of a package. Each function returns the page as it should be."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.package.opened import OpenedPackage
from claimtrack.publisher.documents.api import api
from claimtrack.publisher.documents.architecture import architecture
from claimtrack.publisher.documents.rules import rules
from claimtrack.publisher.facts import read_facts
from claimtrack.publisher.metadata.citation import apa
from claimtrack.tracking import agreement, reviews

MARK = "<!-- generated: everything below comes from `claimtrack docs` -->\n"
_MARKED = re.compile(r"<!-- generated: everything below .*-->\n")  # with any name of the command, also an older one


def codebook(opened: OpenedPackage) -> str:
    """Returns docs/codebook.md: its prose as it is, with the agreement, the reviews and the reference made anew."""
    prose = _MARKED.split(opened.document("docs/codebook.md") or "", maxsplit=1)[0]
    heading = "\n# Agreement between the coders\n\n"
    agreed = agreement.table(opened) if opened.rows("codings") else "No value has been coded twice."
    parts = [prose, MARK, heading, agreed, "\n\n# Reviews of rows\n\n", reviewed(opened), "\n"]
    return "".join([*parts, reference(opened)])


def reviewed(opened: OpenedPackage) -> str:
    """Returns a Markdown table with the number of rows that each reviewer has read, and of those that are still so."""
    lines = ["| Reviewer | Kind | Rows read | As they were read |", "|---|---|---|---|"]
    for record in reviews.summary(opened):
        lines.append("| {reviewer} | {reviewer_kind} | {rows:,} | {holding:,} |".format(**record))
    return "\n".join(lines) if len(lines) > 2 else "No row has been reviewed."


def reference(opened: OpenedPackage) -> str:
    """Describes every table, column and code in Markdown, from the descriptor, the Table Schemas and the code lists."""
    lines = ["", "# Reference: tables and columns", ""]
    for resource in opened.resources:
        schema = resource["schema"]
        lines += [f"## {resource['name']}", "", schema["description"], "", *_keys(schema), ""]
        lines += ["| Column | Type | What it holds | Example |", "|---|---|---|---|"]
        for field in schema["fields"]:
            what, example = _cell(field["description"]), _cell(field["example"])
            lines.append(f"| `{field['name']}` | {_type(field)} | {what} | {example} |")
        lines.append("")
    return "\n".join([*lines, *_codes(opened), ""])


def _keys(schema: dict) -> list[str]:
    """Returns the line on the keys of a table."""
    key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
    references = [
        f"`{key['fields'][0]}` → {key['reference']['resource'] or 'this table'}"
        for key in schema.get("foreignKeys", [])
    ]
    return [f"Primary key: {key}." + (f" References: {', '.join(references)}." if references else "")]


def _type(field: dict) -> str:
    """Describes the type of a column."""
    codes, constraints = field.get("codeList"), field.get("constraints", {})
    kind = "EDTF date" if field.get("rdfType") else f"code of [{codes}](#{codes})" if codes else field["type"]
    asked = [f", {name}" for name in ("required", "unique") if constraints.get(name)]
    return kind + "".join(asked)


def _codes(opened: OpenedPackage) -> list[str]:
    """Returns the lines that describe every code."""
    lists, used = defaultdict(list), used_codes(opened)
    for row in opened.rows("codes"):
        lists[row["list"]].append(row)
    lines = ["# Reference: codes", ""]
    for name, rows in lists.items():
        lines += [f"## {name}", "", "| Code | Label | Meaning |", "|---|---|---|"]
        for row in rows:
            unused = "" if (name, row["code"]) in used else " *(in no row yet)*"
            lines.append(f"| `{row['code']}` | {_cell(row['label'])} | {_cell(row['definition'])}{unused} |")
        lines.append("")
    return lines


def used_codes(opened: OpenedPackage) -> set[tuple[str, str]]:
    """Returns each code that a row of the package uses, with the name of its list before it."""
    used = set()
    for resource in opened.resources:
        coded = {field["name"]: field["codeList"] for field in resource["schema"]["fields"] if field.get("codeList")}
        for row in opened.rows(resource["name"]) if coded else ():
            used |= {(codes, row[name]) for name, codes in coded.items() if row[name]}
    return used


def _cell(text: str) -> str:
    """Escapes a text for a cell of a Markdown table."""
    return text.replace("|", "\\|")


def readme(opened: OpenedPackage) -> str:
    """Returns README.md: its text as it is, with the parts between its marks made anew."""
    text = opened.document("README.md") or ""
    for name, made in (("figures", figures), ("speed", speed), ("citation", citation)):
        between = rf"(?s)(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)"
        if re.search(between, text):
            words = (made(opened) + "\n").replace("\\", r"\\")
            text = re.sub(between, words, text)
    return text


def figures(opened: OpenedPackage) -> str:
    """Returns a Markdown table with the number of rows of each table."""
    lines = [f"Version {read_facts(opened).version}:", "", "| Table | Rows | One row is |", "|---|---|---|"]
    for resource in opened.resources:
        rows = len(opened.rows(resource["name"]))
        what = resource["description"].removeprefix("One row is ").split(".")[0]
        lines.append(f"| [`{resource['name']}`]({resource['path']}) | {rows} | {_cell(what)} |")
    return "\n".join(lines)


def citation(opened: OpenedPackage) -> str:
    """Returns the citation of the dataset, in Markdown."""
    return f"> {apa(read_facts(opened))}"


def speed(opened: OpenedPackage) -> str:
    """Returns a Markdown list with the speed of checks of large packages, as last measured.

    `tests/benchmarks/compare.py` measures it. Raises Unusable where its result is missing.
    """
    told = opened.document("docs/performance.json")
    if told is None:
        words = "there is no such file, and README.md has a place for its figures; take that out"
        raise Unusable(f"{opened.root / 'docs' / 'performance.json'}: {words}")
    run = json.loads(told)
    lines = [f"{run['date']}, {run['cores']} cores, `{run['command']}`:", ""]
    for result in run["results"]:
        ours, theirs = result["figures"]["ours"], result["figures"].get("frictionless")
        than, found = "", result["found"]["ours"].partition(":")[0]
        if theirs:
            times = theirs["wall"] / ours["wall"]
            than = f": {times:.1f} times as fast as frictionless, with {found} findings"
        if result["claims"] >= 1_000_000:
            size = f"{result['claims']:,} claims ({result['rows']:,} rows)"
            lines.append(f"- {size} in {ours['wall']:.1f} s within {ours['peak'] / 1024:.1f} GiB{than}")
    return "\n".join(lines)


Page = Callable[[OpenedPackage], str]
PROJECT = Path(__file__).resolve().parents[3]  # in a checkout, the folder of the program and its dataset

# The generated documents by path: those about the program, and those about the dataset. Another package may have a
# different document with the name of one about the program.
ON_THE_PROGRAM: dict[str, Page] = {
    "docs/rules.md": rules,
    "docs/api.md": api,
    "docs/architecture.md": architecture,
}
ON_THE_DATASET: dict[str, Page] = {"docs/codebook.md": codebook, "README.md": readme}


def pages_of(opened: OpenedPackage) -> dict[str, Page]:
    """Returns the generated documents that a package has, by path."""
    known = ON_THE_DATASET if opened.root.resolve() != PROJECT else ON_THE_PROGRAM | ON_THE_DATASET
    return {name: page for name, page in known.items() if opened.source.has(name)}
