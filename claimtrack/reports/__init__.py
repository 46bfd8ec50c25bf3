"""The reports: each format is a module with a function `render(reports) -> str` for one or more packages.

All formats have the same content: the findings that are listed, the exact totals by rule and file, and what was skipped
and why. What follows from another finding is counted with that one; only JSON, and text where it is verbose, list it.
"""

from importlib import import_module

TOOL = "claimtrack"
# The ending of files by the name of their format. `github` is for the log of a GitHub workflow, not for a file.
FORMATS = {"text": ".txt", "json": ".json", "sarif": ".sarif", "junit": ".xml", "github": None, "html": ".html"}


def render(form: str, reports: list) -> str:
    """Renders reports in one of `FORMATS`. It imports only the module of that format."""
    return import_module(f".as_{form}", __name__).render(reports)
