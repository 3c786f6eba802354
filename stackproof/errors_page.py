"""Print docs/errors.md: every code of our sentences, what it means and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from stackproof.error_codes import Code

_ABOUT = {
    "1": "What was given",
    "2": "AWS",
    "3": "The embedded AWS",
    "4": "Controls, types and what is explained",
    "5": "This machine",
    "7": "What a run warns of",
    "9": "stackproof itself",
}
_HEAD = """# Errors and warnings

Each sentence that ends a run, or warns of what it leaves open, has a code, in brackets at its end:
`[SP1103]`. Warnings (SP7…) end nothing and change no exit code. A code stays with its
sentence from version to version; `stackproof explain SP1103` prints what stands here. In Python
every error is a `stackproof.StackproofError` with `code`, `exit_code` and the sentence as its text.

Made by `python -m stackproof.errors_page > docs/errors.md`.
"""


def page() -> str:
    """Give the page."""
    return "\n".join([_HEAD, *_lines()])


def _lines() -> Iterator[str]:
    for digit, about in _ABOUT.items():
        yield f"## {about}\n\n| code | what has happened | what to do |\n|---|---|---|"
        for code in Code:
            if code[2] == digit:
                yield f"| `{code}` | {code.meaning} | {code.remedy} |"
        yield ""


if __name__ == "__main__":
    print(page().rstrip())
