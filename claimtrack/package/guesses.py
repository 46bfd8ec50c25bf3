"""Guesses what a descriptor leaves open of a CSV file, in the same way as frictionless, but without loading it.

These are the encoding, the delimiter and the quotes, and the row of the header. frictionless's own guess counts, so
tests hold each of these to it.
"""

import codecs
import csv
import io
import re
from collections.abc import Mapping
from itertools import chain, islice
from typing import Any, BinaryIO

SAMPLE = 100  # lines and records from which frictionless guesses (`Detector.sample_size`, `formats.csv.parser`)
SURE = 0.5  # the least confidence with which an encoding is taken (`Detector.encoding_confidence`)
# Bytes of ASCII that may be another encoding: an escape, the beginning of HZ, and what UTF-7 looks like.
ESCAPES = re.compile(rb"\x1b|~\{|\+[A-Za-z0-9+/]*-")


def encoding_of(start: bytes, told: str | None) -> str:
    """Returns Python's name of the encoding that is declared, or else of that which `start` seems to be in.

    `start` are the first bytes of the file. Raises LookupError for an encoding that Python does not know.
    """
    found = told or ("utf-8" if start.isascii() and not ESCAPES.search(start) else _guessed(start))
    name = codecs.lookup(found).name
    marks = {
        "utf-8": (codecs.BOM_UTF8, "utf-8-sig"),
        "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16"),
        "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16"),
    }
    mark, with_mark = marks.get(name, (b"", ""))
    return with_mark if mark and start.startswith(mark) else name


def _guessed(start: bytes) -> str:
    """Returns the encoding that the detector takes bytes for. UTF-8 is tried first where it is not sure."""
    import chardet  # only here, because most tables are ASCII or declare their encoding

    detector = chardet.UniversalDetector()
    for line in start.splitlines():
        detector.feed(line)
    detector.close()
    found = detector.result["encoding"] or "utf-8"
    if (detector.result["confidence"] or 0) < SURE:
        try:
            start.decode("utf-8")
            found = "utf-8"
        except UnicodeDecodeError:
            pass
    return "utf-8" if found == "ascii" else found


def dialect_of_file(
    handle: BinaryIO, encoding: str, said: Mapping[str, Any], format: str, more: bool
) -> tuple[dict[str, Any], int]:
    """Returns the properties of a file's dialect, and the record that its header is, counted from 1.

    `said` are the properties that are declared. `handle` has the file from its start. Where `more` files follow, the
    header is 0 if this one is shorter than the sample. Raises UnicodeDecodeError and csv.Error.
    """
    texts = io.TextIOWrapper(handle, encoding, newline="" if format == "csv" else None)
    try:
        found = {"delimiter": "\t", **said} if format == "tsv" else dict(said)
        lines = list(islice(texts, SAMPLE))
        made: type[csv.Dialect] | csv.Dialect
        try:
            made = csv.Sniffer().sniff("".join(lines), found.get("delimiter", ",\t;|"))
        except csv.Error:
            made = csv.excel()
        quote = '"' if made.quotechar == "'" else made.quotechar
        guesses = {
            "delimiter": made.delimiter,
            "escapeChar": made.escapechar,
            "quoteChar": quote,
            "skipInitialSpace": made.skipinitialspace,
        }
        found = {**{name: value for name, value in guesses.items() if value is not None}, **found}
        cells = csv.reader(chain(lines, texts), python_dialect(found))
        widths = [len(record) for record in islice(cells, SAMPLE)]
    finally:
        texts.detach()
    if more and len(widths) < SAMPLE:
        return found, 0
    # The header is the first record that is nearly as wide as the average.
    width = round(sum(widths) / len(widths)) if widths else 0
    drift = max(round(width * 0.1), 1)
    return found, next((number for number, each in enumerate(widths, 1) if abs(each - width) <= drift), 1)


def python_dialect(said: Mapping[str, Any]) -> csv.Dialect:
    """Converts the properties of a Table Dialect into a dialect of Python's csv module.

    Raises TypeError for a dialect that the csv module does not accept.
    """
    made = csv.excel()
    made.delimiter = said.get("delimiter", ",")
    made.quotechar = said.get("quoteChar", '"')
    made.escapechar = said.get("escapeChar")
    made.doublequote = said.get("doubleQuote", True) if made.escapechar else True  # as frictionless reads it
    made.quoting = csv.QUOTE_NONE if made.quotechar == "" else csv.QUOTE_MINIMAL
    made.skipinitialspace = said.get("skipInitialSpace", False)
    csv.reader([], made)  # raises TypeError, for example for a delimiter of two characters
    return made
