"""Whether two records are alike: of one stack in one account, seen from the same sights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stackproof.record.form import Changes, Difference, Record

# What is of another account, or of an emulator, has the same names and is not the same thing.
ELSEWHERE: Final = ("account", "endpoint")
_NOBODYS: Final = ("not known", "not said")


def _account(record: Record) -> str:
    return "" if record.run.account in _NOBODYS else record.run.account


def _endpoint(record: Record) -> str:
    run = record.run
    if run.sight != "live":
        return ""
    # An emulator is another one by its port each time.
    return "emulated" if run.emulated else run.endpoint or "AWS"


def _sights(record: Record) -> str:
    return ", ".join(sorted({finding.sight for finding in record.findings} | {record.run.sight}))


# What is compared, with what a record says of it: nothing where it can't say.
FACTS: Final[Mapping[str, Callable[[Record], str]]] = {
    "stack": lambda record: record.run.stack,
    "account": _account,
    "endpoint": _endpoint,
    "regions": lambda record: ", ".join(sorted(record.run.regions)),
    "sights": _sights,
    "scenarios": lambda record: "tried" if record.scenarios else "not tried",
    "profile": lambda record: record.run.profile or "none",
    "fail_on": lambda record: record.run.fail_on,
    "tool": lambda record: record.run.tool,
}
# Of whom nobody could look at, these say nothing.
_SEEN: Final = frozenset({"account", "endpoint", "regions", "sights", "scenarios"})


def differences(before: Record, after: Record) -> list[Difference]:
    """Give what of two records is not alike, what weighs most first."""
    looked = all(record.resources or record.findings for record in (before, after))
    pairs = (
        (what, fact(before), fact(after))
        for what, fact in FACTS.items()
        if looked or what not in _SEEN
    )
    return [
        Difference(what=what, before=was, after=now)
        for what, was, now in pairs
        if was and now and was != now
    ]


def sentence(difference: Difference) -> str:
    """Say in a sentence what is not alike, and what that means."""
    what, was, now = difference.what, difference.before, difference.after
    words = _WORDS.get(what, f"another {what}")
    means = ": what is called fixed, gone or still failing is another's"
    return f"not alike: {words}, {was} before and {now} now{means if what in ELSEWHERE else ''}"


_WORDS: Final = {
    "regions": "other regions",
    "sights": "other sights",
    "scenarios": "scenarios",
    "tool": "another version of stackproof",
    "fail_on": "another least severity that fails",
}


def elsewhere(changes: Changes) -> list[Difference]:
    """Give the differences that make what a record knows nothing that is known of the other."""
    return [difference for difference in changes.differences if difference.what in ELSEWHERE]


def place_of(record: Record) -> str:
    """Say in which account, and by whom asked, a record's failures are; nothing where it can't."""
    account, endpoint = _account(record), _endpoint(record)
    if not (account and endpoint):
        return ""
    return account if endpoint == "AWS" else f"{account}, {endpoint}"
