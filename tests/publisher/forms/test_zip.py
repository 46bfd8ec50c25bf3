"""The Data Package as one zip: whole, valid, and closed in itself."""

import zipfile

import pytest

from claimtrack.publisher.forms import zip as archive
from tests.tools.example import Example
from tests.tools.support import kept, validate


def test_document_that_leads_outside_is_not_packed(good: Example, tmp_path):
    (tmp_path / "secret.md").write_text("not for you", encoding="utf-8")
    (good.folder / "CHANGELOG.md").symlink_to(tmp_path / "secret.md")
    assert "CHANGELOG.md" not in archive.members(kept(good.folder))


@pytest.mark.slow
def test_package_in_the_zip_is_whole_and_valid(release, tmp_path):
    from frictionless import Package

    with zipfile.ZipFile(release / "datapackage.zip") as package:
        assert {"datapackage.json", "README.md", "LICENSE-DATA.md", "docs/codebook.md"} <= set(package.namelist())
        assert {entry.external_attr >> 16 for entry in package.infolist()} == {0o100644}
        package.extractall(tmp_path)
    assert validate(tmp_path).exit_code == 0
    assert Package(str(release / "datapackage.zip")).validate().valid


@pytest.mark.parametrize(
    "text, left",
    [
        ("[a](b.md), [c](gone.md), ![d](gone.svg)", "[a](b.md), c, d"),
        (
            "[`a`](../b.md#c) [d](#here) [e](https://example.org/gone.md) [f](../docs)",
            "[`a`](../b.md#c) [d](#here) [e](https://example.org/gone.md) [f](../docs)",
        ),
        ("`[c](gone.md)`\n```\n[c](gone.md)\n```\n[`c`](/gone.md)", "`[c](gone.md)`\n```\n[c](gone.md)\n```\n`c`"),
        ("[é\udcff](../../b.md)\r\n", "é\udcff\r\n"),
    ],
)
def test_link_to_what_is_not_in_the_zip_is_left_as_its_words(text, left):
    names = ["b.md", "docs/b.md", "docs/a.md"]
    assert (
        archive.closed("docs/a.md", text.encode("utf-8", "surrogateescape"), names).decode("utf-8", "surrogateescape")
        == left
    )
