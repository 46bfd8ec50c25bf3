"""The README of the Data Package's zip, for whoever has that file alone: a project's own README speaks of code that is not in it."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from .citation import apa
from .facts import Licence
from .model import Dataset
from .site import is_web, strings

# What stands beside the tables, where the package has it.
DOCUMENTS = {
    "datapackage.json": "describes all of it to programs ([Data Package v2](https://datapackage.org/))",
    "docs/codebook.md": "what every column and code means, and how the coding was done",
    "docs/datasheet.md": "what the dataset is for, what is not in it, what not to do with it, and how to have a row corrected",
    "CHANGELOG.md": "what each version changed",
    "CITATION.cff": "the citation for programs",
    "LICENSE-DATA.md": "the licence, and what it does not cover",
}


def readme(dataset: Dataset, names: Iterable[str]) -> str:
    """The text, in Markdown; `names` are the files that lie beside it."""
    about = strings()["about"]
    rows = [f"| [`{table.name}`]({table.resource['path']}) | {len(table.rows)} | {_what(table.resource)} |" for table in dataset.tables.values()]
    parts = [
        f"# {_plain(dataset.title)}",
        _plain(dataset.description),
        f"**{about['read_first']}.** {about['record']} {about['voice']} {about['evidence']}",
        f"Version {_plain(dataset.version)}, {dataset.date}. Licence: {', '.join(map(_licence, dataset.licences))}.",
        "## Files",
        "The tables are CSV: one value a cell, an empty cell is a missing value, dates are [EDTF](https://www.loc.gov/standards/datetime/).",
        "\n".join(["| Table | Rows | One row is |", "|---|---|---|", *rows]),
        "\n".join(f"- [`{name}`]({name}): {what}" for name, what in DOCUMENTS.items() if name in names),
        "## Cite",
        f"> {_plain(apa(dataset))}",
        "To cite one row, add its id, which is never reused. For what a statement says, cite the statement itself.",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _licence(one: Licence) -> str:
    return f"[{_plain(one.title)}]({quote(one.path, safe='/:?&=#%~')})" if is_web(one.path) else _plain(one.title)


def _what(resource: dict) -> str:
    return _plain(str(resource.get("description", "")).removeprefix("One row is ").split(". ")[0].rstrip("."))


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands, on one line."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
