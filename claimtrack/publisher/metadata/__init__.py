"""Writes citations and metadata of the dataset."""
