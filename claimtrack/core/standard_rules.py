"""The rules that no function of a profile checks: those of the standard, of files and of form.

They are about the descriptor (PKG), files (FIL), a table's shape (TAB), cells (CEL), keys (KEY), dates (EDT) and form
(HYG). Each rule of the standard stands for some error types of frictionless (`FRICTIONLESS`). The JSON file beside this
module has their texts: for each id the slug, severity, title, why, mend and example.
"""

import json
from pathlib import Path

from claimtrack.core.rules import Rule

# The title of each group of rules, by the first three letters of an id.
GROUPS = {
    "PKG": "The descriptor",
    "FIL": "Files",
    "TAB": "Shape of a table",
    "CEL": "Cells",
    "KEY": "Keys",
    "EDT": "Dates",
    "HYG": "Form",
    "HIS": "Between two versions",
}


STANDARD: dict[str, Rule] = {
    id: Rule(id, **words)
    for id, words in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")).items()
}


def standard(rule: str | Rule) -> Rule:
    """Returns the standard rule that has an id. A rule is returned as it is."""
    return STANDARD[rule] if isinstance(rule, str) else rule


# Our rule for each error type of frictionless (https://framework.frictionlessdata.io/docs/errors/errors.html).
# A type that is not listed here is about a file.
FRICTIONLESS = {
    "type-error": "CEL101", "constraint-error": "CEL102", "cell-error": "CEL101",
    "primary-key": "KEY101", "unique-error": "KEY102", "foreign-key": "KEY103",
    "extra-cell": "TAB102", "missing-cell": "TAB102", "blank-row": "TAB103", "row-error": "TAB102",
    "blank-header": "TAB101", "header-error": "TAB101", "blank-label": "TAB101", "duplicate-label": "TAB101",
    "extra-label": "TAB101", "incorrect-label": "TAB101", "missing-label": "TAB101", "label-error": "TAB101",
    "unmatched-header": "TAB101",
    "hash-count": "FIL101", "byte-count": "FIL101", "field-count": "FIL101", "row-count": "FIL101",
    "package-error": "PKG101", "resource-error": "PKG101", "schema-error": "PKG101",
    "field-error": "PKG101", "dialect-error": "PKG101",
    "source-error": "FIL102", "scheme-error": "FIL102", "format-error": "FIL102",
    "encoding-error": "FIL102", "compression-error": "FIL102",
}  # fmt: skip
