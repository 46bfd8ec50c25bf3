"""Patterns for the characters that a cell of a regular table may hold, for the engines of Rust, Java and Python."""

import re
from dataclasses import dataclass, replace

# The characters beyond ASCII that `checks.hygiene` searches for, and the white space that could stand at a cell's edge.
UNSEEN = r"\u{80}-\u{a0}\u{1680}\u{2000}-\u{200b}\u{2028}-\u{202f}\u{205f}\u{2060}\u{2066}-\u{2069}\u{3000}\u{feff}"
BEYOND_ASCII = r"\u{80}-\u{10ffff}"


@dataclass(frozen=True)
class Letters:
    """The allowed characters: all except the quote, the control characters other than the tab, and those in `beyond`.

    With `feeds`, a line feed may stand within quotes. The record then has several lines.
    """

    beyond: str = ""
    feeds: bool = False

    @property
    def with_feeds(self) -> "Letters":
        """The same letters for a record that may have several lines."""
        return replace(self, feeds=True)

    def bare(self, delimiter: str, excluded: str = "") -> str:
        """Returns the pattern of one character of an unquoted cell.

        `excluded` are further characters that are not allowed, written as in a set of a regular expression.
        """
        return f'[^"\\x00-\\x08\\x0a-\\x1f\\x7f{self.beyond}{excluded}{re.escape(delimiter)}]'

    def quoted(self, excluded: str | None = None) -> str:
        """Returns the pattern of one character of a quoted cell. A doubled quote counts as one character.

        `excluded` is given for a character at the edge of a cell: the characters that must not stand there. A line feed
        must not stand there either.
        """
        feed = "\\x0b" if self.feeds and excluded is None else "\\x0a"
        return f'(?:[^"\\x00-\\x08{feed}-\\x1f\\x7f{self.beyond}{excluded or ""}]|"")'

    def cell(self, delimiter: str, possessive: bool = False) -> str:
        """Returns the pattern of a cell of RFC 4180 that has no control character other than the tab.

        With `possessive` repetitions, Java's engine neither backtracks nor recurses, even for a very long cell.
        Source: https://www.rfc-editor.org/rfc/rfc4180#section-2
        """
        any_number = "*+" if possessive else "*"
        return f'(?:"{self.quoted()}{any_number}"|{self.bare(delimiter)}{any_number})'


def for_python(pattern: str) -> str:
    """Converts a pattern for Rust's engine into one for Python's, which writes the number of a character otherwise."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", pattern)


def for_java(pattern: str) -> str:
    """Converts a pattern for Rust's engine into one for Java's.

    Java has another notation for a character's number, and its `$` also matches before a final line break.
    """
    java = pattern.replace(r"\u{", r"\x{")
    return java.removesuffix("$") + r"\z" if java.endswith("$") else java
