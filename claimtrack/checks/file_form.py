"""Checks the form of a file's bytes."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from claimtrack.core.errors import TooLarge
from claimtrack.core.findings import Finding, of_file
from claimtrack.package.dialect import BOM
from claimtrack.package.records import records
from claimtrack.reading.table import Table


class FileForm:
    """The form of a file's bytes: byte-order mark, line breaks and last line."""

    def __init__(self, table: Table, file: str):
        self.table, self.file = table, file
        self.ends = {"LF": 0, "CRLF": 0, "CR": 0}
        self.first_return: int | None = None  # the line of the first CR without LF
        self.start, self.last = b"", b""
        encoding = table.dialect.encoding if table.dialect else ""
        # The bytes cannot be compared in encodings that use more than one byte for a line feed.
        wide = encoding.startswith(("utf-16", "utf-32"))
        self.readable = bool(encoding) and not wide and not table.is_packed(file)

    def update(self, block: bytes, feeds: int | None = None) -> None:
        """Adds the next bytes. `feeds` is the number of line feeds in them, if it is known."""
        if not self.readable:
            return
        lines = sum(self.ends.values())
        self.start = self.start or block[:3]
        self.last = block[-1:]
        returns = block.count(b"\r") if b"\r" in block else 0
        pairs = block.count(b"\r\n") if returns else 0
        if returns > pairs and self.first_return is None and (alone := re.search(rb"\r(?!\n)", block)):
            self.first_return = lines + len(re.findall(rb"\r\n|\r|\n", block[: alone.start()])) + 1
        self.ends["CRLF"] += pairs
        self.ends["CR"] += returns - pairs
        self.ends["LF"] += (block.count(b"\n") if feeds is None else feeds) - pairs

    def findings(self) -> Iterator[Finding]:
        """Yields the findings, once all bytes were added."""
        if not self.readable:
            return
        if self.ends["CR"] or sum(map(bool, self.ends.values())) > 1:
            self._leave_out_quoted()
        used = [end for end, count in self.ends.items() if count]
        if self.start == BOM and not self._declares_mark():
            yield of_file("HYG101", self.file, "the file begins with the bytes EF BB BF", 1)
        if self.ends["CR"]:
            yield of_file("HYG102", self.file, f"{self.ends['CR']:,} times", self.first_return)
        if len(used) > 1:
            yield of_file("HYG103", self.file, ", ".join(f"{self.ends[end]:,} {end}" for end in used))
        elif used and (declared := self._declared()) and used != [declared]:
            yield of_file("HYG114", self.file, f"{used[0]} instead of {declared}")
        if self.last not in b"\r\n" and (self._declared() or len(self.table.files) > 1):  # RFC 4180 asks for none
            last = sum(self.ends.values()) + 1
            yield of_file("HYG104", self.file, "the file ends in the middle of a line", last)

    def _declares_mark(self) -> bool:
        """Tells whether the descriptor declares the encoding that begins with a byte-order mark."""
        told = self.table.resource.get_defined("encoding")
        return isinstance(told, str) and codecs.lookup(told).name == "utf-8-sig"

    def _leave_out_quoted(self) -> None:
        """Counts again without the line breaks within quotes, which belong to cells. This reads the file once more.

        The first count stays where the file cannot be read as CSV: other findings say so.
        """
        ends, first = dict.fromkeys(self.ends, 0), None
        with suppress(csv.Error, ValueError, TooLarge), self.table.content(self.file) as handle:
            texts = io.TextIOWrapper(handle, self.table.csv.encoding, newline="")
            for record in records(((text, "", line) for line, text in enumerate(texts, 1)), self.table.csv.python):
                last = record.text[-2:]
                end = "CRLF" if last == "\r\n" else {"\n": "LF", "\r": "CR"}.get(last[-1:])
                if end == "CR" and first is None:
                    first = record.line + len(re.findall(r"\r\n|\r|\n", record.text)) - 1
                if end:
                    ends[end] += 1
            self.ends, self.first_return = ends, first

    def _declared(self) -> str | None:
        """Returns the kind of line break that the dialect declares, or None."""
        dialect = self.table.resource.dialect
        control = dialect.get_control("csv") if dialect.has_control("csv") else None
        terminator = control.get_defined("line_terminator") if control else None
        return {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}.get(terminator) if terminator else None
