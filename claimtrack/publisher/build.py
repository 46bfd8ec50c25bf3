"""Builds one release from a validated package. The same package always gives the same bytes.

    datapackage.zip            the Data Package: tables, Table Schemas, documents
    claims.csv, calls.csv      one flat table each, for spreadsheets
    findings.csv               a flat table of what each source says of each claim and call, and who says so
    dataset.sqlite             SQLite, with keys and views
    dataset.xlsx               a workbook with a sheet for each table
    dataset.jsonld             linked data
    parquet/TABLE.parquet      a columnar file for each table
    CITATION.cff, citation.*   the citation, for reference managers and people
    croissant.json, datacite.json, ro-crate-metadata.json, schema-org.jsonld, .zenodo.json
    csv-metadata.json          what the columns of the flat tables are (CSVW); another is in the zip
    metadata.json              titles and descriptions for Datasette, which shows the SQLite file
    site/                      web pages, and static JSON for programs
    SHA256SUMS                 the checksums of all these files

A release does not depend on the clock or on the computer. The caller gives the time that archives need.
"""

import re
from datetime import datetime
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.writing import write_folder
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.sources import Source
from claimtrack.publisher.forms import csvw, database, datasette, flat, json_ld, parquet, workbook, zip
from claimtrack.publisher.forms.readme import readme
from claimtrack.publisher.join import load
from claimtrack.publisher.language import Language
from claimtrack.publisher.metadata import cff, citation, croissant, registries, ro_crate
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.place import SUMS, Names, refuse_what_is_not_ours
from claimtrack.publisher.release_files import File, as_json, sums
from claimtrack.publisher.site import pages
from claimtrack.publisher.typed_tables import tables_of

# A table's name also becomes the name of a file, of an SQL table, and of a sheet. Excel allows 31 characters for a
# sheet, and ignores case.
TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
TAKEN = {workbook.ABOUT.lower(), workbook.CODEBOOK.lower(), *map(str.lower, workbook.FLAT.values()), *database.OURS}

FORMS = {
    "datapackage.zip": ("application/zip", "The Data Package: tables, Table Schemas and documents"),
    "claims.csv": ("text/csv", "The claims as one flat table for spreadsheets"),
    "calls.csv": ("text/csv", "The calls as one flat table for spreadsheets"),
    "findings.csv": ("text/csv", "What each source says of each claim and call, and who says so, as one flat table"),
    "dataset.sqlite": ("application/vnd.sqlite3", "The tables as an SQLite database with keys and views"),
    "dataset.xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The tables as an Excel workbook, with the flat tables first",
    ),
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
    csvw.NAME: ("application/csvm+json", "CSVW metadata of the flat tables"),
    datasette.NAME: ("application/json", "Datasette's metadata for the SQLite file"),
    ".zenodo.json": ("application/json", "Zenodo's deposit metadata"),
}


# The files of the site: those beside `index.html`, and in folders those that are named by an id.
SITE = re.compile(
    r"(?:[a-z]+\.(?:html|css|js|json|atom)|minisearch\.min\.js|llms\.txt|(?:[a-z]+/){1,2}[^/]+\.(?:html|js|json))"
)

# The names of the files of a release: these, and those that match the pattern.
OURS = Names(
    frozenset({*FORMS, *CITATIONS, ro_crate.METADATA}),
    re.compile(rf"parquet/{TABLE_NAME.pattern}\.parquet|site/{SITE.pattern}"),
)


def build(
    opened: OpenedPackage,
    output: Path,
    moment: datetime,
    older: Source | None = None,
    language: Language | None = None,
) -> list[str]:
    """Writes a release of a *valid* claim-tracking package into a folder and returns the paths of its files, sorted.

    `older` is the version since which the release tells what changed. `language` is that of the site, English where
    none is given. The release appears there in one step, in place of an earlier one. Raises Unusable when the folder
    holds anything else, when it cannot be written, or when the package does not fit one of the forms.
    """
    tables_of(opened)  # raises Unusable for other forms than CSV
    dataset = load(opened, older)
    if not dataset.statements:
        raise Unusable(f"{opened.path}: has no statement yet, so that there is nothing to publish; add one")
    _refuse_names(dataset)

    def refuse() -> None:
        refuse_what_is_not_ours(opened, output, OURS)

    refuse()
    contents = _contents(dataset, opened, moment, language)
    write_folder(output, contents, refuse)
    return sorted(contents)


