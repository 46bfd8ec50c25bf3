"""The site in another language: its own words are translated, and what the dataset says stays, marked as what it is."""

import json
import re

import lxml.html
import pytest

from claimtrack.publisher.join import load
from claimtrack.publisher.language import read_language
from claimtrack.publisher.site.addresses import file_of
from tests.tools import pseudo
from tests.tools.example import Example
from tests.tools.site import DOWNLOADS, cards, parsed, part, records, text_of, write_site
from tests.tools.support import files_in, kept

FRENCH = read_language("fr")
HEBREW = re.compile("[א-ת]")
# Names that are the same in every language.
NAMES = "JSON CSV CSVJSON JSONCSV APA BibTeX RIS CSL MiniSearch MIT CC BY NC ND KH SRC"


@pytest.fixture(scope="module")
def french(dataset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("french") / "site"
    write_site(dataset, folder, DOWNLOADS, language=FRENCH)
    return folder


@pytest.fixture(scope="module")
def leftward(dataset, tmp_path_factory):
    """The site in a language whose every letter is Hebrew, so that no word of English can hide in it."""
    folder = tmp_path_factory.mktemp("leftward") / "site"
    write_site(dataset, folder, DOWNLOADS, language=pseudo.RIGHT_TO_LEFT)
    return folder


def own_words(page) -> str:
    """What a page says without what it marks as of another language, and without scripts and citations."""
    for element in page.xpath("//body//*[@lang] | //script | //style | //pre | //*[@class='host']"):
        element.drop_tree()
    return text_of(page.xpath("//body")[0])


def words_in(*texts: str) -> set[str]:
    return {word for text in texts for word in re.findall("[A-Za-z]{2,}", text)}


def test_page_has_the_language_and_its_direction(french, leftward):
    for folder, expected in ((french, ("fr", "ltr")), (leftward, ("he-x-long", "rtl"))):
        for path in folder.rglob("*.html"):
            root = parsed(path)
            assert (root.get("lang"), root.get("dir")) == expected, path


@pytest.mark.parametrize(
    "name", ["index.html", "actors.html", "sources.html", "changes.html", "row", "actor", "source"]
)
def test_no_word_of_the_site_stays_in_english(leftward, dataset, name):
    item = next(item for item in dataset.calls if item.responses and item.rights and item.grounds)
    actor = next(one for one in dataset.actors if one.name and one.role)
    paths = {
        "row": file_of("call", item.id),
        "actor": file_of("actor", actor.id),
        "source": file_of("source", dataset.sources[0].id),
        "statement": file_of("statement", dataset.statements[0].id),
    }
    page = parsed(leftward / paths.get(name, name))
    said = own_words(page)
    assert len(HEBREW.findall(said)) > 100
    allowed = set(NAMES.split()) | words_in(*(file.path for file in DOWNLOADS))
    allowed |= words_in(*dataset.tables, *(name for table in dataset.tables.values() for name in table.rows[0]))
    left = words_in(said) - allowed
    assert left == set()


def test_claims_and_findings_stay_and_are_marked(french, dataset):
    """For screen readers, which choose a voice by it, and for browsers, which choose a font."""
    found = cards(french)
    for item in dataset.items:
        for card in (found[item.id], parsed(french / file_of(item.kind, item.id))):
            (text,) = card.xpath(".//h3[@lang='en']")
            assert text_of(text) == item.text
            marked = {text_of(one) for one in card.xpath(".//*[@lang='en']")}
            for row in item.told:
                assert " ".join(row.finding.split()) in marked, row.id
            for one in item.criteria:
                assert " ".join(one.criterion.split()) in marked, one.id
    for path in french.rglob("*.html"):
        assert "lang=" in path.read_text(encoding="utf-8").partition("<body")[2], path


def test_nothing_is_marked_where_dataset_and_page_have_one_language(folder):
    for path in folder.rglob("*.html"):
        assert " lang=" not in path.read_text(encoding="utf-8").partition("<head")[2], path
    assert "own" not in known(folder)


def known(folder) -> dict:
    return json.loads(parsed(folder / "index.html").xpath("//script[@id='known']")[0].text)


def test_labels_definitions_and_filters_are_in_the_language(french, dataset):
    item = next(item for item in dataset.calls if item.current and item.current.status.code == "unmet")
    status = text_of(cards(french)[item.id].xpath(".//p[@class='state']")[0])
    assert status.startswith("Non satisfait date : ")
    (code,) = cards(french)[item.id].xpath(".//p[@class='state']/span[@class='code']")
    assert code.get("aria-description") == "Cela n’a pas été fait, ou le contraire l’a été."
    labels = known(french)["labels"]
    assert labels["status"]["unmet"] == "Non satisfait" and labels["right"]["expression"] == "Liberté d’expression"
    assert labels["says"]["relation.contradicts"] == "Contredit"
    record = next(one for one in records(french) if one["id"] == item.id)
    assert FRENCH.label(item.type) in record["rest"]  # so that it is found by it


def test_words_of_the_script_are_in_the_language(french):
    assert known(french)["words"] == FRENCH["script"] and known(french)["own"] == "en"


def test_sentences_dates_and_sizes_are_in_the_language(french, dataset):
    page = parsed(french / "index.html")
    (answer,) = page.xpath("//p[@class='answer']")
    assert text_of(answer).startswith(f"{len(dataset.calls)} appels à agir sont lancés, à l’adresse de : ")
    year, month, day = dataset.date.split("-")
    said = f"{int(day)} {FRENCH['date']['months'][int(month) - 1]} {year}"
    assert said in text_of(page.xpath("//p[@class='version']")[0]).replace("1er", "1")
    assert {text_of(one)[-2:] for one in page.xpath("//table[@class='downloads']//td[2]")} <= {"ko", "Mo"}
    assert "Les affirmations en une table à plat" in text_of(page.xpath("//*[@id='download']")[0])


def test_translation_that_nobody_has_read_says_so(french, folder, pages):
    for path in french.rglob("*.html"):
        (told,) = parsed(path).xpath("//footer//p[@class='unreviewed']")
        assert text_of(told) == FRENCH["page"]["unreviewed"], path
    assert not [name for name, page in pages.items() if page.xpath("//p[@class='unreviewed']")]


def test_code_of_a_dataset_of_ones_own_keeps_its_label(good: Example, tmp_path):
    good.set("codes", "claim_type/event", "label", "Occurrence")
    good.set("codes", "time_basis/relative", "definition", "Reckoned.")
    write_site(load(kept(good.folder)), tmp_path / "site", language=FRENCH)
    found = cards(tmp_path / "site")
    (own, *_) = [
        one for card in found.values() for one in card.xpath(".//*[@class='code']") if "Occurrence" in text_of(one)
    ]
    assert own.xpath("./bdi[@lang='en']") and own.get("lang") is None
    assert own.get("aria-description").startswith("Il est dit que quelque chose")
    narrow = [one for card in found.values() for one in card.xpath(".//*[@aria-description='Reckoned.']")]
    assert narrow and all(one.get("lang") == "en" for one in narrow)
    assert {text_of(one) for one in narrow} == {"Résolu"} and narrow[0].xpath("./bdi[@lang='fr']")


def test_dataset_in_another_language_is_marked_on_an_english_site(good: Example, tmp_path):
    good.describe(languages=["et", "en"])
    good.set("codes", "claim_type/event", "label", "Sündmus")
    write_site(load(kept(good.folder)), tmp_path / "site")
    found = cards(tmp_path / "site")
    assert all(card.xpath(".//h3[@lang='et']") for card in found.values())
    assert [one for card in found.values() for one in card.xpath(".//bdi[@lang='et']") if text_of(one) == "Sündmus"]
    assert known(tmp_path / "site")["own"] == "et"


def test_hostile_words_are_escaped_where_a_sentence_is_filled_in(good: Example, tmp_path):
    evil = """<img src=x onerror=alert(1)>{n}{0}%s"'&amp;"""
    for table, key, column in (
        ("actors", "keepers", "name"),
        ("evidence", "EX01-E001", "finding"),
        ("sources", "SRC-001", "publisher"),
        ("sources", "SRC-001", "title"),
        ("statements", "EX01", "title"),
        ("codes", "claim_type/event", "label"),
        ("codes", "claim_type/event", "definition"),
    ):
        good.set(table, key, column, evil)
    write_site(load(kept(good.folder)), tmp_path / "site", language=FRENCH)
    shown = [*cards(tmp_path / "site").values(), *map(parsed, sorted((tmp_path / "site").rglob("*.html")))]
    assert not [page for page in shown if page.xpath("//img | //@onerror")]
    assert sum(evil in text_of(page) for page in shown) > 5


def test_row_has_the_same_data_in_every_language(french, folder):
    """What is downloaded, cited and read by programs is the dataset's, whatever the page speaks."""
    assert part(french, "rows/1") == part(folder, "rows/1")
    here, there = files_in(french), files_in(folder)
    assert here.keys() == there.keys()
    assert [name for name in here if name.startswith("api/") and here[name] != there[name]] == []


@pytest.mark.slow
def test_same_release_in_a_language_twice_is_the_same_bytes(good: Example, publish, tmp_path):
    for name in ("one", "two"):
        assert publish(good.folder, "--language", "fr", "--output", tmp_path / name).code == 0
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    page = lxml.html.fromstring((tmp_path / "one" / "site" / "index.html").read_bytes())
    assert page.get("lang") == "fr"
