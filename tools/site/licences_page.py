"""Under which licences the packages stand that users install with this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.site.markdown import page, table

OURS: Final = "stackproof"
EXTRAS: Final = ("embedded", "history")
# What a package's own metadata doesn't say, by the licence of its sources.
_TOLD: Final = {
    "antlr4-python3-runtime": "BSD-3-Clause",
    "pulumi-policy": "Apache-2.0",
}
_PREFIX: Final = "License :: OSI Approved :: "


def licences_page() -> str:
    """Write the page: each package that comes along, its version and its licence."""
    rows = [
        (f"`{name}`", metadata.version(name), licence, extra)
        for name, (licence, extra) in licences().items()
    ]
    return page(
        "# What comes along",
        "stackproof stands under the Apache License 2.0. Installing it, with all extras for users, "
        f"brings {len(rows)} packages; versions are those of `requirements.lock`, by whose hashes "
        "they are checked. `make sbom` writes the same as a CycloneDX bill of materials.",
        table(("package", "version", "licence", "with the extra"), rows),
    )


def licences() -> Mapping[str, tuple[str, str]]:
    """Give the licence of each package that comes along, and the extra that brings it."""
    found: dict[str, str] = {}
    for extra in ("", *EXTRAS):
        for name in _needed(OURS, frozenset([extra])):
            _walk(name, extra, found)
    return {name: (_licence(name), found[name]) for name in sorted(found)}


def _walk(requirement: Requirement, extra: str, found: dict[str, str]) -> None:
    name = canonicalize_name(requirement.name)
    if name not in found:
        found[name] = extra
        for needed in _needed(name, frozenset(requirement.extras or [""])):
            _walk(needed, extra, found)


def _needed(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement


def _licence(name: str) -> str:
    held = metadata.metadata(name)
    classified = [c.removeprefix(_PREFIX) for c in held.get_all("Classifier") or [] if _PREFIX in c]
    told, short = (
        held[key].partition("\n")[0].strip() if key in held else ""
        for key in ("License-Expression", "License")
    )
    return told or _TOLD.get(name) or ", ".join(classified) or short
