"""Reads and orders version numbers by Semantic Versioning 2 (https://semver.org/), through the library `semver`."""

from functools import lru_cache

from semver import Version

LONGEST = 256  # characters of a version that is read; npm's parser has the same bound


@lru_cache(1000)  # the rows of a package name few versions
def parts(version: str | None) -> Version | None:
    """Returns a version, or None where there is none or it is not one of Semantic Versioning 2.

    Versions are ordered by their precedence there: `1.0.0-rc1` comes before `1.0.0`. What stands after a plus sign does
    not count in comparisons. `major`, `minor` and `patch` are its numbers.
    """
    if not version or len(version) > LONGEST or not version.isascii():
        return None
    try:
        return Version.parse(version)
    except ValueError:
        return None
