"""What a fleet file comes to: each account and stack with all that its tasks need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from stackproof.fleet.targets import Target
from stackproof.record.fleet.form import FleetAccount, FleetForm, Regions, Shared
from stackproof.types.regions import partition_of


@dataclass(frozen=True, slots=True)
class StackPlan:
    """One stack that is looked at; `outputs` and `state` are files on the worker."""

    outputs: str | None
    state: str | None
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One record that is to be made: of a whole account, or of one `stack` in it.

    `regions` is None for all that are enabled. Nothing in here is a credential: a role is assumed
    where the work is done.
    """

    label: str
    account: str
    target: Target
    regions: tuple[str, ...] | None
    owner: str | None
    profile: str | None
    stack: StackPlan | None = None


def plans(form: FleetForm, listed: Sequence[FleetAccount] = ()) -> list[Plan]:
    """Give what is to be looked at; `listed` are an organization's accounts.

    What the file says of an account counts before what was listed.
    """
    numbers = {account.account for account in form.accounts}
    accounts = [*form.accounts, *(account for account in listed if account.account not in numbers)]
    return [plan for account in accounts for plan in _of(account, form.defaults)]


def _of(account: FleetAccount, defaults: Shared) -> Iterator[Plan]:
    told = {name: getattr(defaults, name) for name in Shared.model_fields}
    told |= {name: value for name in told if (value := getattr(account, name)) is not None}
    regions = _regions(told["regions"])
    target = Target(
        told["aws_profile"],
        _arn(told["role"], account.account, regions),
        told["external_id"] if told["role"] else None,
    )
    owner, profile = told["owner"], told["profile"]
    if account.whole or not account.stacks:
        yield Plan(account.label, account.account, target, regions, owner, profile)
    for stack in account.stacks:
        yield Plan(
            stack.name,
            account.account,
            target,
            regions,
            stack.owner or owner,
            stack.profile or profile,
            StackPlan(stack.outputs, stack.state, tuple(stack.tags.items())),
        )


def _regions(given: Regions | None) -> tuple[str, ...] | None:
    if given == ALL:
        return None
    return tuple(dict.fromkeys(given or ()))


def _arn(role: str | None, account: str, regions: tuple[str, ...] | None) -> str | None:
    if role is None or role.startswith("arn:"):
        return role
    partition = partition_of(regions[0]) if regions else "aws"
    return f"arn:{partition}:iam::{account}:role/{role}"


ALL: Final = "all"
