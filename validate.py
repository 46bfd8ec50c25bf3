"""Checks Data Packages: `python validate.py [COMMAND] [options] [PACKAGE ...]`; `--help` says more.

It runs the command `claimtrack` from a checkout. The code is in the folder of that name.
"""

import sys

LEAST = (3, 11)
NEEDED = ("frictionless", "pandera", "polars", "narwhals")
SETUP = "run the first line of README.md here, or `python -m pip install .` and then `claimtrack`"


def lacking():
    """Says what the command needs and does not find, or returns "". Even an old Python can run this function."""
    if sys.version_info < LEAST:
        return "this is Python %d.%d, and %d.%d or newer is needed" % (sys.version_info[:2] + LEAST)
    from importlib.util import find_spec

    names = [name for name in NEEDED if find_spec(name) is None]
    return "not installed: %s" % ", ".join(names) if names else ""


if __name__ == "__main__":
    if getattr(sys.flags, "safe_path", False):  # Python then does not search the script's folder, which has the code
        sys.path.insert(0, __file__.rpartition("validate.py")[0] or ".")
    if lacking():
        sys.stderr.write("validate.py: %s; %s\n" % (lacking(), SETUP))
        sys.exit(2)
    from claimtrack.commands.main import command

    command()
