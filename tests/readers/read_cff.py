# /// script
# requires-python = ">=3.11"
# dependencies = ["cffconvert==2.0.0"]
# ///
"""cffconvert reads a release's CITATION.cff: `uv run --script tests/readers/read_cff.py DIST`."""

import sys
from pathlib import Path

from cffconvert import Citation

if __name__ == "__main__":
    citation = Citation((Path(sys.argv[1]) / "CITATION.cff").read_text(encoding="utf-8"))
    citation.validate()  # raises where the file breaks the schema
    print("cffconvert:", citation.as_apalike().strip())
