"""Reads the facts about the whole dataset from the descriptor. All citations and metadata files are made from them."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from claimtrack.core.errors import Unusable
from claimtrack.package.opened import OpenedPackage

# The properties of the descriptor that a citation needs. They cover DataCite's mandatory properties.
NEEDED = ("name", "version", "created", "contributors", "licenses")


@dataclass(frozen=True)
class Contributor:
    """A contributor in the descriptor, with the properties of Data Package v2.

    Only a person has a `given_name` and a `family_name`.
    """

    title: str
    given_name: str | None = None
    family_name: str | None = None
    organization: str | None = None
    path: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether the contributor is a person, which has a family name, and no organisation."""
        return self.family_name is not None

    @property
    def inverted(self) -> str:
        """The name as in a list of references, with the family name first."""
        return ", ".join(filter(None, (self.family_name, self.given_name))) if self.is_person else self.title

    @property
    def orcid(self) -> str | None:
        """The address of the contributor's ORCID iD, if `path` is one, or None."""
        return (
            self.path if re.fullmatch(r"https://orcid\.org/(?:[0-9]{4}-){3}[0-9]{3}[0-9X]", self.path or "") else None
        )


@dataclass(frozen=True)
class Licence:
    """A licence of the dataset. `name` is an SPDX or Open Definition id, `path` the address of the licence."""

    name: str
    title: str
    path: str


@dataclass(frozen=True)
class Facts:
    """The descriptor's facts about the whole dataset."""

    name: str
    title: str
    description: str
    version: str
    created: str  # the date and time of this version, in ISO 8601
    licences: tuple[Licence, ...]
    contributors: tuple[Contributor, ...]
    keywords: tuple[str, ...]
    homepage: str | None
    language: str  # of the texts, as a BCP 47 tag
    id: str | None  # the DOI as an https address, if there is one

    @property
    def creators(self) -> tuple[Contributor, ...]:
        """The contributors to cite: those with the role creator or author, or all if nobody has such a role."""
        named = tuple(one for one in self.contributors if {role.lower() for role in one.roles} & {"creator", "author"})
        return named or self.contributors

    @property
    def publisher(self) -> str:
        """The publisher of the dataset: the contributor with that role, or else its first creator."""
        return next(
            (one for one in self.contributors if "publisher" in map(str.lower, one.roles)), self.creators[0]
        ).title

    @property
    def doi(self) -> str | None:
        """The DOI in `id` without an address (`10.…/…`), or None where `id` is missing or no DOI."""
        found = re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", self.id or "", re.IGNORECASE)
        return found and found[1]

    @property
    def url(self) -> str | None:
        """The address of the dataset: that of its DOI, or else its homepage, or None where it has neither."""
        return f"https://doi.org/{self.doi}" if self.doi else self.homepage

    @property
    def licence(self) -> Licence:
        """The first licence."""
        return self.licences[0]

    @property
    def year(self) -> str:
        """The year of this version, as YYYY."""
        return self.created[:4]

    @property
    def date(self) -> str:
        """The day of this version, as YYYY-MM-DD."""
        return self.created[:10]


def read_facts(opened: OpenedPackage) -> Facts:
    """Reads the facts of a package. Raises Unusable when one is missing or invalid that a citation needs."""
    path, descriptor = opened.path, opened.descriptor
    lacking = [key for key in NEEDED if not descriptor.get(key)]
    if lacking:
        raise Unusable(
            f"{path}: gives no {' and no '.join(map(json.dumps, lacking))}; a dataset cannot be cited without"
        )
    try:
        datetime.fromisoformat(descriptor["created"])
    except (TypeError, ValueError):
        raise Unusable(f'{path}: "created" is no ISO 8601 date and time; write it as 2023-12-31T00:00:00Z') from None
    return Facts(
        name=descriptor["name"],
        title=_line(descriptor.get("title") or descriptor["name"]),
        description=_line(descriptor.get("description") or ""),
        version=_line(descriptor["version"]),
        created=descriptor["created"],
        licences=tuple(_licence(one) for one in descriptor["licenses"]),
        contributors=tuple(_contributor(path, one) for one in descriptor["contributors"]),
        keywords=tuple(map(_line, descriptor.get("keywords", []))),
        homepage=_address(descriptor.get("homepage")),
        language=_language(path, descriptor.get("languages")),
        id=_line(descriptor["id"]) if descriptor.get("id") else None,
    )


def _language(path: object, languages: object) -> str:
    """Reads the language of the texts, which is the first of `languages`, and English where none is given.

    Source: https://datapackage.org/recipes/language-support/. Raises Unusable where it is no BCP 47 tag.
    """
    if languages is None:
        return "en"
    first = languages[0] if isinstance(languages, list) and languages else None
    if not isinstance(first, str) or not re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", first):
        raise Unusable(f'{path}: "languages" does not begin with a BCP 47 tag; write it as ["en"]')
    return first


def _licence(one: dict) -> Licence:
    """Reads one item of `licenses`."""
    name = _line(one.get("name") or one["path"])
    return Licence(name, _line(one.get("title") or name), _line(one.get("path") or f"https://spdx.org/licenses/{name}"))


def _contributor(path: object, one: dict) -> Contributor:
    """Reads one item of `contributors`. Raises Unusable where it has no name."""
    said = {key: _line(one[key]) for key in ("title", "givenName", "familyName", "organization") if one.get(key)}
    title = (
        said.get("title")
        or " ".join(said[key] for key in ("givenName", "familyName") if key in said)
        or said.get("organization")
    )
    if not title:
        raise Unusable(f'{path}: a contributor has no name; give it a "title"')
    roles = one.get("roles") or [one[key] for key in ("role",) if key in one]  # Data Package v1 has `role`
    roles = [roles] if isinstance(roles, str) else roles
    return Contributor(
        title,
        said.get("givenName"),
        said.get("familyName"),
        said.get("organization"),
        _address(one.get("path")),
        tuple(map(_line, roles)),
    )


def _line(text: object) -> str:
    """Puts a text on one line and removes control characters, because line breaks have a meaning in RIS and BibTeX."""
    return " ".join("".join(sign if unicodedata.category(sign) != "Cc" else " " for sign in str(text)).split())


def _address(text: object) -> str | None:
    """Returns a web address as it is, and None for anything else, because a descriptor may name a script."""
    return text if isinstance(text, str) and re.fullmatch(r"https?://\S+", text) else None
