"""Who may do what a resource's policy allows: the one judgement of access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stackproof.model import Unknown, UnresolvedError
from stackproof.reasoning.access.conditions import Bound, bounds, escapes
from stackproof.reasoning.access.federation import lets_guests_in, named_by, shared
from stackproof.reasoning.access.parties import EVERYBODY, Kind, Party, principal
from stackproof.reasoning.access.patterns import matches, meet
from stackproof.reasoning.access.statements import Statement


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody whom a statement lets in: a party, within each of the bounds.

    `undecided` is a condition, or a principal, of which it can't be told whom it stands for.
    """

    statement: Statement
    party: Party
    bounds: tuple[Bound, ...] = ()
    undecided: Unknown | None = None

    @property
    def everybody(self) -> bool:
        """Tell whether anybody at all is let in: everybody, or who has any account at a provider.

        Raises UnresolvedError when it can't be told.
        """
        anybody = self.party.kind is Kind.EVERYBODY or (
            self.party.kind is Kind.FEDERATED and shared(self.party.name)
        )
        return anybody and not self._bounded()

    @property
    def pinned(self) -> bool:
        """Tell whether a service may act for particular accounts or resources only.

        The name of a bucket is no answer: when the bucket goes, anybody may take it. Raises
        UnresolvedError when it can't be told.
        """
        if any(b.source and not any(map(_anybodys, b.parties)) for b in self.bounds):
            return True
        if self.undecided is not None:
            raise UnresolvedError(self.undecided)
        return False

    @property
    def narrowed(self) -> bool:
        """Tell whether a provider's identities are told apart by a claim, or some other way.

        Raises UnresolvedError when it can't be told.
        """
        return self._bounded()

    def _bounded(self) -> bool:
        if self.bounds:
            return True
        if self.undecided is not None:
            raise UnresolvedError(self.undecided)
        return False

    def __str__(self) -> str:
        """Give the words of a finding: who it is, and within which bounds."""
        bounds = " and ".join(
            " or ".join(str(party) for party in bound.parties) for bound in self.bounds
        )
        return f"{self.party} (only {bounds})" if bounds else str(self.party)


def _anybodys(party: Party) -> bool:
    return party.kind is Kind.THING and party.name.split(":")[2:3] == ["s3"]


def grants(document: Sequence[Statement]) -> tuple[Grant, ...]:
    """Give everybody whom a resource's policy, or a role's trust policy, lets in.

    Denials of everybody but some take away from what other statements allow.
    """
    denials = [statement for statement in document if not statement.allows]
    return tuple(
        grant
        for statement in document
        if statement.allows
        for named in _principals(statement)
        for grant in _granted(statement, named, denials)
    )


def _principals(statement: Statement) -> Iterator[Party | Unknown]:
    if statement.excepted_principals:
        yield EVERYBODY
    yield from dict.fromkeys(principal(kind, name) for kind, name in statement.principals)


def _granted(
    statement: Statement, named: Party | Unknown, denials: Sequence[Statement]
) -> Iterator[Grant]:
    party = EVERYBODY if isinstance(named, Unknown) else named
    allowed: list[Bound | Unknown] = [*_claimed(statement, party), *bounds(statement.conditions)]
    allowed += [named] if isinstance(named, Unknown) else []
    covering = [denial for denial in denials if _covers(denial, statement)]
    found = [*allowed, *_spared_by(covering, party)]
    split = _services(party, found)
    if split is None:
        yield from _bounded_grants(statement, party, found)
        return
    people = tuple(party for party in split.parties if party.kind is not Kind.SERVICE)
    if people:
        rest = [bound for bound in found if bound is not split]
        yield from _bounded_grants(statement, party, [Bound(people, split.source), *rest])
    for service in split.parties:
        if service.kind is Kind.SERVICE:
            rest = [bound for bound in allowed if bound is not split]
            yield from _bounded_grants(statement, service, [*rest, *_spared_by(covering, service)])


def _bounded_grants(
    statement: Statement, party: Party, found: Sequence[Bound | Unknown]
) -> Iterator[Grant]:
    certain = tuple(bound for bound in found if isinstance(bound, Bound))
    if all(bound.parties for bound in certain):  # else nobody meets a condition
        undecided = next((bound for bound in found if isinstance(bound, Unknown)), None)
        yield Grant(statement, party, certain, undecided)


def _claimed(statement: Statement, party: Party) -> list[Bound]:
    if party.kind is not Kind.FEDERATED or lets_guests_in(party.name, statement.conditions):
        return []
    named = (named_by(party.name, condition) for condition in statement.conditions)
    return [bound for bound in named if bound is not None]


def _services(party: Party, found: Sequence[Bound | Unknown]) -> Bound | None:
    """Give the bound that makes services out of everybody, or of some of them."""
    if party.kind is not Kind.EVERYBODY:
        return None
    certain = (bound for bound in found if isinstance(bound, Bound))
    return next((b for b in certain if any(p.kind is Kind.SERVICE for p in b.parties)), None)


def _covers(denial: Statement, allowed: Statement) -> bool:
    """Tell whether a denial is about all that is allowed, for everybody or everybody but some."""
    return (
        denial.everybody
        and _all_of(denial.actions, denial.excepted_actions, allowed.actions, any_case=True)
        and _all_of(denial.resources, denial.excepted_resources, allowed.resources, any_case=False)
    )


def _all_of(
    denied: tuple[str, ...], spared: tuple[str, ...], allowed: tuple[str, ...], *, any_case: bool
) -> bool:
    """Tell whether patterns, or all but some, cover each of the allowed; none are all there are."""
    wanted = allowed or ("*",)
    if spared:
        return not any(meet(p, action, any_case=any_case) for p in spared for action in wanted)
    return not denied or all(
        any(matches(p, action, any_case=any_case) for p in denied) for action in wanted
    )


def _spared_by(denials: Iterable[Statement], party: Party) -> Iterator[Bound | Unknown]:
    for denial in denials:
        if (spared := _spared(denial, party)) is not None:
            yield spared


def _spared(denial: Statement, party: Party) -> Bound | Unknown | None:
    if not denial.excepted_principals:
        return escapes(denial.conditions, service=party.kind is Kind.SERVICE)
    if denial.conditions:
        return None
    found = [principal(kind, name) for kind, name in denial.excepted_principals]
    unknown = next((party for party in found if isinstance(party, Unknown)), None)
    return unknown or Bound(tuple(party for party in found if isinstance(party, Party)))
