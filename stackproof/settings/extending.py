"""What a profile extends: which rules hold together, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stackproof.closest import closest
from stackproof.model.yaml_text import Place
from stackproof.settings.form import Profile
from stackproof.settings.profiles import PROFILES


def brought() -> dict[str, Profile]:
    """Give the profiles that stackproof brings."""
    return {name: Profile.model_validate(held) for name, held in PROFILES.items()}


def lineage(name: str, known: Mapping[str, Profile]) -> Sequence[str]:
    """Give the names of a profile and of all that it extends, each once and before who extends it.

    Of two that say the same thing differently, the later one is right: so one that is extended by
    two others must not come again after the first of them.
    """
    found: dict[str, None] = {}

    def follow(name: str, above: tuple[str, ...]) -> None:
        if name in found or name in above or name not in known:
            return
        for other in known[name].extends:
            follow(other, (*above, name))
        found[name] = None

    follow(name, ())
    return list(found)


def unextendable(own: Mapping[str, Profile]) -> Iterator[tuple[Place, str]]:
    """Give the place and what is wrong of each profile that is extended and can't be.

    Those that no run has chosen yet are looked at as well.
    """
    known = {**brought(), **own}
    for name, profile in own.items():
        for number, other in enumerate(profile.extends):
            place = ("profiles", name, "extends", number)
            if other not in known:
                yield place, no_profile(other, known)
            elif name in lineage(other, known):
                yield place, f"the profile {name!r} extends itself; leave {other!r} out"


def no_profile(name: str, known: Mapping[str, Profile]) -> str:
    """Say that there is no such profile, and which one may be meant."""
    there = ", ".join(sorted(known))
    return f"there is no profile {name!r}; {closest(name, known, f'those there are: {there}')}"
