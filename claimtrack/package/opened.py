"""Opens a package: reads its descriptor as hostile input, and refuses files outside of the descriptor's folder.

A package is opened once and then passed to all code that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, of_file, pointer_to
from claimtrack.core.loading import loading
from claimtrack.core.paths import DESCRIPTORS
from claimtrack.core.visible import shorten
from claimtrack.package.described import Package as Described
from claimtrack.package.described import library
from claimtrack.package.dialect import csv_dialect, decoded
from claimtrack.package.json_object import json_object, with_resources
from claimtrack.package.local_copies import Copies, read_copy
from claimtrack.package.plain_descriptor import is_plain
from claimtrack.package.positions import Place, places
from claimtrack.package.preparing import Prepared, bytes_of, prepare, without_schema
from claimtrack.package.records import large_cells, lines_of, records
from claimtrack.package.refusals import listed
from claimtrack.package.sensitive import is_sensitive, keep_out
from claimtrack.package.shown_path import shown_path
from claimtrack.package.soundness import TABLE, UNSAID, Sound
from claimtrack.package.sources import Folder, no_package
from claimtrack.package.table_schema import dict_of
from claimtrack.package.yaml_text import is_yaml, json_of_yaml

if TYPE_CHECKING:
    from frictionless import Package, Resource

Row = dict[str, str]
Told = TypeVar("Told", bound=Finding)


@dataclass
class OpenedPackage(Prepared):
    """An opened package: what can be checked, what is wrong with its descriptor, and what was left out.

    `package` is the package as frictionless has it, or None where frictionless accepts no resource. `left_out` has
    notes on what is not checked as a consequence.
    """

    package: Package | None = None
    left_out: list[str] = field(default_factory=list)
    _rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def conforms_to(self) -> str | None:
        """The profile that the package declares in `conformsTo`, or None."""
        said = self.descriptor.get("conformsTo")
        return said if isinstance(said, str) else None

    @cached_property
    def may_quote(self) -> bool:
        """Whether messages may quote what could be of any table. One sensitive field is enough to forbid it."""
        return self.values and not any(is_sensitive(dict_of(each)) for each in self.resources)

    @cached_property
    def files(self) -> dict[str, str | None]:
        """Maps the path of every file to the name of the table that it holds (the first one, if it holds several).

        The name under which findings tell of a part of a file is a path, too (see `shown_path`). The value is None for
        the descriptor, Table Schemas and dialects.
        """
        described = dict.fromkeys((self.path.name, *self.named.values()))
        keys = ("path", "extrapaths")
        paths = [
            (str(each.get("name")), path) for each in self.resources for key in keys for path in listed(each.get(key))
        ]
        inside = [(name, path) for name, path in paths if self.source.holds(path)]
        shown = [(shown_path(each), each.name) for each in self.package.resources if each.path] if self.package else []
        return described | {path: name for name, path in reversed(inside)} | dict(reversed(shown))

    @property
    def described(self) -> list[Resource]:
        """The resources, as long as frictionless was not asked about the package, and else an empty list."""
        return self.package.resources if self.package and isinstance(self.package, Described) else []

    def ask_frictionless(self) -> None:
        """Has frictionless make the package, if it was known to be sound without that."""
        self.package = library(self.package)

    def as_written(self) -> dict[str, Any]:
        """Reads the descriptor as it is in its file. The caller may change the returned copy.

        Raises Unusable where a part of it is passed over when the package is checked.
        """
        return with_resources(json_object(bytes_of(self.source, self.source.descriptor), self.path), self.path)

    def text(self, key: str) -> str:
        """Returns a text of the descriptor, or "" where it has none."""
        value = self.descriptor.get(key)
        return value if isinstance(value, str) else ""

    @property
    def title(self) -> str:
        """The package's title, or else its name, or ""."""
        return self.text("title") or self.text("name")

    def resource(self, name: str) -> dict[str, Any]:
        """Returns the resource that has a name. Raises Unusable where there is none."""
        found = next((each for each in self.resources if each.get("name") == name), None)
        if found is None:
            raise Unusable(f'{self.path}: there is no table "{name}"')
        return found

    def rows(self, name: str) -> list[Row]:
        """Returns the rows of a table of a *valid* package, with all cells as text by column. Raises Unusable.

        A table is read only once. The result for an invalid table is undefined.
        """
        if name not in self._rows:
            resource = self.resource(name)
            if not isinstance(resource.get("path"), str):
                raise Unusable(
                    f'{self.path}: the table "{name}" is not in one file of its own; save it as one CSV file'
                )
            text = decoded(self.source.read(resource["path"]), resource.get("encoding") or "utf-8")
            with large_cells():
                header, *rows = (record.cells for record in records(lines_of(text), csv_dialect(resource)))
            self._rows[name] = [dict(zip(header, row, strict=True)) for row in rows if row]
        return self._rows[name]

    def document(self, name: str) -> str | None:
        """Returns the text of a file that is no resource, or None where there is no such file.

        Raises Unusable where it is not UTF-8.
        """
        if not self.source.has(name):
            return None
        try:
            return self.source.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            words = f"byte {error.start + 1} is not UTF-8; save the document as UTF-8"
            raise Unusable(f"{self.root / name}: {words}") from None


def open_package(
    where: str | Path, keep: bool = False, copies: Copies | None = None, values: bool = True
) -> OpenedPackage:
    """Opens the package at `where`, a folder or a descriptor, as far as it can be checked.

    With `keep`, each file is read only once and stays in memory. `copies` are local copies of what lies elsewhere.
    Unless `values` is set, no message has a value of a cell.
    frictionless refuses a whole package when one part breaks the standard; this function leaves out only that part.
    Raises Unusable where the descriptor cannot be read.
    """
    return opened_from(OpenedPackage(_folder(where, keep), copies or Copies(), values=values))


