"""Reports: one module a format, each with `render(reports) -> str` over what `validator.run` found in one or more packages.

All formats say the same: the findings that are listed, the exact totals by rule and file, what was skipped and why.
"""

from importlib import import_module

TOOL = "claim-tracking-validator"
# A format's name, and the ending of files in it. `github` is for the log of a GitHub workflow, not for a file.
FORMATS = {"text": ".txt", "json": ".json", "sarif": ".sarif", "junit": ".xml", "github": None, "html": ".html"}


def render(form: str, reports: list) -> str:
    """Reports in one of `FORMATS`. Imports no renderer but that one."""
    return import_module(f".as_{form}", __name__).render(reports)
