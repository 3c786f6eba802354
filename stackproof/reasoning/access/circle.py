"""Who belongs to us: the account itself, and those that it trusts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stackproof.model import Cause, Unknown, UnresolvedError
from stackproof.reasoning.access.conditions import Bound
from stackproof.reasoning.access.federation import provider_account
from stackproof.reasoning.access.judgement import Grant
from stackproof.reasoning.access.parties import ANY_SERVICE, Kind, Party


def _nothing(_: Party) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Circle:
    """An account, and what else is trusted by name: accounts, organizations, networks, ids.

    `owns` tells whether the stack itself has a network, a bucket or an identity of that name.
    """

    account: str | None
    trusted: frozenset[str] = frozenset()
    owns: Callable[[Party], bool] = field(default=_nothing, compare=False)

    def holds(self, party: Party) -> bool:
        """Tell whether a party belongs to it.

        A service by its name does, since AWS runs it; any service at all, whoever it acts for,
        does not. An identity provider is its account's.

        Raises UnresolvedError for what doesn't tell whose it is: a bucket elsewhere, an id.
        """
        match party.kind:
            case _ if party.name in self.trusted:
                return True
            case Kind.SERVICE:
                return party != ANY_SERVICE
            case Kind.FEDERATED:
                owner = provider_account(party.name)
                return not owner or self.holds(Party(Kind.ACCOUNT, owner))
            case Kind.OWNER | Kind.SUBJECT:
                return True
            case Kind.ACCOUNT:
                if self.account is None:
                    raise _undecided(f"whether {party.name} is the stack's own account")
                return party.name == self.account
            case Kind.EVERYBODY | Kind.ORGANIZATION:
                return False
            case Kind.NETWORK if "/" in party.name:
                return False
            case _:
                if self.owns(party):
                    return True
                raise _undecided(f"whose {party} is")

    def admits(self, grant: Grant) -> bool:
        """Tell whether a grant lets nobody in from outside; services count by whom they act for.

        Raises UnresolvedError when it can't be told.
        """
        unknown = grant.undecided
        bounds = [bound for bound in grant.bounds if not _is_of_provider(bound)]
        if grant.party.kind is not Kind.SERVICE or not bounds:
            bounds.append(Bound((grant.party,)))
        for bound in bounds:
            told = [self._told(party) for party in bound.parties]
            if all(answer is True for answer in told):
                return True
            if False not in told:
                unknown = unknown or next(answer for answer in told if isinstance(answer, Unknown))
        if unknown is not None:
            raise UnresolvedError(unknown)
        return False

    def _told(self, party: Party) -> bool | Unknown:
        try:
            return self.holds(party)
        except UnresolvedError as error:
            return error.unknown


def _is_of_provider(bound: Bound) -> bool:
    """Tell whether a bound names identities of a provider: whose provider it is, it doesn't say."""
    return all(party.kind is Kind.SUBJECT for party in bound.parties)


def _undecided(what: str) -> UnresolvedError:
    return UnresolvedError(Unknown(Cause.NOT_IN_STACK, detail=what))
