"""The basic terms that every other part uses: rules, findings, the report, limits, errors and dates."""
