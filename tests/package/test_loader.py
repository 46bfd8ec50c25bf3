"""frictionless opens the files of a package beneath its folder, even where a link takes a file's place in between."""

from pathlib import Path

import pytest
from frictionless import Resource

from claimtrack.package.loader import files_beneath


def fields(resource: Resource) -> list[str]:
    with resource as opened:
        return opened.labels


@pytest.fixture
def outside(tmp_path) -> Path:
    file = tmp_path / "secret.csv"
    file.write_text("secret\n1\n")
    return file


@pytest.fixture
def package(tmp_path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "told.csv").write_text("told\n1\n")
    (folder / "link.csv").symlink_to("told.csv")
    return folder


@pytest.mark.parametrize("target", ["../secret.csv", "{outside}"])
@pytest.mark.parametrize("more", [[], ["told.csv"]])
def test_a_link_that_leads_outside_is_not_followed(package, outside, target, more):
    """The check of paths came before; the link was put there since."""
    (package / "told.csv").rename(package / "last.csv")
    (package / "told.csv").symlink_to(target.format(outside=outside))
    (package / "first.csv").write_text("told\n1\n")
    paths = ["first.csv", *more] if more else ["told.csv"]
    report = []
    with files_beneath(package):
        resource = Resource(path=paths[0], extrapaths=paths[1:], basepath=str(package))
        report = resource.validate().flatten(["type", "note"])
    assert [kind for kind, _ in report] == ["scheme-error"] and "outside the package" in report[0][1]


def test_a_link_inside_is_followed_and_nothing_is_changed_elsewhere(package, outside):
    with files_beneath(package):
        assert fields(Resource(path="link.csv", basepath=str(package))) == ["told"]
        assert fields(Resource(path=str(outside))) == ["secret"]  # what the user names is not of the package
    (package / "told.csv").unlink()
    (package / "told.csv").symlink_to(outside)
    assert fields(Resource(path="told.csv", basepath=str(package))) == ["secret"]
