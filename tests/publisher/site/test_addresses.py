"""The addresses of rows: each leads to one file, whatever the id."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.errors import Unusable
from claimtrack.publisher.site.addresses import FOLDERS, at_top, file_of, link, refuse_one_file_twice, within

IDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=15)


@given(st.sampled_from(sorted(FOLDERS)), IDS)
def test_id_is_one_file_in_one_folder(kind, id):
    path = file_of(kind, id)
    assert re.fullmatch(rf"{FOLDERS[kind]}/[A-Za-z0-9_.~%-]+\.html", path)
    assert unquote(path.removeprefix(f"{FOLDERS[kind]}/").removesuffix(".html")) == id
    assert unquote(link(kind, id)) == path


def test_id_too_long_for_a_file_is_refused():
    with pytest.raises(Unusable, match="too long for the name of a file"):
        file_of("actor", "é" * 40)


def test_files_that_differ_in_capitals_alone_are_refused():
    """On some disks the page of one would take the place of the other's."""
    refuse_one_file_twice(["actors/a.html", "sources/a.html"])
    with pytest.raises(Unusable, match=r"actors/a\.html and actors/A\.html differ only in capitals"):
        refuse_one_file_twice(["actors/a.html", "actors/A.html"])


@given(IDS)
def test_mention_leads_to_the_card_where_all_cards_are(id):
    to = link("claim", id)
    html = f'<a class="ref" href="../{to}">x</a> <a class="id" href="../{to}" data-link="../{to}">y</a>'
    (beside,) = re.findall(r'class="ref" href="([^"]*)"', within(html))
    assert unquote(beside) == f"#{id}"
    assert at_top(html).count(f'"{to}"') == 2 and "../" not in at_top(html).replace(to, "")
