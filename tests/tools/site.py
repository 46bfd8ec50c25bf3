"""What the tests of the site share: a package's pages, read as a browser reads them, and rows with odd ids."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import lxml.html

from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.publisher.build import FORMS
from claimtrack.publisher.join import load
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File
from claimtrack.publisher.site.pages import build
from tests.tools.example import Example
from tests.tools.support import kept

DOWNLOADS = [File.of(name, *said, b"") for name, said in FORMS.items()]
ODD = 'a b/%41&x=1#?"<é+'  # an id that would mean something else in a page or an address


def write_site(dataset: Dataset, folder: Path, downloads: Iterable[File] = (), **options: str) -> None:
    """Writes a dataset's pages into a folder, which is made."""
    for name, page in build(dataset, downloads, **options).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(page)


def first_view(folder: Path) -> list[Path]:
    """The files that a reader's first view of a site takes: the front page and what it names as its own."""
    page = parsed(folder / "index.html")
    return [folder / name for name in ("index.html", *page.xpath("//@src | //link[@rel = 'stylesheet']/@href"))]


def compressed(paths: Iterable[Path]) -> int:
    """The bytes that files take on their way to a reader."""
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in paths)


def part(folder: Path, name: str) -> dict:
    """What a script of a site hands to its page."""
    text = (folder / f"{name}.js").read_text(encoding="utf-8")
    called = f"site.receive({json.dumps(name)}, "
    assert text.startswith(called) and text.endswith(");\n")
    return json.loads(text.removeprefix(called).removesuffix(");\n"))


def records(folder: Path) -> list[dict]:
    """What a site's front page finds among, in order."""
    numbers = sorted(int(path.stem) for path in (folder / "find").glob("[0-9]*.js"))
    return [record for number in numbers for record in part(folder, f"find/{number}")["records"]]


def cards(folder: Path) -> dict:
    """The cards of a site's front page, parsed, by id, in order."""
    html = {}
    for path in (folder / "cards").iterdir():
        html |= part(folder, f"cards/{path.stem}")
    return {one["id"]: lxml.html.fromstring(html[one["id"]]) for one in records(folder)}


def parsed(path: Path):
    return lxml.html.document_fromstring(
        path.read_text(encoding="utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8")
    )


def built(example: Example, tmp_path: Path):
    """The front page of a package, parsed."""
    write_site(load(kept(example.folder)), tmp_path / "site", DOWNLOADS)
    return parsed(tmp_path / "site" / "index.html")


def text_of(element) -> str:
    return " ".join(element.text_content().split())


def name_oddly(good: Example, table: str, old: str, new: str, *uses: tuple[str, str]) -> None:
    """Gives a row another id in all tables that use it, and drops the patterns that ids have.

    The profile's patterns are all that such a package breaks. The site does not rely on them.
    """
    for name, column in ((table, read_rows(good.path(table))[0][0]), *uses):
        schema = good.folder / "schemas" / f"{name}.json"
        said = json.loads(schema.read_text(encoding="utf-8"))
        next(field for field in said["fields"] if field["name"] == column)["constraints"].pop("pattern", None)
        schema.write_text(json.dumps(said), encoding="utf-8")
        names, rows = read_rows(good.path(name))
        write_rows(good.path(name), names, [row | {column: new if row[column] == old else row[column]} for row in rows])
    assert {finding.rule for finding in good.validate().findings} == {"PKG102"}


def name_actor(good: Example, new: str) -> None:
    name_oddly(
        good,
        "actors",
        "keepers",
        new,
        ("actors", "part_of"),
        ("participants", "actor_id"),
        ("segments", "voice_id"),
        ("statements", "publisher_id"),
        ("evidence", "said_by_id"),
        ("follow_ups", "said_by_id"),
        ("responses", "actor_id"),
    )
