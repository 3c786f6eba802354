"""The records of many stacks over time: added one by one, each linked to the one before."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from stackproof import clock
from stackproof.closest import closest
from stackproof.record.canonical import canonical
from stackproof.record.changes import linked
from stackproof.record.file_names import file_name
from stackproof.record.form import Chain, Record
from stackproof.record.history.bodies import PRUNED
from stackproof.record.history.month import Month, read_month
from stackproof.record.history.store import HistoryError, Store, store_at
from stackproof.record.reading import check
from stackproof.record.rows import digest_of

_KEY: Final = re.compile(r"stack=(?P<stack>[^/]+)/month=(?P<month>\d{4}-\d{2})/records\.parquet")
# How often somebody else may be quicker before it is an error.
_TRIES: Final = 20

# Gives the name of a key and a signature over a digest, both as text.
Sign = Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its stack, month and number in there; `run` is what it says first."""

    stack: str
    month: str
    number: int
    run: dict[str, Any]

    @property
    def digest(self) -> str:
        """Give the record's digest, as it says it."""
        return str((self.run.get("chain") or {}).get("digest", ""))

    @property
    def signature(self) -> str | None:
        """Give the signature over the digest, if there is one."""
        return (self.run.get("chain") or {}).get("signature")

    @property
    def began(self) -> str:
        """Give when the run began."""
        return str(self.run["run"]["began"])


