"""Writes the generated documents of a package anew."""

import argparse

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `docs`'s options."""
    words = (
        "Write anew what is generated in the documents that a package has: the reference in docs/codebook.md, the "
        "figures in README.md; in this project also docs/rules.md, docs/api.md and docs/architecture.md."
    )
    made = parser_of("docs", "[PACKAGE]", words, "docs")
    add_package(made)
    made.add_argument("--check", action="store_true", help="write nothing; exit with 1 where one is not current")
    return made


def run(options: argparse.Namespace) -> int:
    """Writes every document that is not current, and prints their names. With `--check`, it writes nothing."""
    with bootstrap.loading():
        from claimtrack.commands.valid import claim_package
        from claimtrack.core.writing import clear, write_together
        from claimtrack.publisher.documents.pages import pages_of

    opened, stale = claim_package(one_package(options)), dict[str, str]()
    pages = pages_of(opened)
    for name, page in pages.items():
        try:
            text = page(opened)
        except KeyError as error:
            words = f"a resource, a field or the descriptor lacks {error}, which the page tells; add it"
            raise Unusable(f"{opened.root / name}: cannot be made, since {words}") from None
        if text != opened.document(name):
            stale[name] = text
    if not options.check:
        write_together({opened.root / name: text.encode("utf-8") for name, text in stale.items()})
        for folder in {(opened.root / name).parent for name in pages}:  # a run that was killed may have written all
            clear(folder)
    print(f"{'not current' if options.check else 'written anew'}: {', '.join(stale) or 'nothing'}")
    return int(options.check and bool(stale))
