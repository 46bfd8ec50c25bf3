"""Gives the site's words in a reader's language: its strings, its plurals, and the labels of codes, rights and files.

Each language is one file in `site/strings/`, named by its BCP 47 tag. `en.toml` is the source of truth: it has all
strings, and labels only where the general lists (`claimtrack.tracking.general`) have none. A label of a dataset is
shown in a reader's language where it says what the general list says; else it stands as it is, marked as what it is.
"""

import gettext
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from claimtrack.core.errors import Unusable
from claimtrack.publisher.parts import Code, Right
from claimtrack.tracking import general

STRINGS = Path(__file__).parent / "site" / "strings"
ENGLISH = "en"  # the language of the general lists
Text = str | Mapping[str, str]  # one form, or a form for each plural category that the language has, and `other`


@dataclass(frozen=True)
class Language:
    """A language, by what its file holds."""

    texts: Mapping[str, Any]

    def __getitem__(self, group: str) -> Any:
        """The strings of a group."""
        return self.texts[group]

    @property
    def tag(self) -> str:
        """The BCP 47 tag."""
        return self.texts["language"]

    @cached_property
    def _plurals(self) -> dict[str, Callable[[int], int]]:
        """The plural categories of CLDR that the language has beside `other`, each with its rule as gettext has it."""
        return {name: gettext.c2py(rule) for name, rule in self.texts["plurals"].items()}

    def form(self, text: Text, n: int) -> str:
        """Returns the form of a text for a number."""
        if isinstance(text, str):
            return text
        category = next((name for name, holds in self._plurals.items() if holds(n)), "other")
        return text.get(category, text["other"])

    def say(self, text: Text, /, **values: Any) -> str:
        """Fills in a text. The value `n` is the number that decides on the form.

        Where some value is markup, the text is, too: what is not is escaped.
        """
        form = self.form(text, values.get("n", 0))
        return (escape(form) if _has_markup(values.values()) else form).format(**values)

    def listed(self, parts: Iterable[str], by: str = "comma") -> str:
        """Joins the parts of a list. Where some part is markup, the list is, too: what is not is escaped."""
        some, separator = list(parts), self["form"][by]
        return (escape(separator) if _has_markup(some) else separator).join(some)

    def within(self, label: str) -> str:
        """Returns a label as it stands within a sentence."""
        return label.lower() if self.texts["lower_labels"] else label

    def label(self, one: Code | Right) -> str:
        """Returns the label of a code or right."""
        return self._told(one)[0] or one.label

    def definition(self, one: Code) -> str:
        """Returns the definition of a code."""
        return self._told(one)[1] or one.definition

    def has(self, one: Code | Right) -> tuple[bool, bool]:
        """Tells whether the language has the label of a code or right, and the definition."""
        label, definition = self._told(one)
        return label is not None, definition is not None

    def file_title(self, path: str, title: str) -> str:
        """Returns what a file of a release is, by its path. `title` says it in English."""
        labels, folder = self._labels.get("files", {}), path.rpartition("/")[0]
        return labels.get(path) or labels.get(folder, title).format(table=Path(path).stem)

    @property
    def _labels(self) -> Mapping[str, Any]:
        """What the language has of the words that English has elsewhere."""
        return self.texts.get("labels", {})

    @cached_property
    def _known(self) -> dict[Code | Right, tuple[str | None, str | None]]:
        """What was asked for before: few codes stand on very many rows."""
        return {}

    def _told(self, one: Code | Right) -> tuple[str | None, str | None]:
        """Returns what the language has for a label and a definition, each if it says what was translated."""
        if one not in self._known:
            also = self._labels.get("texts", {})
            if isinstance(one, Right):
                row, (label, definition) = general.rights().get(one.id), self._of_right(one)
            else:
                row, (label, definition) = general.codes().get((one.list, one.code)), self._of_code(one)
            if self.tag == ENGLISH and row:
                label, definition = row["label"], row["definition"]
            self._known[one] = (
                label if row and row["label"] == one.label else also.get(one.label),
                definition if row and row["definition"] == one.definition else also.get(one.definition),
            )
        return self._known[one]

    def _of_right(self, right: Right) -> tuple[str | None, str | None]:
        """Returns the translation of a right of the general list. The site shows no definition of a right."""
        return self._labels.get("rights", {}).get(right.id), None

    def _of_code(self, code: Code) -> tuple[str | None, str | None]:
        """Returns the translation of a code of the general lists, of which some lists have one definition for all."""
        told = self._labels.get("codes", {}).get(code.list, {}).get(code.code)
        if not told:
            return None, None
        if isinstance(told, str):
            form = self._labels.get("definitions", {}).get(code.list)
            return told, form and form.format(label=told)
        label, definition = told
        return label, definition


def _has_markup(values: Iterable[Any]) -> bool:
    """Tells whether some value is markup."""
    return any(isinstance(value, Markup) for value in values)


@cache
def read_language(tag: str = ENGLISH) -> Language:
    """Reads a language of the site by its BCP 47 tag. Raises Unusable for one that the site does not have."""
    files = {path.stem.lower(): path for path in STRINGS.glob("*.toml")}
    if tag.lower() not in files:
        known = ", ".join(sorted(path.stem for path in files.values()))
        raise Unusable(f'the site has no language "{tag[:40]}"; there are: {known}')
    return Language(tomllib.loads(files[tag.lower()].read_text(encoding="utf-8")))
