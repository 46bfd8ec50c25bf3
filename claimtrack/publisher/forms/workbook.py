"""The tables as an Excel workbook: a sheet a table, its header frozen, and first what it is and what each column means."""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from validator.findings import Unusable

from .model import Dataset
from .tables import Value

ABOUT, CODEBOOK = "About", "Codebook"
MAX_ROWS, MAX_CELL = 1_048_575, 32_767  # below the header, and characters: Excel's limits, beyond which xlsxwriter drops data
WIDEST = 60  # characters; wider text is read in the cell
# Nothing in a cell becomes a formula, a number or a link: a string stays one.
AS_WRITTEN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write(dataset: Dataset, path: Path, moment: datetime) -> None:
    """Writes the workbook. Raises Unusable when a table or a cell is larger than Excel holds."""
    with xlsxwriter.Workbook(path, AS_WRITTEN) as book:
        book.set_properties({"title": dataset.title, "author": dataset.publisher, "comments": f"Version {dataset.version}", "created": moment})
        head = book.add_format({"bold": True, "bottom": 1})
        _sheet(book, head, ABOUT, ["Property", "Value"], _about(dataset))
        _sheet(
            book, head, CODEBOOK, ["Table", "Column", "Title", "What it holds", "Type", "Codes of list", "Required", "Example"], _codebook(dataset)
        )
        for table in dataset.tables.values():
            _sheet(book, head, table.name, [field["name"] for field in table.fields], [list(row.values()) for row in table.rows])


def _about(dataset: Dataset) -> list[list[Value]]:
    rows = [["Title", dataset.title], ["Version", dataset.version], ["Date", dataset.date], ["Description", dataset.description]]
    rows += [["Creator", one.title] for one in dataset.creators]
    rows += [["Licence", f"{one.name} <{one.path}>"] for one in dataset.licences]
    rows += [["Address", dataset.url]] if dataset.url else []
    return rows + [[f"Sheet {table.name}", table.resource.get("description", "")] for table in dataset.tables.values()]


def _codebook(dataset: Dataset) -> list[list[Value]]:
    return [
        [
            table.name, field["name"], field.get("title"), field.get("description"), field.get("type"), field.get("codeList"),
            bool(field.get("constraints", {}).get("required")), field.get("example"),
        ]
        for table in dataset.tables.values()
        for field in table.fields
    ]  # fmt: skip


def _sheet(book: xlsxwriter.Workbook, head, name: str, names: list[str], rows: list[list[Value]]) -> None:
    if len(rows) > MAX_ROWS:
        raise Unusable(f'the table "{name}" has {len(rows):,} rows; a sheet of a workbook holds {MAX_ROWS:,}')
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names, head)
    widths = [len(each) for each in names]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _cell(sheet, name, number, column, value)
            widths[column] = max(widths[column], len(str(value or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, WIDEST) + 2)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)


def _cell(sheet, name: str, number: int, column: int, value: Value) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(number, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(number, column, value)
    elif value is not None:
        text = str(value)
        if len(text) > MAX_CELL:
            raise Unusable(f'the table "{name}" has a cell of {len(text):,} characters in row {number + 1}; a workbook holds {MAX_CELL:,}')
        sheet.write_string(number, column, text)
