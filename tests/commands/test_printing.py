"""What commands print does nothing to a terminal or to the log of a CI service, whatever a package holds."""

import contextlib
import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.commands.main import main
from claimtrack.commands.printing import Harmless, beneath, harmless_streams
from claimtrack.core.visible import harmless
from tests.tools.example import Example
from tests.tools.support import read_descriptor, resource, write

EVIL = "\x1b[2J\x1b]0;title\x07\x9b31m\r\n::error::mine\n  ::add-mask::x ##[error]mine ##vso[task.complete]\u202eabc"
ACTED_ON = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|(?m:^\\s*::)|##\\w*\\[")


@given(st.text(alphabet=st.sampled_from("a:# \n\t\r\x1b\x9b\u202e\u200b\xa0é[v"), max_size=30))
def test_what_is_acted_on_is_spelt_and_nothing_else(text):
    shown = harmless(text)
    assert not ACTED_ON.search(shown.replace("\r\n", "\n"))
    assert harmless(shown) == shown and (ACTED_ON.search(text.replace("\r\n", "\n")) or shown == text)


@given(st.lists(st.text(alphabet=st.sampled_from("a: \n"), max_size=5), max_size=5))
def test_a_command_is_found_in_pieces_as_in_one(pieces):
    stream = io.StringIO()
    Harmless(stream).writelines(pieces)
    assert not re.search(r"(?m)^[^\S\n]*::", stream.getvalue())


@given(st.text())
def test_a_text_in_json_stays_the_same_text(text):
    assert json.loads(harmless(json.dumps({"a": text}, ensure_ascii=False, indent=1)))["a"] == text


def test_khmer_persian_and_emoji_stay_as_they_are():
    text = "ភាសា\u200bខ្មែរ می\u200cخواهم 👩\u200d👧 a\xa0b\tc"
    assert harmless(text) == text


def test_streams_are_those_of_before_afterwards(capsys):
    with harmless_streams():
        print("\x1b[1ma")
        print("b", file=beneath(sys.stdout))
    print("\x1b[1mc")
    assert capsys.readouterr().out == "\\u001b[1ma\nb\n\x1b[1mc\n"


@pytest.fixture
def evil(good: Example) -> Example:
    """A valid package whose texts hold terminal escapes and commands."""
    told = read_descriptor(good.folder)
    (good.folder / "datapackage.json").write_text(json.dumps(told | {"title": EVIL, "description": EVIL}))
    return good


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "-v"],
        *(["check", "--format", form] for form in ("text", "json", "sarif", "junit", "html")),
        ["status"],
        ["status", "--format", "json"],
        ["publish", "--output", "release\x1b[2J"],
        ["cite", "--package", "."],
        ["cite", "--package", ".", "--style", "bibtex"],
        ["cite", "--package", ".", "--style", "ris"],
        ["cite", "--package", ".", "--style", "csl"],
        ["diff", "."],
        ["diff", EVIL],
        ["fix"],
        ["fix", "--dry-run"],
        ["fix", "--reseal", EVIL],
        ["check", EVIL],
        ["check", "--output", EVIL],
        ["check", "--select", EVIL],
        ["check", f"--{EVIL}"],
        ["rules", EVIL],
        ["prove", "--source", EVIL],
        ["point", EVIL, "--source", EVIL, "--quotes", EVIL],
        ["docs"],
        ["agreement"],
        [EVIL],
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode()[:40],
)
@pytest.mark.parametrize("ci", ["", "true"])
def test_no_command_prints_what_is_acted_on(evil, monkeypatch, capfd, arguments, ci):
    monkeypatch.chdir(evil.folder)
    monkeypatch.setenv("GITHUB_ACTIONS", ci)
    monkeypatch.setenv("FORCE_COLOR", "")
    with contextlib.suppress(SystemExit):
        main(arguments)
    out, err = capfd.readouterr()
    # In GitHub Actions our own commands stand around the text, which GitHub then does not read, and at the end.
    out = re.sub(r"(?ms)^::stop-commands::(\w+)$.*^::\1::$", "", out) if ci else out
    out = re.sub(r"(?m)^::(?:error|warning|notice) [^\n]*$", "", out) if ci else out
    assert out + err and not ACTED_ON.search((out + err).replace("\r\n", "\n"))


def test_names_of_tables_and_files_are_shown_harmless(tmp_path, capfd):
    folder = write(tmp_path, [resource("t", [], path=f"data/{EVIL[:4]}.csv")], {})
    main(["check", str(folder)])
    main(["fix", str(folder)])
    shown = capfd.readouterr()
    assert not ACTED_ON.search(shown.out + shown.err)
