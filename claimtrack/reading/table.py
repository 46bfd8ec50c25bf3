"""Describes a table as the descriptor declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from claimtrack.package.copies import Copy
from claimtrack.package.dialect import BOM, SINGLE_BYTE, UTF_8, CsvDialect
from claimtrack.package.files import compression_of, unpacked
from claimtrack.package.shown_path import shown_path
from claimtrack.package.sources import Folder
from claimtrack.package.table_schema import Keys, keys_of_schema

if TYPE_CHECKING:
    from frictionless import Field, Resource


@dataclass(frozen=True)
class Table:
    """A resource whose rows are in files. `dialect` is None where the files are not text (Parquet)."""

    resource: Resource
    source: Folder
    dialect: CsvDialect | None = None
    copies: dict[str, Copy] = field(default_factory=dict, compare=False)  # by file

    @staticmethod
    def is_csv(resource: Resource) -> bool:
        """Tells whether a resource is a table in CSV files. frictionless alone reads any other resource."""
        return bool(resource.tabular and resource.path and resource.format in ("csv", "tsv"))

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @cached_property
    def file(self) -> str:
        """The name of the table's first file in findings: its path in the package (see `shown_path`)."""
        return shown_path(self.resource)

    @property
    def files(self) -> list[str]:
        """The names of all files of the table in findings."""
        return self.resource.paths if self.resource.extrapaths else [self.file]

    @property
    def fields(self) -> list[Field]:
        """The fields of the table's Table Schema."""
        return self.resource.schema.fields

    @property
    def names(self) -> list[str]:
        """The names of the table's fields."""
        return self.resource.schema.field_names

    @cached_property
    def keys(self) -> Keys:
        """The keys of the table's Table Schema."""
        return keys_of_schema(self.resource.schema, self.name)

    @property
    def csv(self) -> CsvDialect:
        """The dialect of a table whose files are text."""
        assert self.dialect is not None
        return self.dialect

    @property
    def repeats_header(self) -> bool:
        """Whether frictionless skips the first line of every further file because it repeats the header."""
        return self.resource.format == "csv" and self.resource.dialect.header is not False

    def path(self, file: str) -> Path:
        """Returns the path of one of the table's files on disk."""
        return self.source.root / self.path_of(file)

    def path_of(self, file: str) -> str:
        """Returns the path in the package of one of the table's files, which is given by its name in findings."""
        return file if self.resource.extrapaths else self.resource.path or ""

    def open(self, file: str) -> BinaryIO:
        """Opens one of the table's files as it is. Raises OSError."""
        return self.source.open(self.path_of(file))

    def content(self, file: str) -> BinaryIO:
        """Opens the unpacked content of one of the table's files.

        Raises OSError, EOFError or zipfile.BadZipFile as Python does.
        """
        return unpacked(self.resource, self.path_of(file), self.open(file))

    @property
    def needs_copy(self) -> bool:
        """Whether the files can be read from any place only in a copy: they are packed, or in wide characters."""
        return any(map(self.is_packed, self.files)) or self.csv.encoding not in (*UTF_8, *SINGLE_BYTE)

    def is_packed(self, file: str) -> bool:
        """Whether one of the table's files is packed."""
        return bool(compression_of(self.resource, self.path_of(file)))

    @property
    def stored_encoding(self) -> str:
        """The encoding of what `stored` opens. A byte-order mark counts as a character."""
        return self.csv.encoding if self.csv.encoding in SINGLE_BYTE and not self.needs_copy else "utf-8"

    @property
    def mark(self) -> bytes:
        """The byte-order mark that may stand before the header, or no bytes where the encoding has none."""
        return BOM if self.csv.encoding == "utf-8-sig" else b""

    def stored(self, file: str) -> BinaryIO:
        """Opens the content of one of the table's files, or the copy of it, to be read from any place.

        Raises OSError.
        """
        return self.copies[file].open() if file in self.copies else self.open(file)

    def make_copy(self, file: str, handle: BinaryIO) -> None:
        """Makes the copy of one of the table's files, which `handle` has. It goes with the table.

        Raises NoRoom, UnicodeError, LookupError, and what `unpacked` raises.
        """
        self.copies[file] = Copy(unpacked(self.resource, self.path_of(file), handle), self.csv.encoding)
