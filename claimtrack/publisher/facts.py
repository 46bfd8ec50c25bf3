"""What the descriptor says of the dataset as a whole: the one source of every citation and every metadata file."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from validator.findings import Unusable
from validator.seal import read_descriptor

# What a citation cannot do without, by the descriptor's property, and DataCite's mandatory properties with it.
NEEDED = ("name", "version", "created", "contributors", "licenses")


@dataclass(frozen=True)
class Contributor:
    """Someone whom the descriptor names, with the properties of Data Package v2; names in parts are given for persons only."""

    title: str
    given_name: str | None = None
    family_name: str | None = None
    organization: str | None = None
    path: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        return self.family_name is not None

    @property
    def inverted(self) -> str:
        """The name as lists of references have it: the family name first."""
        return ", ".join(filter(None, (self.family_name, self.given_name))) if self.is_person else self.title

    @property
    def orcid(self) -> str | None:
        """The ORCID iD as an address, where the contributor's `path` is one."""
        return self.path if re.fullmatch(r"https://orcid\.org/(?:[0-9]{4}-){3}[0-9]{3}[0-9X]", self.path or "") else None


@dataclass(frozen=True)
class Licence:
    """`name` is an SPDX or Open Definition id."""

    name: str
    title: str
    path: str


@dataclass(frozen=True)
class Facts:
    """The descriptor's facts on the whole dataset."""

    name: str
    title: str
    description: str
    version: str
    created: str  # ISO 8601 date and time, of this version
    licences: tuple[Licence, ...]
    contributors: tuple[Contributor, ...]
    keywords: tuple[str, ...]
    homepage: str | None
    id: str | None  # the DOI as an https address, once there is one

    @property
    def creators(self) -> tuple[Contributor, ...]:
        """Who is to be cited: the contributors with the role of a creator or author, or all if nobody has it."""
        named = tuple(one for one in self.contributors if {role.lower() for role in one.roles} & {"creator", "author"})
        return named or self.contributors

    @property
    def publisher(self) -> str:
        """Who publishes the dataset: the contributor with that role, or else its first creator."""
        return next((one for one in self.contributors if "publisher" in map(str.lower, one.roles)), self.creators[0]).title

    @property
    def doi(self) -> str | None:
        """The DOI in `id`, bare (`10.…/…`), or None where `id` is absent or no DOI."""
        found = re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", self.id or "", re.IGNORECASE)
        return found and found[1]

    @property
    def url(self) -> str | None:
        """Where the dataset can be found: its DOI's address or its homepage, None where it has neither."""
        return f"https://doi.org/{self.doi}" if self.doi else self.homepage

    @property
    def licence(self) -> Licence:
        return self.licences[0]

    @property
    def year(self) -> str:
        return self.created[:4]

    @property
    def date(self) -> str:
        """The day of this version, as YYYY-MM-DD."""
        return self.created[:10]


def read_facts(package: Path) -> Facts:
    """The facts of a package, given its folder or descriptor. Raises Unusable when one is missing that no citation can do without."""
    path, descriptor = read_descriptor(package)
    lacking = [key for key in NEEDED if not descriptor.get(key)]
    if lacking:
        raise Unusable(f"{path}: gives no {' and no '.join(map(json.dumps, lacking))}; a dataset cannot be cited without")
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
        id=_line(descriptor["id"]) if descriptor.get("id") else None,
    )


def _licence(one: dict) -> Licence:
    name = _line(one.get("name") or one["path"])
    return Licence(name, _line(one.get("title") or name), _line(one.get("path") or f"https://spdx.org/licenses/{name}"))


def _contributor(path: Path, one: dict) -> Contributor:
    said = {key: _line(one[key]) for key in ("title", "givenName", "familyName", "organization") if one.get(key)}
    title = said.get("title") or " ".join(said[key] for key in ("givenName", "familyName") if key in said) or said.get("organization")
    if not title:
        raise Unusable(f'{path}: a contributor has no name; give it a "title"')
    roles = one.get("roles") or [one[key] for key in ("role",) if key in one]  # `role` is Data Package v1's
    roles = [roles] if isinstance(roles, str) else roles
    return Contributor(title, said.get("givenName"), said.get("familyName"), said.get("organization"), _address(one.get("path")), tuple(map(_line, roles)))


def _line(text: object) -> str:
    """Text on one line and without control characters, since line breaks mean something in RIS and BibTeX."""
    return " ".join("".join(sign if unicodedata.category(sign) != "Cc" else " " for sign in str(text)).split())


def _address(text: object) -> str | None:
    """An address of the web, or None for anything else: a descriptor may name a script."""
    return text if isinstance(text, str) and re.fullmatch(r"https?://\S+", text) else None
