"""Reading a table in blocks: what is proven regular, where findings stand, checksums, files that change meanwhile."""

import hashlib

import pytest

from tests.support import table
from validator import scan
from validator.run import Run, validate

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


def run(folder, block_size=20) -> Run:
    made = Run(folder, samples=10**6, block_size=block_size)
    made.check()
    return made


def test_regular_tables_are_proven_regular(tmp_path):
    folder = table(tmp_path, 'n,a\n1,"x, ""y"""\n2,\n', [INTEGER, TEXT])
    assert run(folder).tables["t"].regular


def test_blocks_do_not_change_the_verdict(tmp_path):
    content = "n,a\n" + "".join(f"{i % 7},{'x' * (i % 5)}\n" for i in range(200)) + "x,\u00e9\n"
    folder = table(tmp_path, content, [INTEGER | {"constraints": {"unique": True}}, TEXT])
    whole = run(folder, 10**6).report.findings
    assert len(whole) > 100
    for size in (1, 50, 333):
        assert run(folder, size).report.findings == whole


@pytest.mark.parametrize("content", ["n,a,b\n1,x,y\nbad,\"p\nq\",z\n2,\"p, q\",bad\n", "n,a,b\n1,x,y\nbad,\"p, \"\"q\",z\n2,\"p, q\",bad\n"])
def test_places_are_physical(tmp_path, content):
    fields = [INTEGER, TEXT, {"name": "b", "type": "string", "constraints": {"pattern": "[yz]"}}]
    lines = content.split("\n")
    for found in validate(table(tmp_path, content, fields)).findings:
        assert lines[found.line - 1][found.column - 1 :].startswith("bad"), found
    assert {f.rule for f in validate(tmp_path).findings} == {"CEL101", "CEL102"}


@pytest.mark.parametrize("rest", ["", '3,"x\ny"\n'], ids=["regular", "irregular"])
@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_checksums(tmp_path, rest, algorithm):
    content = "n,a\n1,x\n" + rest
    told = {"bytes": len(content), "hash": f"{algorithm}:{hashlib.new(algorithm, content.encode()).hexdigest()}"}
    assert validate(table(tmp_path / "right", content, [INTEGER, TEXT], **told)).findings == []
    wrong = table(tmp_path / "wrong", content.replace("x", "zz", 1), [INTEGER, TEXT], **told)
    assert [f.rule for f in validate(wrong).findings] == ["FIL101", "FIL101"]


@pytest.mark.parametrize("change", ["grows", "shrinks", "is touched"])
def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch, change):
    folder = table(tmp_path, "n\n" + "1\n" * 500, [INTEGER])
    path, before = folder / "data" / "t.csv", scan.Reader.read

    def read(self, *arguments):
        {"grows": lambda: path.write_text("n\n" + "1\n" * 900), "shrinks": lambda: path.write_text("n\n1\n"), "is touched": lambda: path.touch()}[change]()
        return before(self, *arguments)

    monkeypatch.setattr(scan.Reader, "read", read)
    report = validate(folder, block_size=100)
    assert "FIL107" in {f.rule for f in report.findings} and report.exit_code == 2


@pytest.mark.parametrize("content", ["n\n1\n", 'n,a\n1,"x\ny"\n'], ids=["regular", "irregular"])
def test_a_file_that_vanishes_while_it_is_read(tmp_path, monkeypatch, content):
    folder = table(tmp_path, content, [INTEGER])
    before = scan.blocks

    def blocks(handle, size):
        for block in before(handle, size):
            (folder / "data" / "t.csv").unlink()
            yield block

    monkeypatch.setattr(scan, "blocks", blocks)
    report = validate(folder)
    assert {f.rule for f in report.findings} & {"FIL103", "FIL107"} and report.exit_code == 2
    assert all("data/t.csv" in f.place for f in report.findings)
