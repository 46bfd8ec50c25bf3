"""Opens a package from a path: it is read once, and then passed on."""
