"""The site in other languages, in a real browser: long words and right-to-left hold, and the script speaks as the page.

`tests/tools/browser.py` says what they need.
"""

import pytest

from claimtrack.publisher.language import Language, read_language
from tests.publisher.site.test_site_browser import OPENED, PAGES, TOO_WIDE, settled, shown
from tests.publisher.test_language import TAGS
from tests.tools import pseudo
from tests.tools.browser import (  # noqa: F401
    By,
    chromium,
    needs_axe,
    needs_browser,
    press,
    see,
    serious,
    show,
)
from tests.tools.site import DOWNLOADS, write_site

pytestmark = [needs_browser, pytest.mark.slow]

FRENCH = read_language("fr")
LANGUAGES = {"long": pseudo.LONG_WORDS, "leftward": pseudo.RIGHT_TO_LEFT, "fr": FRENCH, "km": pseudo.UNSPACED}
VIEWS = [*PAGES, "index.html#browse", "index.html#view=says&contested=yes"]


@pytest.fixture(scope="module")
def sites(dataset, tmp_path_factory) -> dict[str, str]:
    """The address of the site's folder in each language."""
    made = {}
    for name, language in LANGUAGES.items():
        folder = tmp_path_factory.mktemp(name) / "site"
        write_site(dataset, folder, DOWNLOADS, language=language)
        made[name] = folder.as_uri() + "/"
    return made


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_phone_does_not_scroll_sideways(chromium, sites, language, name):  # noqa: F811
    show(chromium, sites[language] + name, 390, 844)
    if "#" in name:
        see(
            chromium,
            lambda it: it.execute_script("return document.querySelectorAll('.card, #says tbody tr').length"),
            bool,
        )
    chromium.execute_script(OPENED, LANGUAGES[language]["direction"])
    width, wide = chromium.execute_script(TOO_WIDE)
    assert width == 390 and wide == []
    assert chromium.execute_script("return document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [390, 900, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_lies_over_the_next_column(chromium, sites, language, width):  # noqa: F811
    show(chromium, sites[language] + "index.html", width, 900)
    chromium.execute_script(OPENED, LANGUAGES[language]["direction"])
    out = chromium.execute_script(
        "const reaches = (cell, it) => it.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1"
        " || it.getBoundingClientRect().left < cell.getBoundingClientRect().left - 1;"
        "return [...document.querySelectorAll('main :is(td, th)')].filter((cell) => !cell.closest('.scroll'))"
        ".flatMap((cell) => [...cell.querySelectorAll(':not(.unseen, .glyph, .glyph *)')]"
        ".filter((it) => reaches(cell, it)))"
        ".map((it) => it.outerHTML.slice(0, 120))"
    )
    assert out == []


@pytest.mark.parametrize("tag", [*TAGS, "km"])
def test_browser_counts_as_the_language_says(chromium, tag):  # noqa: F811
    """The script takes the plural categories from the browser (CLDR), and the pages from the language's file."""
    language: Language = pseudo.UNSPACED if tag == "km" else read_language(tag)
    numbers = [*range(205), 1000, 1001, 12345]
    theirs = chromium.execute_script(
        "const rules = new Intl.PluralRules(arguments[0]); return arguments[1].map((n) => rules.select(n))",
        tag,
        numbers,
    )
    categories = {name: name for name in ("zero", "one", "two", "few", "many", "other")}
    assert theirs == [language.form(categories, n) for n in numbers]
    had = set(theirs) - {"other"}
    assert had == set(language["plurals"])


def test_script_speaks_french_and_marks_what_does_not(chromium, sites, dataset):  # noqa: F811
    show(chromium, sites["fr"] + "index.html#browse")
    see(chromium, shown, lambda found: len(found) == len(dataset.items))
    told = see(chromium, lambda it: it.find_element(By.ID, "count").text, lambda text: " sur " in text)
    assert told == f"{len(dataset.items)} affirmations et appels sur {len(dataset.items)}"
    options = chromium.execute_script("return [...document.querySelectorAll('#by-status option')].map((it) => it.text)")
    assert any(text.startswith("Non satisfait (") for text in options)
    tongues = "return [...document.querySelectorAll(`#by-${arguments[0]} option`)].slice(1).map((it) => it.lang)"
    assert set(chromium.execute_script(tongues, "said_by")) == {"en"} and len(options) > 2
    assert set(chromium.execute_script(tongues, "status")) == {""}
    show(chromium, sites["fr"] + "index.html#view=says&contested=yes")
    cells = see(
        chromium,
        lambda it: it.execute_script(
            "return [...document.querySelectorAll('#says tbody tr:first-child [lang]')].map((it) => it.lang)"
        ),
        bool,
    )
    assert len(cells) >= 4 and set(cells) == {"en"}
    assert chromium.find_element(By.CSS_SELECTOR, "#says tbody .mark").text in (
        "Contredit",
        "Rejette",
        "Nie la prémisse",
    )


def test_one_row_is_counted_as_one(chromium, sites, dataset):  # noqa: F811
    show(chromium, f"{sites['fr']}index.html#q={dataset.claims[0].id}")
    see(chromium, shown, [dataset.claims[0].id])
    see(chromium, lambda it: it.find_element(By.ID, "count").text, f"1 affirmation ou appel sur {len(dataset.items)}")
    press(chromium, "[data-take=cite]")
    told = see(chromium, lambda it: it.find_element(By.ID, "row-citation").text, lambda text: "Sélection" in text)
    assert "Sélection de 1 ligne, SHA-256 " in told and dataset.claims[0].id in told


def test_words_in_french_quotes_stand_so(chromium, sites, dataset):  # noqa: F811
    row = next(row for item in dataset.claims for row in item.evidence if len(row.finding.split()) > 8)
    words = " ".join(row.finding.split()[2:6])
    meant = {item.id for item in dataset.items if any(words in one.finding for one in item.told)}
    show(chromium, sites["fr"] + "index.html#browse")
    see(chromium, shown, bool)
    chromium.find_element(By.ID, "q").send_keys(f"«\u00a0{words}\u00a0»")
    see(chromium, lambda it: set(shown(it)) >= meant and len(shown(it)) < len(dataset.items), True)
    assert settled(chromium)
    field = chromium.find_element(By.ID, "q")
    field.clear()
    field.send_keys("«\u00a0" + " ".join(reversed(words.split())) + "\u00a0»")
    see(chromium, shown, [])


def test_khmer_has_a_font_and_room_and_breaks_between_its_words(chromium, sites):  # noqa: F811
    show(chromium, sites["km"] + "claims/KH23-C012.html", 390, 844)
    family, height, size, spacing = chromium.execute_script(
        "const { fontFamily, lineHeight, fontSize, letterSpacing } = getComputedStyle(document.querySelector('.lead'));"
        "return [fontFamily, parseFloat(lineHeight), parseFloat(fontSize), letterSpacing]"
    )
    assert "Noto Serif Khmer" in family and height / size > 1.75 and spacing in ("normal", "0px")
    told = chromium.find_element(By.CSS_SELECTOR, ".lead").text
    assert len(told) > 200 and not [run for run in told.split() if len(run) < 40]
    assert chromium.find_element(By.CSS_SELECTOR, ".lead").size["height"] > 3 * height


@needs_axe
@pytest.mark.parametrize("language", ["fr", "leftward"])
@pytest.mark.parametrize("name", ["index.html", "claims/KH23-C012.html", "calls/KH23-K08.html", "sources.html"])
def test_axe_finds_nothing_serious(chromium, sites, language, name):  # noqa: F811
    show(chromium, sites[language] + name, 1280, 900)
    chromium.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    assert serious(chromium) == []
