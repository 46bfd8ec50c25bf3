"""Markdown as HTML that is safe to show."""

import lxml.html

from claimtrack.publisher.site.markdown import markdown


def test_codebook_runs_nothing():
    links = "![p](https://example.org/p.png) [j](javascript:x) [r](../data/a.csv) [w](https://example.org/) [in](#a-b)"
    book = markdown(f"# A <b>\n\n<script>x</script>\n\n{links}\n\n# A b")
    page = lxml.html.fragment_fromstring(book.html, create_parent=True)
    assert not page.xpath(".//script | .//img | .//b")
    assert page.xpath(".//a/@href") == ["https://example.org/p.png", "https://example.org/", "#a-b"]
    assert page.xpath(".//a/@rel") == ["noopener noreferrer"] * 2
    assert page.xpath(".//h1/@id") == ["a-b", "a-b-1"] and "<script>x</script>" in page.text_content()


def test_documents_link_to_each_other():
    told = "[a](codebook.md#b) [b](datasheet.md) [c](rules.md) [d](codebook.mdx) [e](../codebook.md) [f](codebook.md?x)"
    page = lxml.html.fragment_fromstring(markdown(told, ["codebook", "datasheet"]).html, create_parent=True)
    assert page.xpath(".//a/@href") == ["codebook.html#b", "datasheet.html"] and page.text_content().split() == list(
        "abcdef"
    )
