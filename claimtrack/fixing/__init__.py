"""Rewrites the form of a package, and never its meaning."""
