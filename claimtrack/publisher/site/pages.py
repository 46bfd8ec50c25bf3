"""Makes web pages that show the dataset. They need no server, ask nothing of any other, and do not track readers.

They can be opened from a disk or published at any address. `index.html` answers first and finds; each claim, call,
actor, source and statement has a page of its own. A page on a disk must not load data, but it may load a script: what
the front page needs beyond its first view lies in scripts, cut into parts (`claimtrack.publisher.site.finding`). The
words are in `strings/`, with one file for each language. The templates beside this module escape all text from tables.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from claimtrack.core.errors import Unusable
from claimtrack.publisher.language import Language, read_language
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File
from claimtrack.publisher.site import api, changes, finding, row_pages
from claimtrack.publisher.site.addresses import refuse_one_file_twice
from claimtrack.publisher.site.markdown import markdown
from claimtrack.publisher.site.rendering import ASSETS, FINDING, Renderer, inlined
from claimtrack.publisher.site.views import index

DOCUMENTS = ("codebook", "datasheet")  # documents of the package that become pages, if it has them


def build(
    dataset: Dataset, downloads: Iterable[File] = (), language: Language | None = None, markup: dict | None = None
) -> dict[str, bytes]:
    """Returns the files of the site by their paths in its folder.

    They are `index.html` with its scripts and style, a page for each of the `DOCUMENTS` that the dataset has, a page
    for each row that can have one, `api/`, `llms.txt`, and what is known of changes. Equal datasets give equal bytes.
    `downloads` are the files, in the folder above, that the front page offers. `language` is English where none is
    given. `markup` is JSON-LD for search engines. Raises Unusable.
    """
    language = language or read_language()
    texts = {name: text for name in DOCUMENTS if (text := getattr(dataset, name))}
    books = {name: markdown(text, texts) for name, text in texts.items()}
    renderer = Renderer(dataset, language, books)
    cards = {item.id: renderer.card(item) for item in finding.in_order(dataset)}
    parts = finding.parts(dataset, cards)
    view = index(dataset, language, downloads, parts)
    files = {"index.html": renderer.page("index.html", "index.html", markup=markup, **view)}
    for name, book in books.items():
        files[f"{name}.html"] = renderer.page("document.html", f"{name}.html", name=name, book=book)
    _refuse_twins([files["index.html"], *cards.values()], finding.places(dataset))
    for name, page in files.items():
        if name != "index.html":
            _refuse_twins([page])
    files |= {name.rpartition("/")[2]: inlined(name) for name in (*ASSETS, *FINDING)}
    files |= finding.files(dataset, language, parts)
    files |= row_pages.build(renderer, cards)
    files |= api.build(dataset, language)
    files |= changes.build(renderer)
    refuse_one_file_twice(files)
    return {name: text.encode("utf-8") for name, text in files.items()}


def _refuse_twins(pages: Iterable[str], places: Iterable[str] = ()) -> None:
    """Raises Unusable where two elements have the same id, such as two rows, or a row and a part of the page.

    `pages` are the texts that one page shows, and `places` the further ids to which a link to that page may lead. A
    link to the id could then lead to the wrong one.
    """
    (id, times), *_ = Counter(_ids(pages, places)).most_common(1)
    if times > 1:
        raise Unusable(
            f'the site cannot be built: the id "{id}" would stand {times} times on one page; give the row another id'
        )


def _ids(pages: Iterable[str], places: Iterable[str]) -> Iterator[str]:
    """Yields all ids to which a link may lead."""
    yield from places
    for page in pages:
        yield from (html.unescape(id) for id in re.findall(r'\sid="([^"]*)"', page))