class History:
    """A history at a place: a folder's path, or `s3://BUCKET/PREFIX`."""

    def __init__(self, place: str) -> None:
        self.store: Store = store_at(place)

    def months(self, stack: str | None = None) -> list[tuple[str, str]]:
        """Give the stacks and months that have records, the earliest month of each first."""
        found = (_KEY.fullmatch(key) for key in self.store.files())
        pairs = ((unquote(part["stack"]), part["month"]) for part in found if part)
        return sorted(pair for pair in pairs if stack in (None, pair[0]))

    def demand(self, stack: str | None = None) -> None:
        """Raise HistoryError when there is no record, or none of a stack.

        A mistyped place or name is no history in which nothing went wrong.
        """
        stacks = {name for name, _ in self.months()}
        if not stacks:
            raise HistoryError(f"the history at {self.store.name} has no records")
        if stack is not None and stack not in stacks:
            meant = closest(stack, stacks, f"the stacks there are: {', '.join(sorted(stacks))}")
            raise HistoryError(
                f"the history at {self.store.name} has no records of {stack!r}; {meant}"
            )

    def foreign(self, stack: str | None = None) -> list[str]:
        """Give the files among the records, or those of a stack, that are no month of records.

        They are not read here, but by others who read all that is in the folder.
        """
        own = {key_of(*pair) for pair in self.months()}
        prefix = "" if stack is None else f"stack={file_name(stack)}/"
        return [key for key in self.store.files() if key not in own and key.startswith(prefix)]

    def month(self, stack: str, month: str) -> Month:
        """Read a month of a stack; an empty one when there is none."""
        return self._month(key_of(stack, month))[0]

    def places(self, stack: str | None = None) -> Iterator[Place]:
        """Give where records stand, the earliest of each stack first."""
        for name, month in self.months(stack):
            for number, run in self.month(name, month).runs():
                yield Place(name, month, number, run)

    def read(self, place: Place) -> Record:
        """Read a record."""
        return self.month(place.stack, place.month).record(place.number)

    def last(self, stack: str) -> tuple[Record | None, Record | None]:
        """Give a stack's last record, and the last one that could look at the stack."""
        newest: Record | None = None
        for name, month in reversed(self.months(stack)):
            held = self.month(name, month)
            for number in range(held.count, 0, -1):
                record = held.record(number)
                newest = newest or record
                if not record.errors:
                    return newest, record
        return newest, newest

    def compared(self, record: Record) -> Record:
        """Give a record that is not kept as the one after its stack's last: what changed."""
        return _linked(record, self.last(record.run.stack)[1])

    def add(self, record: Record, sign: Sign | None = None) -> Record:
        """Add a record as its stack's last one; give it as it was kept, linked to the one before.

        It is there whole or not at all, whenever this is killed; when another one is added at the
        same time, this one is linked to that. Raises HistoryError when it can't be written, and
        RecordError when it was kept before and changed since.
        """
        check(record)
        stack = record.run.stack
        for _ in range(_TRIES):
            # After all others, whatever a clock says.
            month = max([record.run.began[:7], *(month for _, month in self.months(stack))])
            key = key_of(stack, month)
            held, version = self._month(key)
            newest, seeing = self.last(stack)
            previous = newest.chain.digest if newest and newest.chain else None
            kept = _linked(record, seeing)
            kept = kept.model_copy(update={"chain": Chain(previous=previous, digest="")})
            digest = digest_of(kept)
            name, signature = sign(digest) if sign else (None, None)
            chain = Chain(previous=previous, digest=digest, key=name, signature=signature)
            kept = kept.model_copy(update={"chain": chain})
            if self.store.replace(key, held.with_record(kept).content(stack, month), version):
                return kept
        raise HistoryError(
            f"the history at {self.store.name}: somebody else wrote records of {stack} "
            f"{_TRIES} times while this one was to be added"
        )

    def prune(self, keep: int, sign: Sign | None = None) -> list[tuple[str, str]]:
        """Remove all but the newest months of each stack; give the stacks and months removed.

        Months that are still to come are none of those that stay: a wrong clock pushes nothing out.
        The oldest month that stays says what was removed, so that it isn't taken for a gap. Raises
        HistoryError, and removes nothing, when records are signed and nothing signs what is said.
        """
        removed = []
        months = defaultdict(list)
        for stack, month in self.months():
            months[stack].append(month)
        now = clock.today().isoformat()[:7]
        begun = {stack: [month for month in told if month <= now] for stack, told in months.items()}
        old = {stack: told[:-keep] for stack, told in begun.items() if told[:-keep]}
        for stack in old if sign is None else ():
            if any(place.signature for place in self.places(stack)):
                raise HistoryError(
                    f"the records of {stack} at {self.store.name} are signed: a key (--key) is "
                    "needed to sign what is said of the removed ones"
                )
        for stack, gone in old.items():
            self._say_pruned(stack, gone, begun[stack][-keep], sign)
            for month in gone:
                self.store.remove(key_of(stack, month))
                removed.append((stack, month))
        return removed

    def _say_pruned(self, stack: str, old: list[str], first: str, sign: Sign | None) -> None:
        *_, last = self.month(stack, old[-1]).runs()
        digest = Place(stack, old[-1], *last).digest
        told: dict[str, str | None] = {
            "last": digest,
            "through": old[-1],
            "on": clock.today().isoformat(),
        }
        name, signature = sign(digest_of_mark(stack, told)) if sign else (None, None)
        told |= {"key": name, "signature": signature}
        key = key_of(stack, first)
        for _ in range(_TRIES):
            held, version = self._month(key)
            if self.store.replace(key, held.with_pruned(told).content(stack, first), version):
                return
        raise HistoryError(f"the history at {self.store.name}: somebody else writes {key}")

    def _month(self, key: str) -> tuple[Month, str | None]:
        read = self.store.read(key)
        if read is None:
            return Month(), None
        return read_month(read[0], f"{self.store.name}/{key}"), read[1]


def _linked(record: Record, before: Record | None) -> Record:
    return linked(record.model_copy(update={"chain": None}), before)


def digest_of_mark(stack: str, told: Mapping[str, str | None]) -> str:
    """Give the digest over what is said of removed records.

    It is another one than that of the last of them, whose signature would do for it otherwise.
    """
    document = canonical([PRUNED, stack, told["last"], told["through"], told["on"]])
    return hashlib.sha256(document.encode()).hexdigest()


def key_of(stack: str, month: str) -> str:
    """Give the key of a month's file; a stack's name may hold anything."""
    return f"stack={file_name(stack)}/month={month}/records.parquet"
