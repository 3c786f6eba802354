"""Whom policies speak of: principals, and the values by which conditions name somebody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final

from stackproof.model import Cause, Unknown
from stackproof.model.ranges import is_wide
from stackproof.reasoning.access.statements import service_of
from stackproof.types.aws_accounts import service_behind


class Kind(StrEnum):
    """What a party is."""

    EVERYBODY = "everybody"
    ACCOUNT = "account"
    ORGANIZATION = "organization"
    OWNER = "the account or organization of the resource itself"
    SERVICE = "service"
    FEDERATED = "identity provider"
    SUBJECT = "somebody whom an identity provider names"
    NETWORK = "network"
    THING = "resource"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody, by the name that policies give them.

    A THING is a resource whose ARN has no account (a bucket), an IDENTITY an id that AWS assigned
    (of a role, of a canonical user): neither tells whose it is.
    """

    kind: Kind
    name: str

    @property
    def label(self) -> str:
        """Give the name for people."""
        return "any AWS service" if self == ANY_SERVICE else self.name

    def __str__(self) -> str:
        """Give the words of a finding."""
        match self.kind:
            case Kind.EVERYBODY | Kind.OWNER:
                return str(self.kind)
            case Kind.SERVICE if self.name == "*":
                return self.label
            case _:
                return f"{self.kind} {self.name}"


class Says(StrEnum):
    """What the values of a condition key are."""

    ACCOUNT = "account"
    ARN = "ARN"
    ORGANIZATION = "organization"
    ORGANIZATION_PATH = "path in an organization"
    NETWORK = "id of a network"
    ADDRESSES = "addresses"
    UNIQUE_ID = "unique id of a principal"
    SERVICE = "service principal"
    TOKEN = "token that AWS gave out"


EVERYBODY: Final = Party(Kind.EVERYBODY, "*")
ANY_SERVICE: Final = Party(Kind.SERVICE, "*")
_ACCOUNT = re.compile(r"\d{12}")
_ORIGIN_ACCESS_IDENTITY: Final = "cloudfront"
OWNER: Final = Party(Kind.OWNER, "")


def principal(kind: str, name: str) -> Party | Unknown:
    """Give the party that a principal names, an Unknown for what no principal looks like."""
    if name == "*":
        return EVERYBODY
    match kind:
        case "Service" if _wild(name):
            return _undecided(f"AWS refuses wildcards in the name of a service: {name}")
        case "Service":
            return Party(Kind.SERVICE, service_of(name))
        case "Federated":
            return Party(Kind.FEDERATED, name)
        case "CanonicalUser":
            return Party(Kind.IDENTITY, name)
        case "AWS":
            return _of_aws(name)
        case _:
            return _undecided(f"no kind of principal: {kind}")


def party(says: Says, value: str) -> Party | Unknown | None:
    """Give whom a value of a condition names, None when anybody may have it."""
    if "${" in value:
        return _undecided(f"what {value} stands for is known at the request only")
    if says is Says.ARN:
        return _of_arn(value)
    if says is Says.UNIQUE_ID:
        id_ = value.split(":", maxsplit=1)[0]
        return None if _wild(id_) else Party(Kind.IDENTITY, id_)
    if says is Says.ORGANIZATION_PATH:
        organization, _, below = value.partition("/")
        return Party(Kind.ORGANIZATION, organization) if below and not _wild(organization) else None
    if _wild(value):
        return None
    if says is Says.ACCOUNT:
        return _of_aws(value)
    return Party(_KINDS[says], value)


_KINDS: Final = {
    Says.ORGANIZATION: Kind.ORGANIZATION,
    Says.NETWORK: Kind.NETWORK,
    Says.SERVICE: Kind.SERVICE,
    Says.TOKEN: Kind.IDENTITY,
}


def networks(values: tuple[str, ...]) -> tuple[Party, ...] | None:
    """Give the networks that ranges of addresses are together, None when they are half the world.

    Wider than /8 (IPv6: /32) names nobody.
    """
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for value in values:
        try:
            network = ip_network(value, strict=False)
        except ValueError:
            return None
        four += [network] if isinstance(network, IPv4Network) else []
        six += [network] if isinstance(network, IPv6Network) else []
    four, six = list(collapse_addresses(four)), list(collapse_addresses(six))
    if any(map(is_wide, four)) or any(map(is_wide, six)):
        return None
    return tuple(Party(Kind.NETWORK, str(network)) for network in (*four, *six))


def _of_aws(name: str) -> Party | Unknown:
    if _ACCOUNT.fullmatch(name):
        service = service_behind(name)
        return Party(Kind.SERVICE, service) if service else Party(Kind.ACCOUNT, name)
    if not name.startswith("arn:"):
        return Party(Kind.IDENTITY, name)
    return _of_arn(name) or EVERYBODY


def _of_arn(value: str) -> Party | Unknown | None:
    """Give whose an ARN or a pattern of ARNs is.

    A pattern is somebody's in particular as soon as its account is written out. The names in ARNs
    without an account are anybody's to take, so a wildcard in one of them names nobody.
    """
    parts = value.split(":", maxsplit=5)
    account = parts[4] if len(parts) == 6 and parts[0] == "arn" else None
    if account and _ACCOUNT.fullmatch(account):
        return _of_aws(account)
    if account == _ORIGIN_ACCESS_IDENTITY and not _wild(value):
        return Party(Kind.IDENTITY, value)
    return None if account or _wild(value) else Party(Kind.THING, value)


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def _undecided(why: str) -> Unknown:
    return Unknown(Cause.UNREADABLE, detail=why)
