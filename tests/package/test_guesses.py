"""What is guessed of a file is what frictionless guesses."""

import csv
import io

import pytest
from frictionless import Detector, Dialect, Resource, system
from frictionless.formats.csv import CsvControl
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from claimtrack.package.guesses import dialect_of_file, encoding_of
from tests.tools.support import table, validate

CODES = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "koi8-r", "shift_jis", "gb18030"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
@example(b"a,b\n1,2\n")
@example(b"\xef\xbb\xbfa\n1\n")
@example(b"a\n\x1b$B!!\x1b(B\n")
@example(b"a\n~{VPND~}\n")
@example(b"a\nHi Mom +Jjo-!\n+AGEAYg-\n")
@example("name\nMöller\n".encode("latin-1"))
@example("ชื่อ\nสมชาย\n".encode("tis-620"))
@example(b"\xff\xfea\x00\n\x00")
def test_encodings_are_guessed_as_frictionless_guesses_them(start):
    try:
        theirs = Detector().detect_encoding(start)
    except LookupError:
        with pytest.raises(LookupError):
            encoding_of(start, None)
        return
    assert encoding_of(start, None) == theirs


@pytest.mark.parametrize("told", [*CODES, "UTF8", "utf_16_be", "no-such-encoding"])
@pytest.mark.parametrize("start", [b"a\n", b"\xef\xbb\xbfa\n", b"\xff\xfea\x00", b"\xfe\xff\x00a"])
def test_a_declared_encoding_is_named_as_frictionless_names_it(told, start):
    try:
        theirs = Detector().detect_encoding(start, encoding=told)
    except LookupError:
        with pytest.raises(LookupError):
            encoding_of(start, told)
    else:
        assert encoding_of(start, told) == theirs


CELLS = st.text("ab1 ,;|\t\"'\\-.é\r\n", max_size=6)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from([",", ";", "\t", "x"]),
        "quoteChar": st.sampled_from(['"', "'", ""]),
        "skipInitialSpace": st.booleans(),
        "escapeChar": st.just("\\"),
        "doubleQuote": st.booleans(),
    },
)


@st.composite
def files(draw) -> str:
    """The text of a file of rows, mostly of one width."""
    width, delimiter = draw(st.integers(1, 4)), draw(st.sampled_from(",;|\t"))
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    for _ in range(draw(st.integers(0, 8))):
        more = draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
        writer.writerow([draw(CELLS) for _ in range(max(width + more, 0))])
    return held.getvalue() + draw(st.sampled_from(["", "", 'odd "quote,\n', "last"]))


@settings(max_examples=400, deadline=None)
@given(st.one_of(files(), st.text("ab,;\t\"'\n\r ", max_size=60)), SAID, st.sampled_from(["csv", "tsv"]))
@example("a;b\n1;2\n", {}, "csv")
@example("only a title\na,b,c\n1,2,3\n1,2,3\n", {}, "csv")
@example("'a','b'\n'1','2'\n", {}, "csv")
def test_dialects_are_guessed_as_frictionless_guesses_them(text, said, format_):
    assume(text)
    raw = text.encode()
    told = {"name": "t", "path": f"t.{format_}", "encoding": "utf-8", "dialect": {"csv": said} if said else {}}
    resource = Resource(raw, format=format_, encoding="utf-8", dialect=Dialect.from_descriptor(told["dialect"]))
    try:
        with system.create_parser(resource) as parser:
            theirs = resource.detector.detect_dialect(parser.sample, dialect=resource.dialect)
    except Exception:  # frictionless has words for it, so it is asked there, too
        with pytest.raises((csv.Error, TypeError)):
            dialect_of_file(io.BytesIO(raw), "utf-8", said, format_, False)
        return
    found, header = dialect_of_file(io.BytesIO(raw), "utf-8", said, format_, False)
    control = theirs.get_control("csv")
    assert isinstance(control, CsvControl)
    ours = CsvControl.from_descriptor({"type": "csv", **found}).to_python()
    for name in ("delimiter", "quotechar", "escapechar", "doublequote", "skipinitialspace", "quoting"):
        assert getattr(ours, name) == getattr(control.to_python(), name), name
    assert [header] == theirs.header_rows


def test_a_short_first_file_of_several_is_left_to_frictionless():
    assert dialect_of_file(io.BytesIO(b"a\n1\n"), "utf-8", {}, "csv", True)[1] == 0
    assert dialect_of_file(io.BytesIO(b"a\n" + b"1\n" * 200), "utf-8", {}, "csv", True)[1] == 1


def test_a_delimiter_that_is_not_declared_is_found(tmp_path):
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]
    report = validate(table(tmp_path, "a;b\n1;x\n2;y\n", fields, dialect=None))
    assert [found.rule for found in report.findings] == ["PKG201"] and report.tables == {"t": 2}
