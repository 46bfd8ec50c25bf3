"""What a package says of how it is to be checked: `validate.toml` beside its descriptor.

    strict = true
    select = ["HYG", "KEY103:claims"]
    ignore = ["HYG113:codings"]
    baseline = "known.json"
    max-samples = 20

A package that is checked is nobody's friend: its settings change what is reported, never what is read or written, and the
report says that they had a say. `--no-settings` leaves them aside; the same option on the command line replaces one of them.
"""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from . import limits, selection
from .findings import Unusable
from .package import leads_inside

NAME = "validate.toml"


@dataclass
class Settings:
    """How a package is reported; None where nothing is said. `baseline` is a path."""

    strict: bool | None = None
    select: list[selection.Pattern] | None = None
    ignore: list[selection.Pattern] | None = None
    baseline: Path | None = None
    max_samples: int | None = None
    path: Path | None = None  # the file that says so


KEYS = {"strict": (bool, "true or false"), "select": (list, "a list of rules"), "ignore": (list, "a list of rules"),
        "baseline": (str, "the path of a file in the package"), "max-samples": (int, "a whole number from 0")}  # fmt: skip


def read(home: Path) -> Settings:
    """The settings in a package's folder. Raises Unusable when they cannot be followed."""
    path = home / NAME
    if not path.exists() and not path.is_symlink():
        return Settings()
    try:
        if not leads_inside(home, NAME) or not path.is_file():
            raise Unusable(f"{path}: not a regular file of this folder; put the settings there, or leave them aside with --no-settings")
        if path.stat().st_size > limits.MAX_SETTINGS:
            raise Unusable(f"{path}: larger than {limits.MAX_SETTINGS // 1024} KiB; settings are a few lines")
        told = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{path}: not TOML: {str(error)[:200]}") from None
    settings = Settings(path=path)
    for name, value in told.items():
        if name not in KEYS:
            raise Unusable(f'{path}: there is no setting "{name[:50]}"; did you mean {get_close_matches(name, KEYS, 1, 0)[0]}?')
        kind, words = KEYS[name]
        if type(value) is not kind or kind is list and not all(isinstance(item, str) for item in value) or kind is int and value < 0:
            raise Unusable(f'{path}: "{name}" has to be {words}')
        if kind is list:
            value = selection.parse(value, f"{path}: {name}")
        elif name == "baseline":
            if not value or not leads_inside(home, value) or not (home / value).is_file():
                mend = "name one inside its folder, or give --baseline on the command line"
                raise Unusable(f'{path}: the baseline "{value[:100]}" is no file in the package; {mend}')
            value = home / value
        setattr(settings, name.replace("-", "_"), value)
    return settings
