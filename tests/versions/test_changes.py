"""A comparison told: as text, as JSON, and by the command `diff`."""

import json

from claimtrack.versions.changes import as_text
from tests.tools.example import Example
from tests.tools.history import compared
from tests.tools.support import claimtrack


def test_command_prints_what_changed(good: Example, old):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.describe(version="1.1.1")
    good.validate()
    done = claimtrack("diff", old, good.folder)
    assert done.returncode == 0 and done.stderr == ""
    assert (
        "claims: 1 changed" in done.stdout
        and 'claim: "A vote on lighthouses is being held in Selmara." → "A vote on the' in done.stdout
    )
    assert "ask for a PATCH version" in done.stdout and done.stdout.splitlines()[-1] == "sound history: no finding"


def test_command_as_json(good: Example, old):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.validate()
    done = claimtrack("diff", old, "--format", "json", good.folder)
    report = json.loads(done.stdout)
    assert done.returncode == 1 and report["format"] == "package-history-1" and report["required_bump"] == "PATCH"
    (row,) = report["tables"]["claims"]["rows"]
    assert (row["kind"], row["key"], row["line"]) == ("changed", {"claim_id": "EX01-C001"}, 2) and row["cells"][0][
        "column"
    ] == "claim"
    (found,) = report["findings"]
    assert (found["rule"], found["file"], found["column"]) == ("HIS106", "datapackage.json", "version")


def test_invalid_package_is_not_compared(good: Example, old):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()
    done = claimtrack("diff", old, good.folder)
    assert done.returncode == 1 and "nothing to compare, since the package is not valid" in done.stderr


def test_what_would_steer_a_terminal_is_spelt_out(good: Example, old):
    good.set("rights", "political-participation", "label", "Political\x1b[31m participation")
    told = as_text(compared(old, good.folder))
    assert "\x1b" not in told and "\\u001b" in told
