"""Text that is safe to show: it neither steers a terminal nor turns a line around.

Sources: ECMA-48 (control characters); Unicode Standard Annex 9, "Directional Formatting
Characters".
"""

from __future__ import annotations

import re

# Controls, line and paragraph separators, lone surrogates, and what turns the reading direction
# or is not seen at all: with the last a name could look like another one.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r"\U000e0000-\U000e007f\ud800-\udfff]+"
)


def clean(text: str) -> str:
    """Give a text that neither ends its line nor steers the terminal nor turns it around."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)
