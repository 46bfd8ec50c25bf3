"""Puts the dataset's own words and the labels of its codes on a page, and marks what is not in the page's language.

The mark is the attribute `lang`, by which screen readers choose a voice and browsers a font. Where dataset and page
have one language, nothing is marked.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from claimtrack.publisher.language import Language
from claimtrack.publisher.parts import Code, Right
from claimtrack.publisher.release_files import File
from claimtrack.publisher.words import in_words, size


def filters(page: Language, own: str) -> dict[str, Callable]:
    """Returns the filters of the templates for pages in a language. `own` is the tag of the dataset's language."""

    def lang(tag: str) -> Markup:
        return Markup("") if tag == page.tag else Markup(' lang="{}"').format(tag)

    def label(one: Code | Right, within: bool = False) -> str:
        return page.within(page.label(one)) if within else page.label(one)

    def shown(one: Code | Right, within: bool = False, inside: str = page.tag) -> Markup:
        return _marked(label(one, within), page.tag if page.has(one)[0] else own, inside)

    def defined_in(one: Code) -> str:
        return page.tag if page.has(one)[1] else own

    return {
        "say": page.say,
        "lang": lang,
        "own": lambda text, tag=own: _marked(text, tag, page.tag),
        "label": label,
        "shown": shown,
        "definition": page.definition,
        "defined": lambda one: _marked(page.definition(one), defined_in(one), page.tag),
        "defined_in": defined_in,
        "file_title": lambda file: _file_title(page, file),
        "words": lambda date: in_words(date, page["date"]),
        "size": lambda bytes: size(bytes, page["size"]),
    }


def owned(page: Language, own: str) -> Callable[[str], str]:
    """Returns a function that marks the dataset's own words for a page."""
    return lambda text: _marked(text, own, page.tag)


def _marked(text: Any, tag: str, inside: str) -> Markup:
    """Marks a text by its language, if that is another than that of what it stands in."""
    return escape(text) if tag == inside else Markup('<bdi lang="{}">{}</bdi>').format(tag, text)


def _file_title(page: Language, file: File) -> str:
    """Returns what a file to download is."""
    return page.file_title(file.path, file.title)