def opened_from(opened: OpenedPackage) -> OpenedPackage:
    """Opens a package, as `open_package` does, of which nothing but its source (or its made descriptor) is known yet.

    Raises Unusable where the descriptor cannot be read.
    """
    prepare(opened)
    readable = [resource for number, resource in enumerate(opened.resources) if number not in opened.unread]
    if not readable:
        return opened
    told = {**opened.descriptor, "resources": readable}
    if is_plain(told):
        described = Described(told, str(opened.root), partial(_made, opened, told))
        opened.package = cast("Package", described)  # as far as it is asked for what frictionless's has, too
        for part in described.resources if not opened.values else ():
            keep_out(cast("Resource", part))
        return opened
    opened.package, reasons = _package(opened, told)
    if not reasons:
        return opened
    about = {
        key: value
        for key, value in _frame(opened).items()
        if not _package(opened, {key: value, "resources": [TABLE]})[1]
    }
    sound = Sound(lambda descriptor: _package(opened, descriptor)[1], about, opened.path.name, opened.may_quote)
    kept, before = [], len(opened.findings)
    for number, resource in enumerate(opened.resources):
        if number not in opened.unread and (each := _sound(opened, sound, number, resource)):
            kept.append(each)
    with suppress(Unusable):
        sound.package(opened.descriptor)
    opened.findings += sound.findings
    if len(opened.findings) == before:  # the parts are sound, and frictionless refuses them together
        said = reasons if opened.may_quote else [UNSAID]
        opened.findings += [of_file("PKG101", opened.path.name, reason) for reason in said]
    opened.package = _package(opened, {**about, "resources": kept})[0] if kept else None
    return opened


def _sound(opened: OpenedPackage, sound: Sound, number: int, resource: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the sound parts of a resource, or None where it is left out."""
    if not sound.refused({**sound.about, "resources": [resource]}):
        return resource
    if reasons := sound.refused({**sound.about, "resources": [{**TABLE, "name": resource["name"]}]}):
        opened.odd_names.append(resource["name"])
        sound.name(resource["name"], number, reasons)
        return _sound(opened, sound, number, resource)
    files = [opened.named.get(f"{resource['name']}.{key}") for key in ("schema", "dialect")]
    try:
        return sound.resource(resource, number, *files)
    except Unusable as error:
        reason = str(error)
    at = pointer_to("resources", number, *(["schema"] if "schema" in resource else []))
    words = f'"{shorten(resource["name"], 100)}" (resource {number + 1}): {reason}'
    opened.findings.append(of_file("PKG101", opened.path.name, words, pointer=at))
    if "schema" in resource:
        without_schema(opened, number, reason, "correct the Table Schema")
        return _sound(opened, sound, number, opened.resources[number])
    opened.leave_out(number, reason)
    return None


def with_places(opened: OpenedPackage, findings: Sequence[Told]) -> list[Told]:
    """Returns findings by their places: JSON Pointers lead to lines and columns, where the file can be read."""
    pointers: dict[str, set[str]] = {}
    for found in findings:
        if found.pointer and found.line is None and not (opened.is_made and found.file == opened.path.name):
            pointers.setdefault(found.file, set()).add(found.pointer)
    at: dict[tuple[str, str], Place] = {}
    for file, wanted in pointers.items():
        with suppress(Unusable, UnicodeDecodeError):
            raw = bytes_of(opened.source, file) if opened.source.has(file) else read_copy(Path(file))
            text = (json_of_yaml(raw, file) if is_yaml(file) else raw).decode("utf-8")
            at |= {(file, pointer): place for pointer, place in places(text, wanted).items()}
    placed = [
        replace(found, line=place[0], column=place[1])
        if (place := at.get((found.file, found.pointer or "")))
        else found
        for found in findings
    ]
    return sorted(placed, key=lambda each: (each.file, each.line or 0, each.row or 0, each.column or 0, each.rule))


def _folder(where: str | Path, keep: bool) -> Folder:
    """Returns the folder that holds the package, with the name of the descriptor in it. Raises Unusable."""
    path = Path(where)
    if path.is_dir():
        name = next((each for each in DESCRIPTORS if (path / each).exists()), None)
        if name is None:
            raise Unusable(no_package(path))
        path /= name
    if not path.exists():
        raise Unusable(f"{path}: there is no such file; name a package's folder or its descriptor")
    if not path.is_file():
        raise Unusable(f"{path}: this is not a regular file; name a package's folder or its descriptor")
    return Folder(path.parent, path.name, keep=keep)


def _frame(opened: OpenedPackage) -> dict[str, Any]:
    """Returns the properties of the package on which the verdict on its resources rests."""
    kept = ("$schema", "conformsTo")
    return {key: opened.descriptor[key] for key in kept if isinstance(opened.descriptor.get(key), str)}


def _package(opened: OpenedPackage, descriptor: dict[str, Any]) -> tuple[Package | None, list[str]]:
    """Returns frictionless's package for a descriptor, or None and the reasons why frictionless refuses it."""
    with loading():
        from claimtrack.package.library_package import package_of  # only here: a plain package does without

        return package_of(opened, descriptor)


def _made(opened: OpenedPackage, descriptor: dict[str, Any]) -> Package:
    """Returns frictionless's package for a plain descriptor, which it accepts."""
    package, reasons = _package(opened, descriptor)
    assert package is not None, reasons
    return package
