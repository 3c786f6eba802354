"""Settings choose by resource too, at every sight, say what they leave out, and hold waivers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pulumi_policy import EnforcementLevel

from stackproof.cli import main
from stackproof.controls import catalogue
from stackproof.model import (
    Category,
    Fail,
    NotApplicable,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
    Waived,
)
from stackproof.model.outcome import Cause
from stackproof.policy_pack import policies, project_settings, project_waivers
from stackproof.policy_pack.aside import ASIDE
from stackproof.settings.loading import load
from stackproof.settings.profiles import PROFILES
from stackproof.settings.selector import FRAMEWORKS
from stackproof.settings.settings import Settings, SettingsError
from stackproof.testing import analyze
from stackproof.types.tokens import KMS_KEY, SNS_TOPIC
from stackproof.verify import judge_by, verify_state
from tests.unit.parity.made import state

ROTATION = "kms-key-rotation"


def key(name: str) -> Resource:
    return Resource(
        {"description": "a key", "enable_key_rotation": False, "policy": "{}"},
        type=KMS_KEY,
        name=name,
        urn=f"urn:pulumi:dev::shop::{KMS_KEY}::{name}",
        id=f"id-{name}",
        arn=f"arn:aws:kms:eu-west-1:123456789012:key/id-{name}",
    )


OLD, NEW = key("old-orders"), key("orders")
STACK = Stack([OLD, NEW], Sight.DECLARED)


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (folder / "stackproof.yaml").write_text(text)
    return load(folder / "stackproof.yaml")


def broken(settings: Settings) -> set[str]:
    kept, _ = settings.kept(judge_by(settings, STACK))
    return {
        f.resource.name for f in kept if f.control.id == ROTATION and isinstance(f.outcome, Fail)
    }


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("{}", {"old-orders", "orders"}),
        ("exclude: [{resource: 'old-*'}]", {"orders"}),
        ("exclude: [{resource: '*::old-orders'}]", {"orders"}),
        ("exclude: [{resource: 'arn:aws:kms:*:key/id-old-*'}]", {"orders"}),
        ("exclude: [{id: kms-*, resource: id-old-orders}]", {"orders"}),
        ("exclude: [{id: sns-*, resource: 'old-*'}]", {"old-orders", "orders"}),
        ("select: [{resource: orders}]", {"orders"}),
        ("select: [{resource: orders}, {severity: medium}]", {"old-orders", "orders"}),
        ("select: [{category: iam, resource: '*'}]", set()),
    ],
)
def test_resources_are_chosen_by_any_of_their_names(
    tmp_path: Path, text: str, failing: set[str]
) -> None:
    settings = settings_of(tmp_path, text)
    assert broken(settings) == failing
    # Neither ids nor ARNs are known there: what is left out by them is judged.
    failing = {*failing, *({"old-orders"} if "id-old" in text else ())}
    at_preview = analyze(policies(settings=settings), STACK)
    violated = {(v.urn or "").rpartition("::")[2] for v in at_preview if v.policy == ROTATION}
    assert violated == failing


def test_what_an_environment_tolerates_is_counted_at_each_sight(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, f"environments: {{dev: {{tolerates: [{ROTATION}]}}}}")
    dev = replace(OLD, data={**OLD.data, "tags": {"Environment": "dev"}})
    prod = replace(NEW, data={**NEW.data, "tags": {"Environment": "prod"}})
    said = (
        "1 finding of controls on 1 resource not judged: stackproof.yaml tolerates failures in dev"
    )
    run = verify_state(state(dev, prod), "dev", settings=settings)
    assert f"{said} [SP7001]" in run.warnings
    stack = Stack([dev, prod], Sight.DECLARED)
    found = analyze(policies(settings=settings), stack)
    assert {v.message for v in found if v.policy == ASIDE} == {said}
    assert settings.tolerance == (
        "failures of 1 control are tolerated in dev: stackproof.yaml says so"
    )


@pytest.mark.parametrize("name", ["prodd", "Prod", "rpod"])
@pytest.mark.parametrize(
    "text",
    [
        f"environments: {{{{{{}}: {{{{tolerates: [{ROTATION}]}}}}}}}}",
        "parameters: {{ecs-service-several-tasks: {{tolerated_in: [{}]}}}}",
    ],
)
def test_an_environment_that_is_nearly_one_of_the_stacks_is_said(
    tmp_path: Path, text: str, name: str
) -> None:
    prod = replace(NEW, data={**NEW.data, "tags": {"Environment": "prod"}})
    settings = settings_of(tmp_path, text.format(name))
    said = (
        f"the environment {name!r} in stackproof.yaml is that of no resource of this stack; did "
        "you mean 'prod'? [SP7001]"
    )
    assert verify_state(state(prod, OLD), "shop", settings=settings).warnings == [said]
    # Another stack's, with which this one shares the file.
    settings = settings_of(tmp_path, text.format("dev"))
    assert verify_state(state(prod, OLD), "shop", settings=settings).warnings == []
    # A number of its own: another stack's, as long as this one's is named as well.
    both = settings_of(tmp_path, f"environments: {{prod: {{}}, {name}: {{}}}}")
    assert verify_state(state(prod, OLD), "shop", settings=both).warnings == []


def test_what_a_control_itself_tolerates_is_no_setting(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "environments: {dev: {tolerates: [kms-*]}}")
    outcome = NotApplicable("tolerated", tolerated="dev")
    control = replace(catalogue()[ROTATION], tolerated_in=("dev",))
    assert not settings.forgives(control, outcome)
    assert settings.forgives(replace(control, tolerated_in=()), outcome)


def test_what_is_left_out_is_counted_at_each_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(
        tmp_path, f"exclude: [{{id: {ROTATION}, resource: 'old-*'}}, {{resource: 'nobody-*'}}]"
    )
    said = "1 control on 1 resource not judged: stackproof.yaml leaves the resources out"
    run = verify_state(state(OLD, NEW), "dev", settings=settings)
    assert f"{said} [SP7001]" in run.warnings
    assert (
        "resource: nobody-* in stackproof.yaml is about no resource of this stack [SP7001]"
        in run.warnings
    )
    lines = {v.message for v in analyze(policies(settings=settings), STACK) if v.policy == ASIDE}
    assert lines == {
        said,
        "resource: nobody-* in stackproof.yaml is about no resource of this stack by name or URN; "
        "ids, ARNs and names that are made are not known at preview",
    }
    shown = settings_of(tmp_path, "{}")
    assert verify_state(state(OLD, NEW), "dev", settings=shown).warnings == []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackproof.yaml").write_text("exclude: [{resource: 'old-*', id: kms-*}]")
    assert "leave" not in CliRunner().invoke(main, ["config"]).output.lower().split("left out")[0]


def test_what_could_not_be_seen_stays_unknown_whichever_resource_is_selected(
    tmp_path: Path,
) -> None:
    blind = Stack([NEW], Sight.LIVE, {SNS_TOPIC: Unknown(Cause.ACCESS_DENIED)})
    settings = settings_of(tmp_path, "select: [{resource: orders}]")
    kept, _ = settings.kept(judge_by(settings, blind))
    assert {f.resource.type for f in kept if isinstance(f.outcome, Unknown)} >= {SNS_TOPIC}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "levels: [{id: 'kms-*', resource: x, level: advisory}]",
            "there is no key 'resource' here",
        ),
        ("exclude: [{resource: 3}]", "exclude.0.resource: it must be text: write '3', with quotes"),
        ("exclude: [{id: no-such, resource: x}]", "no control matches id: no-such, resource: x"),
        ("waivers: [{control: no-such}]", "waivers.0: resource is missing; it must be a pattern"),
        ("waivers: [{control: no-such}]", "waivers.0: there is no control 'no-such'"),
        ("waivers: [text]", "waivers.0: input should be a valid dictionary"),
        (
            f"waivers:\n  - {{control: {ROTATION}, resource: x, reason: r, owner: o, until: soon}}",
            "stackproof.yaml:2: waivers.0: until is 'soon'; it must be the last day",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, text)
    assert why in str(caught.value)


WAIVERS = f"""
waivers:
  - control: {ROTATION}
    resource: [old-*]
    reason: it is retired with its data
    owner: orders
    until: 2130-01-31
    expect: 1
