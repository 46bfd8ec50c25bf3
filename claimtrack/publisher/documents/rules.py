"""Generates docs/rules.md: every rule with its reason, its remedy and an example."""

from claimtrack.core import limits
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import GROUPS
from claimtrack.package.opened import OpenedPackage
from claimtrack.pipeline.profile import CLAIM_TRACKING, catalogue
from claimtrack.reports.rule_pages import group, ordered


def rules(_opened: OpenedPackage) -> str:
    """Returns the page in Markdown. The heading of each rule has its id and its slug, which give it an anchor."""
    profile = CLAIM_TRACKING.loaded
    name = profile.name
    parts = [
        "# Rules\n",
        "Made by `claimtrack docs`; do not edit. `claimtrack rules ID` says the same of one rule.\n",
        "An error makes the package invalid (exit code 1), a warning does with `--strict`. A note never does: it tells "
        "of what the standard allows and most readers take. Ids are never reused. "
        f"The rules from {GROUPS['PKG'].lower()} to form hold for every Data Package, those between two versions "
        "for every `claimtrack diff`; the others "
        f'for packages whose descriptor says `"conformsTo": "{name}"` '
        f"(`schemas/profile/{name}.json` says what they consist of).\n",
    ]
    last = None
    for rule in ordered(catalogue([profile])):
        if group(rule) != last:
            last = group(rule)
            parts.append(f"## {last}\n")
        parts.append(_rule(rule, rule.example or profile.examples.get(rule.id, "")))
    return "\n".join([*parts, _bounds()])


def _rule(rule: Rule, example: str) -> str:
    """Returns the section of one rule."""
    lines = [f"### {rule.id} {rule.slug}\n", f"{rule.title} ({rule.severity}).\n"]
    lines += [f"- Why: {rule.why}", f"- Mend: {rule.mend}"]
    if example:
        lines.append(f"- Example: {example}")
    if rule.fields:
        tables, fields = (", ".join(f"`{name}`" for name in names) for names in (rule.tables, rule.fields))
        lines.append(f"- Reads {tables}; names {fields}")
    return "\n".join(lines) + "\n"


def _bounds() -> str:
    """Returns the section on the bounds of time and memory, from `limits`."""
    mib = limits.MIB
    descriptor = (
        f"{limits.MAX_DESCRIPTOR // mib} MiB, {limits.MAX_DEPTH} levels, "
        f"{limits.MAX_PROPERTIES:,} properties an object, {limits.MAX_VALUES:,} values a list"
    )
    cell = (
        f"{limits.MAX_LINE // mib} MiB, {limits.MAX_CELL // mib} Mi characters; where a table is not proven regular, "
        f"{limits.MAX_CELL_LINES // mib} Mi lines"
    )
    package = (
        f"{limits.MAX_RESOURCES:,} resources; {limits.SECONDS} seconds, "
        f"and {limits.SECONDS_PER_MIB} more for each MiB of its tables"
    )
    memory_of_parquet, xml = limits.LEAST // mib, limits.MAX_WORKBOOK // mib
    packed = f"{limits.MAX_UNPACKED // mib} MiB; of all together {limits.MAX_UNPACKED_TOGETHER // mib:,} MiB"
    call = f"{limits.STUCK:g} seconds, where the system has such a timer (not on Windows)"
    block, memory, least = (number // mib for number in (limits.BLOCK, limits.MEMORY, limits.LEAST))
    return f"""## Bounds

A package is treated as hostile. Nothing is fetched or run, and nothing is read outside its folder. What exceeds one of
these bounds is named in one sentence as not checked (exit code 2), and the rest is checked. A file that several
resources name counts once. The time is that of a local run on a system with a timer (not on Windows), and a single
step, such as sorting a table, comes to its end first. `claimtrack prove` searches each source for as many seconds; of a
page that it cannot read whole, it says so, and calls nothing absent.

| What | At most |
|---|---|
| Descriptor or Table Schema | {descriptor} |
| Package | {package} |
| Table | {limits.MAX_COLUMNS:,} columns; any number of rows |
| Line, cell | {cell} |
| Content of a packed file | {packed} |
| Parquet, workbook | {memory_of_parquet} MiB of memory for the first, {xml} MiB of XML in the second |
| One call, such as a match of a pattern | {call} |

The time grows with the bytes of a table. frictionless reads a table row by row if it is not proven regular (ragged
rows, quotes within plain cells, other encodings or dialects). This takes many times as long.

The memory holds {block} MiB of a table for each processor, and three times {block} MiB that wait. It also holds the
columns of keys, and the rows of tables that the rules of a profile read, because both are compared across tables. These
two take up to {memory} MiB together, or what `--memory` says. Rows count {limits.ASKED} times, because the rules need
memory besides. What exceeds this goes to temporary files, which are removed at the end (`TMPDIR` says where). DuckDB
then compares keys and runs the rules, within the same amount of memory again (at least {least} MiB). If frictionless
reads a table, it holds all keys of the table in memory.

A report lists {limits.SAMPLES} findings of a rule in a file and the first in each column, and counts the rest.
"""
