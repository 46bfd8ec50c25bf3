"""Runs the command as `python -m claimtrack`."""

from claimtrack.commands.main import command

if __name__ == "__main__":
    command()
