"""The checks: of the descriptor, form, cells, dates and keys, and by frictionless of all that is not proven valid."""
