"""Forms of CSV that the fast way leaves out: each gets frictionless's verdict."""

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from tests.tools.support import DIALECT, resource, standard, validate, verdict, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


def packed(content: bytes, how: str) -> bytes:
    if how == "gz":
        return gzip.compress(content)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("t.csv", content)
    return held.getvalue()


@pytest.mark.parametrize("content", ["n,a\n1,x\n2,y\n", "n,a\nb,x\n1,y\n1,z\n"])
@pytest.mark.parametrize(
    "change",
    [
        {"dialect": DIALECT | {"delimiter": ";"}},
        {"dialect": DIALECT | {"quoteChar": "'"}},
        {"dialect": DIALECT | {"skipInitialSpace": True}},
        {"dialect": DIALECT | {"escapeChar": "\\", "doubleQuote": False}},
        {"dialect": DIALECT | {"header": False}},
        {"dialect": DIALECT | {"headerRows": [2]}},
        {"dialect": DIALECT | {"commentChar": "b"}},
        {"dialect": DIALECT | {"commentRows": [2]}},
        {"dialect": DIALECT | {"skipBlankRows": True}},
        {"dialect": DIALECT | {"headerCase": False}},
        {"dialect": None},
        {"encoding": "latin-1"},
        {"encoding": "utf-16"},
        {"encoding": "no-such-encoding"},
        {"encoding": None},
        {"path": "data/t.csv.gz"},
        {"path": "data/t.csv.zip"},
        {"path": "data/t.tsv", "format": "tsv"},
        {"path": ["data/t.csv", "data/more.csv"]},
        {"fieldsMatch": "equal"},
        {"fieldsMatch": "subset"},
        {"missingValues": [{"value": "b", "label": "not asked"}, {"value": "x"}]},
        {"missingValues": []},
        {"bytes": 3, "hash": "md5:" + "0" * 32},
        {"schema": None},
    ],
    ids=str,
)
def test_other_forms_get_frictionless_verdict(tmp_path, content, change):
    told = resource("t", [INTEGER | {"constraints": {"unique": True}}, TEXT], primaryKey="n", **change)
    raw = content.encode("utf-16") if change.get("encoding") == "utf-16" else content.encode()
    path = told["path"] if isinstance(told["path"], str) else told["path"][0]
    if path.endswith((".gz", ".zip")):
        raw = packed(raw, path.rpartition(".")[2])
    write(tmp_path, [told], {path: raw, **({"data/more.csv": "n,a\nq,z\n"} if isinstance(told["path"], list) else {})})
    findings = [
        replace(found, file=path if found.file == "data/more.csv" else found.file)
        for found in validate(tmp_path).findings
    ]
    assert standard(findings) == verdict(tmp_path)  # frictionless knows only the first of several files
