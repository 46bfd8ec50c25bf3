"""The texts for readers name only what is there: commands, options, modules and files."""

import re
import shlex
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from claimtrack.commands.main import parsed
from claimtrack.commands.names import COMMANDS
from tests.conftest import ROOT

BESIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "RELEASING.md")
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*(ROOT / name for name in BESIDE), *sorted((ROOT / "docs").glob("*.md")))
}
COMMAND = re.compile(r"(?:python validate\.py|(?<![\w./-])claimtrack)(?P<words>(?: (?:[\w./:=-]+|\.))*)")
MODULE = re.compile(r"python -m (tests\.[\w.]+)((?: [\w./\[\]-]+)*)")


def commands(text: str) -> list[list[str]]:
    """The words of each command that a text has in a block or between backticks."""
    quoted = re.findall(r"```(?:sh|bash|text)?\n(.*?)```|`([^`\n]+)`|^ {4}(.+)$", text, re.DOTALL | re.MULTILINE)
    code = "\n".join("".join(parts) for parts in quoted)
    return [shlex.split(found["words"]) for found in COMMAND.finditer(code)]


def options_of(command: str) -> set[str]:
    """The options that a command's help lists, and those of the program itself."""
    told = import_module(f"claimtrack.commands.{command}").parser().format_help()
    return {"--version", *re.findall(r"(?<![\w-])--[a-z][a-z-]*", told)}


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_is_one_that_the_program_has(name):
    told = commands(TEXTS[name])
    assert told or name not in ("README.md", "CONTRIBUTING.md")
    for words in told:
        command = words.pop(0) if words and words[0] in COMMANDS else "check"
        unknown = [word for word in words if word.startswith("-") and word.split("=")[0] not in options_of(command)]
        assert not unknown, f"{name} names {unknown} of {command}"


def test_the_commands_of_the_guide_are_taken_as_they_stand():
    """As far as their options; those in blocks are run by `test_contributing`."""
    told = re.findall(r"python validate\.py[ \w./-]*", TEXTS["CONTRIBUTING.md"])
    assert len(told) > 12  # so that they are found at all
    for words in map(str.split, told):
        name = words.pop(2) if words[2:3] and words[2] in COMMANDS else "check"
        parsed(import_module(f"claimtrack.commands.{name}").parser(), words[2:])


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_is_one_of_a_command_or_a_benchmark(name):
    own = set().union(*map(options_of, COMMANDS))
    for module in ROOT.glob("tests/*/*.py"):
        own |= set(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', module.read_text(encoding="utf-8")))
    alone = set(re.findall(r"`(--[a-z][a-z-]+)", TEXTS[name]))
    assert alone <= own


@pytest.mark.parametrize("name", TEXTS)
def test_every_module_is_there(name):
    for module, options in MODULE.findall(TEXTS[name]):
        assert find_spec(module.rstrip(".")), module
        source = Path(find_spec(module.rstrip(".")).origin).read_text(encoding="utf-8")
        for option in re.findall(r"--[a-z-]+", options):
            assert f'"{option}"' in source, f"{module} has no {option}"
    for dotted in re.findall(r"`((?:claimtrack|schemas)\.[\w.]+)`", TEXTS[name]):
        assert named(dotted), f"{name} names {dotted}"


def named(dotted: str) -> bool:
    """Whether there is such a module, or such a name in a module."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_is_there(name):
    folder = (ROOT / name).parent
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", TEXTS[name]):
        assert (folder / target).exists(), f"{name} links to {target}"
    for path in re.findall(r"`((?:claimtrack|schemas|tests|docs|data|\.ci|\.github)/[\w./-]*)`", TEXTS[name]):
        assert (ROOT / path).exists(), f"{name} names {path}"
