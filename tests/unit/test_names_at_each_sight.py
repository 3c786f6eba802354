"""A pattern is about the same resources at each sight, by whichever of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackproof.explaining.known import asked_by
from stackproof.model import Finding, Resource, Sight, Stack, Waived
from stackproof.outputs import Outputs
from stackproof.policy_pack import policies
from stackproof.policy_pack.waived import WAIVED
from stackproof.settings.loading import load
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.sights.live.snapshot import Snapshot
from stackproof.sights.state import State
from stackproof.testing import analyze
from stackproof.types.tokens import SQS_QUEUE
from stackproof.verify import Run, judged, verify_state
from stackproof.waivers import Waiver, Waivers
from tests.unit.parity.made import ACCOUNT, state
from tests.unit.test_plugin import Suite, suite

__all__ = ["suite"]

pytest_plugins = "pytester"

CONTROL = "sqs-queue-encrypted"
REGION = "eu-west-1"
KINDS = ("logical", "urn", "id", "arn", "physical")
OPEN = {"sqs_managed_sse_enabled": False}


def urn(kind: str) -> str:
    return f"urn:pulumi:dev::shop::{SQS_QUEUE}::{kind}"


def pattern(kind: str) -> str:
    """Write a pattern of a queue that is found by this kind of name alone."""
    return {
        "logical": "logical",
        "urn": "urn:*::urn",
        "id": "https://*/id-3ae93c7",
        "arn": f"arn:aws:sqs:*:{ACCOUNT}:arn-*",
        "physical": "physical-*",
    }[kind]


def declared(kind: str) -> Resource:
    return Resource(dict(OPEN), type=SQS_QUEUE, name=kind, urn=urn(kind))


def held(kind: str) -> Resource:
    """Give a queue as a state has it: called as in the program, with all that AWS made of it."""
    name = f"{kind}-3ae93c7"
    return replace(
        declared(kind),
        data={**OPEN, "name": name},
        id=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}",
        arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
        account=ACCOUNT,
        region=REGION,
    )


def read(kind: str) -> Resource:
    """Give a queue as AWS shows it to whoever has a state."""
    return replace(held(kind), name=f"{kind}-3ae93c7")


def unheld(kind: str) -> Resource:
    return replace(read(kind), urn=None)


# By sight: its queues, and the kinds of names that are known there.
LOGICAL, ON_AWS = {"logical", "urn"}, {"id", "arn", "physical"}
SIGHTS: Mapping[str, tuple[Callable[[str], Resource], set[str]]] = {
    "preview": (declared, LOGICAL),
    "preview of named": (
        lambda kind: replace(declared(kind), data={**OPEN, "name": f"{kind}-3ae93c7"}),
        LOGICAL | {"physical"},
    ),
    "state": (held, {*KINDS}),
    "live with state": (read, {*KINDS}),
    "live": (unheld, ON_AWS),
}
TEXTS = {
    "exclude": "exclude: [{{id: {control}, resource: '{pattern}'}}]",
    "select": "select: [{{id: {control}, resource: '{pattern}'}}]",
}


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "stackproof.yaml").write_text(text)
    return load(folder / "stackproof.yaml")


def waiver(kind: str, **more: str) -> Waiver:
    told = {"control": CONTROL, "resource": pattern(kind), "reason": "r", "owner": "o"}
    return Waiver.read({**told, "until": "2999-12-31", **more})


def run_of(sight: str, kind: str, settings: Settings, waived: list[Waiver]) -> Run:
    made, _ = SIGHTS[sight]
    if sight == "state":
        return verify_state(state(held(kind)), "dev", waived, settings)
    there = Snapshot((made(kind),), {}, ACCOUNT, (REGION,), None, {}, 0.1)
    known = State(Stack((held(kind),), Sight.STATE), {}) if "state" in sight else None
    outputs = Outputs({"region": REGION, "stack": "dev"}, Path("flat-outputs.json"))
    return judged(outputs, there, 0, waived, known, settings=settings)


def becomes(
    sight: str, kind: str, settings: Settings = EVERYTHING, waived: list[Waiver] | None = None
) -> set[str]:
    """Give what becomes of the queue's failure, and whether a waiver has not what it expects."""
    if sight.startswith("preview"):
        stack = Stack((SIGHTS[sight][0](kind),), Sight.DECLARED)
        pack = policies(settings=settings, waivers=Waivers(waived or [], "dev"))
        lines = [(line.policy, line.message) for line in analyze(pack, stack)]
        told = {CONTROL: "fails"}
        found = {told[policy] for policy, _ in lines if policy in told}
        accepted = {"waived" for policy, text in lines if policy == WAIVED and CONTROL in text}
        more = {"expected otherwise" for _, text in lines if "it expects" in text}
        return found | (accepted if not more else set()) | more
    run = run_of(sight, kind, settings, waived or [])

    def word(finding: Finding) -> str:
        if finding.control.id == "waiver-as-expected":
            return "expected otherwise"
        return "waived" if isinstance(finding.outcome, Waived) else "fails"

    about = (CONTROL, "waiver-as-expected")
    return {word(finding) for finding in run.findings if finding.control.id in about}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_taker_knows_a_resource_by_the_same_names(
    tmp_path: Path, sight: str, kind: str
) -> None:
    known = kind in SIGHTS[sight][1]
    write = {"control": CONTROL, "pattern": pattern(kind)}
    excluded = settings_of(tmp_path, TEXTS["exclude"].format(**write))
    assert becomes(sight, kind, excluded) == (set() if known else {"fails"})
    selected = settings_of(tmp_path, TEXTS["select"].format(**write))
    # What may have an ARN that is selected is judged as long as it has none.
    assert becomes(sight, kind, selected) == ({"fails"} if known or kind == "arn" else set())
    assert becomes(sight, kind, waived=[waiver(kind)]) == {"waived" if known else "fails"}
    assert ("expected otherwise" in becomes(sight, kind, waived=[waiver(kind, expect="0")])) is (
        known
    )


