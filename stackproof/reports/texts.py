"""One table of texts, each fit to be shown, for what says the same ones over and over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from os.path import commonprefix
from typing import Any, Final

from stackproof.safe_text import legible

_SPACES: Final = re.compile(r"\s+")


def line(text: str) -> str:
    """Give a text as one line that is fit to be shown."""
    return legible(_SPACES.sub(" ", text))


class Texts:
    """The table of texts: each stands in it once; number 0 is the empty one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        # The same few texts come by the ten thousand; to make a line of one costs more.
        self._seen: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """Give the number of a text, which may be a new one; none is the empty text."""
        if not text:
            return 0
        number = self._seen.get(text)
        if number is None:
            number = self._numbers.setdefault(line(text), len(self._numbers))
            self._seen[text] = number
        return number

    def column(self, values: Iterable[Any]) -> list[Any]:
        """Give a column: numbers for texts, also for those in lists, and numbers as they are.

        The zeros at its end are left out.
        """
        column = [self._value(value) for value in values]
        while column and not column[-1]:
            column.pop()
        return column

    def _value(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        return list(map(self._value, value)) if isinstance(value, list) else self.number(value)

    def packed(self) -> dict[str, list[Any]]:
        """Give the texts by their numbers: how much of the one before each begins with, the rest.

        Columns are numbered one after the other, so ARN follows ARN and shares its beginning.
        """
        shared: list[int] = []
        rest: list[str] = []
        before = ""
        for text in self._numbers:
            same = len(commonprefix((before, text)))  # noqa: RUF071 - texts, no paths
            # Half of a character that UTF-16 writes as two would be no text.
            same = same if text[:same].isascii() else 0
            shared.append(same)
            rest.append(text[same:])
            before = text
        return {"shared": shared, "rest": rest}
