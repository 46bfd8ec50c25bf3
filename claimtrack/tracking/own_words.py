"""Finds runs of words that a package's own texts share with a statement, whose words are its publisher's.

Words are compared without case, apostrophes and punctuation. A run counts that is as long as the bound, and a longer
one counts once. The title of a statement is a fact and may stand, as may the phrases that the user exempts.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from claimtrack.core.limits import SAMPLES
from claimtrack.core.visible import shorten, visible
from claimtrack.package.opened import OpenedPackage
from claimtrack.tracking.verify import Proof, Source

WORDS = 6  # in a row, from which on they are a finding
DOCUMENTS = ("README.md", "CHANGELOG.md", "docs/codebook.md", "docs/datasheet.md")  # of a package, beside its tables
Run = tuple[str, ...]
_APOSTROPHES = "'\u2018\u2019\u02bc"
_DROPPED = "\0"
# Scripts that are written without spaces between words, so that words cannot be counted in them.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
FEW = 0.1  # of a text's letters may be of such a script


class _Separated(dict[int, str]):
    """Maps each character to itself, a separator to a space, and what is no part of a word's spelling to a mark."""

    def __missing__(self, code: int) -> str:
        character, kind = chr(code), unicodedata.category(chr(code))
        is_dropped = character in _APOSTROPHES or kind == "Cf"
        self[code] = _DROPPED if is_dropped else character if kind[0] in "LMN" else " "
        return self[code]


_SEPARATED = _Separated()


@dataclass(frozen=True)
class Shared:
    """A run of words that stands in a cell and in a statement. `said` is the run as the cell has it.

    In a document, `row` is the line in which the run begins, and `column` is empty. `segment_id` is the segment in
    which it begins in the statement, and `start` its position there.
    """

    file: str
    row: str
    column: str
    words: int
    said: str
    statement_id: str
    segment_id: str
    start: int


@dataclass
class Comparison:
    """What came of comparing a package's texts with one statement: the runs, or None where it was not compared.

    `note` says why it was not compared, or which part of it was not.
    """

    statement_id: str
    shared: list[Shared] | None = None
    note: str = ""


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """Returns the words of a text, each with its start and end."""
    found = []
    for match in re.finditer("[^ ]+", text.translate(_SEPARATED)):
        word = match[0].replace(_DROPPED, "").casefold()
        if word:
            found.append((word, match.start(), match.end()))
    return found


def words(text: str) -> list[str]:
    """Returns the words of a text, without case, apostrophes and punctuation."""
    return [word for word, _, _ in placed_words(text)]


def runs(text: str, length: int = WORDS) -> set[Run]:
    """Returns every run of so many words in a text."""
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def shared_runs(ours: str, theirs: Container[Run], length: int = WORDS) -> Iterator[tuple[int, int, str, Run]]:
    """Yields each longest run of words of `ours` whose every part of `length` words is among `theirs`.

    A run is given as the number of its words, its place in `ours`, as it stands there, and as its first `length` words.
    """
    found = placed_words(ours)
    first = last = -1
    for i in range(len(found) - length + 2):
        if i + length <= len(found) and tuple(word for word, _, _ in found[i : i + length]) in theirs:
            first, last = (i if first < 0 else first), i + length
        elif first >= 0:
            start, end = found[first][1], found[last - 1][2]
            yield last - first, start, ours[start:end], tuple(word for word, _, _ in found[first : first + length])
            first = -1


def compare(
    opened: OpenedPackage,
    found: Iterable[tuple[Proof, Source]],
    tables: Iterable[str],
    length: int = WORDS,
    exempt: Iterable[str] = (),
) -> list[Comparison]:
    """Compares the texts of a valid package with each statement, as far as it was found in a source.

    These are the tables, the documents beside them, and what the descriptor says of the package.
    """
    facts: set[Run] = set().union(*(runs(phrase, length) for phrase in exempt))
    titles = {row["statement_id"]: row["title"] for row in opened.rows("statements")}
    cells = [*_beside(opened), *_cells(opened, tables)]
    made = []
    for proof, source in found:
        comparison = Comparison(proof.statement_id)
        made.append(comparison)
        stretches = list(_stretches(proof, source))
        if not stretches:
            comparison.note = "no source has it"
        elif _is_unspaced("".join(text for _, text in stretches)):
            comparison.note = "its script has no spaces between words, by which they could be counted"
        else:
            known = _known(stretches, length, facts | runs(titles[proof.statement_id], length))
            comparison.shared = list(_shared(cells, known, proof, length))
            absent = sum(segment.id not in proof.places for segment in proof.segments)
            if absent:
                comparison.note = (
                    f"{absent} of its {len(proof.segments)} segments not checked, since no source has them"
                )
    return made


