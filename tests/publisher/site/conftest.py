"""What the tests of the site share: the shipped dataset's site."""

from pathlib import Path

import pytest

from tests.tools.site import DOWNLOADS, parsed, write_site


@pytest.fixture(scope="module")
def folder(dataset, tmp_path_factory) -> Path:
    output = tmp_path_factory.mktemp("dist") / "site"
    write_site(dataset, output, DOWNLOADS)
    return output


@pytest.fixture(scope="module")
def pages(folder) -> dict:
    """Every page, parsed, by its path in the site's folder."""
    return {path.relative_to(folder).as_posix(): parsed(path) for path in sorted(folder.rglob("*.html"))}
