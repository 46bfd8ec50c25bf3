"""Writes the tables as an Excel workbook.

The first sheets are the flat tables, which can be read as they are: the calls, the claims, and the findings on them.
Two sheets describe the dataset and every column. Then each table has a sheet with its rows as they are. The header of a
sheet is frozen, and of a flat one the first column, too. An address in a flat sheet is a link.
"""

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from claimtrack.core.errors import Unusable
from claimtrack.publisher.forms import flat
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.typed_tables import Value
from claimtrack.publisher.words import is_web

ABOUT, CODEBOOK = "About", "Codebook"
FLAT = {"call": "Calls flat", "claim": "Claims flat", "finding": "Findings flat"}  # sheets by flat table, in order
# Excel's limits for links: their number in a sheet, and the length of an address. Others stay texts.
MAX_LINKS, MAX_ADDRESS = 65_530, 2_079
# Excel's limits: rows below the header, and characters in a cell. xlsxwriter silently drops data beyond them.
MAX_ROWS, MAX_CELL = 1_048_575, 32_767
WIDEST = 60  # the greatest width of a column in characters; users read longer texts in the cell itself
# A string never becomes a formula, a number or a link. Without `in_memory`, a kill would leave temporary files behind.
AS_WRITTEN = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def content(dataset: Dataset, moment: datetime) -> bytes:
    """Returns the bytes of the workbook. Raises Unusable when a table or a cell exceeds Excel's limits."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, AS_WRITTEN) as book:
        book.set_properties(
            {
                "title": dataset.title,
                "author": dataset.publisher,
                "comments": f"Version {dataset.version}",
                "created": moment,
            }
        )
        head = book.add_format({"bold": True, "bottom": 1})
        tables = flat.Tables(dataset)
        for kind, name in FLAT.items():
            _sheet(book, head, name, tables.columns[kind], list(tables.rows(kind)), reading=True)
        _sheet(book, head, ABOUT, ["Property", "Value"], _about(dataset))
        _sheet(
            book,
            head,
            CODEBOOK,
            ["Table", "Column", "Title", "What it holds", "Type", "Codes of list", "Required", "Example"],
            _codebook(dataset),
        )
        for table in dataset.tables.values():
            _sheet(
                book,
                head,
                table.name,
                [field["name"] for field in table.fields],
                [list(row.values()) for row in table.rows],
            )
    return buffer.getvalue()


def _about(dataset: Dataset) -> list[list[Value]]:
    """Returns the rows of the sheet that describes the dataset."""
    rows = [
        ["Title", dataset.title],
        ["Version", dataset.version],
        ["Date", dataset.date],
        ["Description", dataset.description],
    ]
    rows += [["Creator", one.title] for one in dataset.creators]
    rows += [["Licence", f"{one.name} <{one.path}>"] for one in dataset.licences]
    rows += [["Address", dataset.url]] if dataset.url else []
    return rows + [[f"Sheet {table.name}", table.resource.get("description", "")] for table in dataset.tables.values()]


def _codebook(dataset: Dataset) -> list[list[Value]]:
    """Returns the rows of the sheet that describes every column."""
    return [
        [
            table.name,
            field["name"],
            field.get("title"),
            field.get("description"),
            field.get("type"),
            field.get("codeList"),
            bool(field.get("constraints", {}).get("required")),
            field.get("example"),
        ]
        for table in dataset.tables.values()
        for field in table.fields
    ]


def _sheet(book: Any, head: Any, name: str, names: list[str], rows: list[list[Value]], reading: bool = False) -> None:
    """Writes one sheet. `head` is the format of its header. Raises Unusable for too many rows.

    In a sheet for `reading` the first column is frozen and addresses are links.
    """
    if len(rows) > MAX_ROWS:
        raise Unusable(f'the table "{name}" has {len(rows):,} rows; a sheet of a workbook holds {MAX_ROWS:,}')
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, int(reading))
    sheet.write_row(0, 0, names, head)
    widths, links = [len(each) for each in names], 0
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if reading and links < MAX_LINKS and _is_link(value):
                sheet.write_url(number, column, value, string=value)
                links += 1
            else:
                _cell(sheet, name, number, column, value)
            widths[column] = max(widths[column], len(str(value or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, WIDEST) + 2)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)


def _is_link(value: Value) -> bool:
    """Tells whether a cell is a whole web address to which Excel can lead."""
    return isinstance(value, str) and len(value) <= MAX_ADDRESS and " " not in value and is_web(value)


def _cell(sheet: Any, name: str, number: int, column: int, value: Value) -> None:
    """Writes one cell of the sheet `name`, at a row and a column from 0. Raises Unusable for too long a text."""
    if isinstance(value, bool):
        sheet.write_boolean(number, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(number, column, value)
    elif value not in (None, ""):
        text = str(value)
        if len(text) > MAX_CELL:
            raise Unusable(
                f'the table "{name}" has a cell of {len(text):,} characters in row {number + 1}; '
                f"a workbook holds {MAX_CELL:,}"
            )
        sheet.write_string(number, column, text)
