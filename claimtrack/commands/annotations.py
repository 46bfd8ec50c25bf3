"""Takes quotes and codes out to annotation tools, and brings them in as a worksheet."""

import argparse
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable
from claimtrack.core.limits import MIB

FORMATS = {"web-annotation": "web_annotation", "stam": "stam_json", "uima-cas": "uima_cas"}
MOST = 64 * MIB  # bytes of a file of annotations


def parser() -> Parser:
    """Returns the parser of `annotations`' options."""
    words = (
        "Write what is coded of a statement as annotations on your own copy of its text (--to), or make a worksheet of "
        "annotations (--from) for `claimtrack point` to take in. All these files have the statement's words and stay "
        "outside the package."
    )
    made = parser_of(
        "annotations",
        "STATEMENT_ID",
        words,
        "annotations AB24 --source A.txt --to A.jsonld",
        "annotations AB24 --source A.txt --from A.jsonld --worksheet A.csv",
    )
    add = made.add_argument
    add("statement_id", type=filled, metavar="STATEMENT_ID", help="such as AB24")
    add("--source", type=filled, required=True, metavar="TEXT", help="the text that is annotated, UTF-8")
    add("--format", choices=FORMATS, default="web-annotation", metavar="FORMAT", help=f"{', '.join(FORMATS)}")
    add("--to", type=filled, metavar="FILE", help="a new file of annotations, outside the package")
    add("--layers", type=filled, metavar="FILE.xml", help="the layers that INCEpTION is to have first (uima-cas)")
    add("--from", type=filled, dest="file", metavar="FILE", help="annotations to read")
    add("--worksheet", type=filled, metavar="FILE.csv", help="the new worksheet to make of them, outside the package")
    add("--package", type=filled, default=".", metavar="PACKAGE", help="the package (this folder)")
    return made


def run(options: argparse.Namespace) -> int:
    """Writes the annotations, or the worksheet."""
    with bootstrap.loading():
        from importlib import import_module

        from claimtrack.authoring import statement, worksheet
        from claimtrack.authoring.annotations import marks
        from claimtrack.authoring.annotations.aligned import Aligned
        from claimtrack.authoring.draft import Draft
        from claimtrack.commands.valid import claim_package
        from claimtrack.core.writing import PRIVATE, write_whole
        from claimtrack.tracking.canonical import sha256

    ways = [bool(options.to), bool(options.file), bool(options.layers)]
    if sum(ways) != 1 or bool(options.file) != bool(options.worksheet):
        raise Unusable("annotations takes one of --to, --from with --worksheet, and --layers; give one of them")
    if options.layers and options.format != "uima-cas":
        raise Unusable("--layers is for INCEpTION alone; add --format uima-cas")
    draft, text = Draft(claim_package(options.package)), statement.read_text(Path(options.source))
    rows = [row for row in draft.rows("statements") if row["statement_id"] == options.statement_id]
    if not rows:
        raise Unusable(f'there is no statement "{options.statement_id}"; add it by `claimtrack add statement`')
    aligned = Aligned(text)
    if rows[0]["sha256"] != sha256(aligned.text):
        raise Unusable(f"{options.source}: is not the text of {options.statement_id}, whose hash is another")
    form = import_module(f"claimtrack.authoring.annotations.{FORMATS[options.format]}")
    names = [marks.cell_names(draft)] if options.format == "uima-cas" else []  # its layers have them as features
    if options.layers:
        to, content, said = Path(options.layers), form.layers_file(*names), "the layers, to be imported by a project"
    elif options.to:
        found = marks.marks_of(draft, options.statement_id, aligned)
        to, content = Path(options.to), form.write(found, text, rows[0], *names)
        said = f"{len(found)} annotations, for your own use"
    else:
        path = Path(options.file)
        found = form.read(_read(path), path, text, *names)
        to = Path(options.worksheet)
        content = worksheet.as_file(draft, marks.rows_from(found, draft, options.statement_id, aligned))
        said = f"{len(found)} annotations, for your own use"
    write_whole(statement.place_for(to, draft.root, content), content, PRIVATE)
    print(f"{to}: {said}")
    return 0


def _read(path: Path) -> bytes:
    """Reads a file of annotations. Raises Unusable."""
    from claimtrack.core.opening import read_regular

    try:
        raw = read_regular(path, MOST)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; correct the path") from None
    if len(raw) > MOST:
        raise Unusable(f"{path}: larger than {MOST // MIB} MiB; export the annotations of one statement alone")
    return raw
