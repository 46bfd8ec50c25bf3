"""What a resource declares of its file is checked, or said not to be."""

import hashlib

import pytest

from tests.tools.support import resource, table, validate, write

FIELDS = [{"name": "a", "type": "string"}]
CONTENT = b"a\nx\n"
NOT_PLAIN = {"dialect": {"delimiter": ",", "quoteChar": "'", "skipInitialSpace": False, "header": True}}


def found(report) -> list[tuple[str, str]]:
    return [(each.rule, each.message.partition(": ")[2]) for each in report.findings]


@pytest.mark.parametrize("more", [{}, NOT_PLAIN], ids=["our reader", "frictionless"])
@pytest.mark.parametrize(
    "told, words",
    [
        ({"bytes": 0}, "4 bytes instead of 0"),
        ({"rows": 0}, "1 row instead of 0"),
        ({"fields": 0}, "1 field instead of 0"),
        ({"bytes": 5000}, "4 bytes instead of 5,000"),
        ({"rows": 2}, "1 row instead of 2"),
        ({"fields": 2}, "1 field instead of 2"),
        ({"hash": "00"}, f" is {hashlib.md5(CONTENT).hexdigest()}, not 00"),
        ({"hash": "sha384:00"}, "its SHA384 is"),
        ({"hash": "blake2b:" + "0" * 128}, "its BLAKE2B is"),
        ({"hash": "md5:"}, "which is no hash"),
    ],
)
def test_what_is_declared_falsely_is_told(tmp_path, more, told, words):
    described = resource("t", FIELDS, **more) | told
    [(rule, message)] = found(validate(write(tmp_path, [described], {"data/t.csv": CONTENT})))
    assert rule == "FIL101" and words in message


@pytest.mark.parametrize("told", [{"hash": f"sha3_256:{hashlib.sha3_256(CONTENT).hexdigest()}"}, {"rows": 1}])
def test_what_is_declared_truly_is_not(tmp_path, told):
    assert found(validate(table(tmp_path, CONTENT, FIELDS, **told))) == []


@pytest.mark.parametrize("hash_", ["crc32:0a", "shake_256:00", "nonsense:1"])
def test_an_algorithm_that_is_not_known_is_named(tmp_path, hash_):
    report = validate(table(tmp_path, CONTENT, FIELDS, hash=hash_))
    (part,) = report.not_checked
    assert (part.rule, report.exit_code, found(report)) == ("FIL110", 2, []) and hash_ in part.message


def test_a_file_that_is_no_table(tmp_path):
    files = {"data/t.csv": CONTENT, "empty.txt": b"", "full.txt": b"1"}
    plain = {"type": None, "format": "txt", "encoding": None, "dialect": None, "schema": None}
    told = [
        resource("empty", [], path="empty.txt", bytes=0, **plain),
        resource("full", [], path="full.txt", bytes=0, hash="sha1:00", **plain),
    ]
    report = validate(write(tmp_path, [resource("t", FIELDS), *told], files))
    assert [(rule, words[:20]) for rule, words in found(report)] == [
        ("FIL101", "1 byte instead of 0"),
        ("FIL101", "its SHA1 is 356a192b"),
    ]


def test_a_path_within_a_path_is_none(tmp_path):
    told = [resource("t", FIELDS, path=[["data/t.csv"], ["../x.csv"]]), resource("u", FIELDS)]
    report = validate(write(tmp_path, told, {"data/t.csv": CONTENT, "data/u.csv": CONTENT}))
    assert "PKG101" in [rule for rule, _ in found(report)] and report.tables == {"u": 1}
    (part,) = report.not_checked
    assert report.exit_code == 2 and (part.rule, part.table) == ("PKG108", "t")
