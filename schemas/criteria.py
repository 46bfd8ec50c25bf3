"""The table `criteria`, which has no rules between its columns."""

from .common import schema_of

schema = schema_of("criteria")
