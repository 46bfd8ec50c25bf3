"""Runs the command: finds the sub-command, runs it, and handles its errors.

The exit code is 0 for valid or done, 1 for findings, and 2 for what could not be checked or done. Nothing is fetched.
"""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.names import COMMANDS, meant
from claimtrack.commands.printing import harmless_streams
from claimtrack.core.errors import Unusable

# The modules that only an extra brings along, and that one. Spark and workbooks have sentences of their own.
EXTRAS = {"krippendorff": "agreement", "numpy": "agreement", "stam": "annotations", "cassis": "annotations"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code. Raises SystemExit for invalid options, and for help."""
    with harmless_streams():
        return _main(arguments)


def _main(arguments: Sequence[str] | None) -> int:
    """Runs the command, whatever it prints."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.flags.optimize > 1:
        words = "rules take their words from docstrings, which python -OO strips; leave it out, and PYTHONOPTIMIZE"
        print(f"claimtrack: error: {words}", file=sys.stderr)
        return 2
    is_named = bool(given) and given[0] in COMMANDS
    name = given.pop(0) if is_named else "check"
    if given[:1] in (["-h"], ["--help"]) and not is_named:
        return _ended(name, lambda _: _said(overview()), argparse.Namespace())
    if given[:1] == ["--version"]:
        return _ended(name, lambda _: _said(_versions()), argparse.Namespace())
    if not is_named and given and (slip := meant(given[0])):
        words = f'"{given[0]}" is neither a command nor a package here; did you mean `claimtrack {slip}`?'
        print(f"claimtrack: error: {words}", file=sys.stderr)
        return 2
    module = import_module(f"claimtrack.commands.{name}")
    options = parsed(module.parser(), given)
    if hasattr(sys.stdout, "reconfigure"):  # so that a name which the terminal cannot show does not stop the run
        sys.stdout.reconfigure(errors="backslashreplace")
    return _ended(name, module.run, options)


def overview() -> str:
    """Returns the help that is shown without a sub-command."""
    commands = "\n".join(f"  {name:<12} {what}" for name, what in COMMANDS.items())
    return f"""usage: claimtrack [COMMAND] [options] [PACKAGE ...]
Checks Data Packages (folders, descriptors or zips), this one or yours.
commands:
{commands}
example:
  claimtrack path/to/package --strict
Exit code: 0 valid or done, 1 findings, 2 not checked. COMMAND --help says more."""


def _versions() -> str:
    """Returns the versions of the program and of its libraries."""
    from claimtrack.core.about import described

    return described()


def _said(text: str) -> int:
    """Prints a text, and returns the exit code 0."""
    print(text)
    return 0


def parsed(parser: argparse.ArgumentParser, given: list[str]) -> argparse.Namespace:
    """Parses the options. The names after `--` are packages; argparse loses them when it mixes options and packages."""
    end = given.index("--") if "--" in given else len(given)
    options = parser.parse_intermixed_args(given[:end])
    packages = [name for name in ("package", "packages") if isinstance(getattr(options, name, None), list)]
    for name in packages:
        setattr(options, name, [*getattr(options, name), *given[end + 1 :]])
    if given[end + 1 :] and not packages:  # the sub-command takes its package from an option, or has none
        parser.error(f"unrecognized arguments: {' '.join(given[end + 1 :])}")
    return options


def _ended(name: str, run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Runs a sub-command. Any error becomes one sentence on standard error, and exit code 2."""
    about = getattr(options, "packages", None) or getattr(options, "package", None) or "."
    where = about if isinstance(about, str) else ", ".join(about)
    try:
        code = run(options)
        sys.stdout.flush()
        return code
    except Unusable as error:
        from claimtrack.core.visible import visible

        print("\n".join(map(visible, error.sentences)), file=sys.stderr)
        return getattr(error, "code", 2)
    except BrokenPipeError:  # the reader has stopped reading, as `head` does after ten lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("claimtrack: stopped", file=sys.stderr)
    except MemoryError:
        print(f"{where}: out of memory", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"claimtrack {name}: {lacking(error)}", file=sys.stderr)
    except BaseException as error:  # a panic of Polars is not an Exception
        if isinstance(error, SystemExit):
            raise
        from claimtrack.core.visible import shorten

        what, said = f"internal error in `claimtrack {name}`, please report it: {type(error).__name__}", str(error)
        if isinstance(error, OSError) and error.strerror:
            full = error.errno == errno.ENOSPC
            what = "what is to be written finds no room" if full else "a file cannot be read or written"
            said = f"{shorten(str(error.filename))}: {error.strerror}" if error.filename else error.strerror
        elif getattr(options, "no_values", False):
            said = "what it says is kept out, since it may have values"
        said = shorten(" ".join(said.split()), 300)
        print(f"{shorten(where, 500)}: {what}: {said}", file=sys.stderr)
    return 2


def lacking(error: ModuleNotFoundError) -> str:
    """Makes the sentence that says that a library is missing, and how to install it."""
    if extra := EXTRAS.get(str(error.name)):
        how = f'(`uv sync --extra {extra}`, or pip install "claimtrack[{extra}]")'
        return f'{error.name} is not installed; install the extra "{extra}" {how}'
    return f"{error.name} is not installed; run `python -m pip install {error.name}` and try again"


def command() -> None:
    """Runs the command, and ends the process."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # A stream that the caller has closed is None. Without a replacement, a file that is opened later would get its
        # number.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115  # it stays open until the process ends
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # the default would leave temporary files behind
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    bootstrap.without_plugins()
    try:
        code = main()
    except KeyboardInterrupt:  # it came while the command was loaded
        print("claimtrack: stopped", file=sys.stderr)
        code = 2
    if "pyspark" in sys.modules:  # pyspark has to end its own processes
        sys.exit(code)
    bootstrap.leave(code)
