"""Stops a command at each call that changes a file, by a signal, a kill or a full disk, and looks at what is left.

    python -m tests.tools.kill_points publish
    python -m tests.tools.kill_points fix --deeds KILL TERM INT HUP FULL

A child process runs the command and counts its calls that make, write, move or delete a file. At one of them it kills
itself, sends itself a signal before or after the call, or finds the disk full. What has to be as before or as wanted is
then compared, byte by byte, and the command is run again.
"""

import argparse
import errno
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from claimtrack.commands import main
from claimtrack.core import writing
from tests.tools import own
from tests.tools.example import Example, build_good
from tests.tools.support import CALM, files_in, in_a_process, seal

CALLS = ("open", "write", "fsync", "mkdir", "rename", "replace", "unlink", "rmdir", "chmod", "chown", "symlink", "link")
DEEDS = ("KILL", "TERM", "INT", "HUP", "FULL")


class Stops:
    """Wraps the calls that change files, so that the process stops at the call with the number `at` (from 1).

    `deed` is one of `DEEDS`. A signal comes after the call, a kill before it, or after it where `late` is set; a full
    disk is told in place of the call, and of every later one that needs room.
    """

    def __init__(self, at: int, deed: str, late: bool):
        self.at, self.deed, self.late, self.seen = at, deed, late, 0

    def install(self) -> None:
        """Puts the wrappers in place."""
        for name in CALLS:
            setattr(os, name, self._wrapped(getattr(os, name), name))
        writing._exchange = self._wrapped(writing._exchange, "exchange")

    def _wrapped(self, call: Callable, name: str) -> Callable:
        def wrapper(*arguments, **options):
            if name == "open" and not arguments[1] & os.O_CREAT:
                return call(*arguments, **options)
            self.seen += 1
            here = self.seen == self.at
            if self.deed == "FULL" and self.seen >= self.at > 0 and name in ("open", "write", "fsync", "mkdir"):
                if name == "write":  # a part still finds room
                    call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if here and self.deed == "KILL" and not self.late:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*arguments, **options)
            if here and self.deed != "FULL":
                os.kill(os.getpid(), getattr(signal, f"SIG{self.deed}"))
            return result

        return wrapper


def child(trial: "Trial", folder: Path, stops: Stops, quiet: bool = True) -> tuple[int, int]:
    """Runs the command in a child process, in a folder, with these stops.

    Returns its wait status, and how many calls it made that change files.
    The child is forked, since a new process would need a second to load its libraries.
    """
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(reader)
        os.chdir(folder)
        if quiet:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1), os.dup2(null, 2)
        code = 3
        leave = os._exit

        def told(code: int) -> None:
            stops.deed = ""
            os.write(writer, str(stops.seen).encode())
            leave(code)

        os._exit = told
        sys.argv = ["claimtrack", *trial.arguments]
        stops.install()
        try:
            trial.run()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        finally:
            told(code)
    os.close(writer)
    seen = os.read(reader, 100)
    os.close(reader)
    return os.waitpid(pid, 0)[1], int(seen or 0)


@dataclass
class Trial:
    """One command on files that it changes: how to make them, what to run, and what of them counts."""

    name: str
    make: Callable[[Path], None]  # writes the old state into an empty folder
    arguments: list[str]  # of the command, which is run in the folder
    parts: bool = False  # whether a kill may leave some files new and some old
    steps: bool = False  # whether it takes steps that are whole each, so that any stop may leave those before it done
    code: int = 0  # the exit code of a run that was not stopped
    again: int | None = None  # the exit code of a run after one that has done its work
    run: Callable[[], None] = main.command