@pytest.mark.parametrize("sight", SIGHTS)
def test_explain_finds_a_resource_by_the_same_names(sight: str) -> None:
    made, known = SIGHTS[sight]
    full = held("orders")
    told = {
        "logical": "orders",
        "urn": full.urn,
        "id": full.id,
        "arn": full.arn,
        "physical": "orders-3ae93c7",
    }
    found = asked_by(made("orders"))
    assert {kind for kind, name in told.items() if name in found} == known


@pytest.mark.parametrize("sight", ["state", "live with state", "live"])
def test_a_pattern_that_is_about_nothing_is_told_with_what_is_not_known(
    tmp_path: Path, sight: str
) -> None:
    settings = settings_of(tmp_path, "exclude: [{resource: gone}, {resource: logical}]")
    warnings = run_of(sight, "logical", settings, [waiver("physical")]).warnings
    hint = "; what the program calls a resource is known only with a state"
    hint = hint if sight == "live" else ""
    told = f"in stackproof.yaml is about no resource of this stack{hint} [SP7001]"
    assert f"resource: gone {told}" in warnings
    assert (f"resource: logical {told}" in warnings) is (sight == "live")
    idle = "matches nothing: no such failure is there to waive"
    assert any(warning.endswith(f"{idle}{hint} [SP7002]") for warning in warnings), warnings


def test_a_preview_tells_which_patterns_it_cannot_know(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "exclude: [{resource: 'orders-*'}, {resource: orders}]")
    stack = Stack((declared("orders"),), Sight.DECLARED)
    lines = [line.message for line in analyze(policies(settings=settings), stack)]
    assert (
        "resource: orders-* in stackproof.yaml is about no resource of this stack by name or URN; "
        "ids, ARNs and names that are made are not known at preview"
    ) in lines
    assert not [line for line in lines if "resource: orders in" in line]


CONTROLS = """
from stackproof.scenarios.test_controls import pytest_generate_tests, test_control
"""


@pytest.mark.parametrize("stateful", [True, False])
@pytest.mark.parametrize("taker", ["exclude", "waivers"])
def test_the_suite_knows_a_resource_by_the_same_names(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, taker: str, *, stateful: bool
) -> None:
    made = read if stateful else unheld
    suite.shown = [Snapshot(tuple(map(made, KINDS)), {}, ACCOUNT, (REGION,), None, {}, 0.1)]
    suite.scenario(CONTROLS)
    folder = suite.pytester.path
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    entries: list[Any] = [
        f"{{id: {CONTROL}, resource: '{pattern(kind)}'}}"
        if taker == "exclude"
        else f"{{control: {CONTROL}, resource: '{pattern(kind)}', reason: r, owner: o, "
        "until: '2999-12-31'}"
        for kind in KINDS
    ]
    (folder / "stackproof.yaml").write_text(f"{taker}: [{', '.join(entries)}]\n")
    arguments = ["scenarios", "-k", CONTROL]
    if stateful:
        known = State(Stack(tuple(map(held, KINDS)), Sight.STATE), {})
        monkeypatch.setattr("stackproof.sights.state.load_state", lambda _: known)
        (folder / "state.json").write_text("{}")
        arguments += ["--state", "state.json"]
    header = suite.run(*arguments).stdout.str()
    (record,) = suite.records
    parts = {part["part"].removesuffix("-3ae93c7"): part["message"] for part in record["parts"]}
    told = "left out by stackproof.yaml" if taker == "exclude" else "waived by o"
    named = {*KINDS} if stateful else ON_AWS
    assert {kind for kind in KINDS if parts[kind].startswith(told)} == named
    idle = "is about no resource of this stack; what the program calls a resource is known only"
    assert header.count(idle) == len(KINDS) - len(named)
