"""Whatever the stack: its outputs are true, flat, and give nothing away."""

from __future__ import annotations

import re

import pytest

from stackproof.model import Stack, UnresolvedError
from stackproof.model.secret_formats import looks_secret
from stackproof.outputs import Outputs
from stackproof.parity.accounting import NO_READER, Accounting, Entry, Status
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from stackproof.types.identities import identity
from stackproof.types.names import to_snake

pytestmark = pytest.mark.output_validation

# An ARN, an address, a number or a truth value says where a secret is, or how long it holds.
_NAMES_SOMETHING = re.compile(r"arn:|https?://|\d+$|True$|False$")


def test_outputs_are_of_the_account_and_region_they_claim(
    outputs: Outputs, run_facts: Snapshot
) -> None:
    """Every ARN in the outputs is in the account and region that the outputs name.

    A file that mixes accounts makes every later check look at the wrong stack.
    """
    for key in outputs.keys:
        if key.startswith("arn:") and key.count(":") >= 5:
            region, account = key.split(":")[3:5]
            assert account in ("", run_facts.account, "aws"), key
            assert region in ("", *run_facts.regions), key


def test_outputs_hold_no_secret(outputs: Outputs) -> None:
    """No output is a password, a token or a key: secrets are named by their ARNs only.

    Outputs end up in build logs and chat; a secret there is a breach.
    """
    # All of them: to name the first alone would hide the next.
    given_away = sorted(name for name, value in outputs.values.items() if _secret(name, value))
    assert not given_away, f"outputs that give secrets away are {', '.join(given_away)}"


def _secret(name: str, value: object) -> bool:
    sounds = re.search(r"password|token|private_key|secret(?!s_kms)", to_snake(name))
    if sounds and not _NAMES_SOMETHING.match(str(value)):
        return True
    items = [*value.values()] if isinstance(value, dict) else value
    return any(looks_secret(str(i)) for i in (items if isinstance(items, list) else [items]))


@pytest.mark.needs_outputs("blueprint")
def test_outputs_are_named_in_one_way(outputs: Outputs) -> None:
    """Names of outputs are snake_case.

    Whoever asks for one need not look up how it is written.
    """
    for name in outputs.values:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_outputs_are_flat(outputs: Outputs) -> None:
    """Outputs are text, numbers, truth values, or one list or map of them.

    Shell scripts and other stacks read them without a parser for nested data.
    """
    for name, value in outputs.values.items():
        items = [*value.values()] if isinstance(value, dict) else value
        items = items if isinstance(items, list) else [items]
        assert all(isinstance(item, (str, int, float, bool)) for item in items), name


def test_arns_that_the_outputs_name_exist(
    outputs: Outputs, live: Stack, accounting: Accounting
) -> None:
    """Every ARN in the outputs is that of something that AWS has, or that AWS names on it.

    An output that outlives its resource sends the next stack, or the on-call engineer, nowhere.
    """
    there = {name for resource in live for name in (resource.id, resource.arn)}
    # The secret that RDS keeps for a database is told by the database.
    told = " ".join(repr(resource.data) for resource in live)
    arns = {key for key in outputs.keys if key.startswith("arn:")}
    asked = {arn for arn in arns if arn in there or repr(arn) not in told}
    assert not {arn for arn in asked for _ in _ended(accounting, Status.VANISHED, arn)}
    for arn in sorted(asked):
        for entry in _ended(accounting, Status.UNREADABLE, arn):
            raise UnresolvedError((entry.unknown or NO_READER).at(arn))


def _ended(accounting: Accounting, status: Status, arn: str) -> list[Entry]:
    """Give what ended so and is named by an ARN, or by the id that the ARN tells."""
    told = identity(arn)
    return [
        entry
        for entry in accounting.of(status)
        if told is not None
        and (
            entry.resource.arn == told.arn
            or (entry.resource.id == told.id and not {*told.types}.isdisjoint(entry.types))
        )
    ]


@pytest.mark.needs_outputs("alarm_names")
def test_alarms_that_the_outputs_name_exist(outputs: Outputs, live: Stack) -> None:
    """Every alarm in the outputs exists.

    The run book lists alarms from the outputs: one that is not there rings for nobody.
    """
    there = {alarm["name"] for alarm in live.all(tokens.METRIC_ALARM)}
    assert set(outputs.list("alarm_names")) <= there
