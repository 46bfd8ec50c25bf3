"""What was found in one block of a table's file."""

from dataclasses import dataclass, field, replace

import polars as pl

from claimtrack.reading.places import Mark
from claimtrack.reading.sieve import Doubts


@dataclass(frozen=True)
class InDoubt:
    """The part of a block that still has to be judged.

    `rows` are the rows in doubt. Where there are many, `rows` is None and `doubts` has their cells that the sieve
    doubts. `partly` has the doubted cells of rows in which only some columns are in doubt. `odd` are the rows whose
    form is checked when the block is taken over. `beyond_ascii` is whether the block has characters beyond ASCII, and
    `composed` whether it is in NFC.

    The frames `rows` and `odd` have the columns of `reading.text_frame`.
    """

    beyond_ascii: bool = False
    composed: bool = True
    rows: pl.DataFrame | None = None
    doubts: Doubts = field(default_factory=dict)
    partly: Doubts = field(default_factory=dict)
    odd: pl.DataFrame | None = None


@dataclass(frozen=True)
class Block:
    """What was found in one block.

    `records` is the number of records, including header and comments, and `rows` that of the table's rows among them.
    `feeds` is the number of line feeds. `marks` are the places of some records. `keys` is a frame of keys
    (`checks.keys`). `frame` has all cells, if they are wanted, in the columns of `reading.text_frame`. `ragged` has the
    rows with too many or too few cells (`checks.ragged`). All numbers count from 0, which is the first record of the
    block.
    """

    records: int
    rows: int
    feeds: int
    marks: list[Mark]
    keys: pl.DataFrame
    frame: pl.DataFrame | None = None
    in_doubt: InDoubt = InDoubt()
    ragged: pl.DataFrame | None = None
    sum: int = 0  # a checksum of the lines, if the reading is compared with another one

    def placed(self, row: int) -> "Block":
        """Returns the same block with its row numbers moved, so that `row` is the number of its first record."""

        def moved(frame: pl.DataFrame) -> pl.DataFrame:
            return frame.clone().replace_column(frame.get_column_index("_row"), frame["_row"] + row)

        def maybe(frame: pl.DataFrame | None) -> pl.DataFrame | None:
            return None if frame is None else moved(frame)

        left = self.in_doubt
        doubts, partly = ({name: moved(cells) for name, cells in each.items()} for each in (left.doubts, left.partly))
        left = replace(left, rows=maybe(left.rows), odd=maybe(left.odd), doubts=doubts, partly=partly)
        return replace(self, keys=moved(self.keys), frame=maybe(self.frame), in_doubt=left, ragged=maybe(self.ragged))
