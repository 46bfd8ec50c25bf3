"""Generates docs/api.md: the library's public names, from their docstrings."""

import inspect
import re

import claimtrack
from claimtrack.package.opened import OpenedPackage

HEAD = """# The library

Made by `claimtrack docs` from the docstrings; do not edit. `import claimtrack` promises these names and no others.

```python
import claimtrack

report = claimtrack.validate("path/to/package")
for found in report.findings:
    print(found.place, found.rule, found.message)
```

In a test of pytest:

```python
import claimtrack


def test_the_package_is_valid():
    report = claimtrack.validate("path/to/package")
    assert report.exit_code == 0, [found.message for found in report.findings]
```

In a notebook, on a plain frame of a table (`from schemas import claims` in a checkout):

```python
import polars as pl
from claimtrack.schemas import claims

claims.schema().validate(pl.read_csv("data/claims.csv"), lazy=True)
```

## A profile of your own

A profile is a set of tables, as Table Schemas, and the rules between their columns, rows and tables. The caller of a
check passes it in. A package can only declare a profile, in `conformsTo`.

```python
import narwhals as nw
from claimtrack import Profile, rule, validate


@rule("LMP101", "height")
def lower_than_a_person(lamps: nw.LazyFrame) -> nw.LazyFrame:
    \"\"\"The lamp hangs lower than a person stands.

    Why: people would walk into it.
    Mend: correct `height`, in metres.
    \"\"\"
    return lamps.filter(nw.col("height") < 1.8)


fields = [{"name": "lamp", "type": "string"}, {"name": "height", "type": "number"}]
LAMPS = Profile("lamps-1", {"lamps": {"fields": fields}}, {"LMP101": lower_than_a_person.rule})
report = validate("path/to/package", profiles=[LAMPS])
```

The command takes the same profile as `claimtrack --profile my_rules:LAMPS path/to/package`.

# The names
"""


def api(_opened: OpenedPackage) -> str:
    """Returns the page in Markdown."""
    parts = [HEAD]
    for name in claimtrack.__all__:
        value = getattr(claimtrack, name)
        parts.append(f"## {name}\n\n{_signature(name, value)}{_described(value)}\n")
        if inspect.isclass(value) and not issubclass(value, Exception):
            parts += [_member(member, what) for member, what in vars(value).items() if _is_public(member, what)]
    return "\n".join(parts)


def _described(value: object) -> str:
    """Returns an object's docstring."""
    return inspect.getdoc(value) or ""


def _signature(name: str, value: object) -> str:
    """Returns the signature of a function or class as a block of code. Exceptions have none."""
    if inspect.isclass(value) and issubclass(value, Exception):
        return ""
    text = str(inspect.signature(value)) if callable(value) else ""
    text = re.sub(r"claimtrack\.(?:\w+\.)+|(?:collections|polars|pathlib|typing)\.(?:\w+\.)*", "", text)
    parameters = re.sub(r"<factory>|<function [^>]*>", "…", text).replace("~", "")  # Python marks a type variable so
    return f"```python\n{name}{parameters}\n```\n\n"


def _is_public(name: str, value: object) -> bool:
    """Tells whether a member of a class is a public property or method with a docstring."""
    described = isinstance(value, property) or inspect.isfunction(value)
    return described and not name.startswith("_") and bool(inspect.getdoc(value))


def _member(name: str, value: object) -> str:
    """Returns the section of a member of a class."""
    if isinstance(value, property):
        return f"### .{name}\n\n{_described(value)}\n"
    return f"### .{name}\n\n{_signature(name, value)}{_described(value)}\n"
