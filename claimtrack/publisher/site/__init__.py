"""Makes the web pages of the dataset."""