def trials(good: Path) -> dict[str, Trial]:
    """Returns the trials by name. `good` is the smallest valid package."""

    def released(folder: Path) -> None:
        shutil.copytree(good, folder / "package")
        other = Example.copy_of(good, folder / "older")
        other.set("claims", "EX01-C001", "note", "An older note.")
        seal(other.folder)
        done = in_a_process("publish", other.folder, "--output", folder / "dist")
        assert done.returncode == 0, done.stderr
        shutil.rmtree(other.folder)

    def formless(folder: Path) -> None:
        shutil.copytree(good, folder / "package")
        for path in (folder / "package" / "data").glob("c*.csv"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        seal(folder / "package")

    def reported(folder: Path) -> None:
        shutil.copytree(good, folder / "package")
        done = in_a_process("check", "package", "--strict", "--output", "report.json", cwd=folder)
        assert done.returncode == 0 and "strict" in (folder / "report.json").read_text()

    def packaged(folder: Path) -> None:
        shutil.copytree(good, folder / "package")

    def two_releases(folder: Path) -> None:
        released(folder)
        done = in_a_process("publish", folder / "package", "--output", folder / "new")
        assert done.returncode == 0, done.stderr

    def coded(folder: Path) -> None:
        """A package of one's own with a statement in it, whose worksheet was taken in."""
        before = Path.cwd()

        def run(*words: str) -> int:
            os.chdir(folder / "lights" if (folder / "lights").exists() else folder)
            try:
                return in_a_process(*words).returncode
            finally:
                os.chdir(before)

        own.follow(folder, run, until="point")

    def annotated(folder: Path) -> None:
        """The same, and its annotations beside it."""
        coded(folder)
        assert in_a_process(*annotations, "--to", "LK24.jsonld", cwd=folder).returncode == 0

    def begun(folder: Path) -> None:
        """A package of one's own with a statement in it, and the worksheet of it filled in, but not taken in yet."""
        coded(folder)
        for name in ("anchors", "claims", "calls", "participants", "item_rights", "rights", "grounds"):
            path = folder / "lights" / "data" / f"{name}.csv"
            path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
        seal(folder / "lights")

    def empty(folder: Path) -> None:
        words = ["--title", "T", "--publisher", "P", "--language", "en", "--country", "EST"]
        assert in_a_process("new", folder / "lights", *words).returncode == 0
        words = ["actor_id=keepers-union", "kind=ngo", "name=U", "description=A union.", "named_in_statement=true"]
        done = in_a_process("add", "actor", *words, "public_role=true", "--package", folder / "lights")
        assert done.returncode == 0, done.stderr
        (folder / "LK24.txt").write_text(own.TEXT, encoding="utf-8")

    def out_of_form(folder: Path) -> None:
        """A new package with a code that is in no Table Schema yet, and a table with line ends of another kind."""
        empty(folder)
        codes, actors = (folder / "lights" / "data" / f"{name}.csv" for name in ("codes", "actors"))
        codes.write_text(
            codes.read_text(encoding="utf-8") + "action,light_a_lamp,Light a lamp,To have a lamp lit.,,\n", "utf-8"
        )
        actors.write_bytes(actors.read_bytes().replace(b"\n", b"\r\n"))

    annotations = ["annotations", "LK24", "--source", "LK24.txt", "--package", "lights"]
    layered = ["--format", "uima-cas", "--layers", "layers.xml"]
    marked = ["--from", "LK24.jsonld", "--worksheet", "marked.csv"]
    point = ["point", "LK24", "--source", "LK24.txt", "--worksheet", "LK24.csv", "--package", "lights"]
    add = (
        "statement_id=LK24 title=T publisher_id=keepers-union url=https://example.org published=2024-03-06 language=en"
    )
    add += " published_basis=text licence=LicenseRef-terms-of-use --text LK24.txt --worksheet LK24.csv --package lights"
    new = ["new", "lights", "--title", "T", "--publisher", "P", "--language", "en", "--country", "EST"]
    found = [
        Trial("new", lambda folder: None, new, again=2),
        Trial("add", empty, ["add", "statement", *add.split()], parts=True),
        Trial("point", begun, point, parts=True, code=1),
        Trial("annotations", coded, [*annotations, "--to", "LK24.jsonld"]),
        Trial("annotations-in", annotated, [*annotations, *marked]),
        Trial("layers", coded, [*annotations, *layered]),
        Trial("release", two_releases, [], run=move_in),
        Trial("publish", released, ["publish", "package", "--output", "dist"]),
        Trial("publish-new", packaged, ["publish", "package", "--output", "a/b/dist"]),
        Trial("fix", formless, ["fix", "package"], parts=True),
        Trial("prepare", out_of_form, ["prepare", "lights"], parts=True, steps=True, code=1),
        Trial("report", reported, ["check", "package", "--output", "report.json"]),
    ]
    return {trial.name: trial for trial in found}


def move_in() -> None:
    """The last step of `publish` alone, which takes no second: puts the release in `new` into the place of `dist`."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # as `main.command` does
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        writing.write_folder(Path("dist"), files_in(Path("new")), lambda: None)
    except (writing.Unusable, KeyboardInterrupt):
        sys.exit(2)


def load() -> None:
    """Loads what the commands use, so that forked children have it."""
    from claimtrack.authoring import coding, lacking, new_package, statement  # noqa: F401
    from claimtrack.authoring.annotations import uima_cas, web_annotation  # noqa: F401
    from claimtrack.commands import add, annotations, check, fix, new, point, prepare, publish, valid  # noqa: F401
    from claimtrack.fixing import plan  # noqa: F401
    from claimtrack.publisher import build  # noqa: F401
    from claimtrack.reports import as_json, as_text, output  # noqa: F401


def left(folder: Path) -> list[str]:
    """The folders, besides those with files, and the hidden files that lie in a folder."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.name.startswith(".claimtrack-") or (path.is_dir() and not any(path.iterdir()))
    )


