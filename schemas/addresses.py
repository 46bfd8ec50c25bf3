"""Rules on addresses: they lead to a public page, and one page has one address."""

import ipaddress
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import narwhals as nw
import polars as pl

from claimtrack import rule
from claimtrack.core.frames import pieces

from .common import looked_at, on, rowwise

PRIVATE = (
    ".local",
    ".localhost",
    ".internal",
    ".lan",
    ".home.arpa",
    ".onion",
)  # RFC 6761, RFC 6762, RFC 8375, RFC 7686

VARIANT = re.compile(r"^(?:www|m|mobile|amp)\.(?=.+\.)")  # hosts of one site
# What mailings, networks and counters add to an address, and the marks of a form for telephones.
TRACKING = re.compile(r"(?:utm_\w+|mtm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|amp)(?:=|$)|outputType=amp$")
# A year and a month, and perhaps a day, in the path of an address.
DATED = re.compile(r"/((?:19|20)[0-9]{2})([/-])(0?[1-9]|1[0-2])(?:\2(0?[1-9]|[12][0-9]|3[01]))?(?![0-9])")


@lru_cache(1000)
def leads_nowhere(url: str | None) -> bool:
    """Tells whether an address has no public host, or has credentials. A missing address does not count."""
    if url is None:
        return False
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        parts.port  # noqa: B018  # raises ValueError for what is no port
    except ValueError:
        return True
    if not host or parts.username is not None or parts.password is not None:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:  # a name; numbers alone are no name, but what some programs read as an address
        return "." not in host or host.endswith(PRIVATE) or host.rpartition(".")[2].isdigit()


@lru_cache(1000)
def page(url: str) -> str:
    """Returns what two addresses of one page have in common.

    That is the address without its scheme, port and tracking tags, what marks its form for telephones ("m.", "/amp"),
    a fragment that is no path of a page's own script, and a slash at the end, with the host in lower case.
    """
    try:
        parts = urlsplit(url)
        host = VARIANT.sub("", parts.hostname or "")
    except ValueError:
        return url
    path = parts.path.rstrip("/").removesuffix("/amp").removesuffix(".amp")
    query = "&".join(part for part in parts.query.split("&") if part and not TRACKING.match(part))
    script = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{path}{'?' if query else ''}{query}{script}"


def _public(column: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that the addresses in a column have a public host and no credentials."""

    def address_leads_nowhere(rows: nw.LazyFrame) -> nw.LazyFrame:
        """The address has no host, or one of this machine or a private network, or it has credentials.

        Why: readers cannot open it, and credentials are nobody's to publish.
        Mend: write the address of the public page, without a name and password.
        """
        return looked_at(rows, rowwise(leads_nowhere), column)

    return address_leads_nowhere


SRC104 = on(_public("url"), "sources", "SRC104", "url")
STA102 = on(_public("url"), "statements", "STA102", "url")
RGT101 = on(_public("reference"), "rights", "RGT101", "reference")


@rule("SRC103", "url")
def one_page_two_sources(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The address of the source leads to the page of an earlier one: only scheme, "www.", fragment or tags differ.

    Why: one page would be counted as two sources.
    Mend: keep one of the rows, say in `locator` which part was used, and correct the rows that cite the other.
    """
    seen: set[str] = set()

    def known(url: str) -> bool:
        is_known = page(url) in seen
        seen.add(page(url))
        return is_known

    found = [
        piece["_row"].filter(pl.Series([known(url) for url in piece["url"]], dtype=pl.Boolean))
        for piece in pieces(sources.filter(~nw.col("url").is_null()), "url")
    ]
    rows = pl.concat(found) if found else pl.Series("_row", [], dtype=pl.UInt32)
    return nw.from_native(pl.LazyFrame([rows]))


@rule("SRC204", "url", "independent")
def statement_as_independent_source(sources: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The address of a source that is called independent is a statement's own.

    Why: a statement does not corroborate itself.
    Mend: set `independent` to false, or take the source out.
    """
    told = pieces(statements.filter(~nw.col("url").is_null()), "url")
    own = {page(url) for piece in told for url in piece["url"]}
    return looked_at(sources.filter(nw.col("independent")), rowwise(lambda url: bool(url) and page(url) in own), "url")


@rule("SRC205", "url", "independent", severity="warning")
def on_the_statement_s_host(sources: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """A source that is called independent has an address on the site where a statement was published.

    Why: what the publisher carries is most often its own. (A platform carries texts of many by right.)
    Mend: set `independent` to false, or correct `publisher` and `url`.
    """
    told = pieces(statements.filter(~nw.col("url").is_null()), "url")
    own = {page(url) for piece in told for url in piece["url"]}  # SRC204 tells of these pages themselves
    sites = {each.partition("/")[0] for each in own}
    there = rowwise(lambda url: bool(url) and page(url) not in own and page(url).partition("/")[0] in sites)
    return looked_at(sources.filter(nw.col("independent")), there, "url")


@lru_cache(1000)
def named_days(url: str | None) -> tuple[str, str] | None:
    """Returns the first and last day (ISO dates) of the day or month that an address names in its path, if any."""
    try:
        found = DATED.search(urlsplit(url).path if url else "")
    except ValueError:  # told by SRC104 and STA102
        return None
    if not found:
        return None
    year, month, day = int(found[1]), int(found[3]), int(found[4] or 1)
    last = monthrange(year, month)[1]
    if day > last:
        return None
    # A day more on either side, since a day begins earlier in the east.
    first, end = date(year, month, day), date(year, month, day if found[4] else last)
    return (first - timedelta(days=1)).isoformat(), (end + timedelta(days=1)).isoformat()


def address_of_another_day(rows: nw.LazyFrame) -> nw.LazyFrame:
    """The date of publication does not lie in the month, or on the day, that the address names.

    Why: dates decide what can be evidence for what. (A page can be dated anew, or have numbers that look like a date.)
    Mend: correct `published` or `url`; where the address names a day, give no less than that.
    """

    def other(url: str | None, first: str | None, last: str | None) -> bool:
        days = named_days(url)
        return bool(days and first and last and (first < days[0] or last > days[1]))

    return looked_at(rows, rowwise(other), "url", "published_from", "published_to")


SRC107 = on(address_of_another_day, "sources", "SRC107", "published", "url", severity="warning")
STA103 = on(address_of_another_day, "statements", "STA103", "published", "url", severity="warning")


def date_not_in_the_address(rows: nw.LazyFrame) -> nw.LazyFrame:
    """The date of publication is said to be in the address, and the address does not have its year.

    Why: a reader could not find the date where the row says it is.
    Mend: correct `published_basis`, `published` or `url`.
    """

    def absent(url: str | None, first: str | None) -> bool:
        if not url or not first:
            return False
        runs = re.findall("[0-9]+", url)  # a short year stands by itself, or in a date of six digits
        return first[:4] not in url and not any(len(run) in (2, 6) and first[2:4] in run for run in runs)

    return looked_at(rows.filter(nw.col("published_basis") == "url"), rowwise(absent), "url", "published_from")


SRC108 = on(date_not_in_the_address, "sources", "SRC108", "published_basis", "url")
STA104 = on(date_not_in_the_address, "statements", "STA104", "published_basis", "url")


@rule("SRC109", "url", severity="warning")
def page_of_results(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The address is that of a search, not of a page.

    Why: what a search finds changes from day to day and from reader to reader.
    Mend: write the address of the page that was read.
    """
    search = r"/search/?\?(?:.*&)?(?:q|query|s|keywords?)=|^https?://[^/?]+/?\?(?:.*&)?(?:s|q)="
    return sources.filter(nw.col("url").str.contains(search))
