"""Hashes the content of a row, so that whoever cites or reviews it can prove that it has not changed.

Other tools can compute the hash by this recipe. Take the row's cells as text, exactly as they are in the CSV file.
Leave out empty cells. Make a JSON object with the column names as keys and the texts as values. Write it in the
canonical form of RFC 8785 (keys sorted, no white space, UTF-8). Take the SHA-256 of these bytes. The hash does not
depend on the order of columns or rows, and does not change when a column is added in which the row is empty.
"""

import hashlib
from collections.abc import Mapping


def content_hash(cells: Mapping[str, str]) -> str:
    """Returns the SHA-256 of a row's content, as 64 lower-case hexadecimal digits. `cells` are texts by column."""
    import rfc8785  # only here, because a check of a package without reviews does not need it

    return hashlib.sha256(rfc8785.dumps({name: text for name, text in cells.items() if text})).hexdigest()
