"""Makes the README for the zip of the Data Package. A project's own README describes code that is not in the zip."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from claimtrack.publisher.facts import Licence
from claimtrack.publisher.language import read_language
from claimtrack.publisher.metadata.citation import apa
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.words import is_web

# The documents beside the tables. The README names those that the package has.
DOCUMENTS = {
    "datapackage.json": "describes all of it to programs ([Data Package v2](https://datapackage.org/))",
    "docs/codebook.md": "what every column and code means, and how the coding was done",
    "docs/datasheet.md": (
        "what the dataset is for, what is not in it, what not to do with it, and how to have a row corrected"
    ),
    "CHANGELOG.md": "what each version changed",
    "CITATION.cff": "the citation for programs",
    "LICENSE-DATA.md": "the licence, and what it does not cover",
}
# What is made for the zip, whatever the package has.
MADE = {
    "csv-metadata.json": "describes the tables to programs that read [CSVW](https://www.w3.org/TR/tabular-data-primer/)"
}


def readme(dataset: Dataset, names: Iterable[str]) -> str:
    """Returns the README in Markdown. `names` are the files in the zip."""
    about, known = read_language()["about"], {*names, *MADE}
    rows = [
        f"| [`{table.name}`]({table.resource['path']}) | {len(table.rows)} | {_what(table.resource)} |"
        for table in dataset.tables.values()
    ]
    parts = [
        f"# {_plain(dataset.title)}",
        _plain(dataset.description),
        f"**{about['read_first']}.** {about['record']} {about['voice']} {about['evidence']}",
        f"Version {_plain(dataset.version)}, {dataset.date}. Licence: {', '.join(map(_licence, dataset.licences))}.",
        "## Files",
        "The tables are CSV: one value a cell, an empty cell is a missing value, "
        "dates are [EDTF](https://www.loc.gov/standards/datetime/).",
        "\n".join(["| Table | Rows | One row is |", "|---|---|---|", *rows]),
        "\n".join(f"- [`{name}`]({name}): {what}" for name, what in (DOCUMENTS | MADE).items() if name in known),
        "## Cite",
        f"> {_plain(apa(dataset))}",
        "To cite one row, add its id, which is never reused. For what a statement says, cite the statement itself.",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _licence(one: Licence) -> str:
    """Returns a licence as a link, if it has a web address."""
    return f"[{_plain(one.title)}]({quote(one.path, safe='/:?&=#%~')})" if is_web(one.path) else _plain(one.title)


def _what(resource: dict) -> str:
    """Returns what one row of a table is, from the table's description."""
    return _plain(str(resource.get("description", "")).removeprefix("One row is ").split(". ")[0].rstrip("."))


def _plain(text: str) -> str:
    """Escapes a text, so that Markdown shows it literally, and puts it on one line."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
