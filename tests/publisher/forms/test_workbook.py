"""The tables as an Excel workbook."""

import openpyxl
import pytest

from claimtrack.publisher.forms import flat, workbook
from tests.tools.publishing import TABLES


@pytest.fixture(scope="module")
def book(release):
    return openpyxl.load_workbook(release / "dataset.xlsx")


def test_workbook_has_the_flat_tables_first_and_then_the_tables(book):
    assert book.sheetnames == [*workbook.FLAT.values(), "About", "Codebook", *TABLES]
    for name, table in TABLES.items():
        head, *rows = book[name].iter_rows(values_only=True)
        assert book[name].freeze_panes == "A2"
        assert [dict(zip(head, row, strict=True)) for row in rows] == list(table.rows), name
        assert not [cell for row in book[name].iter_rows() for cell in row if cell.hyperlink]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(list(book["Codebook"].iter_rows())) == 1 + sum(len(table.fields) for table in TABLES.values())


def test_flat_sheets_are_the_flat_tables(book, dataset):
    tables = flat.Tables(dataset)
    for kind, name in workbook.FLAT.items():
        head, *rows = book[name].iter_rows(values_only=True)
        assert book[name].freeze_panes == "B2" and list(head) == tables.columns[kind]
        written = [[None if cell == "" else cell for cell in row] for row in tables.rows(kind)]
        assert [list(row) for row in rows] == written


def test_addresses_in_flat_sheets_are_links_and_lead_to_the_web_alone(book):
    links = [
        cell for name in workbook.FLAT.values() for row in book[name].iter_rows() for cell in row if cell.hyperlink
    ]
    addresses = {row["url"] for row in TABLES["sources"].rows}
    assert addresses <= {cell.value for cell in links}
    assert all(cell.hyperlink.target.startswith(("https://", "http://")) for cell in links)


@pytest.mark.parametrize(
    "cell", ["https://a.org b", "=1", "internal:About!A1", "file:///etc/passwd", 7, None, "x" * 3000]
)
def test_what_is_no_address_is_no_link(cell):
    assert not workbook._is_link(cell)
