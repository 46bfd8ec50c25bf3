"""Brings quotes and codes in from annotation tools, and out to them: each format is a module."""
