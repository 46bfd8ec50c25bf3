"""The site as it grows: what `publish` takes, what a first view takes, and when a reader can use it.

    python -m tests.benchmarks.site [--statements 1 10 100 300] [--loads 5] [--python PYTHON] [--out docs/performance]

Each package is the smallest valid one as often as asked for, under as many ids. The first view is the front page and
all that Chromium loads for it by itself, from a disk, compressed as a server would send it. It can be used once all of
this has been loaded and run (the event `load`): the median of some loads. The exponent is the slope of the logarithm of
the CPU time over that of the number of statements, start-up (the smallest package's time) taken off: 1 is linear.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.tools.site import compressed, first_view

from .compare import measure, put
from .degrade import slope
from .generate import tracked

LOADED = "return performance.getEntriesByType('resource').map(one => one.name)"
USABLE = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
Result = dict[str, float]


def measured(statements: int, python: str, loads: Callable[[Path], tuple[float, list[Path]]]) -> Result:
    """What the release of a package of so many statements takes, and its front page."""
    with tempfile.TemporaryDirectory() as folder:
        package, release = tracked(Path(folder, "package"), statements), Path(folder, "release")
        figures, printed = measure([python, "validate.py", "publish", str(package), "--output", str(release)])
        if " files in " not in printed:
            raise ValueError(f"nothing was published: {printed[-500:]}")
        site = release / "site"
        milliseconds, view = loads(site)
        pages = [path for path in site.rglob("*") if path.is_file()]
        finding = [*(site / "find").glob("*.js"), site / "cards" / "1.js"]
        return figures | {
            "statements": statements,
            "files": len(pages),
            "site": sum(path.stat().st_size for path in pages) / 2**20,
            "view": compressed(view) / 1000,
            "finding": compressed({*view, *finding}) / 1000,
            "usable": milliseconds,
        }


def in_chromium(driver, times: int) -> Callable[[Path], tuple[float, list[Path]]]:
    """A function that opens the front page of a site some times: the median milliseconds, and the files it loads."""
    from tests.tools.browser import see  # only here: without Selenium, whatever imports it is skipped

    def loads(site: Path) -> tuple[float, list[Path]]:
        taken = []
        for _ in range(times):
            driver.get("about:blank")
            driver.get((site / "index.html").as_uri())
            taken.append(see(driver, lambda it: it.execute_script(USABLE), lambda ended: ended > 0))
        named = {Path(unquote(urlsplit(name).path)) for name in driver.execute_script(LOADED)}
        return statistics.median(taken), sorted({*first_view(site), *(path for path in named if path.is_file())})

    return loads


def growth(results: list[Result]) -> float:
    """The exponent by which the CPU time of `publish` grows with the statements."""
    least, *rest = sorted(results, key=lambda one: one["statements"])
    return slope([one["statements"] for one in rest], [one["cpu"] - least["cpu"] for one in rest])


def table(results: list[Result]) -> list[str]:
    """The figures as a Markdown table."""
    lines = [
        "| statements | `publish`: wall, s | CPU, s | peak, MiB | files | site, MiB | first view, kB compressed "
        "| with all that finding loads, kB | usable after, ms |",
        "|--:" * 9 + "|",
    ]
    for one in results:
        cells = [f"{one['statements']:,}", f"{one['wall']:.1f}", f"{one['cpu']:.1f}", f"{one['peak']:,.0f}"]
        cells += [f"{one['files']:,}", f"{one['site']:.1f}", f"{one['view']:,.0f}", f"{one['finding']:,.0f}"]
        cells.append(f"{one['usable']:,.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def plot(results: list[Result], path: Path) -> None:
    """Statements against seconds, and against the size of the first view, on logarithmic axes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "performance"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    statements = [one["statements"] for one in results]
    left.loglog(statements, [one["wall"] for one in results], marker="o", label="publish, wall")
    left.loglog(statements, [one["usable"] / 1000 for one in results], marker="o", label="front page usable")
    right.loglog(statements, [one["view"] for one in results], marker="o", label="first view")
    right.loglog(statements, [one["finding"] for one in results], marker="o", label="with all that finding loads")
    right.axhline(300, color="grey", lw=1, ls="--", label="300 kB")
    left.set(xlabel="statements", ylabel="seconds", title="time")
    right.set(xlabel="statements", ylabel="kB, compressed", title="size")
    left.legend(fontsize=8), right.legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.site", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--statements", type=int, nargs="+", default=[1, 10, 100, 300])
    parser.add_argument("--loads", type=int, default=5, help="how often the front page is opened")
    parser.add_argument("--python", default=sys.executable, help="the Python that runs what is measured")
    parser.add_argument("--out", type=Path, help="the page, without its ending, to write the table and the plot into")
    options = parser.parse_args()
    from tests.tools.browser import opened

    with opened() as driver:
        results = [measured(count, options.python, in_chromium(driver, options.loads)) for count in options.statements]
    lines = table(results)
    grows = [f"Growth of the CPU time: {growth(results):.2f}.", ""] if len(results) > 2 else []
    print("\n".join([*lines, "", *grows]))
    if options.out:
        asked = f"--statements {' '.join(map(str, options.statements))} --loads {options.loads} --out docs/performance"
        told = f"{date.today()}, {os.cpu_count()} cores; one round. Load at the end: {os.getloadavg()[1]:.1f}."
        picture = f"![Statements against seconds, and against kB, both axes logarithmic]({options.out.name}.site.svg)"
        command = f"`python -m tests.benchmarks.site {asked}`"
        put(options.out.with_suffix(".md"), "site", [command, "", told, "", picture, "", *lines, "", *grows])
        plot(results, options.out.with_suffix(".site.svg"))


if __name__ == "__main__":
    main()
