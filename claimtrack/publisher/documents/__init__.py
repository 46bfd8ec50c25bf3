"""Generates the parts of a package's documents that come from its data or from the code."""
