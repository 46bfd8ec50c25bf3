"""The README of the Data Package's zip."""

import lxml.html

from claimtrack.publisher.forms.readme import readme
from claimtrack.publisher.join import load
from claimtrack.publisher.site.markdown import markdown
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import kept


def test_readme_of_the_zip_shows_hostile_words_as_they_stand(good: Example):
    evil = "<script>x</script> [a](javascript:x) ![i](https://example.org/i.png) `c` | *b*"
    describe(good, title=evil, description=evil, licenses=[{"name": "x", "title": evil, "path": "javascript:x"}])
    page = lxml.html.fragment_fromstring(
        markdown(readme(load(kept(good.folder)), ["datapackage.json"])).html, create_parent=True
    )
    assert not page.xpath(".//script | .//img | .//em")
    ours = {"https://www.loc.gov/standards/datetime/", "https://datapackage.org/"}
    assert set(page.xpath(".//a/@href")) == ours | {"https://www.w3.org/TR/tabular-data-primer/"}
    assert page.xpath("string(.//h1)") == evil and evil in page.xpath("string(.//p[1])")
