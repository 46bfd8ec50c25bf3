"""Reads a table's files in one pass, a block at a time: bytes, shape, cells and keys.

A file is split into blocks at line breaks. This is sound because every line is first proven to be one record: each of
its cells is plain or properly quoted. If this fails, a second pass joins lines until their quotes are closed, so that
cells may have line breaks, and proves each such record. Any remaining doubt (an unexpected byte, a quote within a cell)
makes the table irregular. frictionless then checks its cells.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import BinaryIO

from claimtrack.backends.local.block import Block
from claimtrack.backends.local.blocks import Irregular, blocks
from claimtrack.backends.local.long_reader import LongReader
from claimtrack.backends.local.reader import Reader
from claimtrack.backends.protocol import ScanRequest
from claimtrack.checks.declared import check_expected
from claimtrack.checks.file_form import FileForm
from claimtrack.checks.headers import check_headers
from claimtrack.checks.keys import Order
from claimtrack.core import limits
from claimtrack.core.backend import Store
from claimtrack.core.errors import Changed
from claimtrack.core.watchdog import watchdog
from claimtrack.package.checksums import Digest
from claimtrack.package.sources import state
from claimtrack.reading.decoding import undecodable
from claimtrack.reading.head import Head, read_head
from claimtrack.reading.places import Places, Scanned
from claimtrack.reading.table import Table
from claimtrack.reading.text_frame import held_columns, nameable

# The number of blocks that are read at the same time; each takes memory. It is one more than the processors, because a
# thread sometimes waits.
WORKERS = (os.cpu_count() or 1) + 1


def scan(
    table: Table, request: ScanRequest, store: Store, readers: Sequence[type[Reader]] = (Reader, LongReader)
) -> Scanned:
    """Reads a table's files, in one pass if each line is a record. The store gets the keys and, if `held`, the rows.

    Each of the `readers` makes a pass of its own, until one proves the table regular. Raises OSError, TooLarge,
    Changed, Stuck, LibraryFailed and NoRoom.
    """
    places = Places(table)
    forms = [FileForm(table, file) for file in table.files]
    digest = Digest(table.resource, table.file, is_part=table.file != table.path_of(table.file))
    fast = bool(table.dialect and table.dialect.fast and all(map(nameable, table.names)))

    def told(number: int, block: bytes) -> None:
        request.progress(table.files[number], len(block))
        digest.update(block)

    with ExitStack() as stack:
        handles = [stack.enter_context(_opened(table, file)) for file in table.files]
        copied = fast and table.needs_copy
        if copied:
            fast = all(_copy(table, number, handle, partial(told, number)) for number, handle in enumerate(handles))
            handles = [stack.enter_context(table.stored(file)) for file in table.files] if fast else handles
        scanned = Scanned(table, places, False)
        for number, reading in enumerate(readers):
            with watchdog(f"the Table Schema of {table.file}"):  # a pattern may hang on a value of the `enum` beside it
                reader = reading(places, request.keys, request.held is not None) if fast else None
            passage = Passage(table, places, reader, request, store)
            scanned = passage.over(handles, None if number or copied else told, forms)
            if scanned.regular or not fast:
                break
    if table.dialect and not scanned.regular:
        places.broken = undecodable(table)
    for form in forms:
        request.on_file.add(*form.findings())
    if scanned.regular:
        request.on_cells.add(*digest.findings(), *check_expected(table.resource, scanned.rows))
        check_headers(places, request.on_file)
    return scanned


@contextmanager
def _opened(table: Table, file: str) -> Iterator[BinaryIO]:
    """Opens a file of a table. Raises Changed where it has changed at the end of the block.

    A file that is kept in memory cannot change.
    """
    with table.open(file) as handle:
        if table.source.keep:
            yield handle
            return
        before = state(os.fstat(handle.fileno()))
        yield handle
        if state(os.fstat(handle.fileno())) != before or table.source.state(table.path_of(file)) != before:
            raise Changed


def _copy(table: Table, number: int, handle: BinaryIO, told: Callable[[bytes], None]) -> bool:
    """Makes the copy of one of a table's files, and returns whether it could be decoded. `told` gets its bytes."""
    while piece := handle.read(limits.MIB):
        told(piece)
    handle.seek(0)
    try:
        table.make_copy(table.files[number], handle)
    except (UnicodeError, LookupError):  # frictionless says what is wrong with it
        return False
    return True


