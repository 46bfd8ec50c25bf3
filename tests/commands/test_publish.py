"""`claimtrack publish`: its options, and what it refuses. What a release holds is tested in `tests/publisher`."""

import shutil

import pytest

from tests.tools.example import Example
from tests.tools.support import seal, table


def test_a_release_is_built_where_it_is_asked_for(good_folder, tmp_path, ended):
    done = ended("publish", good_folder, "--output", tmp_path / "release")
    files = [path for path in (tmp_path / "release").rglob("*") if path.is_file()]
    told = f"Claims of an invented statement 1.1.0: {len(files)} files in {tmp_path / 'release'}\n"
    assert (done.code, done.out, done.err) == (0, told, "")


def test_it_is_built_in_dist_where_no_place_is_named(good: Example, monkeypatch, ended):
    monkeypatch.chdir(good.folder)
    done = ended("publish")
    assert (done.code, done.err) == (0, "") and done.out.endswith(" files in dist\n")
    assert (good.folder / "dist" / "site" / "index.html").exists()


@pytest.mark.slow
def test_a_zip_is_published_as_its_folder_is(good_folder, tmp_path, ended):
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", good_folder)
    for number, place in enumerate((packed, good_folder)):
        assert ended("publish", place, "--output", tmp_path / str(number)).code == 0
    said = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "0", tmp_path / "1")
    ]
    assert said[0] == said[1]


def test_only_a_valid_claim_tracking_package_is_published(good: Example, tmp_path, ended):
    output = tmp_path / "release"
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    seal(good.folder)
    done = ended("publish", good.folder, "--output", output)
    assert (done.code, done.out) == (
        1,
        "",
    ) and f"{good.folder}: not published, since the package is not valid" in done.err
    other = table(tmp_path / "other", "n\n1\n", [{"name": "n", "type": "integer"}])
    done = ended("publish", other, "--output", output)
    assert (done.code, done.out) == (2, "") and "not published, since it is no claim-tracking package" in done.err
    assert not output.exists()


@pytest.mark.parametrize("epoch", ["yesterday", "1.5", "1" * 40])
def test_an_epoch_that_is_none_is_one_sentence(good_folder, tmp_path, monkeypatch, ended, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = ended("publish", good_folder, "--output", tmp_path / "release")
    said = f'SOURCE_DATE_EPOCH is "{epoch}"; it must be a whole number of seconds since 1970\n'
    assert done == (2, "", said) and not (tmp_path / "release").exists()


def test_a_language_that_the_site_has_not_is_one_sentence(good_folder, tmp_path, ended):
    done = ended("publish", good_folder, "--language", "tlh", "--output", tmp_path / "release")
    assert (
        done == (2, "", 'the site has no language "tlh"; there are: en, fr\n') and not (tmp_path / "release").exists()
    )
