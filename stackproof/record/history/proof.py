"""Whether a history is as it was written: nothing changed, nothing missing, nothing moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from stackproof.record.history.history import History, Place, digest_of_mark, key_of
from stackproof.record.history.store import HistoryError
from stackproof.record.signing import Check


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out: `wrong` has a sentence for each thing that is, `notes` what is to be known."""

    records: int
    stacks: int
    signed: int
    wrong: tuple[str, ...]
    notes: tuple[str, ...]


def prove(history: History, stack: str | None = None, check: Check | None = None) -> Proof:
    """Compute each record's digest again and follow the chain; check signatures with a key."""
    wrong = [
        f"{key} is no file of this history, and whoever reads its folder reads it as well"
        for key in history.foreign(stack)
    ]
    notes: list[str] = []
    records = signed = 0
    names = list(dict.fromkeys(name for name, _ in history.months(stack)))
    for name in names:
        places: list[Place] = []
        for _, month in history.months(name):
            try:
                held = history.month(name, month)
                held.demand()
            except HistoryError as error:
                wrong.append(str(error))
                continue
            content = history.store.read(key_of(name, month))
            if content and not held.is_in(content[0], name, month):
                wrong.append(f"{name}, {month}: the columns say something else than the records")
            runs = [Place(name, month, number, run) for number, run in held.runs()]
            wrong += [sentence for place in runs if (sentence := _of_another(place))]
            for place, digest in zip(runs, held.digests(), strict=True):
                if place.digest != digest:
                    wrong.append(f"{_called(place)}: its content was changed")
            notes += _pruned(name, held.pruned)
            notes += _earlier(places[-1:] + runs)
            if check is not None and held.pruned:
                wrong += _unsigned_mark(name, held.pruned, check)
            before = places[-1].digest if places else (held.pruned or {}).get("last")
            wrong += _chain(before, runs, {place.digest for place in (*places, *runs)})
            places += runs
        records += len(places)
        if check is not None:
            wrong += [sentence for place in places if (sentence := _unsigned(place, check))]
        signed += sum(bool(place.signature) for place in places)
    return Proof(records, len(names), signed, tuple(wrong), tuple(notes))


def _of_another(place: Place) -> str | None:
    # The folder and the columns are under no digest: only the record itself says whose it is.
    stack = place.run["run"]["stack"]
    return None if stack == place.stack else f"{_called(place)}: it is a record of {stack}"


def _chain(before: str | None, runs: list[Place], known: set[str]) -> Iterator[str]:
    for place in runs:
        previous = (place.run.get("chain") or {}).get("previous")
        if previous != before:
            if previous in known:
                yield f"{_called(place)}: it stands at another place than where it was added"
            elif previous is None:
                yield f"{_called(place)}: it says that it is the first one, and it is not"
            else:
                yield f"{_called(place)}: the record before it ({previous[:12]}…) is missing"
        before = place.digest


def _earlier(runs: list[Place]) -> Iterator[str]:
    # Of two runs at the same time the later one may end first: that is nothing wrong.
    for before, place in pairwise(runs):
        if place.began < before.began:
            yield f"{_called(place)}: it was added after the record of {before.began[:19]}"


def _pruned(stack: str, told: dict[str, str] | None) -> Iterator[str]:
    if told:
        yield f"{stack}: the records through {told['through']} were pruned on {told['on']}"


def _unsigned_mark(stack: str, told: Mapping[str, str | None], check: Check) -> Iterator[str]:
    signature = told.get("signature")
    if not signature:
        yield f"{stack}: what says that records were pruned has no signature"
    elif not check(digest_of_mark(stack, told), signature):
        yield f"{stack}: the signature of what says that records were pruned is not that of the key"


def _unsigned(place: Place, check: Check) -> str | None:
    if not place.signature:
        return f"{_called(place)}: it has no signature"
    if not check(place.digest, place.signature):
        return f"{_called(place)}: its signature is not that of the key"
    return None


def _called(place: Place) -> str:
    return f"{place.stack}, {place.began[:19]}"