"""


def test_waivers_may_stand_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path, WAIVERS)
    run = verify_state(state(OLD, NEW), "dev", settings.waivers, settings)
    ended = {f.resource.name: type(f.outcome) for f in run.findings if f.control.id == ROTATION}
    assert ended == {"old-orders": Waived, "orders": Fail}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_PROJECT", "shop")
    monkeypatch.delenv("STACKPROOF_WAIVERS", raising=False)
    waivers = project_waivers(project_settings())
    assert waivers is not None
    found = analyze(policies(waivers=waivers, settings=settings), STACK)
    assert {(v.urn or "").rpartition("::")[2] for v in found if v.policy == ROTATION} == {"orders"}
    # A file of waivers beside them adds to them.
    (tmp_path / "waivers.yaml").write_text(
        f"- {{control: {ROTATION}, resource: orders, reason: r, owner: o, until: 2130-01-31}}\n"
    )
    both = project_waivers(project_settings())
    assert both is not None
    assert [entry.resource for entry in both.entries] == [("orders",), ("old-*",)]


def wanted(profile: str) -> set[str]:
    """Give what a profile chooses, by other means than settings."""
    if profile in FRAMEWORKS:
        framework = FRAMEWORKS[profile]
        return {i for i, c in catalogue().items() if framework in {**c.frameworks, **c.in_part}}
    if profile == "dev":
        kept = {Category.SECURITY, Category.IAM, Category.NETWORK, Category.TAGGING}
        return {i for i, c in catalogue().items() if c.category in kept}
    return set(catalogue())


@pytest.mark.parametrize("profile", [*PROFILES, "ours"])
def test_profiles_hold_at_each_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    text = "profiles: {ours: {extends: [pci], exclude: ['s3-*']}}\n"
    settings = settings_of(tmp_path, f"{text}profile: {profile}\n")
    ours = profile == "ours"
    chosen = wanted("pci" if ours else profile)
    chosen = {id_ for id_ in chosen if not (ours and id_.startswith("s3-"))}
    assert {control.id for control in settings.chosen} == chosen
    # At preview what is left out is disabled, and prod stops at what is medium elsewhere.
    levels = {p.name: p.enforcement_level for p in policies(settings=settings)}
    disabled = EnforcementLevel.DISABLED
    assert {id_ for id_ in catalogue() if levels[id_] is not disabled} == chosen
    if profile == "prod":
        medium = {i for i, c in catalogue().items() if c.severity is Severity.MEDIUM}
        assert {levels[id_] for id_ in medium} == {EnforcementLevel.MANDATORY}
    # On the state and live it is the same controls that judge.
    run = verify_state(state(OLD, NEW), "dev", settings=settings)
    judged = {f.control.id for f in run.findings}
    assert judged <= chosen | {"resource-exists", "resource-as-declared", "waiver-as-expected"}
    assert (ROTATION in judged) is (ROTATION in chosen)
    monkeypatch.chdir(tmp_path)
    record: dict[str, Any] = json.loads(
        CliRunner().invoke(main, ["config", "--format", "json"]).stdout
    )
    assert (record["profile"], record["hold"]) == (profile, len(chosen))
