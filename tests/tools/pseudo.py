"""Languages that nobody speaks, made from English: they show what a translation would break."""

import re
from collections.abc import Callable
from typing import Any

from claimtrack.publisher import build
from claimtrack.publisher.language import Language, read_language
from claimtrack.tracking import general

# Letters of a script that is written from right to left, for the small Latin letters.
HEBREW = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")
# Words of Khmer, which stand one after another without spaces: elections, rights, people, Cambodia, law.
KHMER = ("ការបោះឆ្នោត", "សិទ្ធិ", "មនុស្ស", "កម្ពុជា", "ច្បាប់")
LONG = re.compile(r"[^\W\d_]{2,}")


def doubled(text: str) -> str:
    """Twice as long, and with words of twice the length."""
    return LONG.sub(lambda word: word[0] * 2, text)


def leftward(text: str) -> str:
    return doubled(text.lower().translate(HEBREW))


def unspaced(text: str) -> str:
    """Without spaces, as Khmer is written: only a dictionary tells where a line can break."""
    return LONG.sub(lambda word: KHMER[len(word[0]) % len(KHMER)], text).replace(" ", "")


def language(tag: str, direction: str, said: Callable[[str], str], **more: Any) -> Language:
    """A language whose words are those of English, each said in another way; `more` are further entries of its file."""
    english = read_language().texts
    codes: dict[str, dict] = {}
    for (name, code), row in general.codes().items():
        codes.setdefault(name, {})[code] = [said(row["label"]), said(row["definition"])]
    rights = {id: said(row["label"]) for id, row in general.rights().items()}
    files = {name: said(title) for name, (_, title) in (build.FORMS | build.CITATIONS).items()}
    made = {name: _all(value, said) for name, value in english.items() if name not in ("direction", "plurals")}
    made |= {"language": tag, "direction": direction, "reviewed": False, "plurals": english["plurals"]} | more
    return Language(made | {"labels": {"codes": codes, "rights": rights, "files": files}})


def _all(value: Any, said: Callable[[str], str]) -> Any:
    """Says all texts in another way, without what stands in braces."""
    if isinstance(value, dict):
        return {name: _all(one, said) for name, one in value.items()}
    if isinstance(value, list):
        return [_all(one, said) for one in value]
    if isinstance(value, str):
        return "".join(part if part.startswith("{") else said(part) for part in re.split(r"(\{\w+\})", value))
    return value


LONG_WORDS = language("de-x-long", "ltr", doubled)
RIGHT_TO_LEFT = language("he-x-long", "rtl", leftward)
UNSPACED = language("km", "ltr", unspaced, plurals={})
