"""Finds properties of a descriptor that are all but those of the standard."""

from collections.abc import Iterator
from functools import cache

from claimtrack.core.findings import Finding, of_file

# The properties of Data Package v2 (https://datapackage.org/standard/), and those that frictionless adds. Other
# properties are allowed, but one that nearly equals a known one is treated as a misspelling.
PACKAGE = (
    "$schema name id title description profile homepage version created contributors keywords image licenses sources "
    "resources "
    "examples related views readme"  # which others have added, and would seem misspelt
)
RESOURCE = (
    "name type path data profile title description homepage format mediatype encoding bytes hash sources licenses "
    "dialect schema compression extrapaths innerpath scheme fields rows $schema examples related"
)
DIALECT = (
    "$schema name type title description header headerRows headerJoin headerCase commentRows commentChar skipBlankRows "
    "delimiter lineTerminator quoteChar doubleQuote escapeChar nullSequence skipInitialSpace property itemType "
    "itemKeys sheetNumber sheetName table csv excel json ods"
)
SCHEMA = "$schema name type title description fields fieldsMatch missingValues primaryKey foreignKeys uniqueKeys"
FIELD = (
    "name type title description format example constraints categories categoriesOrdered missingValues rdfType "
    "trueValues falseValues bareNumber decimalChar groupChar floatNumber arrayItem itemType delimiter examples related"
)


def slips(file: str, where: str, properties: dict, known: str) -> Iterator[Finding]:
    """Yields a finding for each misspelt property. `where` says in words whose properties they are."""
    for name in properties:
        if meant := slip(name, known):
            yield of_file("PKG204", file, f'"{name}" {where}; expected "{meant}"')


def slip(name: str, known: str) -> str | None:
    """Returns the known name that `name` misspells, or None. `known` has the known names with spaces between them.

    A misspelling has other case, hyphens or underscores, or one letter that is missing, wrong or added. Letters are not
    compared in short names, which are too similar to each other.

    A descriptor can hold a million names, so the search takes only a few look-ups: two words that differ in one letter
    become equal when one letter is left out of one or both of them.
    """
    names, variants = _known(known)
    if name in names or len(name) > 20:
        return None
    return next((variants[variant] for variant in _variants(name) if variant in variants), None)


@cache
def _known(names: str) -> tuple[set[str], dict[str, str]]:
    """Returns the names in a text, and a mapping from every variant of a name to the name."""
    known = names.split()
    return set(known), {variant: name for name in known for variant in _variants(name)}


def _variants(name: str) -> Iterator[str]:
    """Yields a name in plain form and, if it is long enough, without each of its letters in turn."""
    word = name.lower().replace("_", "").replace("-", "")
    yield word
    if len(word) >= 5:
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
