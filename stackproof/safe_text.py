"""Text that is safe to show: it neither steers a terminal nor whoever runs a job by its log.

Sources: ECMA-48 (control characters); Unicode Standard Annex 9, "Directional Formatting
Characters"; GitHub Docs, "Workflow commands for GitHub Actions", and actions/runner,
ActionCommand.cs (blanks before `::` don't count, and the older `##[` may stand anywhere); Azure
Pipelines, "Logging commands"; TeamCity, "Service Messages".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# Controls, line and paragraph separators, lone surrogates, and what turns the reading direction
# or is not seen at all: with the last a name could look like another one.
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r"\U000e0000-\U000e007f\ud800-\udfff]+"
)
# What begins a command to the runner of a job. A word may come to stand at a line's beginning.
_COMMAND: Final = re.compile(r"(?<!\S)::(?=[A-Za-z])|##(?=\w*\[)")


def clean(text: str) -> str:
    """Give a text to be shown: one line that steers neither the terminal nor a job's runner.

    A command's beginning is shown with a backslash in it: `:\\:add-mask::`, `#\\#vso[`.
    """
    return _broken(legible(text), "\\{}".format)


def legible(text: str) -> str:
    """Give a text for a file: one line that doesn't steer who prints it, with its names as are."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def document(text: str) -> str:
    """Give a document to be shown: no line of it is a command to a job's runner.

    Whoever reads JSON or XML reads the same as without.
    """
    # By its first sign a document says which it is.
    match text[:1]:
        case "{" | "[":
            return _broken(text, lambda sign: f"\\u{ord(sign):04x}")
        case "<":
            return _broken(text, lambda sign: f"&#{ord(sign)};")
        case _:
            return _broken(text, "\\{}".format)


def _broken(text: str, escaped: Callable[[str], str]) -> str:
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda found: found[0][0] + escaped(found[0][1]), text)
