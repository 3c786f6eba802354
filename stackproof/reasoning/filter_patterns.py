"""Which events the JSON pattern of a metric filter counts.

Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters", JSON log
events: selectors, `=` and `!=` with wildcards, EXISTS and IS, joined by `&&` and `||`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from stackproof.model import Cause, Unknown, UnresolvedError

_TOKEN: Final = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|&&|\|\||!=|<=|>=|=|<|>|[(){}]|\$(?:\.[\w-]+|\[\w+\])+|[^\s(){}=!<>&|"]+)'
)
_ABSENT: Final = object()
_WORDS: Final[Mapping[str, Any]] = {"NULL": None, "TRUE": True, "FALSE": False}

Test = Callable[[Mapping[str, Any]], bool]


def counted_by(pattern: str, event: Mapping[str, Any]) -> bool:
    """Tell whether a pattern in braces counts an event.

    Raises UnresolvedError for what is not read here, such as comparisons of numbers.
    """
    return _parsed(pattern)(event)


@cache
def _parsed(pattern: str) -> Test:
    tokens, end = [], 0
    text = pattern.strip()
    while end < len(text):
        found = _TOKEN.match(text, end)
        if found is None:
            raise _unread(pattern)
        tokens.append(found[1])
        end = found.end()
    if tokens[:1] != ["{"] or tokens[-1:] != ["}"]:
        raise _unread(pattern)
    parser = _Parser(tokens[1:-1], pattern)
    test = parser.alternatives()
    if parser.left:
        raise _unread(pattern)
    return test


class _Parser:
    """Reads tokens from the left: `&&` binds more closely than `||`."""

    def __init__(self, tokens: list[str], pattern: str) -> None:
        self.left = tokens
        self._pattern = pattern

    def alternatives(self) -> Test:
        tests = [self._joined()]
        while self.left[:1] == ["||"]:
            self.left = self.left[1:]
            tests.append(self._joined())
        return lambda event: any(test(event) for test in tests)

    def _joined(self) -> Test:
        tests = [self._term()]
        while self.left[:1] == ["&&"]:
            self.left = self.left[1:]
            tests.append(self._term())
        return lambda event: all(test(event) for test in tests)

    def _term(self) -> Test:
        if self.left[:1] == ["("]:
            self.left = self.left[1:]
            inner = self.alternatives()
            self._take(")")
            return inner
        selector, operator = self._next(), self._next()
        if not selector.startswith("$."):
            raise _unread(self._pattern)
        path = selector.split(".")[1:]
        match operator:
            case "=" | "!=":
                matches = _matching(self._next(), self._pattern)
                equal = operator == "="
                return lambda event: _is_text(_at(event, path), matches) is equal
            case "NOT":
                self._take("EXISTS")
                return lambda event: _at(event, path) is _ABSENT
            case "EXISTS":
                return lambda event: _at(event, path) is not _ABSENT
            case "IS":
                word = self._next()
                if word not in _WORDS:
                    raise _unread(self._pattern)
                return lambda event: _at(event, path) is _WORDS[word]
        raise _unread(self._pattern)

    def _next(self) -> str:
        if not self.left:
            raise _unread(self._pattern)
        token, *self.left = self.left
        return token

    def _take(self, wanted: str) -> None:
        if self._next() != wanted:
            raise _unread(self._pattern)


def _matching(written: str, pattern: str) -> Callable[[str], object]:
    """Give what tells, by anything true, whether a text is the one that is written."""
    if written.startswith("%"):
        raise _unread(pattern)
    text = written[1:-1] if written.startswith('"') else written
    if "*" not in text:
        return text.__eq__
    return re.compile(".*".join(map(re.escape, text.split("*")))).fullmatch


def _is_text(value: Any, matches: Callable[[str], object]) -> bool:
    return isinstance(value, (str, int)) and bool(matches(str(value)))


def _at(event: Mapping[str, Any], path: list[str]) -> Any:
    value: Any = event
    for name in path:
        value = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
    return value


def _unread(pattern: str) -> UnresolvedError:
    return UnresolvedError(Unknown(Cause.UNREADABLE, "pattern", f"filter pattern: {pattern}"))
