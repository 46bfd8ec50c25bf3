"""Generates docs/architecture.md: the rooms of the code, and the imports between them."""

import importlib
import tomllib
from typing import TYPE_CHECKING

from claimtrack.package.opened import OpenedPackage

if TYPE_CHECKING:
    from grimp import ImportGraph

PACKAGE = "claimtrack"


def rooms(opened: OpenedPackage) -> list[str]:
    """Returns the names of the rooms, the highest first, from the contract in pyproject.toml."""
    told = tomllib.loads(opened.document("pyproject.toml") or "")
    contracts = told["tool"]["importlinter"]["contracts"]
    return next(each["layers"] for each in contracts if each["type"] == "layers")


def architecture(opened: OpenedPackage) -> str:
    """Returns the page in Markdown, with a diagram of the imports."""
    import grimp  # a library for development only, which reads the imports of every module

    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)
    names = rooms(opened)
    rows = [f"| `{name}` | {_what(name)} | {_modules(graph, name)} |" for name in names]
    arrows = [f"    {name} --> {other}" for name in names for other in names if _imports(graph, name, other)]
    return "\n".join(
        [
            "# The house",
            "",
            "Made by `claimtrack docs` from the code's own imports; do not edit.",
            "",
            "The code is divided into rooms. A room imports only from rooms below it in this list, and no imports",
            "form a circle. `lint-imports` checks both, and the tests run it. `schemas/`, beside the rooms, has the",
            "profile of claim tracking. It imports from the rooms, and the engine gets it by name.",
            "",
            "| Room | What it is | Modules |",
            "|---|---|--:|",
            *rows,
            "",
            "```mermaid",
            "graph TD",
            *arrows,
            "```",
            "",
        ]
    )


def _what(room: str) -> str:
    """Returns the summary of a room's docstring."""
    return (importlib.import_module(f"{PACKAGE}.{room}").__doc__ or "").split("\n")[0].rstrip(".")


def _modules(graph: "ImportGraph", room: str) -> int:
    """Counts the modules of a room."""
    found = graph.find_descendants(f"{PACKAGE}.{room}")
    return len([name for name in found if not graph.find_children(name)]) or 1


def _imports(graph: "ImportGraph", room: str, other: str) -> bool:
    """Tells whether some module of a room imports a module of another room."""
    one, there = f"{PACKAGE}.{room}", f"{PACKAGE}.{other}"
    return room != other and graph.direct_import_exists(importer=one, imported=there, as_packages=True)
