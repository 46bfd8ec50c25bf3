"""Copies a file's content to a temporary file in UTF-8, so that it can be read from any place.

A packed file can only be read from its start. The bytes of a text in wide characters cannot be searched for line feeds.
"""

import codecs
import io
import weakref
from contextlib import ExitStack
from itertools import count
from typing import BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import NoRoom
from claimtrack.core.writing import temporary_folder

AS_IT_IS = ("utf-8", "utf-8-sig")  # Python's names of the encodings that need no conversion


class _Folder:
    """A folder for temporary files, which goes with this object. Raises NoRoom."""

    def __init__(self) -> None:
        stack = ExitStack()
        try:
            self.path = stack.enter_context(temporary_folder())
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from None
        weakref.finalize(self, stack.close)


# All copies are in one folder, since each folder keeps a lock, and a process can hold few.
_folders: weakref.WeakValueDictionary[str, _Folder] = weakref.WeakValueDictionary()
_numbers = count()


class Copy:
    """The content of one file as UTF-8, in a temporary file `path` that goes with this object.

    `content` is read to its end, in the encoding that Python calls `encoding`. Bytes in UTF-8 are copied without a
    look. Raises NoRoom where the disk is full, UnicodeError where the content is not in the encoding, LookupError for
    an encoding that is none of texts, and what `content` raises.
    """

    def __init__(self, content: BinaryIO, encoding: str):
        io.TextIOWrapper(io.BytesIO(), encoding)
        self._folder = _folders.get("") or _folders.setdefault("", _Folder())
        self.path = self._folder.path / str(next(_numbers))
        self.close = weakref.finalize(self, self.path.unlink, missing_ok=True)
        decoder = None if encoding in AS_IT_IS else codecs.getincrementaldecoder(encoding)()
        with self.path.open("wb") as target:
            try:
                while piece := content.read(limits.MIB):
                    _write(target, decoder.decode(piece).encode() if decoder else piece)
                if decoder:
                    _write(target, decoder.decode(b"", True).encode())
            except BaseException:
                self.close()
                raise

    def open(self) -> BinaryIO:
        """Opens the copy for reading."""
        return self.path.open("rb")


def _write(target: BinaryIO, piece: bytes) -> None:
    """Writes bytes. Raises NoRoom where the disk takes no more."""
    try:
        target.write(piece)
    except OSError as error:
        raise NoRoom(error.strerror or str(error)) from None
