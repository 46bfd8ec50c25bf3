"""One release from a validated package: every file of it, the same bytes each time.

    datapackage.zip            the Data Package: tables, Table Schemas, documents
    claims.csv, calls.csv      one flat table each, for spreadsheets
    dataset.sqlite             SQLite, with keys and views
    dataset.xlsx               a workbook, a sheet a table
    dataset.jsonld             linked data
    parquet/TABLE.parquet      a columnar file a table
    CITATION.cff, citation.*   the citation, for reference managers and people
    croissant.json, datacite.json, ro-crate-metadata.json, schema-org.jsonld, .zenodo.json
    site/                      pages to look at
    SHA256SUMS                 the checksum of each of these

No clock and no name of a machine goes in. The one moment that archives need is given by the caller.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from validator.findings import Unusable
from validator.seal import read_descriptor

from . import archive, cff, citation, columnar, crate, croissant, database, flat, linked, metadata, site, workbook
from .files import File, as_json, sums
from .model import Dataset, load
from .readme import readme
from .tables import resources

SUMS = "SHA256SUMS"
# Names of tables become names of files, sheets (at most 31 characters, which Excel compares without case) and SQL tables.
TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
OURS = re.compile(rf"parquet/{TABLE_NAME.pattern}\.parquet|site/[a-z]+\.html")  # files of a release besides those named below
TAKEN = {workbook.ABOUT.lower(), workbook.CODEBOOK.lower(), *database.OURS}

FORMS = {
    "datapackage.zip": ("application/zip", "The Data Package: tables, Table Schemas and documents"),
    "claims.csv": ("text/csv", "The claims as one flat table for spreadsheets"),
    "calls.csv": ("text/csv", "The calls as one flat table for spreadsheets"),
    "dataset.sqlite": ("application/vnd.sqlite3", "The tables as an SQLite database with keys and views"),
    "dataset.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "The tables as an Excel workbook"),
    "dataset.jsonld": ("application/ld+json", "The dataset as linked data (schema.org, Web Annotation, PROV, SKOS)"),
}
CITATIONS = {
    "CITATION.cff": ("text/yaml", "The citation in the Citation File Format"),
    "citation.txt": ("text/plain", "The citation in words"),
    "citation.bib": ("application/x-bibtex", "The citation in BibTeX"),
    "citation.ris": ("application/x-research-info-systems", "The citation in RIS"),
    "citation.json": ("application/vnd.citationstyles.csl+json", "The citation in CSL-JSON"),
    "datacite.json": ("application/json", "DataCite metadata"),
    "croissant.json": ("application/ld+json", "Croissant metadata, with the tables as record sets"),
    "schema-org.jsonld": ("application/ld+json", "schema.org metadata for search engines"),
    ".zenodo.json": ("application/json", "Zenodo's deposit metadata"),
}


def build(package: Path, output: Path, moment: datetime) -> list[str]:
    """Writes a release of a *valid* claim-tracking package into a folder and returns the paths of its files, sorted.

    An earlier release there is replaced. Raises Unusable when the folder holds anything else, or when the package cannot be had
    in one of the forms.
    """
    resources(package)  # refuses other forms than CSV
    dataset = load(package)
    _refuse_names(dataset)
    _refuse_what_is_not_ours(package, output)
    output.parent.mkdir(parents=True, exist_ok=True)
    # Built beside its place and moved there at the end, so that a build that fails leaves an earlier one as it was.
    with TemporaryDirectory(prefix=".release-", dir=output.parent) as folder:
        names = _write(dataset, package, Path(folder), moment)
        _clear(output)
        for path in sorted(Path(folder).iterdir(), key=lambda path: path.name != SUMS):  # the list of files first, as in _clear
            shutil.move(path, output / path.name)  # to another disk as well, if the folder is a link
    return names


def _write(dataset: Dataset, package: Path, folder: Path, moment: datetime) -> list[str]:
    data = _write_data(dataset, package, folder, moment)
    texts = _citations(dataset, data)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    files = data + [File.of(name, *CITATIONS[name], text.encode("utf-8")) for name, text in texts.items()]
    site.build(dataset, folder / "site", files, markup=metadata.schema_org(dataset, data, up="../"))
    made = sorted((folder / "site").iterdir())
    pages = [File.of(f"site/{path.name}", "text/html", "A page that needs no server", path.read_bytes()) for path in made]
    (folder / crate.METADATA).write_bytes(as_json(crate.document(dataset, files, pages, citation.apa(dataset))).encode("utf-8"))
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / SUMS).write_bytes(sums(folder, names).encode("utf-8"))
    return [*names, SUMS]


def _write_data(dataset: Dataset, package: Path, output: Path, moment: datetime) -> list[File]:
    written: dict[str, Callable[[Path], object]] = {
        "datapackage.zip": lambda path: path.write_bytes(archive.pack(package, readme(dataset, archive.members(package)), moment)),
        "claims.csv": lambda path: path.write_bytes(flat.claims(dataset)),
        "calls.csv": lambda path: path.write_bytes(flat.calls(dataset)),
        "dataset.sqlite": lambda path: database.write(dataset, path),
        "dataset.xlsx": lambda path: workbook.write(dataset, path, moment),
        "dataset.jsonld": lambda path: path.write_bytes(as_json(linked.document(dataset)).encode("utf-8")),
    }
    for name, write in written.items():
        write(output / name)
    files = [File.of(name, *FORMS[name], (output / name).read_bytes()) for name in written]
    for path in columnar.write(dataset, output / "parquet"):
        title = f"The table {path.stem} as Parquet"
        files.append(File.of(path.relative_to(output).as_posix(), "application/vnd.apache.parquet", title, path.read_bytes()))
    return files


def _citations(dataset: Dataset, files: list[File]) -> dict[str, str]:
    package = next(file for file in files if file.path == "datapackage.zip")
    return {
        "CITATION.cff": cff.cff(dataset),
        "citation.txt": citation.STYLES["apa"](dataset),
        "citation.bib": citation.bibtex(dataset),
        "citation.ris": citation.ris(dataset),
        "citation.json": citation.STYLES["csl"](dataset),
        "datacite.json": as_json(metadata.datacite(dataset, files)),
        "croissant.json": as_json(croissant.document(dataset, package, citation.bibtex(dataset))),
        "schema-org.jsonld": as_json(metadata.schema_org(dataset, files)),
        ".zenodo.json": as_json(metadata.zenodo(dataset)),
    }


def _refuse_names(dataset: Dataset) -> None:
    for name in dataset.tables:
        if not TABLE_NAME.fullmatch(name) or name in TAKEN:
            raise Unusable(f'the table "{name}" cannot become a file, a sheet and an SQL table; give the resource another name, such as "my_table"')


def _refuse_what_is_not_ours(package: Path, output: Path) -> None:
    """Raises Unusable unless a release can be written into the folder without deleting anything but an earlier release as it was made."""
    for place in (output, *output.parents):
        if place.is_symlink() and not place.exists():
            raise Unusable(f"{place}: a link that leads nowhere; name a folder to write the release into")
        if place.exists() and not place.is_dir():
            raise Unusable(f"{place}: this is no folder; name one to write the release into")
    home = read_descriptor(package)[0].parent.resolve()
    for folder in {(home / name).resolve().parent for name in archive.members(package)} - {home}:
        if output.resolve().is_relative_to(folder):
            raise Unusable(f"{output}: lies among the package's own files; name a folder outside {folder.name}/ to write the release into")
    if output.is_dir():
        _refuse_others(output, _earlier(output), output)


def _refuse_others(output: Path, ours: dict[str, str], folder: Path) -> None:
    """Looks through a folder within the output; one that nothing of ours lies in is not looked into."""
    for path in sorted(folder.iterdir()):
        name = path.relative_to(output).as_posix()
        if path.is_dir() and not path.is_symlink() and any(each.startswith(f"{name}/") for each in ours):
            _refuse_others(output, ours, path)
        elif name not in ours or path.is_symlink() or not path.is_file():
            raise Unusable(f"{path}: of no earlier release; name an empty folder, or one that does not exist, to write the release into")
        elif name != SUMS and hashlib.sha256(path.read_bytes()).hexdigest() != ours[name]:
            raise Unusable(f"{path}: has changed since its release was made; move it elsewhere, or name another folder to write the release into")


def _earlier(output: Path) -> dict[str, str]:
    """The files of an earlier release, with their checksums; none where the list of checksums there is not such as we write."""
    path = output / SUMS
    listed = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() and not path.is_symlink() else []
    files = {name: digest for digest, _, name in (line.partition("  ") for line in listed)}
    known = {*FORMS, *CITATIONS, crate.METADATA}
    ours = {"datapackage.zip", crate.METADATA} <= files.keys() and all(OURS.fullmatch(name) for name in files.keys() - known)
    return files | {SUMS: ""} if ours else {}


def _clear(output: Path) -> None:
    """Makes the folder, and deletes an earlier release from it, the list of its files last, so that it can be done again when cut short.

    `_refuse_what_is_not_ours` has seen that it holds nothing else.
    """
    output.mkdir(exist_ok=True)
    for path in sorted(output.rglob("*"), key=lambda path: (path == output / SUMS, -len(path.parts))):
        path.rmdir() if path.is_dir() else path.unlink()
