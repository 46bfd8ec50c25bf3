"""Sizes and hashes: held against the bytes of a file, and refreshed in a descriptor that is else left as it was."""

import hashlib
import json
from types import SimpleNamespace

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.package.checksums import Digest, checksums, fits, sealed
from tests.tools.support import read_descriptor, resource, write

TEXT = {"name": "a", "type": "string"}
CONTENT = b"a\nx\n"


def found(told_hash: str | None, told_bytes: int | None, *blocks: bytes) -> list[str]:
    """What is said of a file of these blocks against what its resource says."""
    digest = Digest(SimpleNamespace(hash=told_hash, bytes=told_bytes), "data/t.csv")
    for block in blocks:
        digest.update(block)
    findings = list(digest.findings())
    assert all(each.rule == "FIL101" and each.file == "data/t.csv" for each in findings)
    return [each.message.partition(": ")[2] for each in findings]


@pytest.mark.parametrize(
    "told",
    [
        hashlib.md5(CONTENT).hexdigest(),
        *(f"{name}:{hashlib.new(name, CONTENT).hexdigest()}" for name in ("md5", "sha256")),
    ],
)
def test_a_hash_by_any_name_is_that_of_all_blocks(told):
    assert found(told, 4, b"a\n", b"x\n") == []
    (said,) = found(told, 4, b"a\n", b"y\n")
    assert (
        told.rpartition(":")[2] in said
        and hashlib.new("md5" if len(told) < 40 else "sha256", b"a\ny\n").hexdigest() in said
    )


def test_a_size_is_told_by_itself():
    assert found(None, 4, CONTENT) == [] and found(None, 5, CONTENT) == ["4 bytes instead of 5"]
    assert found(None, None, CONTENT) == []


@pytest.mark.parametrize("told", ["no-such-algorithm:00", "shake_128:00", "", "sha256:"])
def test_a_hash_that_nobody_can_take_is_passed_over(told):
    """As by frictionless, which looks at MD5 and SHA-256 alone."""
    assert found(told, 4, CONTENT) == []


@pytest.fixture
def package(tmp_path):
    told = [resource("t", [TEXT]), resource("u", [TEXT], path=["data/t.csv", "data/u.csv"])]
    inline = resource("v", [TEXT], path=None, format=None, encoding=None, dialect=None, data=[["a"], ["x"]])
    return write(tmp_path, [*told, inline], {"data/t.csv": CONTENT, "data/u.csv": CONTENT}, title="é")


def test_the_named_files_are_sealed_and_no_others(package):
    path, before = package / "datapackage.json", read_descriptor(package)
    assert json.loads(sealed(path, {"data/u.csv": b"x", "nowhere.csv": b"x"})) == before
    first, *others = json.loads(sealed(path, {"data/t.csv": CONTENT}))["resources"]
    assert others == before["resources"][1:] and first == before["resources"][0] | checksums(CONTENT)
    assert checksums(CONTENT) == {"bytes": 4, "hash": "sha256:" + hashlib.sha256(CONTENT).hexdigest()}
    assert read_descriptor(package) == before


@pytest.mark.parametrize(
    "told, does",
    [
        ({}, True),
        ({"bytes": 4}, True),
        ({"bytes": 5}, False),
        ({"bytes": 0}, False),
        ({"hash": hashlib.md5(CONTENT).hexdigest()}, True),
        ({"hash": "sha1:" + hashlib.sha1(CONTENT).hexdigest().upper()}, True),
        ({"hash": "SHA512:" + hashlib.sha512(CONTENT).hexdigest()}, True),
        ({"hash": "sha256:" + "0" * 64, "bytes": 4}, False),
        ({"hash": "sha256:"}, False),
        ({"hash": "shake_128:00"}, False),
        ({"hash": "no-such-algorithm:00"}, False),
        ({"hash": 7}, False),
    ],
)
def test_a_file_fits_what_is_said_of_it(told, does):
    assert fits(told, CONTENT) is does


@pytest.mark.parametrize(
    "title, said",
    [
        (r'"\ud800"', "half of a surrogate pair"),
        ("NaN", "no number of JSON"),
        ("-1e999", "cannot be written again as it is"),
        ("9" * 5000, "cannot be written again as it is"),
    ],
    ids=["half", "NaN", "infinite", "long"],
)
def test_a_descriptor_that_cannot_be_written_again_is_told(package, title, said):
    path = package / "datapackage.json"
    path.write_text(json.dumps(read_descriptor(package) | {"title": "TITLE"}).replace('"TITLE"', title))
    with pytest.raises(Unusable, match=said):
        sealed(path, {})
