"""Read what a stack has in one region, stage by stage, each question once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from stackproof.model import Unknown
from stackproof.sights.live.details import ask_ahead, ask_details
from stackproof.sights.live.everything import NAMES, Names
from stackproof.sights.live.fetch import Aws, Fetched, listed
from stackproof.sights.live.hiding import hidden_references, led_to
from stackproof.sights.live.membership import Whose, claimed, decided, related, tell, whose
from stackproof.sights.live.reader import Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope, strings
from stackproof.sights.live.tagging import learn_tags
from stackproof.sights.live.translate import build_of, key_of, targets_of, translated
from stackproof.sights.live.unread import unread_gaps
from stackproof.sights.live.unreadable import Unreadable

Question: TypeAlias = tuple[Reader, Mapping[str, Any]]


@dataclass(slots=True)
class _Candidate:
    reader: Reader
    item: Item
    key: Key


class Reading:
    """The reading of a stack in one region: what was asked, and what was listed and by which name.

    What no listing showed is asked for by its id when all regions were listed: an EC2 id doesn't
    say where it is.
    """

    def __init__(
        self, aws: Aws, readers: Sequence[Reader], scope: Scope, pool: ThreadPoolExecutor
    ) -> None:
        self.scope = scope
        self._aws = aws
        self._readers = readers
        self._stages = stages(readers)
        self._pool = pool
        self._pending: list[_Candidate] = []
        self._of_aws: list[_Candidate] = []  # of which only a part was taken
        self._asked: set[str] = set()
        self._ahead: dict[str, tuple[Question, Future[Fetched]]] = {}
        self._met: set[str] = set()
        self._called: dict[tuple[str, ...], set[str]] = defaultdict(set)

    def ask_names(self) -> None:
        """Learn the names of all that only a further listing tells, in a whole account."""
        scope = self.scope
        asked = [
            (reader, NAMES[reader.types[0]])
            for reader in self._readers
            if reader.types[0] in NAMES and (reader.regional or scope.primary)
        ]
        told = self._pool.map(lambda pair: self._names(pair[1]), asked)
        for (reader, names), found in zip(asked, told, strict=True):
            if isinstance(found, Unknown):
                scope.gaps.update(dict.fromkeys(reader.types, found))
                continue
            but = self._names(names.but) if names.but is not None else frozenset()
            # Without what is AWS's own, each is asked for and shows what it is.
            scope.learn(found if isinstance(but, Unknown) else found - but)

    def _names(self, names: Names) -> frozenset[str] | Unknown:
        answer = self._aws.fetch(names.ask, self.scope.region, names.parameters)
        if isinstance(answer, Unknown):
            return answer
        return translated(
            lambda: frozenset(
                arn
                for item in names.among(
                    item if isinstance(item, Mapping) else {"Value": item}
                    for item in listed(answer)
                )
                for arn in names.arns(item, self.scope)
            ),
            Names,
            names.ask,
        )

    def ask_listings(self) -> None:
        """Read what listings show, as far as it has to do with the stack."""
        self._ask_early(self._stages[1:])
        # What is admitted late may lead to what is asked about early; others' things wait until
        # nothing more can turn out to be the stack's.
        while self._ask_stages() or self._admit(Whose.FOREIGN):
            pass

    def ask_by_ids(self) -> None:
        """Read what is known by its id and no listing showed, and what it leads to."""
        while self._ask_ids():
            self.ask_listings()

    def gaps(self) -> dict[str, Unknown]:
        """Give the types that could not be seen whole, when nothing is left to be asked."""
        for candidate in (*self._pending, *self._of_aws):
            if candidate.key.foreign and not self.scope.whole:
                self.scope.leave_to_aws(candidate.item, candidate.reader.types)
        for candidate in self._pending:
            verdict, why = decided(candidate.key, candidate.reader, self.scope)
            tell(candidate.key, candidate.reader, self.scope, verdict, why)
            if isinstance(verdict, Unknown):
                self.scope.gaps.update(dict.fromkeys(candidate.reader.types, verdict))
        hidden = hidden_references(self._readers, self.scope)
        return _inherited(self._stages, unread_gaps(self.scope) | hidden | self.scope.gaps)

    def _ask_early(self, stages: Iterable[Iterable[Reader]]) -> None:
        """Send what is known by now to be asked in later stages, so that nobody waits for it there.

        Answers are looked at in the order of the stages all the same: what is found, and in which
        order, doesn't depend on which of them comes first. Ids that are asked for together wait for
        those that are still to come.
        """
        hidden = led_to(self._readers, self.scope).keys()
        for reader in (reader for stage in stages for reader in stage):
            if not _wanted(reader, self.scope, hidden):
                continue
            targets = targets_of(reader, self.scope)
            for target in () if isinstance(targets, Unknown) else targets:
                name = repr((reader.types, target))
                if name in self._asked or name in self._ahead or self._together(target):
                    continue
                answer = self._pool.submit(
                    self._aws.fetch, reader.listing, self.scope.region, target
                )
                self._ahead[name] = (reader, target), answer

    def _together(self, target: Mapping[str, Any]) -> bool:
        """Tell whether a question asks for known ids together, which others may still join."""
        lists = [value for value in target.values() if isinstance(value, (list, tuple))]
        return not self.scope.keys.isdisjoint(strings(lists))

    def _ask_early_details(self) -> None:
        """Send the further questions about what early answers show to be the stack's."""
        for name, ((reader, target), answer) in list(self._ahead.items()):
            if name in self._asked:
                del self._ahead[name]
            elif reader.details and answer.done():
                for item in items_of(reader, target, answer.result()):
                    key = translated(
                        partial(reader.key, item, self.scope), reader.key, reader.listing
                    )
                    if isinstance(key, Key) and whose(key, reader, self.scope) is Whose.OURS:
                        ask_ahead(self._aws, self.scope.region, reader, item, self._pool.submit)

    def _ask_stages(self) -> bool:
        """Ask what listings are to be asked by now; tell whether any was."""
        before = len(self._asked)
        for number, stage in enumerate(self._stages, 1):
            hidden = led_to(self._readers, self.scope).keys()
            questions = [
                (reader, target)
                for reader in stage
                if _wanted(reader, self.scope, hidden)
                for target in self._targets(reader)
            ]
            self._ask(questions)
            self._ask_early_details()
            self._admit(Whose.OURS)
            self._ask_early(self._stages[number + 1 :])
        return len(self._asked) > before

    def _ask_ids(self) -> bool:
        """Ask for what is known by its id and was not seen; tell whether anything was asked."""
        before = len(self._asked)
        asked = [
            (reader, target)
            for reader in self._readers
            if (reader.regional or self.scope.primary)
            for target in reader.by_ids(self._unseen(reader))
        ]
        self._ask(asked)
        self._admit(Whose.OURS)
        return len(self._asked) > before

    def _unseen(self, reader: Reader) -> list[str]:
        held = {r.id for type_ in reader.types for r in self.scope.members[type_]}
        return sorted({*reader.ids(self.scope)} - self._called[reader.types] - held)

    def _targets(self, reader: Reader) -> list[Mapping[str, Any]]:
        targets = targets_of(reader, self.scope)
        if isinstance(targets, Unknown):
            self.scope.gaps.update(dict.fromkeys(reader.types, targets))
            return []
        return targets

    def _ask(self, questions: Iterable[Question]) -> None:
        """Ask what was not asked before."""
        new = [
            (reader, target)
            for reader, target in questions
            if _first(self._asked, repr((reader.types, target)))
        ]
        answers = self._pool.map(
            lambda question: self._aws.fetch(question[0].listing, self.scope.region, question[1]),
            new,
        )
        for (reader, target), answer in zip(new, answers, strict=True):
            # What another account doesn't show hides nothing of the stack.
            others = any(isinstance(v, str) and self.scope.abroad(v) for v in target.values())
            if isinstance(answer, Unknown) and not others:
                self.scope.gaps.update(dict.fromkeys(reader.types, answer))
            items = items_of(reader, target, answer)
            if self.scope.whole and not items and not isinstance(answer, Unknown):
                for resource in reader.unset(self.scope):
                    self.scope.add(resource)
            for item in items:
                if _first(self._met, repr((reader.types, item))):
                    self._take(reader, item)

    def _take(self, reader: Reader, item: Item) -> None:
        key = key_of(reader, item, self.scope)
        if isinstance(key, Unreadable):
            self.scope.unreadable.append(key)
            self.scope.gaps.update(dict.fromkeys(key.types, key.unknown))
            return
        self._called[reader.types].update(name for name in (key.id, key.arn, *key.names) if name)
        for type_ in reader.types:
            self.scope.listed[type_].append(item)
        self._pending.append(_Candidate(reader, item, key))

    def _admit(self, kind: Whose) -> bool:
        """Build the candidates of a kind, until none brings in another; tell if there were any."""
        scope, found_any = self.scope, False
        while True:
            scope.gaps.update(_inherited(self._stages, scope.gaps))
            if not scope.whole:  # of which all tags were learned before
                keys = (c.key for c in self._pending if related(c.key, scope))
                learn_tags(self._aws, scope, keys)
            sorted_out = [(c, *decided(c.key, c.reader, scope)) for c in self._pending]
            admitted = [candidate for candidate, verdict, _ in sorted_out if verdict is kind]
            if not admitted:
                return found_any
            found_any = True
            self._pending = [
                candidate for candidate, verdict, _ in sorted_out if verdict is not kind
            ]
            for candidate, verdict, why in sorted_out:
                if verdict is kind:
                    tell(candidate.key, candidate.reader, scope, verdict, why)
            asked = [(candidate.reader, candidate.item) for candidate in admitted]
            details = ask_details(self._aws, scope.region, asked, self._pool.map)
            for candidate, found in zip(admitted, details, strict=True):
                self._build(candidate, found, kind)

    def _build(self, candidate: _Candidate, found: Details, kind: Whose) -> None:
        scope, reader, key = self.scope, candidate.reader, candidate.key
        hidden: dict[str, Unknown] = {}
        for name, detail in reader.details.items():
            lost = found[name]
            if isinstance(lost, Unknown):
                hidden |= dict.fromkeys(detail.provides, lost)
                if kind is Whose.OURS:
                    scope.lost += [(type_, lost) for type_ in detail.provides or reader.types[:1]]
        built, unreadable = build_of(reader, candidate.item, found, key, scope)
        if key.foreign:
            self._of_aws.append(candidate)
            built = [resource for resource in built if resource.type in key.opened]
        # What stands for what the item may have says which one's was lost; else any may be.
        unsure = {resource.type for resource in built if not resource.unread} & hidden.keys()
        scope.gaps.update({type_: lost for type_, lost in hidden.items() if type_ not in unsure})
        for resource in built:
            if resource.type in unsure:
                scope.unsure[resource.identity] = hidden[resource.type]
            ours = kind is Whose.OURS or claimed(resource, key, scope)
            scope.add(resource, key.names, ours=ours)
            if reader.dying(candidate.item, found):
                scope.dying.add(resource.identity)
        if unreadable is not None and kind is Whose.OURS:
            scope.unreadable.append(unreadable)


