"""Files are opened beneath a folder alone, whatever stands on the way, and only regular ones."""

import contextlib
import os
import threading
from pathlib import Path

import pytest

from claimtrack.core.opening import open_beneath, open_regular, read_regular


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "outside.csv").write_text("outside")
    root = tmp_path / "package"
    (root / "data").mkdir(parents=True)
    (root / "data" / "t.csv").write_text("inside")
    return root


@pytest.mark.parametrize(
    "link, target",
    [
        ("link.csv", "data/t.csv"),
        ("data/link.csv", "t.csv"),
        ("data/link.csv", "../data/t.csv"),
        ("other", "data"),
        ("data/up", ".."),
    ],
)
def test_links_within_the_folder_are_followed(root, link, target):
    (root / link).symlink_to(target)
    name = {"other": "other/t.csv", "data/up": "data/up/data/t.csv"}.get(link, link)
    with open_beneath(root, name) as handle:
        assert handle.read() == b"inside"


@pytest.mark.parametrize("target", ["../outside.csv", "/etc/hostname", "data/../../outside.csv", "link.csv"])
def test_no_link_leads_outside_or_round(root, target):
    (root / "link.csv").symlink_to(target)
    with pytest.raises(OSError):
        open_beneath(root, "link.csv")


@pytest.mark.parametrize("name", ["../outside.csv", "data/../../outside.csv", "data", "", "none.csv", "x" * 300])
def test_what_is_no_file_beneath_the_folder(root, name):
    with pytest.raises(OSError):
        open_beneath(root, name)


def test_devices_and_pipes_are_not_opened(root):
    os.mkfifo(root / "data" / "pipe")
    for opened in (lambda: open_beneath(root, "data/pipe"), lambda: open_regular(Path("/dev/zero"))):
        with pytest.raises(OSError, match="not a regular file"):
            opened()
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(Path("/dev/zero"), 10)
    assert read_regular(root / "data" / "t.csv", 2) == b"ins"  # one byte more than asked, so that the excess is seen


def test_a_swap_in_between_leads_nowhere_else(root):
    """A folder that is swapped for a link to another one, again and again, while it is opened."""
    other = root.parent / "other"
    other.mkdir()
    (other / "t.csv").write_text("outside")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            (root / "data").rename(root / "kept")
            (root / "data").symlink_to("../other")
            (root / "data").unlink()
            (root / "kept").rename(root / "data")

    thread = threading.Thread(target=swap)
    thread.start()
    read = set()
    try:
        for _ in range(3000):
            try:
                with open_beneath(root, "data/t.csv") as handle:
                    read.add(handle.read())
            except OSError:
                pass
    finally:
        stop.set()
        thread.join()
    assert read <= {b"inside"}


def test_no_file_descriptor_is_left_open(root):
    (root / "link.csv").symlink_to("../outside.csv")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("data/t.csv", "link.csv", "data/none.csv"):
        with contextlib.suppress(OSError):
            open_beneath(root, name).close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
