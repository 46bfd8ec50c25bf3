"""Makes the pages on what changed: a list of the releases, a page for each, an Atom feed, and JSON for programs.

Atom: https://www.rfc-editor.org/rfc/rfc4287. Its ids never change, and need not lead anywhere: they are UUIDs made from
the dataset's name and the version.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import asdict
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from claimtrack.publisher.history import Release
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import as_json
from claimtrack.publisher.site.markdown import markdown
from claimtrack.publisher.site.rendering import Renderer

FORMAT = "claim-tracking-changes-1"
PAGE, FEED, DATA = "changes.html", "feed.atom", "changes.json"
ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def build(renderer: Renderer) -> dict[str, str]:
    """Returns the files by their paths in the site's folder, or none where nothing is known of any change."""
    dataset = renderer.dataset
    history = dataset.history
    if not history.told:
        return {}
    files = {PAGE: renderer.page("changes.html", PAGE, release=None, notes=None, file_of=file_of)}
    for release in history.releases:
        notes = markdown(release.notes).html
        path = file_of(release.version)
        files[path] = renderer.page("changes.html", path, release=release, notes=notes, file_of=file_of)
    return files | {DATA: as_json(_document(dataset)), FEED: _feed(dataset)}


def file_of(version: str) -> str:
    """Returns the path of a release's page in the site's folder."""
    return f"releases/{quote(version, safe='')}.html"


def _document(dataset: Dataset) -> dict:
    """Returns all that is known, for programs. Of changed cells it names the columns; `diff` tells the values."""
    history = dataset.history
    told = [{"version": one.version, "day": one.day, "notes": one.notes} for one in history.releases]
    known = [one | {"page": file_of(one["version"] or "")} for one in told]
    document: dict = {"format": FORMAT, "name": dataset.name, "version": dataset.version, "releases": known}
    if history.compared:
        rows = [asdict(one) for one in history.rows]
        document["since"] = {"version": history.since, "statuses": list(history.statuses), "rows": rows}
        document["since"]["not_compared"] = list(history.left_out)
    return document


def _feed(dataset: Dataset) -> str:
    """Returns the Atom feed, with an entry for each release of which the day is known."""
    ET.register_namespace("", ATOM)
    own = uuid5(NAMESPACE_URL, dataset.url or dataset.name)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _tell(feed, "id", own.urn)
    _tell(feed, "title", dataset.title)
    _tell(feed, "updated", f"{dataset.date}T00:00:00Z")
    for one in dataset.creators:
        _tell(_tell(feed, "author"), "name", one.title)
    _tell(feed, "link", rel="alternate", type="text/html", href=PAGE)
    for release in dataset.history.releases:
        if release.day:
            _entry(feed, own, dataset, release)
    ET.indent(feed, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _entry(feed: ET.Element, own: UUID, dataset: Dataset, release: Release) -> None:
    """Adds the entry of a release: calls with another status first, where these are known, and then its notes."""
    entry = _tell(feed, "entry")
    _tell(entry, "id", uuid5(own, release.version).urn)
    _tell(entry, "title", f"{dataset.title} {release.version}")
    _tell(entry, "updated", f"{release.day}T00:00:00Z")
    _tell(entry, "link", rel="alternate", type="text/html", href=file_of(release.version))
    if release.version == dataset.version and dataset.history.statuses:
        lines = (
            f"{one['call_id']}: {one['old'] or 'none'} → {one['new'] or 'none'}" for one in dataset.history.statuses
        )
        _tell(entry, "summary", "; ".join(lines), type="text")
    _tell(entry, "content", str(markdown(release.notes).html), type="html")


def _tell(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Adds an element of Atom. What XML cannot hold is left out of its text."""
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = text and NOT_IN_XML.sub("", text)
    return made
