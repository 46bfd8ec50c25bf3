"""The command line: each sub-command is a module."""
