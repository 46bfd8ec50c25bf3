"""Progress: shown to a person who waits, and to nobody else."""

import pytest

from claimtrack.commands import progress


def test_progress_shows_on_long_work_only(monkeypatch, capfd):
    with progress.Progress(True) as tell:
        tell("soon over", 1, 2)
    monkeypatch.setattr(progress, "AFTER", 0)
    with progress.Progress(False) as tell:
        tell("nobody looks", 1, 2)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.Progress(True) as tell:
        tell("reading [b]data[/b].csv", 1, 2)
    assert "reading [b]data[/b].csv" in capfd.readouterr().err


@pytest.mark.parametrize(
    "quiet, terminal, env, shown",
    [
        (False, True, {}, True),
        (True, True, {}, False),
        (False, False, {}, False),
        (False, True, {"CI": "true"}, False),
        (False, True, {"TERM": "dumb"}, False),
    ],
)
def test_progress_is_for_people(monkeypatch, quiet, terminal, env, shown):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert progress.wanted(quiet) == shown