def stopped(trial: Trial, old: Path, new: dict[str, bytes], at: int, deed: str, late: bool) -> Iterator[str]:
    """Stops a command once, and yields what is wrong with the files that it leaves."""
    before = files_in(old)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(old, Path(place) / "t"))
        child(trial, folder, Stops(at, deed, late))
        after, dirt = files_in(folder), left(folder)
        kept = {name: raw for name, raw in after.items() if ".claimtrack-" not in name}
        if kept not in (before, new):
            mixed = {name for name in kept if kept[name] not in (before.get(name), new.get(name))}
            may_part = trial.steps or (trial.parts and deed == "KILL")
            if not may_part or kept.keys() != new.keys() or mixed:
                yield "mixed"
        if dirt and deed != "KILL":
            yield f"left over: {dirt}"
        if deed != "KILL" and kept in (before, new) and not dirt:
            return
        status = os.waitstatus_to_exitcode(child(trial, folder, Stops(0, "", False))[0])
        codes = {trial.code} | ({trial.again} if trial.again is not None and after != before else set())
        if status not in codes or files_in(folder) != new or left(folder):
            yield f"a second run does not complete it: {status} {left(folder)}"


def try_all(
    trial: Trial, deeds: list[str], most: int | None = None, seed: int = 1, rotate: bool = False
) -> tuple[int, list[str]]:
    """Stops a command at each of its calls, or at `most` random ones; `rotate` takes two deeds at each.

    Returns the number of stops, and the faults.
    """
    with tempfile.TemporaryDirectory() as place:
        old, done = Path(place) / "old", Path(place) / "new"
        old.mkdir()
        trial.make(old)
        shutil.copytree(old, done)
        status, calls = child(trial, done, Stops(0, "", False))
        assert os.waitstatus_to_exitcode(status) == trial.code and calls, (trial.name, status, calls)
        new = files_in(done)
        stops = [
            (at, deed, late)
            for at in range(1, calls + 1)
            for number, deed in enumerate(deeds)
            for late in ([False, True] if deed == "KILL" else [False])
            # The rotation has one kill at each call, early or late by turns, and one of the other deeds.
            if not rotate or (at % 2 == late if deed == "KILL" else at % (len(deeds) - 1) + 1 == number)
        ]
        if most is not None:
            stops = random.Random(seed).sample(stops, min(most, len(stops)))
        faults = [
            f"{trial.name}, call {at} of {calls}, {deed}{' late' * late}: {fault}"
            for at, deed, late in stops
            for fault in stopped(trial, old, new, at, deed, late)
        ]
    return len(stops), faults


def main_() -> int:
    """Runs the trials that are named. Returns 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "trials", nargs="*", help="new, add, point, annotations, annotations-in, layers, release, publish … (all)"
    )
    parser.add_argument("--deeds", nargs="+", default=list(DEEDS), choices=DEEDS)
    parser.add_argument("--most", type=int)
    parser.add_argument("--rotate", action="store_true", help="one kill and one other deed at each call")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.update(CALM)
    load()
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        known = trials(build_good(Path(place)))
        for name in options.trials or known:
            count, faults = try_all(known[name], options.deeds, options.most, options.seed, options.rotate)
            print(f"{name}: {count} stops, {len(faults)} faults", flush=True)
            wrong += faults
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main_())
