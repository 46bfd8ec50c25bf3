"""The parts that the options of all sub-commands share."""

import argparse
import re
from difflib import get_close_matches
from textwrap import fill
from typing import NoReturn

from claimtrack.core.errors import Unusable

WIDTH = 80  # columns of a terminal


def filled(text: str) -> str:
    """Returns an option's value, which must not be empty.

    Otherwise a variable that a script forgot to set could disable a check.
    """
    if not text.strip():
        words = "the value is empty; give one, or leave it out (in a script: is the variable set?)"
        raise argparse.ArgumentTypeError(words)
    return text


def count(text: str) -> int:
    """Converts the value of an option that is a number of something."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise argparse.ArgumentTypeError("the value must be a whole number from 0; the totals are exact whatever it is")
    return int(text)


def mebibytes(text: str) -> int:
    """Converts the value of `--memory`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        words = "the value must be a whole number of MiB from 1; keys and rows that take more are put on disk"
        raise argparse.ArgumentTypeError(words)
    return int(text)


class Parser(argparse.ArgumentParser):
    """A parser whose error for an unknown option suggests a similar one, and whose help fits a screen."""

    def format_help(self) -> str:
        """Returns the help. The description follows the usage at once, as in the help of the whole command."""
        return super().format_help().replace("\n\n", "\n", 1)

    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the options, and ends the process with exit code 2."""
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown != message:
            name = unknown.partition(" ")[0].partition("=")[0]
            near = get_close_matches(name, self._option_string_actions, 1)
            message += f"; did you mean {near[0]}?" if near else "; --help lists the options"
        super().error(message)


class _Dense(argparse.RawDescriptionHelpFormatter):
    """Formats the help without the blank lines around the options, so that it fits a terminal's screen."""

    def format_help(self) -> str:
        """Returns the help."""
        return re.sub(r"\n\n(?=(?:options|examples?):\n)", "\n", super().format_help())


def parser(command: str, arguments: str, description: str, *examples: str) -> Parser:
    """Makes the parser of a sub-command. Its help has the description, a line for each option, and the examples."""
    lines = [f"  claimtrack {example}" for example in examples]
    made = Parser(
        prog=f"claimtrack {command}",
        usage=f"claimtrack {command} [options] {arguments}".strip(),
        description=fill(description, WIDTH),
        epilog="\n".join(["examples:" if len(lines) > 1 else "example:", *lines]),
        add_help=False,
        formatter_class=lambda prog: _Dense(prog, max_help_position=29),
    )
    made.add_argument("-h", "--help", action="help", help="show this")
    return made


def add_package(to: Parser, several: bool = False) -> None:
    """Adds the argument for one package or for several. The default is this folder."""
    to.add_argument("packages" if several else "package", nargs="*", metavar="PACKAGE", help=argparse.SUPPRESS)


def add_profiles(to: Parser) -> None:
    """Adds `--profile`."""
    words = "rules of your own, beside those of claim tracking"
    to.add_argument("--profile", type=filled, action="append", default=[], metavar="MODULE:NAME", help=words)


def one_package(options: argparse.Namespace) -> str:
    """Returns the only package that was named. Raises Unusable where there are several."""
    packages = named(options.package)
    if len(packages) > 1:
        raise Unusable(f"this is about one package, and {len(packages)} are named; run it on each")
    return packages[0]


def named(packages: list[str]) -> list[str]:
    """Returns the packages that were named, or this folder if there are none. Raises Unusable for an empty name."""
    if not all(map(str.strip, packages)):
        mend = "name a folder, descriptor or zip (in a script: is the variable set?)"
        raise Unusable(f"argument PACKAGE: the name is empty; {mend}")
    return packages or ["."]