class Passage:
    """One pass over a table's files, with a reader if there is one.

    Several blocks are read at the same time, each in a thread. Their results are taken over in the order of the blocks.
    """

    def __init__(self, table: Table, places: Places, reader: Reader | None, request: ScanRequest, store: Store):
        self.table, self.places, self.reader, self.request, self.store = table, places, reader, request, store
        # The row, line and byte at which the next block begins, and the number of marks before it.
        self.row, self.line, self.offset, self.marked = 1, 1, 0, 0
        self.number, self.rows = 0, 0  # of the next block that is taken over; of the table's rows so far
        self.order = Order(table.resource)
        # The blocks that are being read, each with a function that waits for its result.
        self.coming: deque[tuple[bytes, Callable[[], Block]]] = deque()

    def over(
        self, handles: Sequence[BinaryIO], told: Callable[[int, bytes], None] | None, forms: Sequence[FileForm]
    ) -> Scanned:
        """Reads blocks until one is irregular, or all blocks if `told` is given.

        `handles` are the table's files, or their copies. `told` is called with the number of the file (from 0) and each
        block before it is read. The block then goes to the one of `forms`, with its number of line feeds if this is
        known.
        """
        self.places.regular = self.reader is not None
        self.places.restart()
        try:
            for number, handle in enumerate(handles):
                passed = forms[number].update if told else None
                with ThreadPoolExecutor(WORKERS) as workers:
                    self._read_file(number, handle, workers, told and partial(told, number), passed)
        finally:
            if self.places.regular and self.reader:
                self.reader.settle(self.request.on_cells)
        if not self.places.regular:
            return Scanned(self.table, self.places, False)
        return Scanned(self.table, self.places, True, self.rows, self.order.ascending, self.order.disorder)

    def _read_file(
        self,
        number: int,
        handle: BinaryIO,
        workers: ThreadPoolExecutor,
        told: Callable[[bytes], None] | None,
        passed: Callable[[bytes, int | None], None] | None,
    ) -> None:
        """Reads the blocks of one file."""
        size = self.request.block_size
        several = handle.seek(0, os.SEEK_END) > size  # for a single block it is not worth starting a thread
        if self.places.regular and self.reader and not self._begins(number, handle):
            self._give_up(passed)
        least = self.reader.head.size if self.reader else 0
        found = blocks(handle, size, closed=bool(self.reader and self.reader.long), least=least)
        try:
            try:
                self._read(found, workers if several else None, told, passed)
            finally:  # results from before an exception are still true
                while self.coming:
                    self._take(passed)
        except Irregular:  # a record has no end
            self._give_up(passed)

    def _begins(self, number: int, handle: BinaryIO) -> bool:
        """Reads the head of a file, and tells whether the file can be read. Files are counted from 0."""
        assert self.reader is not None
        self.line, self.offset, self.marked = 1, 0, 0
        head = self._further_head(number, handle) if number else read_head(self.places, handle)
        self.reader.head = head or Head()
        return head is not None

    def _further_head(self, number: int, handle: BinaryIO) -> Head | None:
        """Returns the head of a further file, or None where the file before does not end with its last line."""
        before = self.places.marked[-1]
        with self.table.stored(before.file) as last:
            last.seek(-1, os.SEEK_END)
            if last.read() != b"\n":
                return None
        self.places.begin(self.table.files[number], self.row - 2)
        if not self.table.repeats_header:
            return Head()
        self.row -= 1  # the header of a further file is not counted
        handle.seek(0)
        raw = handle.readline(limits.MAX_LINE + 1)
        return Head(len(raw), 1, raw.count(b"\n"))

    def _read(
        self,
        found: Iterator[bytes],
        workers: ThreadPoolExecutor | None,
        told: Callable[[bytes], None] | None,
        passed: Callable[[bytes, int | None], None] | None,
    ) -> None:
        """Has the reader read the blocks, in threads if there are `workers`, and takes over their results."""
        first = True
        for block in found:
            if not (self.places.regular or told):
                return
            if told:
                told(block)
            if not self.places.regular or self.reader is None:
                if passed:
                    passed(block, None)
                continue
            work = partial(self.reader.read, block, first)
            self.coming.append((block, workers.submit(work).result if workers else work))
            first = False
            while len(self.coming) > WORKERS:
                self._take(passed)

    def _take(self, passed: Callable[[bytes, int | None], None] | None) -> None:
        """Takes over the result of the first block that is being read.

        After an interruption this may happen a second time for the same block.
        """
        assert self.reader is not None
        content, wait = self.coming[0]
        try:
            block = wait().placed(self.row)
        except Irregular:
            return self._give_up(passed)
        part = self.places.marked[-1]
        marks, before = part.marks, self.row - part.before  # a mark counts the records of its own file
        marks[self.marked :] = [(before + row, self.line + line, self.offset + at) for row, line, at in block.marks]
        self.reader.take(self.number, block, self.request.on_cells)
        self.coming.popleft()  # only now, because an interruption while waiting must not lose the block
        self.number, self.rows = self.number + 1, self.rows + block.rows
        self.row, self.line = self.row + block.records, self.line + block.feeds
        self.offset, self.marked = self.offset + len(content), len(marks)
        if passed:
            passed(content, block.feeds)
        self.order.update(block.keys)
        self.store.add_keys(self.table.name, block.keys)
        if self.request.held is not None and block.frame is not None:
            self.store.add_rows(self.table.name, held_columns(block.frame, self.request.held))
        return None

    def _give_up(self, passed: Callable[[bytes, int | None], None] | None) -> None:
        """Notes that the table is irregular, and drops the results of this pass."""
        self.places.regular = False
        self.store.drop(self.table.name)
        self.request.on_cells.clear()
        while self.coming:
            content, _ = self.coming.popleft()
            if passed:
                passed(content, None)
