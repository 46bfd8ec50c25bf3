"""Collects the profiles for a command: that of claim tracking, and those that the user names."""

from collections.abc import Iterable

from claimtrack.core.errors import Unusable
from claimtrack.pipeline.profile import CLAIM_TRACKING, AnyProfile, load


def profiles_of(names: Iterable[str]) -> list[AnyProfile]:
    """Returns the profile of claim tracking and the profiles in `names`, each of which is `MODULE:NAME`.

    Raises Unusable where one cannot be loaded, or where two have the same name.
    """
    profiles: list[AnyProfile] = [CLAIM_TRACKING, *map(load, names)]
    known = [profile.name for profile in profiles]
    twice = [name for name in known if known.count(name) > 1]
    if twice:
        raise Unusable(f'--profile: two profiles have the name "{twice[0]}"; leave one out')
    return profiles
