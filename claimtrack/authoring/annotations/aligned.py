"""Maps positions in a text as it was saved to positions in its canonical form, and back.

Annotation tools count in the text as it was saved, with its line breaks and quotation marks. The tables count in the
canonical text. Blanks part the text into words, and each word has a canonical form of its own.
"""

import re
from bisect import bisect_left, bisect_right

from claimtrack.core.errors import Unusable
from claimtrack.core.marks import MOST, is_heaped
from claimtrack.core.visible import BLANKS
from claimtrack.tracking.canonical import canonical


class Aligned:
    """A text as it was saved, and its canonical form. Positions count code points from 0, and ends are exclusive.

    Raises Unusable where the text has more combining marks in a row than any text has.
    """

    def __init__(self, saved: str):
        if is_heaped(saved):
            raise Unusable(f"the text has more than {MOST:,} combining marks in a row, as no text has; mend your copy")
        self.saved = saved
        self._words: list[tuple[int, str, int, str]] = []  # where a word begins, and the word, in each of the two
        at = 0
        for match in re.finditer(f"[^{BLANKS}]+", saved):
            word = canonical(match[0])
            self._words.append((match.start(), match[0], at, word))
            at += len(word) + 1
        self.text = " ".join(word for *_, word in self._words)
        self._starts = [start for start, *_ in self._words]
        self._canonical_starts = [start for _, _, start, _ in self._words]

    def to_canonical(self, start: int, end: int) -> tuple[int, int]:
        """Returns where a span of the saved text is in the canonical text, without the blanks at its ends.

        Of blanks alone there is nothing: the two positions are then the same.
        """
        lead = re.match(f"[{BLANKS}]*", self.saved[start:end])
        start += len(lead[0]) if lead else 0
        while end > start and self.saved[end - 1] in BLANKS:
            end -= 1
        if end <= start:
            return 0, 0
        first = self._at(self._starts, start)
        last = self._at(self._starts, end - 1)
        return self._forward(first, start), self._forward(last, end)

    def to_saved(self, start: int, end: int) -> tuple[int, int]:
        """Returns where a span of the canonical text is in the saved text."""
        if end <= start:
            return 0, 0
        first = self._at(self._canonical_starts, start)
        last = self._at(self._canonical_starts, end - 1)
        return self._back(first, start), self._back(last, end)

    @staticmethod
    def _at(starts: list[int], position: int) -> int:
        """Returns the number of the word that a position is in, or stands behind."""
        return max(bisect_right(starts, position) - 1, 0)

    def _forward(self, number: int, position: int) -> int:
        """Returns the canonical position of one in or at the end of a word of the saved text."""
        start, word, at, made = self._words[number]
        if len(word) == len(made):
            return at + min(position - start, len(word))
        # A letter behind the part keeps its length: nothing composes with it.
        return at + len(canonical(f"{word[: position - start]}x")) - 1

    def _back(self, number: int, position: int) -> int:
        """Returns the saved position of one in or at the end of a word of the canonical text."""
        start, word, at, made = self._words[number]
        if len(word) == len(made):
            return start + min(position - at, len(word))
        if position - at >= len(made):
            return start + len(word)
        ends = range(start, start + len(word) + 1)
        return start + bisect_left(ends, position, key=lambda end: self._forward(number, end))
