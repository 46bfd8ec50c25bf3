"""Writes the forms of the dataset for download."""
