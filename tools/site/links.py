"""Whether what pages link to is there: other pages, and the headings within them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache

_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


def broken(pages: Mapping[str, str], files: frozenset[str]) -> Iterator[str]:
    """Say which links of some pages, by their paths, lead nowhere.

    `files` are what there is besides pages. Addresses of the web are left to the reader's browser:
    nothing is fetched.
    """
    anchors = cache(lambda path: frozenset(_anchors(pages[path])))
    for path, text in pages.items():
        for target in _targets(text):
            place, _, anchor = target.partition("#")
            found = _joined(path, place) if place else path
            if found not in pages and found not in files:
                yield f"{path}: {target} is not there"
            elif anchor and found in pages and anchor not in anchors(found):
                yield f"{path}: {target} has no such heading"


def _joined(path: str, place: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), place))


def _targets(text: str) -> Iterator[str]:
    for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", text))):
        if not target.startswith(("http://", "https://", "mailto:")):
            yield target


def _anchors(text: str) -> Iterator[str]:
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        yield re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
