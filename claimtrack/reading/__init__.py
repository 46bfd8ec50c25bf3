"""Reads the files of a table: which lines and cells are certainly valid, and where each record stands."""
