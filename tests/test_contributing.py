"""The steps of CONTRIBUTING.md, taken as a contributor takes them: in a clone of this repository, with the commands as they stand there.

A whole second statement (`tests/packages/second`: an invented text of invented bodies) is coded beside the first; then a claim,
evidence and a follow-up are added to it.
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

from tests.conftest import ROOT
from validator.seal import read_rows, write_rows
from validator.text import canonical, sha256

SECOND = Path(__file__).parent / "packages" / "second"
TEXT = canonical((SECOND / "statement.txt").read_text(encoding="utf-8"))


class Clone:
    """A working copy in a git repository of its own."""

    def __init__(self, folder: Path):
        self.folder = folder / "project"
        shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(".*", "tests", "__pycache__"))
        (self.folder / "tests" / "packages").mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "packages" / "defects.toml", self.folder / "tests" / "packages")
        self.git("init", "--quiet")
        self.commit()

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=A contributor", "-c", "user.email=contributor@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *identity, *arguments], cwd=self.folder, capture_output=True, text=True, check=True).stdout

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

    def use_codes(self, table: str, rows: list[dict]) -> None:
        """Sets `reserved` to false for the codes that rows use."""
        fields = json.loads((self.folder / "schemas" / f"{table}.json").read_text(encoding="utf-8"))["fields"]
        used = {(field["codeList"], row.get(field["name"])) for field in fields if "codeList" in field for row in rows}
        names, codes = read_rows(self.folder / "data" / "codes.csv")
        for code in codes:
            if (code["list"], code["code"]) in used:
                code["reserved"] = "false"
        write_rows(self.folder / "data" / "codes.csv", names, codes, in_order=False)

    def raise_version(self, part: int) -> str:
        """The next version, written into CHANGELOG.md and datapackage.json."""
        path = self.folder / "datapackage.json"
        old = json.loads(path.read_text(encoding="utf-8"))["version"]
        numbers = [int(number) for number in old.split(".")]
        new = ".".join(str(n) for n in [*numbers[:part], numbers[part] + 1, *[0] * (2 - part)])
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'"version": "{old}"', f'"version": "{new}"', 1), encoding="utf-8")
        changelog = self.folder / "CHANGELOG.md"
        changelog.write_text(changelog.read_text(encoding="utf-8").replace("\n## ", f"\n## {new} — 2024-09-01\n\n- More.\n\n## ", 1), encoding="utf-8")
        return new

    def run(self, section: str, **placeholders: str) -> dict[str, str]:
        """Runs the commands of a section of CONTRIBUTING.md; what each printed."""
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        (block,) = re.findall(r"```sh\n(.*?)```", text.split(f"## {section}\n")[1].split("\n## ")[0], re.DOTALL)
        return {line.strip(): self.command(line, **placeholders) for line in block.splitlines() if line.strip()}

    def command(self, line: str, **placeholders: str) -> str:
        words = [placeholders.get(word, word) for word in shlex.split(line)]
        assert words[0] == "python"
        done = subprocess.run([sys.executable, *words[1:]], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Clone:
    return Clone(tmp_path_factory.mktemp("clone"))


def test_a_whole_second_statement(clone: Clone):
    rows = {path.stem: read_rows(path)[1] for path in (SECOND / "data").glob("*.csv")}
    version = clone.raise_version(1)
    for name, new in rows.items():
        # A contributor's rows are of the next version and recorded today, not before those that are there.
        today = {"version_added": version, "recorded": clone.today, "consulted": clone.today}
        new = [row | {column: today[column] for column in today.keys() & row.keys()} for row in new]
        clone.append(name, new)
        clone.use_codes(name, new)
    shutil.copy(SECOND / "quotes.csv", clone.folder.parent / "quotes.csv")
    said = clone.run("Add a whole statement", AB24="NF24", TEXT=str(SECOND / "statement.txt"))

    assert said["python validate.py"].splitlines()[-1] == "valid"
    history = said["python validate.py --against HEAD"]
    assert "sound history: no finding" in history and "ask for a MINOR version" in history
    assert {row["statement_id"] for row in clone.table("statements")} > {"NF24"}
    for pointer in [*clone.table("segments"), *clone.table("anchors")]:
        if pointer["sha256"] and "NF24" in (pointer.get("segment_id") or ""):
            assert sha256(TEXT[int(pointer["start"]) : int(pointer["end"])]) == pointer["sha256"]
    clone.commit()


def test_both_statements_are_published(clone: Clone):
    """Needs the second statement."""
    release = clone.folder.parent / "release"
    clone.command(f"python publish.py --output {shlex.quote(str(release))}")
    page = lxml.html.document_fromstring((release / "site" / "index.html").read_text(encoding="utf-8"))
    statements = {row["statement_id"]: row["title"] for row in clone.table("statements")}
    for table, columns in (("claims", ("claim_id", "claim")), ("calls", ("call_id", "demand"))):
        rows = {row[columns[0]]: row for row in clone.table(table)}
        assert {row["statement_id"] for row in rows.values()} == statements.keys()
        cards = {card.get("id"): card.xpath("string(.//h3)") for card in page.xpath(f"//article[contains(@class, '{table[:-1]}')]")}
        assert cards == {id: row[columns[1]] for id, row in rows.items()}
        flat = read_rows(release / f"{table}.csv", "utf-8-sig")[1]
        assert {row[columns[0]]: row["statement_title"] for row in flat} == {id: statements[row["statement_id"]] for id, row in rows.items()}
    assert page.xpath("//table[@class='coverage']/caption/text()") == list(statements.values())
    assert set(statements) <= set(page.xpath("//select[@name='statement']/option/@value"))
    assert {row["segment_id"] for row in clone.table("segments")} <= set(page.xpath("//table[@class='coverage']//tr/@id"))
    cff = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert [one["title"] for one in cff["references"]] == list(statements.values())


def test_a_claim(clone: Clone):
    """One that was overlooked: that there is such a body at all. Needs the second statement."""
    quotes = clone.folder.parent / "quotes.csv"
    quotes.unlink()
    # The other statement is absent from this copy of the text, so the exit code is 1; the words of this one are written.
    command = [sys.executable, "validate.py", "--source", SECOND / "statement.txt", "--quotes-to", quotes]
    assert subprocess.run(command, cwd=clone.folder, check=False, capture_output=True).returncode == 1
    names, rows = read_rows(quotes)
    write_rows(quotes, names, [*rows, {"segment_id": "NF24-S02", "claim_id": "NF24-C007", "quote": "ferry board"}], in_order=False)
    version = clone.raise_version(1)
    like = next(row for row in clone.table("claims") if row["claim_id"] == "NF24-C003")
    claim = {"claim_id": "NF24-C007", "claim": "Norrim has a board for its ferries.", "claim_type": "background", "commitment": "presupposed"}
    clone.append("claims", [like | claim | {"time": "2024-04-03", "time_basis": "bounded", "time_note": "", "version_added": version}])
    clone.append("participants", [{"participant_id": "NF24-P013", "claim_id": "NF24-C007", "actor_id": "ferry-users-league", "role": "speaker"}])
    like = next(row for row in clone.table("evidence") if row["evidence_id"] == "NF24-E003")
    evidence = {"evidence_id": "NF24-E007", "claim_id": "NF24-C007", "finding": "The paper speaks of the board as one that is there."}
    clone.append("evidence", [like | evidence | {"version_added": version}])
    before = clone.table("anchors")
    said = clone.run("Add or correct a claim or a call", KH23="NF24", TEXT=str(SECOND / "statement.txt"))

    assert "sound history: no finding" in said["python validate.py --against HEAD"]
    after = clone.table("anchors")
    (added,) = [row for row in after if row not in before]
    assert [row for row in after if row in before] == before and added["claim_id"] == "NF24-C007"
    assert TEXT[int(added["start"]) : int(added["end"])] == "ferry board"
    clone.commit()


def test_a_row_of_evidence_and_a_follow_up(clone: Clone):
    version = clone.raise_version(1)
    source = {"source_id": "SRC-902", "title": "The books are open", "url": "https://example.org/books", "published": "2024-09-20", "consulted": clone.today}
    clone.append("sources", [next(row for row in clone.table("sources") if row["source_id"] == "SRC-901") | source])
    facts = {"source_id": "SRC-902", "said_by": "Norrim Tide", "official_position": "false", "confidence": "high"}
    facts |= {"recorded": clone.today, "version_added": version}
    evidence = {"evidence_id": "NF24-E008", "claim_id": "NF24-C001", "relation": "corroborates", "event_date": "2024-04-01"}
    clone.append("evidence", [facts | evidence | {"finding": "The opened books give the fares of before and after."}])
    follow_up = {"follow_up_id": "NF24-F002", "call_id": "NF24-K01", "as_of": "2024-09-20", "status": "unmet"}
    clone.append("follow_ups", [facts | follow_up | {"finding": "The board's accounts came out in September, after the day that was set."}])
    said = clone.run("Add evidence or a follow-up")

    assert "sound history: no finding" in said["python validate.py --against HEAD"]
    assert "NF24-K01  UNMET as of 2024-09-20" in said["python validate.py --status"]
    clone.commit()


def test_a_follow_up_is_not_taken_back(clone: Clone):
    """What the last command of each path is for."""
    names, rows = read_rows(clone.folder / "data" / "follow_ups.csv")
    write_rows(clone.folder / "data" / "follow_ups.csv", names, [row for row in rows if row["follow_up_id"] != "NF24-F002"])
    clone.raise_version(2)
    subprocess.run([sys.executable, "-m", "validator.seal"], cwd=clone.folder, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "validate.py", "--against", "HEAD"], cwd=clone.folder, capture_output=True, text=True, check=False)
    # The source that it rested on is cited still, by a row of evidence: the package is valid, its history is not.
    assert done.returncode == 1 and "HIS103" in done.stdout and "NF24-F002" in done.stdout, done.stderr
