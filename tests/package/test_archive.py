"""A package in one zip: read as it would be unpacked, and refused where unpacking it would do harm."""

import json
import re
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.package import archive
from claimtrack.pipeline.check import check
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from tests.tools.support import claimtrack, table


@pytest.fixture
def package(tmp_path) -> Path:
    return table(tmp_path / "package", "n\n1\nx\n", [{"name": "n", "type": "integer"}])


def pack(path: Path, files: dict[str, bytes]) -> Path:
    """Writes a zip of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def contents(package: Path, top: str = "") -> dict[str, bytes]:
    return {
        f"{top}{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("top", ["", "release-1.0/"])
def test_a_zip_is_checked_as_its_folder_is(package, tmp_path, top):
    whole = pack(tmp_path / "p.zip", contents(package, top) | {f"{top}README.md": b"x"})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = claimtrack("p.zip", "package", "p.zip", "--format", "json", cwd=tmp_path, TMPDIR=str(temporary))
    assert done.returncode == 1 and done.stderr == ""
    packed, plain, _ = json.loads(done.stdout)["packages"]
    assert packed.pop("package") == str(whole.name) and plain.pop("package") == "package"
    assert packed == plain and packed["findings"][0]["file"] == "data/t.csv"
    assert list(temporary.iterdir()) == []  # nothing stays behind
    assert claimtrack("p.zip", cwd=tmp_path).stdout.startswith("data/t.csv:3:1: CEL101 ")


def test_a_descriptor_is_a_package_too(package):
    assert check(str(package / "datapackage.json"), Settings(), [CLAIM_TRACKING]).totals.total() == 1


def refused(path: Path) -> str:
    report = check(str(path), Settings(), [CLAIM_TRACKING])
    assert (
        report.exit_code == 2
        and re.match(f"{re.escape(str(path))}[:/]", report.error)
        and len(report.error.splitlines()) == 1
    )
    assert ".claimtrack-" not in report.error  # the temporary folder is nobody's business
    return report.error


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/tmp/evil.csv", "data/../../evil.csv", "C:/evil.csv", "data\\..\\..\\evil.csv", "a" * 2000]
)
def test_no_entry_leads_outside(package, tmp_path, name):
    path = pack(tmp_path / "p.zip", contents(package))
    with zipfile.ZipFile(path, "a") as out:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        out.writestr(info, b"evil")
    assert "leads outside it" in refused(path)
    assert not list(tmp_path.rglob("evil.csv")) and not Path("/tmp/evil.csv").exists()


@pytest.mark.parametrize("kind, word", [(stat.S_IFLNK, "is a link"), (stat.S_IFIFO, "or a device")])
def test_no_entry_is_a_link(package, tmp_path, kind, word):
    path = pack(tmp_path / "p.zip", contents(package))
    with zipfile.ZipFile(path, "a") as out:
        info = zipfile.ZipInfo("data/more.csv")
        info.external_attr = (kind | 0o777) << 16
        out.writestr(info, b"/etc/passwd")
    assert word in refused(path)


def test_bounds(package, tmp_path, monkeypatch):
    assert "as no honest tables do" in refused(
        pack(tmp_path / "bomb.zip", contents(package) | {"data/zeros.csv": bytes(30 * limits.MIB)})
    )
    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    assert "more than 3 entries" in refused(
        pack(tmp_path / "many.zip", contents(package) | {f"{i}": b"" for i in range(3)})
    )
    monkeypatch.setattr(limits, "MAX_ARCHIVE", 10)
    assert "at most 10 are checked" in refused(pack(tmp_path / "large.zip", contents(package)))


def test_a_zip_that_lies_about_its_sizes(package, tmp_path):
    """The directory says ten bytes, the stream holds more: no more than declared is written, and the zip is refused."""
    path = pack(tmp_path / "p.zip", {**contents(package), "data/lie.csv": b"n\n" + b"1\n" * 100_000})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"data/lie.csv"))
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    refused(path)


@pytest.mark.parametrize(
    "damage, word",
    [
        (lambda raw: raw[: len(raw) // 3] + raw[len(raw) // 3 + 20 :], "cannot be unpacked"),
        (lambda raw: raw.replace(b"\x08\x00", b"\x63\x00"), "cannot be unpacked"),
        (lambda raw: raw[:-200], "damaged or cut off"),
    ],
    ids=["holes", "an unknown method", "cut off"],
)
def test_a_damaged_zip(package, tmp_path, damage, word):
    path = pack(tmp_path / "p.zip", contents(package))
    path.write_bytes(damage(path.read_bytes()))
    assert re.search(word, refused(path))


def test_an_encrypted_zip(package, tmp_path):
    path = pack(tmp_path / "p.zip", contents(package))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "without a password" in refused(path)


def test_names_that_collide(package, tmp_path):
    path = pack(tmp_path / "p.zip", contents(package))
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("data/t.csv", b"n\n2\n")
    assert "stands twice" in refused(path)
    refused(pack(tmp_path / "q.zip", contents(package) | {"data/t.csv/x": b""}))


def test_a_zip_without_a_package(package, tmp_path):
    assert "holds no datapackage.json" in refused(pack(tmp_path / "none.zip", {"README.md": b"x"}))
    both = contents(package, "a/") | contents(package, "b/")
    assert "in one folder" in refused(pack(tmp_path / "two.zip", both))
    descriptor = b'{"resources": [{"name": "t", "path": "data/t.csv", "schema": "s.json"}]}'
    torn = pack(tmp_path / "torn.zip", {**contents(package), "datapackage.json": descriptor})
    said = (
        check(str(torn), Settings(), [CLAIM_TRACKING]).not_checked[0].message
    )  # without the path of a temporary folder
    assert said.endswith('"t" (resource 1): s.json: there is no such regular file; the descriptor names it')


def test_a_folder_is_left_as_it_is(package):
    with archive.opened(package) as path:
        assert path == package


def with_zip64(content: bytes) -> bytes:
    """The zip with what it says of its directory in the records of ZIP64, and nothing in the record that ends it."""
    at = content.rindex(b"PK\5\6")
    count, size, offset = struct.unpack("<10xHLL", content[at : at + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    return content[:at] + record + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("remade", [bytes, with_zip64])
@pytest.mark.parametrize("entries, refused", [(3, False), (40, True)])
def test_a_long_directory_is_refused_wherever_its_length_stands(remade, entries, refused, tmp_path, monkeypatch):
    path = pack(tmp_path / "package.zip", {f"{number}.csv": b"n\n" for number in range(entries)})
    path.write_bytes(remade(path.read_bytes()))
    assert len(zipfile.ZipFile(path).namelist()) == entries  # this is how Python reads it
    monkeypatch.setattr(limits, "MAX_DIRECTORY", 1000)
    if refused:
        with pytest.raises(Unusable, match="directory is longer than"):
            archive.refuse_crowded(path)
    else:
        archive.refuse_crowded(path)