def _beside(opened: OpenedPackage) -> Iterator[tuple[str, str, str, str]]:
    """Yields the texts of a package that stand in no table, as `_cells` does."""
    for name in ("title", "description"):
        if isinstance(said := opened.descriptor.get(name), str):
            yield opened.path.name, "", name, said
    for name in DOCUMENTS:
        yield name, "", "", opened.document(name) or ""


def _cells(opened: OpenedPackage, tables: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yields each text of the tables with its file, its row's key and its column. Addresses and codes are no texts."""
    for table in tables:
        resource = opened.resource(table)
        schema = resource["schema"]
        key = schema["primaryKey"]
        key = [key] if isinstance(key, str) else key
        columns = [
            field["name"]
            for field in schema["fields"]
            if field.get("type", "string") == "string"
            and field.get("format") != "uri"
            and "enum" not in field.get("constraints", {})
        ]
        for row in opened.rows(table):
            id = "/".join(row[name] for name in key)
            yield from ((resource["path"], id, name, row[name]) for name in columns if row[name])


def _stretches(proof: Proof, source: Source) -> Iterator[tuple[int, str]]:
    """Yields the parts of a statement that were found, each as long as no segment is absent, with its start."""
    start, text = 0, ""
    for segment in proof.segments:
        at = proof.places.get(segment.id)
        if at is not None:
            said = source.text[at : at + segment.length]
            start, text = (start, f"{text} {said}") if text else (segment.start, said)
        elif text:
            yield start, text
            text = ""
    if text:
        yield start, text


def _is_unspaced(text: str) -> bool:
    """Tells whether a text is in a script that has no spaces between words."""
    if text.isascii():
        return False
    letters = [character for character in text if character.isalpha()]
    odd = sum(unicodedata.name(each, "").startswith(_UNSPACED) for each in letters if not each.isascii())
    return odd > FEW * len(letters)


def _known(stretches: Iterable[tuple[int, str]], length: int, facts: set[Run]) -> dict[Run, int]:
    """Returns every run of so many words of a statement, but for those that are facts, with its first position."""
    known: dict[Run, int] = {}
    for start, text in stretches:
        found = placed_words(text)
        for i in range(len(found) - length + 1):
            run = tuple(word for word, _, _ in found[i : i + length])
            if run not in facts:
                known.setdefault(run, start + found[i][1])
    return known


def _shared(
    cells: Iterable[tuple[str, str, str, str]], known: dict[Run, int], proof: Proof, length: int
) -> Iterator[Shared]:
    """Yields the runs that cells share with a statement."""
    for file, id, column, text in cells:
        for number, at, said, run in shared_runs(text, known, length):
            row = id or ("" if column else str(text.count("\n", 0, at) + 1))
            start = known[run]
            segment = next((each for each in reversed(proof.segments) if each.start <= start), proof.segments[0])
            yield Shared(file, row, column, number, said, proof.statement_id, segment.id, start)


def describe(comparison: Comparison, length: int = WORDS) -> Iterator[str]:
    """Yields lines that tell what came of a comparison: one for each run, and one on the whole."""
    about = f"runs of {length} words and more that the package shares with {comparison.statement_id}"
    if comparison.shared is None:
        yield f"{about}: not checked, since {comparison.note}"
        return
    for each in comparison.shared[:SAMPLES]:
        where = ": ".join(filter(None, (each.file, each.row, each.column)))
        said = visible(shorten(each.said))
        yield f'{where}: {each.words} words in a row stand in {each.segment_id}, from {each.start} on: "{said}"'
    yield "; ".join([f"{about}: {len(comparison.shared) or 'none'}", *filter(None, [comparison.note])])
