"""What is generated in the documents of a package: current here, and nothing else is touched."""

import json
import shutil

import pytest

from claimtrack.publisher.documents import pages
from claimtrack.publisher.facts import read_facts
from claimtrack.publisher.metadata.citation import apa
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import files_in, kept, table

README = """# Lighthouses

Before <!-- figures --> is mine.

<!-- figures -->
old
<!-- end of figures -->

Between.

<!-- citation -->
<!-- end of citation -->
After: \\1 <!-- end of figures -->
"""


@pytest.mark.parametrize("name", pages.ON_THE_PROGRAM | pages.ON_THE_DATASET)
def test_every_generated_page_is_there_and_current(name):
    opened = kept(ROOT)
    assert pages.pages_of(opened)[name](opened) == opened.document(name), "run python validate.py docs"


@pytest.mark.parametrize("name", ["figures", "citation", "speed"])
def test_the_readme_has_a_place_for_all_that_is_made(name):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count(f"\n<!-- {name} -->\n") == text.count(f"\n<!-- end of {name} -->\n") == 1


def test_what_stands_between_the_marks_is_made_anew_and_nothing_else(ended, good: Example):
    readme = good.folder / "README.md"
    readme.write_text(README, encoding="utf-8")
    before = files_in(good.folder)
    done = ended("docs", "--check", good.folder)
    assert (done.code, done.out) == (1, "not current: README.md\n") and files_in(good.folder) == before
    done = ended("docs", good.folder)
    assert (done.code, done.out, done.err) == (0, "written anew: README.md\n", "")
    text = readme.read_text(encoding="utf-8")
    opened = kept(good.folder)
    figures, citation = pages.figures(opened), pages.citation(opened)
    made = README.replace("old\n", f"{figures}\n").replace("<!-- citation -->\n", f"<!-- citation -->\n{citation}\n")
    assert text == made
    assert "Version 1.1.0:" in figures and "| [`claims`](data/claims.csv) | 8 |" in figures
    assert citation == f"> {apa(read_facts(opened))}"
    assert files_in(good.folder) == before | {"README.md": text.encode()}
    assert ended("docs", "--check", good.folder).code == 0
    assert ended("docs", good.folder).out == "written anew: nothing\n"


def test_words_of_the_descriptor_are_no_pattern(good: Example):
    describe(good, title=r"Lights \1 \g<0> \n | *all*")
    (good.folder / "README.md").write_text(README, encoding="utf-8")
    assert r"Lights \1 \g<0> \n | *all* (Version" in pages.readme(kept(good.folder))


def test_the_codebook_keeps_its_prose(good: Example):
    (good.folder / "docs").mkdir()
    earlier = "<!-- generated: everything below comes from another command -->\n"
    for text in ("Prose.\n", f"Prose.\n{pages.MARK}OLD\n", f"Prose.\n{earlier}OLD\n{pages.MARK}OLD\n"):
        (good.folder / "docs" / "codebook.md").write_text(text, encoding="utf-8")
        made = pages.codebook(kept(good.folder))
        assert made.startswith(f"Prose.\n{pages.MARK}\n# Agreement") and "OLD" not in made
    for name in ("## claims", "| `claim_type` | code of [claim_type](#claim_type), required |", "## claim_type"):
        assert f"\n{name}" in made


def test_a_package_of_others_keeps_what_it_calls_by_the_same_name(ended, good: Example):
    """Rules, library and rooms are those of the program, which such a package knows nothing of."""
    (good.folder / "docs").mkdir()
    for name in pages.ON_THE_PROGRAM:
        (good.folder / name).write_text("mine\n", encoding="utf-8")
    before = files_in(good.folder)
    assert ended("docs", good.folder).out == "written anew: nothing\n"
    assert files_in(good.folder) == before


def test_a_document_that_leads_outside_is_not_written(ended, good: Example, tmp_path):
    (tmp_path / "mine.md").write_text(README, encoding="utf-8")
    (good.folder / "README.md").symlink_to(tmp_path / "mine.md")
    assert ended("docs", good.folder).out == "written anew: nothing\n"
    assert (tmp_path / "mine.md").read_text(encoding="utf-8") == README


@pytest.mark.parametrize(
    "readme, words",
    [
        (b"<!-- speed -->\n<!-- end of speed -->\n", "performance.json: there is no such file"),
        (b"<!-- citation -->\n<!-- end of citation -->\n", 'gives no "contributors"'),
        (b"caf\xe9\n", "README.md: byte 4 is not UTF-8"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(ended, good: Example, readme, words):
    describe(good, contributors=None)
    (good.folder / "README.md").write_bytes(readme)
    done = ended("docs", good.folder)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert (good.folder / "README.md").read_bytes() == readme


def test_documents_are_made_of_claim_tracking_packages_alone(ended, tmp_path):
    package = table(tmp_path, "n\n1\n", [{"name": "n", "type": "integer"}])
    shutil.copy(ROOT / "README.md", package)
    done = ended("docs", package)
    assert done.code == 2 and "this is for claim-tracking packages" in done.err


def test_speed_tells_the_large_packages_and_how_many_times_as_fast(good: Example):
    """No more of them than are worth a reader's time: those from a million claims on."""
    ours, theirs = {"wall": 2.0, "peak": 512}, {"wall": 50.0}
    results = [
        {"claims": 1000, "rows": 2000, "figures": {"ours": ours}, "found": {"ours": "0:x"}},
        {
            "claims": 10**6,
            "rows": 2 * 10**6,
            "figures": {"ours": ours, "frictionless": theirs},
            "found": {"ours": "9:x"},
        },
        {"claims": 10**7, "rows": 2 * 10**7, "figures": {"ours": ours}, "found": {"ours": "9:x"}},
    ]
    run = {"date": "2024-01-01", "cores": 2, "command": "run", "results": results}
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "performance.json").write_text(json.dumps(run), encoding="utf-8")
    head, blank, *told = pages.speed(kept(good.folder)).splitlines()
    assert (head, blank) == ("2024-01-01, 2 cores, `run`:", "")
    assert told == [
        "- 1,000,000 claims (2,000,000 rows) in 2.0 s within 0.5 GiB: "
        "25.0 times as fast as frictionless, with 9 findings",
        "- 10,000,000 claims (20,000,000 rows) in 2.0 s within 0.5 GiB",
    ]