def _contents(dataset: Dataset, opened: OpenedPackage, moment: datetime, language: Language | None) -> dict[str, bytes]:
    """Returns the bytes of all files of a release, by path."""
    data = _data(dataset, opened, moment)
    files = [File.of(name, *_described(name), raw) for name, raw in data.items()]
    texts = {name: text.encode("utf-8") for name, text in _citations(dataset, files).items()}
    files += [File.of(name, *CITATIONS[name], raw) for name, raw in texts.items()]
    markup = registries.schema_org(dataset, files[: len(data)], up="../")
    pages_ = pages.build(dataset, files, language, markup)
    site = {f"site/{name}": pages_[name] for name in sorted(pages_)}
    # Of the site, the metadata name what a reader opens; the pages and the JSON of rows lie beneath.
    pages_of_all = [name for name in site if name.count("/") == 1 and name.endswith(".html")]
    shown = [File.of(name, "text/html", "A page that needs no server", site[name]) for name in pages_of_all]
    crate = as_json(ro_crate.document(dataset, files, shown, citation.apa(dataset))).encode("utf-8")
    contents = data | texts | site | {ro_crate.METADATA: crate}
    return contents | {SUMS: sums(contents).encode("utf-8")}


def _data(dataset: Dataset, opened: OpenedPackage, moment: datetime) -> dict[str, bytes]:
    """Returns the bytes of the files that hold the data, by path."""
    beside = {
        zip.README: readme(dataset, zip.members(opened)),
        csvw.NAME: as_json(csvw.of_package(dataset)),
    }
    made: dict[str, bytes] = {
        "datapackage.zip": zip.pack(opened, beside, moment),
        "claims.csv": flat.claims(dataset),
        "calls.csv": flat.calls(dataset),
        "findings.csv": flat.findings(dataset),
        "dataset.sqlite": database.content(dataset),
        "dataset.xlsx": workbook.content(dataset, moment),
        "dataset.jsonld": as_json(json_ld.document(dataset)).encode("utf-8"),
    }
    return made | {f"parquet/{name}.parquet": raw for name, raw in parquet.contents(dataset).items()}


def _described(name: str) -> tuple[str, str]:
    """Returns the media type and the title of a file that holds data."""
    table = Path(name).stem
    return FORMS.get(name) or ("application/vnd.apache.parquet", f"The table {table} as Parquet")


def _citations(dataset: Dataset, files: list[File]) -> dict[str, str]:
    """Returns the texts of the citation and metadata files, by name."""
    package = next(file for file in files if file.path == "datapackage.zip")
    return {
        "CITATION.cff": cff.cff(dataset),
        "citation.txt": citation.STYLES["apa"](dataset),
        "citation.bib": citation.bibtex(dataset),
        "citation.ris": citation.ris(dataset),
        "citation.json": citation.STYLES["csl"](dataset),
        "datacite.json": as_json(registries.datacite(dataset, files)),
        "croissant.json": as_json(croissant.document(dataset, package, citation.bibtex(dataset))),
        "schema-org.jsonld": as_json(registries.schema_org(dataset, files)),
        ".zenodo.json": as_json(registries.zenodo(dataset)),
        csvw.NAME: as_json(csvw.of_flat(dataset)),
        datasette.NAME: as_json(datasette.document(dataset)),
    }


def _refuse_names(dataset: Dataset) -> None:
    """Raises Unusable for a table whose name cannot be used in all forms."""
    for name in dataset.tables:
        if not TABLE_NAME.fullmatch(name) or name in TAKEN or name.startswith("sqlite_"):  # SQLite keeps these names
            raise Unusable(
                f'the table "{name}" cannot become a file, a sheet and an SQL table; '
                'give the resource another name, such as "my_table"'
            )
