# /// script
# requires-python = ">=3.11"
# dependencies = ["extruct==0.18.0"]
# ///
"""extruct finds in a release's front page the structured data that search engines read.

Usage: `uv run --script tests/readers/read_search.py DIST`.
What Google's dataset search requires of it and recommends is checked here as that documents it:
https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import extruct

# `sameAs`, `funder`, `alternateName`, `measurementTechnique` and coverages have no source in the descriptor; nor have
# `identifier` and `url` as long as it gives neither DOI nor homepage.
REQUIRED = ("name", "description")
RECOMMENDED = ("creator", "license", "version", "keywords", "isAccessibleForFree", "variableMeasured", "distribution")


def issues(page: Path, said: dict) -> list[str]:
    """What is wrong with a page's description of its dataset."""
    found = [f"no {name}" for name in (*REQUIRED, *RECOMMENDED) if not said.get(name)]
    if not 50 <= len(said.get("description", "")) <= 5000:
        found.append("description: not 50 to 5000 characters")
    if not urlsplit(said.get("license", "")).hostname:
        found.append("license: no address")
    found += [
        f"creator: {one}"
        for one in said.get("creator", [])
        if one.get("@type") not in ("Person", "Organization") or not one.get("name")
    ]
    for one in said.get("distribution", []):
        address = one.get("contentUrl", "")
        there = urlsplit(address).hostname or (page.parent / address).is_file()
        if one.get("@type") != "DataDownload" or not one.get("encodingFormat") or not there:
            found.append(f"distribution: {one}")
    return found


def main(folder: str) -> int:
    page = Path(folder) / "site" / "index.html"
    documents = extruct.extract(
        page.read_text(encoding="utf-8"), syntaxes=["json-ld", "microdata", "rdfa", "opengraph"]
    )
    datasets = [one for one in documents["json-ld"] if one.get("@type") == "Dataset"]
    wrong = [issue for one in datasets for issue in issues(page, one)]
    downloads = sum(len(one.get("distribution", [])) for one in datasets)
    print(f"extruct: {len(datasets)} dataset in the page, {downloads} downloads")
    print("\n".join(wrong) or "Google's required and recommended properties: nothing amiss")
    return int(len(datasets) != 1 or bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
