"""Makes a new claim package."""

import argparse
import os
import sys
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `new`'s options."""
    words = (
        "Make a new, empty claim package that is valid at once, with codebook, changelog, licence, citation, checks "
        "before a commit and in CI. What no option says is asked for, where there is a terminal."
    )
    made = parser_of("new", "DIR", words, 'new harbours --title "Harbour claims" --country EST')
    add = made.add_argument
    add("folder", type=filled, metavar="DIR", help="a new or empty folder")
    add("--title", type=filled, metavar="TITLE", help="the dataset's title")
    add("--publisher", type=filled, metavar="NAME", help="who makes the dataset and is to be cited")
    add("--language", type=filled, action="append", metavar="CODE", help="BCP 47, such as en; may be repeated")
    add("--country", type=filled, action="append", metavar="CODE", help="ISO 3166-1, such as KEN; may be repeated")
    add("--tool", type=filled, metavar="SPEC", help="what pip installs in CI (this program, from where it came)")
    return made


def run(options: argparse.Namespace) -> int:
    """Writes the package, and says what to do next."""
    with bootstrap.loading():
        from claimtrack.authoring.new_package import About, make, tool

    title = options.title or _asked("--title", "The dataset's title")
    publisher = options.publisher or _asked("--publisher", "Who makes it and is to be cited")
    languages = options.language or [_asked("--language", "Language of the statements, such as en")]
    countries = options.country or [_asked("--country", "Country that they are about, such as KEN")]
    spec = options.tool or tool()
    if unfit := next((text for text in (title, publisher, spec) if not text.isprintable() or '"' in text), None):
        raise Unusable(f"{unfit!a}: has a quotation mark or a sign that cannot be shown; write it without")
    files = make(Path(options.folder), About(title, publisher, tuple(languages), tuple(countries), spec))
    print(f"{options.folder}: {len(files)} files written, valid as they are: `claimtrack check --strict`")
    print(f"CI and pre-commit will install: {spec}" + ("" if options.tool else " (another by --tool)"))
    if "file:" in spec or (os.sep in spec and Path(spec).exists()):
        words = "only this machine has that: before you push, write the address of its repository"
        print(f"{words} in its place (README.md, .pre-commit-config.yaml, .github/workflows/validate.yml)")
    print("next: `git init` there and commit; then `claimtrack bump minor`, and `claimtrack add statement`")
    return 0


def _asked(option: str, question: str) -> str:
    """Asks for a value on the terminal. Raises Unusable where there is none, or no answer."""
    if sys.stdin.isatty():
        answer = input(f"{question}: ").strip()
        if answer:
            return answer
    raise Unusable(f"{option} is not given; say it by {option}")
