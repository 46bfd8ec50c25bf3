"""A reader's own copy of a statement, read as text whatever it was saved as."""

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.tracking.source_text import read_source
from claimtrack.tracking.verify import Source, proofs
from tests.tools.copies import NOISE
from tests.tools.example import GOOD
from tests.tools.support import kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_saved_page(good_folder, tmp_path, encoding):
    paragraphs = (GOOD / "statement.txt").read_text(encoding="utf-8").split("\n\n")
    article = "".join(f"<p>{text.replace('council', '<a href=#>coun<b>cil</b></a>')}</p>" for text in paragraphs)
    page = f'<!doctype html><html><head><meta charset="{encoding}"><title>x</title></head><body>'
    page += "<nav><ul><li>Home<li>News</ul></nav>"
    page += f"<script>var a = '<p>no</p>';</script><article><p>{NOISE}</p></article>{article}"
    page += "<!-- note --><footer>End</footer></body></html>"
    (tmp_path / "page.html").write_bytes(page.encode(encoding))
    (proof,) = proofs(kept(good_folder), Source(read_source(str(tmp_path / "page.html"))))
    assert not proof.absent and len(proof.copies) == 1


@pytest.mark.parametrize(
    "content, word",
    [(None, "no such file"), (b"<meta charset=utf-8>\xff", "declares"), (b"<meta charset=klingon>x", "declares")],
)
def test_unreadable_source_is_one_sentence(tmp_path, content, word):
    if content is not None:
        (tmp_path / "page.html").write_bytes(content)
    with pytest.raises(Unusable, match=word):
        read_source(str(tmp_path / "page.html"))


TEXT = "the words that are looked for"


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 400 + TEXT,
        f'<html><body><img alt="{"x" * 12_000_000}">{TEXT}',
        f"<html><body><p {' '.join(f'a{n}=1' for n in range(1500))}>{TEXT}</p>",
        f"<html><body><!--{'x' * 12_000_000}-->{TEXT}",
    ],
    ids=["deep", "long attribute", "attributes", "long comment"],
)
def test_a_page_is_read_to_its_end(tmp_path, page):
    (tmp_path / "page.html").write_text(page)
    assert read_source(str(tmp_path / "page.html")) == TEXT


@pytest.mark.parametrize(
    "page, words",
    [
        ("<html><body>" + "<div>" * 50_000 + TEXT, "could not be read whole"),
        ("<html><body><p " + "".join(map(" a{}".format, range(300_000))) + ">" + TEXT, "more than 2,000 attributes"),
        (
            "<html><body><p " + "".join(map(" a{}='1'".format, range(300_000))) + ">" + TEXT,
            "more than 2,000 attributes",
        ),
        ("a" + "\u0316\u0301" * 400_000 + TEXT, "combining marks in a row"),
        ('<html><head><meta charset="undefined">' + TEXT, "not in the encoding"),
    ],
    ids=["deeper", "attributes", "attributes with values", "marks", "encoding"],
)
def test_what_cannot_be_read_whole_is_said(tmp_path, page, words):
    """Its words would else be called absent."""
    (tmp_path / "page.html").write_text(page)
    with pytest.raises(Unusable, match=words):
        read_source(str(tmp_path / "page.html"))


@pytest.mark.parametrize("name", ["/dev/zero", "x" * 300, "."])
def test_a_source_is_a_regular_file(name):
    with pytest.raises(Unusable):
        read_source(name)
