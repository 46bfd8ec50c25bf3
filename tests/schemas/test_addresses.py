"""Which addresses lead nowhere, and which are of one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.addresses import leads_nowhere, named_days, page


@pytest.mark.parametrize(
    "url",
    [
        "https:///path",
        "https://",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://localhost/x",
        "https://printer/x",
        "https://printer.local/x",
        "https://a.internal",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://10.1.2.3/",
        "https://172.16.0.1:8000/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[broken/",
        "https://example.org:port/",
        "https://0x7f.1/",
        "https://127.1/",
    ],
)
def test_what_leads_nowhere(url):
    assert leads_nowhere(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://www.Example.org/a?b=c#d",
        "https://example.org:8080/@user",
        "https://8.8.8.8/",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
        None,
    ],
)
def test_what_leads_somewhere(url):
    assert not leads_nowhere(url)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("https://example.org/a", "http://example.org/a", True),
        ("https://example.org/a", "https://www.EXAMPLE.org/a/", True),
        ("https://example.org/a", "https://example.org/a#part", True),
        ("https://example.org/a", "https://example.org:443/a", True),
        ("https://example.org/a", "https://example.org/A", False),
        ("https://example.org/a", "https://example.org/a?p=1", False),
        ("https://example.org/?p=1", "https://example.org/?p=2", False),
        ("https://example.org/#/one", "https://example.org/#/two", False),
        ("https://example.org/#!one", "https://example.org/#!two", False),
        ("https://example.org/a", "https://m.example.org/a?utm_source=x&utm_medium=y", True),
        ("https://example.org/a?p=1", "https://amp.example.org/a/amp/?fbclid=9&p=1", True),
        ("https://example.org/a", "https://example.org/a?amp", True),
        ("https://example.org/a", "https://example.org/camp", False),
        ("https://example.org/a?p=1", "https://example.org/a?p=1&ampere=2", False),
        ("https://m.org/a", "https://org/a", False),
    ],
)
def test_addresses_of_one_page(one, other, same):
    assert (page(one) == page(other)) is same


@pytest.mark.parametrize(
    "path, days",
    [
        ("news/2023/07/19/title", ("2023-07-18", "2023-07-20")),
        ("news/2023-7-9-title", ("2023-07-08", "2023-07-10")),
        ("news/2024/02/title", ("2024-01-31", "2024-03-01")),
        ("news/2023/02/30/title", None),
        ("seasons/2023-24", None),
        ("news/20230719", None),
        ("news/2023/07-19", ("2023-06-30", "2023-08-01")),
        ("a?d=/2023/07/19", None),
    ],
)
def test_the_days_that_an_address_names(path, days):
    assert named_days(f"https://example.org/{path}") == days


@given(st.text() | st.from_regex(r"https?://\[?[a-z]*\]?/[0-9]{4}/[0-9]{1,2}/[0-9]{0,2}"))
def test_no_text_breaks_them(text):
    leads_nowhere(text)
    days = named_days(text)
    assert days is None or days[0] < days[1]
    assert page(text) == page(text)
