"""Reads a package's settings for its own check: `validate.toml` beside its descriptor.

    strict = true
    select = ["HYG", "KEY103:claims"]
    ignore = ["HYG113:codings"]
    baseline = "known.json"
    max-samples = 20
    shared-words = 6
    may-share = ["Commission for the Lights of Sarema and Norrim"]

    [map]
    "https://example.org/schemas" = "schemas"

A package is not trusted. Its settings change only what is reported, never what is read or written, and the report says
that they were used. They leave out warnings alone: `--settings` lets them leave out errors, too, and `--no-settings`
ignores them. An option on the command line replaces the setting of the same name. `shared-words` and
`may-share` are for `prove` alone.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.opening import read_regular
from claimtrack.core.paths import is_file, leads_inside
from claimtrack.core.rules import Rule
from claimtrack.pipeline import selection

NAME = "validate.toml"


@dataclass
class Settings:
    """The settings for the report on a package. A setting that is not given is None. `baseline` is a path."""

    strict: bool | None = None
    select: list[selection.Pattern] | None = None
    ignore: list[selection.Pattern] | None = None
    baseline: Path | None = None
    max_samples: int | None = None
    path: Path | None = None  # the settings file, where it changes what is reported
    copies: dict[str, Path] | None = None  # local copies of what lies elsewhere (`--map`)
    shared_words: int | None = None  # in a row, which a text of the package may not share with a statement
    may_share: list[str] | None = None  # phrases that may stand all the same, such as names


KEYS: dict[str, tuple[type, str]] = {
    "strict": (bool, "true or false"),
    "select": (list, "a list of rules"),
    "ignore": (list, "a list of rules"),
    "baseline": (str, "the path of a file in the package"),
    "max-samples": (int, "a whole number from 0"),
    "shared-words": (int, "a whole number from 1"),
    "may-share": (list, "a list of phrases"),
    "map": (dict, "a table of files or folders in the package, by URL"),
}
FOR_PROVE = {"shared-words", "may-share"}  # what the report on a package has no part of


def read(root: Path, rules: Callable[[], Mapping[str, Rule]]) -> Settings:
    """Reads the settings in a package's folder. `rules` returns every rule that they may name.

    Raises Unusable when they are not valid.
    """
    path = root / NAME
    try:
        if not path.exists() and not path.is_symlink():
            return Settings()
        if not leads_inside(root, NAME) or not path.is_file():
            mend = "put the settings there, or leave them aside with --no-settings"
            raise Unusable(f"{path}: not a regular file of this folder; {mend}")
        raw = read_regular(path, limits.MAX_SETTINGS)
        if len(raw) > limits.MAX_SETTINGS:
            raise Unusable(f"{path}: larger than {limits.MAX_SETTINGS // 1024} KiB; settings are a few lines")
        told: dict[str, Any] = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{path}: not TOML: {str(error)[:200]}") from None
    settings = Settings(path=None if told and told.keys() <= FOR_PROVE else path)
    for name, value in told.items():
        if name not in KEYS:
            raise Unusable(
                f'{path}: there is no setting "{name[:50]}"; did you mean {get_close_matches(name, KEYS, 1, 0)[0]}?'
            )
        kind, words = KEYS[name]
        if not _is_of(kind, value) or (name == "shared-words" and not value):
            raise Unusable(f'{path}: "{name}" has to be {words}')
        if name in ("select", "ignore"):
            value = selection.parse(value, f"{path}: {name}", rules())
        elif name == "baseline":
            if not value or not leads_inside(root, value) or not is_file(root / value):
                mend = "name one inside its folder, or give --baseline on the command line"
                raise Unusable(f'{path}: the baseline "{value[:100]}" is no file in the package; {mend}')
            value = root / value
        elif kind is dict:
            lost = next((each for each in value.values() if not leads_inside(root, each)), None)
            if lost is not None:
                mend = "name files and folders inside it, or give --map on the command line"
                raise Unusable(f'{path}: the copy "{lost[:100]}" is not in the package; {mend}')
            value = {url: (root / each).absolute() for url, each in value.items()}
        setattr(settings, "copies" if name == "map" else name.replace("-", "_"), value)
    return settings


def _is_of(kind: type, value: Any) -> bool:
    """Tells whether a value is of the kind of a setting. Lists are lists of texts, and numbers are not negative."""
    if isinstance(value, bool) or kind is bool:  # Python's booleans are also integers
        return isinstance(value, bool) and kind is bool
    if kind is int:
        return isinstance(value, int) and value >= 0
    if kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is dict:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, kind)
