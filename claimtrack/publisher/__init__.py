"""Makes a release from a validated package: typed tables, the joined model, and a module for each form of download."""
