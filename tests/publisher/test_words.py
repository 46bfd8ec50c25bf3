"""Dates, sizes and addresses in words."""

import pytest

from claimtrack.publisher.language import read_language
from claimtrack.publisher.words import in_words, is_web, size

ENGLISH, FRENCH = read_language("en"), read_language("fr")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        " javascript:x",
        "data:text/html,x",
        "//example.org",
        "http:",
        "https://[",
        "ftp://x",
        "x",
        "",
    ],
)
def test_only_the_web_is_linked_to(address):
    assert not is_web(address)


@pytest.mark.parametrize(
    ("bytes", "said"),
    [(0, "1 kB"), (1499, "1 kB"), (1500, "2 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (12_345_678, "12.3 MB")],
)
def test_sizes(bytes, said):
    assert size(bytes, ENGLISH["size"]) == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2023-07-21", "2023-07-21"),
        ("2021-12~", "about 2021-12"),
        ("2020?", "perhaps 2020"),
        ("2019%", "perhaps 2019"),
        ("2017-09/2018-05", "2017-09 to 2018-05"),
        ("/2023-07-21", "up to 2023-07-21"),
        ("2018/..", "from 2018 on"),
        ("2018~/2019", "about 2018 to 2019"),
        ("201X", "201X"),
    ],
)
def test_dates_in_words(date, said):
    assert in_words(date, ENGLISH["date"]) == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2023-07-21", "21 juillet 2023"),
        ("2023-08-01", "1er août 2023"),
        ("2021-12~", "environ décembre 2021"),
        ("2017-09/2018-05", "septembre 2017 – mai 2018"),
        ("2019", "2019"),
        ("2019-13", "2019-13"),
        ("201X-05", "201X-05"),
        ("-0044-03-15", "-0044-03-15"),
    ],
)
def test_dates_in_the_words_of_another_language(date, said):
    assert in_words(date, FRENCH["date"]) == said


def test_sizes_in_the_words_of_another_language():
    assert [size(bytes, FRENCH["size"]) for bytes in (1500, 12_345_678)] == ["2 ko", "12,3 Mo"]
