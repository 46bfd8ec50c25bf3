"""Makes Croissant metadata for machine learning, with the tables as record sets.

Standard: Croissant 1.1, https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from claimtrack.publisher.metadata.registries import address, described
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File
from claimtrack.publisher.typed_tables import TypedTable

# The context of the specification, in the form that the library mlcroissant knows.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}


def document(dataset: Dataset, package: File, citation: str) -> dict:
    """Returns the Croissant document. `package` is the zip with the tables, `citation` the dataset's BibTeX entry."""
    said = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        **described(dataset),
        "citeAs": citation,
        "isLiveDataset": False,
        "url": dataset.url,
        "distribution": [_file(dataset, package), *(_member(package, table) for table in dataset.tables.values())],
        "recordSet": [_records(table) for table in dataset.tables.values()],
    }
    return {key: value for key, value in said.items() if value is not None}


def _file(dataset: Dataset, file: File) -> dict:
    """Describes a file of the release."""
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.title,
        "contentUrl": address(dataset, file.path),
        "contentSize": f"{file.bytes} B",
        "encodingFormat": file.media_type,
        "sha256": file.sha256,
    }


def _member(package: File, table: TypedTable) -> dict:
    """Describes the file of a table inside the zip."""
    return {
        "@type": "cr:FileObject",
        "@id": table.resource["path"],
        "name": table.resource["path"],
        "contentUrl": table.resource["path"],
        "containedIn": {"@id": package.path},
        "encodingFormat": "text/csv",
        "sha256": table.sha256,
    }


def _records(table: TypedTable) -> dict:
    """Describes a table as a record set."""
    # A table's reference to itself is left out, because mlcroissant 1.1 treats it as a cycle and then reads no record.
    references = {
        own[0]: (other, theirs[0]) for own, other, theirs in table.references if len(own) == 1 and other != table.name
    }
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.resource.get("description") or table.name,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.keys.primary],
        "field": [_field(table, field, references.get(field["name"])) for field in table.fields],
    }


def _field(table: TypedTable, field: dict, reference: tuple[str, str] | None) -> dict:
    """Describes a column. `reference` is the table and the column to which it refers."""
    said = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field['name']}",
        "name": field["name"],
        "description": field.get("description") or field["name"],
        "dataType": TYPES.get(field.get("type", ""), "sc:Text"),
        "source": {"fileObject": {"@id": table.resource["path"]}, "extract": {"column": field["name"]}},
    }
    if reference:
        said["references"] = {"field": {"@id": "/".join(reference)}}
    return said
