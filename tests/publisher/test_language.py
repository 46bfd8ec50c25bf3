"""The site's languages: complete files with the same blanks to fill in, and labels that say what was translated."""

import re
import string
from collections.abc import Iterator
from dataclasses import replace

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.publisher import build
from claimtrack.publisher.join import load
from claimtrack.publisher.language import STRINGS, Language, read_language
from claimtrack.publisher.parts import Code, Right
from claimtrack.tracking import general
from tests.tools.example import Example
from tests.tools.support import kept

ENGLISH = read_language()
TAGS = sorted(path.stem for path in STRINGS.glob("*.toml"))
OTHERS = [tag for tag in TAGS if tag != "en"]
OF_THE_LANGUAGE = {"plurals", "months", "labels"}  # what is not one text after another
BLANKS_AS_WANTED = {("date", "day"), ("date", "month")}  # a language writes these with blanks of its choice
SITE = STRINGS.parent


def texts(group: dict, *path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every text of a language by its path, a text with plural forms as a dict."""
    for name, value in group.items():
        if name in OF_THE_LANGUAGE:
            continue
        if isinstance(value, dict) and "other" not in value:
            yield from texts(value, *path, name)
        else:
            yield (*path, name), value


def forms(value: object) -> list[str]:
    return list(value.values()) if isinstance(value, dict) else [value]


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def code_of(list_: str, code: str, **cells: str) -> Code:
    row = general.codes()[list_, code]
    return Code(list_, code, row["label"], row["definition"]) if not cells else replace(code_of(list_, code), **cells)


def test_there_are_english_and_french():
    assert {"en", "fr"} <= set(TAGS)
    assert all(read_language(tag).tag == tag for tag in TAGS)


@pytest.mark.parametrize("tag", OTHERS)
def test_language_has_every_text_and_no_other(tag):
    assert dict(texts(read_language(tag).texts)).keys() == dict(texts(ENGLISH.texts)).keys()


@pytest.mark.parametrize("tag", TAGS)
def test_texts_have_the_blanks_of_the_english_ones(tag):
    """A form for some numbers may leave out the number: "one call"."""
    english = dict(texts(ENGLISH.texts))
    for path, value in texts(read_language(tag).texts):
        if not isinstance(value, str | dict):
            assert type(value) is type(english[path]), path
            continue
        wanted = blanks(forms(english[path])[-1])
        for form in forms(value):
            assert form.strip(), path
            found = blanks(form)
            if path in BLANKS_AS_WANTED:
                assert "year" in found and found <= {"year", "month", "day", "name", "number"}, path
            else:
                assert found | {"n"} == wanted | {"n"} and ("n" in found) <= ("n" in wanted), path


@pytest.mark.parametrize("tag", TAGS)
def test_plural_has_a_form_for_each_category(tag):
    language = read_language(tag)
    assert len(language["date"]["months"]) == 12 and "other" not in language["plurals"]
    for path, value in texts(language.texts):
        if isinstance(value, dict):
            assert set(value) == {*language["plurals"], "other"}, path
            assert "n" in blanks(value["other"]) or path[0] == "count", path


@pytest.mark.parametrize("tag", OTHERS)
def test_language_has_the_labels_of_the_general_lists_and_no_other(tag):
    labels = read_language(tag)["labels"]
    had = {(name, code) for name, codes in labels["codes"].items() for code in codes}
    assert had == general.codes().keys()
    assert labels["rights"].keys() == general.rights().keys()
    for name, code in had:
        one = code_of(name, code)
        assert read_language(tag).has(one) == (True, True), (name, code)
        told = labels["codes"][name][code]
        assert all(part.strip() and "{" not in part for part in ([told] if isinstance(told, str) else told))
    files = {*build.FORMS, *build.CITATIONS, "parquet"}
    assert labels["files"].keys() == files


@pytest.mark.parametrize("tag", OTHERS)
def test_words_of_datasets_that_are_translated_are_said_in_the_shipped_one(tag, dataset):
    said = {text for codes in dataset.codes.values() for code in codes for text in (code.label, code.definition)}
    assert set(read_language(tag)["labels"]["texts"]) <= said


@pytest.mark.parametrize("tag", OTHERS)
def test_language_has_all_labels_and_definitions_of_the_shipped_dataset(tag, dataset):
    language = read_language(tag)
    lacking = [code for codes in dataset.codes.values() for code in codes if language.has(code) != (True, True)]
    assert lacking == [] and all(language.has(right)[0] for right in dataset.rights)


@pytest.mark.parametrize("tag", TAGS)
def test_names_of_buttons_begin_with_what_they_show(tag):
    """Who speaks to a computer names a button by what it shows (WCAG 2.2, 2.5.3)."""
    item = read_language(tag)["item"]
    assert item["cite_one"].startswith(item["cite"]) and item["link_one"].startswith(item["link"])
    assert "JSON" in item["json_one"] and "CSV" in item["csv_one"]


def test_every_text_is_used():
    files = [path for ending in ("html", "js", "py") for path in SITE.glob(f"*.{ending}")]
    files += [SITE.parent / "words.py", SITE.parent / "language.py"]
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    # Those that are asked for by a name that is put together.
    by_variable = {"item": {"claim", "call", "grounds_claim", "grounds_call"}}
    for path, _ in texts(ENGLISH.texts):
        group, name = path[0], path[-1]
        if len(path) == 2 and name not in by_variable.get(group, set()):
            used = rf"""\bt\.{group}\.{name}\b|\bwords\.{name}\b|['"]{name}['"]"""
            assert re.search(used, sources), path


def test_no_template_says_a_word_by_itself():
    """What stands between elements, and in what is read out, is a string of the language, a name or a mark."""
    names = {"JSON", "CSV", "website", "article"}  # the last two for programs (Open Graph)
    for path in SITE.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style).*?</\1>", "\x00", text)
        said = re.sub(r"(?s)<[^>]*>", "\n", text)
        read_out = re.findall(r'(?:aria-label|title|aria-description|data-label|alt)="([^"]*)"', text)
        for word in re.findall(r"[^\W\d_]{2,}", "\n".join([said, *read_out])):
            assert word in names, (path.name, word)


def test_form_of_a_text_is_that_of_the_number():
    french, more = read_language("fr"), {"one": "{n} autre", "other": "{n} autres"}
    assert [french.say(more, n=n) for n in (0, 1, 2, 21)] == ["0 autre", "1 autre", "2 autres", "21 autres"]
    assert [ENGLISH.form(more, n) for n in (0, 1, 2)] == ["{n} autres", "{n} autre", "{n} autres"]
    none = Language(ENGLISH.texts | {"plurals": {}})  # as Khmer has it
    assert [none.say({"other": "{n} x"}, n=n) for n in (1, 2)] == ["1 x", "2 x"]
    arabic = {"zero": "n == 0", "one": "n == 1", "two": "n == 2", "few": "n % 100 >= 3 && n % 100 <= 10"}
    several = Language(ENGLISH.texts | {"plurals": arabic | {"many": "n % 100 >= 11"}})
    told = {name: name for name in ("zero", "one", "two", "few", "many", "other")}
    assert [several.form(told, n) for n in (0, 1, 2, 3, 11, 102)] == ["zero", "one", "two", "few", "many", "other"]


def test_label_is_that_of_the_language_where_it_says_what_was_translated():
    french, met = read_language("fr"), code_of("follow_up_status", "met")
    assert (french.label(met), french.definition(met)) == ("Satisfait", "Ce qui était demandé a été fait.")
    assert (ENGLISH.label(met), ENGLISH.has(met)) == ("Met", (True, True))
    other = code_of("follow_up_status", "met", label="Done")
    assert (french.label(other), french.has(other)) == ("Done", (False, True))
    narrower = code_of("follow_up_status", "met", definition="Done within a year.")
    assert (french.label(narrower), french.definition(narrower)) == ("Satisfait", "Done within a year.")
    own = Code("follow_up_status", "own", "Half met", "One half.")
    assert (french.label(own), french.definition(own), french.has(own)) == ("Half met", "One half.", (False, False))
    row = general.rights()["life"]
    right = Right("life", row["label"], row["definition"], 3, 6, "")
    assert french.label(right) == "Vie" and french.label(replace(right, label="To live")) == "To live"


def test_unknown_language_is_one_sentence_with_those_there_are():
    with pytest.raises(Unusable) as refused:
        read_language("../en")
    assert str(refused.value) == f'the site has no language "../en"; there are: {", ".join(TAGS)}'
    assert read_language("FR") == read_language("fr")


@pytest.mark.parametrize("languages", [[], "fr", [3], ["not a tag"], [None], {"fr": 1}, ['fr" onload="x']])
def test_languages_that_are_no_tags_are_one_sentence(good: Example, languages):
    good.describe(languages=languages)
    with pytest.raises(Unusable, match='"languages" does not begin with a BCP 47 tag'):
        load(kept(good.folder))
