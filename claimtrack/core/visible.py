"""Makes texts from packages safe to show: on one line, without invisible or terminal-control characters."""

import re

SHOWN = 200  # characters of a cell that a message shows; the rest is cut
# Unicode's White_Space property, spelt out: Python's own \s adds four control characters that other languages do not.
BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)

ACTED_ON = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
COMMANDS = re.compile(r"((?:^|\n)[^\S\n]*)(?P<colon>:)(?=:)|##(?=\w*\[)")


def visible(text: str) -> str:
    """Spells out the invisible characters of a text, such as `\\u200b`, and its line breaks."""
    return text if text.isprintable() else "".join(map(_spelt, text))


def _spelt(character: str) -> str:
    """Returns a character, or its code point where its Unicode category is Other (C) or Separator (Z).

    The plain space stays a space.
    """
    code = ord(character)
    return character if character.isprintable() else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def harmless(text: str) -> str:
    """Spells out what a terminal or the log of a CI service would act on, and nothing else, in a text of any lines.

    These are control characters but for tabs and line breaks, the marks that turn the direction of writing, and the
    first signs of commands: `::` at the start of a line and `##` before a bracket. In a text that is JSON, every
    spelling stands for the same character.
    Sources: ECMA-48, Unicode Technical Report 36 (3.4), and `ActionCommand.cs` in github.com/actions/runner.
    """
    text = ACTED_ON.sub(lambda found: _spelt(found[0]), text)
    return COMMANDS.sub(lambda found: f"{found[1]}\\u003a" if found["colon"] else "#\\u0023", text)


def shorten(text: str, length: int = SHOWN) -> str:
    """Makes a text ready for a message: with visible characters only, and cut after `length` characters."""
    shown = visible(text[:length])
    cut = len(text) > length or len(shown) > length
    return f"{shown[:length]}... ({len(text):,} characters)" if cut else shown
