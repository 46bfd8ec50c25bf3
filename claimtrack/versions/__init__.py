"""Compares two versions of a package."""
