"""The names of the sub-commands."""

from difflib import get_close_matches
from pathlib import Path

# What each sub-command does, by name. Each is a module in this room with `parser()` and `run(options) -> int`.
COMMANDS = {
    "check": "check packages; what is done where no command is named",
    "status": "what became of each call, and what sources say of each claim",
    "prove": "prove every pointer against your own copy of the statement",
    "diff": "what changed since an older version, and whether it may",
    "fix": "put the files into their one form, never touching what they say",
    "cite": "how to cite the dataset, or one row with the hash of its content",
    "rules": "list every rule, or explain one",
    "publish": "build a release: every form to download, cite and look at",
    "new": "make a new, empty claim package of your own",
    "add": "add a statement to code, or a row: an actor, a source, evidence",
    "worksheet": "write a statement's worksheet anew, from your copy of the text",
    "annotations": "take quotes and codes out to annotation tools, and in again",
    "point": "take a worksheet in, and say what is still missing",
    "prepare": "put all in form for a commit: checksums, documents, citation",
    "bump": "raise the version, in every place",
    "sample": "a blind form to review rows, and back again",
    "agreement": "how far two coders agree",
    "docs": "refresh the documents that are generated",
}
LIKE = 0.75  # how alike a word and a command must be, from 0 to 1 (`difflib.SequenceMatcher.ratio`)


def meant(word: str) -> str | None:
    """Returns the sub-command that a first argument is a slip for, such as `statu` or `--status`.

    It is None for the name of a file or folder that is there, and for a word that is like none.
    """
    if word.startswith("--"):
        return word[2:] if word[2:] in COMMANDS else None
    if Path(word).exists():
        return None
    return next(iter(get_close_matches(word, COMMANDS, 1, LIKE)), None)
