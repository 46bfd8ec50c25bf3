"""A report as text for people."""

from .run import Report


def text(report: Report) -> str:
    """One line a finding with its help below, then what was checked and the verdict."""
    lines = []
    for found in report.findings:
        lines += [f"{found.place}: {found.rule} {found.message}", f"    help: {found.help}"]
    lines += _beyond(report)
    lines += [f"skipped: {line}" for line in report.skipped]
    if lines:
        lines.append("")
    lines.append(f"{report.title} {report.version}".strip() or report.where)
    width = max(map(len, report.tables), default=0)
    lines += [f"  {name:<{width}}  {rows:>7,} rows" for name, rows in report.tables.items()]
    total = sum(report.tables.values())
    lines.append(f"{len(report.tables)} tables, {total:,} rows, {len(report.rules)} rules run")
    if report.coverage:
        lines.append(report.coverage)
    lines.append(_verdict(report))
    return "\n".join(lines)


def _beyond(report: Report) -> list[str]:
    """A line for each rule and file of which the report lists only some findings."""
    listed = {key: sum((found.rule, found.file) == key for found in report.findings) for key in report.totals}
    return [
        f"{file}: {rule} {total:,} in all, of which {listed[rule, file]:,} are listed"
        for (rule, file), total in sorted(report.totals.items())
        if total > listed[rule, file]
    ]


def _verdict(report: Report) -> str:
    errors, warnings = report.total("error"), report.total("warning")
    counted = f"{errors:,} error{'s' * (errors != 1)}, {warnings:,} warning{'s' * (warnings != 1)}"
    if not report.complete:
        return f"could not be checked whole: {counted}"
    if not errors + warnings:
        return "valid"
    return f"{'invalid' if report.exit_code else 'valid'}: {counted}"
