"""The steps of CONTRIBUTING.md, taken as a contributor takes them: in a clone, with the commands as they stand there.

A whole second statement (`tests/packages/second`: an invented text of invented bodies) is coded beside the first. To
that are added a claim, and evidence with a follow-up.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest
import yaml

from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.tracking.canonical import canonical, sha256
from tests.conftest import ROOT
from tests.tools.support import read_descriptor

pytestmark = pytest.mark.slow

SECOND = Path(__file__).parent / "packages" / "second"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEXT = canonical((SECOND / "statement.txt").read_text(encoding="utf-8"))


IDENTITY = ("user.name=A contributor", "user.email=contributor@example.org", "commit.gpgsign=false")


class Clone:
    """A working copy in a git repository of its own, `quotes` beside it. `said` is what its commands printed last."""

    def __init__(self, folder: Path):
        self.folder, self.quotes = folder / "project", folder / "quotes.csv"
        self.said: dict[str, str] = {}

    @classmethod
    def of_the_project(cls, folder: Path) -> "Clone":
        made = cls(folder)
        shutil.copytree(ROOT, made.folder, ignore=shutil.ignore_patterns(".*", "tests", "__pycache__"))
        made.git("init", "--quiet")
        made.commit()
        return made

    def copy(self, folder: Path) -> "Clone":
        """The same, elsewhere, to go on from there."""
        shutil.copytree(self.folder.parent, folder, dirs_exist_ok=True)
        return Clone(folder)

    def git(self, *arguments: str) -> str:
        identity = [word for setting in IDENTITY for word in ("-c", setting)]
        words = ["git", *identity, *arguments]
        return subprocess.run(words, cwd=self.folder, capture_output=True, check=True, text=True).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")

    def table(self, name: str) -> list[dict]:
        return read_rows(self.folder / "data" / f"{name}.csv")[1]

    def append(self, name: str, rows: list[dict]) -> None:
        """Writes rows at the end of a table, as a person would; not in the order of the key."""
        names, old = read_rows(self.folder / "data" / f"{name}.csv")
        write_rows(self.folder / "data" / f"{name}.csv", names, [*old, *rows], in_order=False)

    @property
    def today(self) -> str:
        """The latest day on which a row was recorded."""
        return max(row["recorded"] for name in ("evidence", "follow_ups") for row in self.table(name))

    def raise_version(self, part: int) -> str:
        """The next version, written into CHANGELOG.md and datapackage.json."""
        path = self.folder / "datapackage.json"
        old = json.loads(path.read_text(encoding="utf-8"))["version"]
        numbers = [int(number) for number in old.split(".")]
        new = ".".join(str(n) for n in [*numbers[:part], numbers[part] + 1, *[0] * (2 - part)])
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'"version": "{old}"', f'"version": "{new}"', 1), encoding="utf-8")
        changelog = self.folder / "CHANGELOG.md"
        changelog.write_text(
            changelog.read_text(encoding="utf-8").replace("\n## ", f"\n## {new} — 2024-09-01\n\n- More.\n\n## ", 1),
            encoding="utf-8",
        )
        return new

    def take(self, section: str, **placeholders: str) -> "Clone":
        """Runs the commands of a section of CONTRIBUTING.md, and commits what they made."""
        (block,) = re.findall(r"```sh\n(.*?)```", GUIDE.split(f"## {section}\n")[1].split("\n## ")[0], re.DOTALL)
        self.said = {line.strip(): self.command(line, **placeholders) for line in block.splitlines() if line.strip()}
        self.commit()
        return self

    def command(self, line: str, **placeholders: str) -> str:
        words = [placeholders.get(word, word) for word in shlex.split(line)]
        assert words[:2] == ["python", "validate.py"]
        done = self.claimtrack(*words[2:])
        assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    def claimtrack(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The clone's own command."""
        command = [sys.executable, "validate.py", *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> Clone:
    """The clone once a whole second statement is coded beside the first."""
    clone = Clone.of_the_project(tmp_path_factory.mktemp("second"))
    rows = {path.stem: read_rows(path)[1] for path in (SECOND / "data").glob("*.csv")}
    version = clone.raise_version(1)
    for name, new in rows.items():
        # A contributor's rows are of the next version and recorded today, not before those that are there.
        today = {"version_added": version, "recorded": clone.today, "consulted": clone.today}
        new = [row | {column: today[column] for column in today.keys() & row.keys()} for row in new]
        # That nothing was found is so as of the day on which it is recorded.
        new = [row | {"as_of": clone.today} if row.get("status") == "no_update_found" else row for row in new]
        clone.append(name, new)
    shutil.copy(SECOND / "quotes.csv", clone.quotes)
    return clone.take("Add a whole statement", AB24="NF24", TEXT=str(SECOND / "statement.txt"))


@pytest.fixture(scope="module")
def overlooked(second: Clone, tmp_path_factory) -> Clone:
    """The clone once a claim is added that was overlooked: that there is such a body at all."""
    clone = second.copy(tmp_path_factory.mktemp("overlooked"))
    clone.quotes.unlink()
    # The other statement is absent from this text, so the exit code is 1. The words of this one are written.
    done = clone.claimtrack("prove", "--source", SECOND / "statement.txt", "--quotes-to", clone.quotes)
    assert done.returncode == 1, done.stderr
    names, rows = read_rows(clone.quotes)
    added = {"segment_id": "NF24-S02", "claim_id": "NF24-C007", "quote": "ferry board"}
    write_rows(clone.quotes, names, [*rows, added], in_order=False)
    version = {"version_added": clone.raise_version(1)}
    like = next(row for row in clone.table("claims") if row["claim_id"] == "NF24-C003")
    claim = {"claim_id": "NF24-C007", "claim": "Norrim has a board for its ferries."}
    claim |= {"claim_type": "background", "commitment": "presupposed"}
    claim |= {"time": "2024-04-03", "time_basis": "bounded", "time_note": ""}
    clone.append("claims", [like | claim | version])
    speaker = {"participant_id": "NF24-P013", "claim_id": "NF24-C007", "actor_id": "ferry-users-league"}
    clone.append("participants", [speaker | {"role": "speaker"}])
    like = next(row for row in clone.table("evidence") if row["evidence_id"] == "NF24-E003")
    evidence = {"evidence_id": "NF24-E007", "claim_id": "NF24-C007"}
    evidence |= {"finding": "The paper speaks of the board as one that is there."}
    clone.append("evidence", [like | evidence | version])
    return clone.take("Add or correct a claim or a call", KH23="NF24", TEXT=str(SECOND / "statement.txt"))


@pytest.fixture(scope="module")
def followed(second: Clone, tmp_path_factory) -> Clone:
    """The clone once a row of evidence and a follow-up are added, with the source of both."""
    clone = second.copy(tmp_path_factory.mktemp("followed"))
    version = clone.raise_version(1)
    source = {"source_id": "SRC-902", "title": "The books are open", "url": "https://example.org/books"}
    source |= {"published": "2024-09-20", "consulted": clone.today}
    clone.append("sources", [next(row for row in clone.table("sources") if row["source_id"] == "SRC-901") | source])
    facts = {"source_id": "SRC-902", "said_by_id": "norrim-tide", "official_position": "false", "confidence": "high"}
    facts |= {"recorded": clone.today, "version_added": version}
    evidence = {"evidence_id": "NF24-E008", "claim_id": "NF24-C001", "relation": "corroborates"}
    evidence |= {
        "about": "act_meant",
        "event_date": "2024-04-01",
        "finding": "The opened books give the fares of before and after.",
    }
    clone.append("evidence", [facts | evidence])
    follow_up = {"follow_up_id": "NF24-F002", "call_id": "NF24-K01", "as_of": "2024-09-20", "status": "unmet"}
    follow_up |= {"bears_on": "case", "criterion_id": "NF24-T02"}
    follow_up |= {"finding": "The board's accounts came out in September, after the day that was set."}
    clone.append("follow_ups", [facts | follow_up])
    return clone.take("Add evidence, a follow-up or an answer")


def test_a_whole_second_statement(second: Clone):
    assert "\nvalid\n" in second.said["python validate.py prepare"]
    history = second.said["python validate.py prepare"]
    assert "sound history: no finding" in history and "ask for a MINOR version" in history
    assert {row["statement_id"] for row in second.table("statements")} > {"NF24"}
    for pointer in [*second.table("segments"), *second.table("anchors")]:
        if pointer["sha256"] and "NF24" in (pointer.get("segment_id") or ""):
            assert sha256(TEXT[int(pointer["start"]) : int(pointer["end"])]) == pointer["sha256"]


def test_all_that_is_made_of_the_dataset_follows_it(second: Clone):
    """Whoever adds rows types the version into two files, and nothing else."""
    version = read_descriptor(second.folder)["version"]
    for name in ("README.md", "CITATION.cff"):
        text = (second.folder / name).read_text(encoding="utf-8")
        assert version in text and read_descriptor(ROOT)["version"] not in text, name
    assert second.claimtrack("docs", "--check").returncode == 0
    assert second.claimtrack("--version").stdout.startswith(f"claimtrack {version} ")


def test_both_statements_are_published(second: Clone, tmp_path):
    release = tmp_path / "release"
    second.command(f"python validate.py publish --output {shlex.quote(str(release))}")

    def page(name: str):
        return lxml.html.document_fromstring((release / "site" / name).read_text(encoding="utf-8"))

    front = page("index.html")
    statements = {row["statement_id"]: row["title"] for row in second.table("statements")}
    own = {id: page(f"statements/{id}.html") for id in statements}
    for table, columns in (("claims", ("claim_id", "claim")), ("calls", ("call_id", "demand"))):
        rows = {row[columns[0]]: row for row in second.table(table)}
        assert {row["statement_id"] for row in rows.values()} == statements.keys()
        for id, row in rows.items():
            cards = own[row["statement_id"]].xpath(f"//article[@id='{id}']")
            assert [card.xpath("string(.//h3)") for card in cards] == [row[columns[1]]]
            assert page(f"{table}/{id}.html").xpath(f"string(//article[@id='{id}']//h3)") == row[columns[1]]
        flat = read_rows(release / f"{table}.csv")[1]
        titles = {id: statements[row["statement_id"]] for id, row in rows.items()}
        assert {row[columns[0]]: row["statement_title"] for row in flat} == titles
    listed = front.xpath("//section[@id='about']//tr[@id]")
    assert {row.get("id"): row.xpath("string(th)") for row in listed} == statements
    assert len(front.xpath("//select[@name='statement']")) == 1
    segments = {row["segment_id"]: row["statement_id"] for row in second.table("segments")}
    covered = {cell: id for id, one in own.items() for cell in one.xpath("//table[@class='coverage']//tr/@id")}
    assert covered == segments
    cff = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert [one["title"] for one in cff["references"]] == list(statements.values())


def test_a_claim(second: Clone, overlooked: Clone):
    assert "sound history: no finding" in overlooked.said["python validate.py prepare"]
    before, after = second.table("anchors"), overlooked.table("anchors")
    (added,) = [row for row in after if row not in before]
    assert [row for row in after if row in before] == before and added["claim_id"] == "NF24-C007"
    assert TEXT[int(added["start"]) : int(added["end"])] == "ferry board"


def test_a_row_of_evidence_and_a_follow_up(followed: Clone):
    assert "sound history: no finding" in followed.said["python validate.py prepare"]
    assert "NF24-K01  UNMET as of 2024-09-20" in followed.said["python validate.py status"]


def test_a_follow_up_is_not_taken_back(followed: Clone, tmp_path):
    """What the last command of each path is for."""
    clone = followed.copy(tmp_path)
    names, rows = read_rows(clone.folder / "data" / "follow_ups.csv")
    kept = [row for row in rows if row["follow_up_id"] != "NF24-F002"]
    write_rows(clone.folder / "data" / "follow_ups.csv", names, kept)
    clone.raise_version(2)
    assert clone.claimtrack("fix", "--reseal", "follow_ups").returncode == 0
    done = clone.claimtrack("diff", "HEAD")
    # The source that it rested on is cited still, by a row of evidence: the package is valid, its history is not.
    assert done.returncode == 1 and "HIS103" in done.stdout and "NF24-F002" in done.stdout, done.stderr


def test_the_line_that_sets_up_brings_what_the_commands_need():
    """Agreement and the drawing of the rooms need libraries that checking does without."""
    (block, *_) = re.findall(r"(?s)```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"))
    first, second = block.splitlines()
    assert "The second line of `README.md` brings all that contributors need" in GUIDE
    assert "--no-dev" in first and "--no-dev" not in second
    assert all(". .venv/bin/activate && " in line for line in (first, second))
