"""A report as text for people."""

from .run import Report


def text(report: Report) -> str:
    """One line a finding with its help below, then what was checked and the verdict."""
    lines = []
    for found in report.findings:
        lines += [f"{found.place}: {found.rule} {found.message}", f"    help: {found.help}"]
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


def _verdict(report: Report) -> str:
    errors = sum(found.severity == "error" for found in report.findings)
    warnings = len(report.findings) - errors
    if not report.findings:
        return "valid"
    counted = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    if not report.complete:
        return f"could not be checked whole: {counted}"
    return f"{'invalid' if errors else 'valid'}: {counted}"