def _first(seen: set[str], value: str) -> bool:
    """Tell whether a value comes for the first time, and remember it."""
    new = value not in seen
    seen.add(value)
    return new


def _inherited(
    ordered: Iterable[Iterable[Reader]], gaps: Mapping[str, Unknown]
) -> dict[str, Unknown]:
    """Add the types that are asked about for each resource of a type that is a gap."""
    all_gaps = dict(gaps)
    for stage in ordered:
        for reader in stage:
            lost = next((all_gaps[parent] for parent in reader.parents if parent in all_gaps), None)
            if lost is not None:
                all_gaps = dict.fromkeys(reader.types, lost) | all_gaps
    return all_gaps


def _wanted(reader: Reader, scope: Scope, hidden: Set[str]) -> bool:
    if not reader.regional and not scope.primary:
        return False
    if scope.whole:  # a question that names a parent is not there before its parent is
        return True
    if reader.parents:
        held = scope.listed if reader.others_parents else scope.members
        return any(held[parent] for parent in reader.parents)
    # What was not seen may be what would have led here; and where no tags tell, a mere name may
    # be that of anything.
    blind = scope.blind is not None or not scope.own_tags or scope.searched
    known = {"", *scope.services, *scope.hints}
    return blind or not hidden.isdisjoint(reader.types) or reader.arn_service in known


def stages(readers: Sequence[Reader]) -> list[list[Reader]]:
    """Order readers so that parents come first and what is only referenced comes last."""
    placed: set[str] = set()
    left = sorted(readers, key=lambda reader: reader.referenced)
    ordered: list[list[Reader]] = []
    while left:
        stage: list[Reader] = []
        later: list[Reader] = []
        for reader in left:
            ready = placed.issuperset(reader.parents) and reader.referenced == left[0].referenced
            (stage if ready else later).append(reader)
        if not stage:
            names = sorted({type_ for reader in left for type_ in reader.types})
            raise ValueError(f"readers wait for each other or for unread types: {names}")
        ordered.append(stage)
        placed |= {type_ for reader in stage for type_ in reader.types}
        left = later
    return ordered


def items_of(reader: Reader, target: Mapping[str, Any], answer: Fetched) -> list[Item]:
    """Give the items of an answer, with what the question says of them."""
    parent = {name: target[name] for name in reader.parent_fields}
    return [
        {**parent, **(item if isinstance(item, Mapping) else {"Value": item})}
        for item in listed(answer)
    ]
