"""What the tests of versions share."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def old(good_folder, tmp_path) -> Path:
    """The package as it was."""
    return shutil.copytree(good_folder, tmp_path / "old")
