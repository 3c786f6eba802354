"""Whatever keeps controls from judging at preview is counted there, by who said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel

from stackproof.cli import main
from stackproof.controls import catalogue
from stackproof.model import Resource, Sight, Stack
from stackproof.policy_pack import policies
from stackproof.policy_pack.aside import ASIDE
from stackproof.policy_pack.server import Analyzer
from stackproof.settings.loading import load
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.testing import analyze
from stackproof.types.tokens import KMS_KEY

ROTATION = "kms-key-rotation"
ALL = len(catalogue())
CHECKED = sum(control.severity.value == "critical" for control in catalogue().values())
KEY = Resource(
    {"enable_key_rotation": False, "tags": {"Environment": "prod"}},
    type=KMS_KEY,
    name="orders",
    urn=f"urn:pulumi:dev::shop::{KMS_KEY}::orders",
)
UNKNOWN_IDS = "by name or URN; ids, ARNs and names that are made are not known at preview"


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (folder / "stackproof.yaml").write_text(text)
    return load(folder / "stackproof.yaml")


def served(settings: Settings, levels: dict[str, str]) -> list[str]:
    """Give what `left-out` says after the pack is configured as the CLI does it."""
    analyzer = Analyzer("pack", policies(settings=settings))
    given = {
        name: proto.PolicyConfig(
            enforcementLevel=proto.EnforcementLevel.Value(level), properties=struct_pb2.Struct()
        )
        for name, level in levels.items()
    }
    analyzer.Configure(proto.ConfigureAnalyzerRequest(policyConfig=given), None)
    answer = analyzer.AnalyzeStack(proto.AnalyzeStackRequest(), None)
    return [
        found.message.partition("\n")[2]
        for found in answer.diagnostics
        if found.policyName == ASIDE
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", []),
        ("exclude: ['*']", [f"{ALL} of {ALL} controls were not judged: {{}} leaves them out"]),
        (
            f"exclude: [{ROTATION}]",
            [f"1 of {ALL} controls were not judged: {{}} leaves them out"],
        ),
        (
            "{profile: few, profiles: {few: {select: [{severity: critical}]}}}",
            [
                f"{ALL - CHECKED} of {ALL} controls were not judged: {{}} (profile few) leaves "
                "them out"
            ],
        ),
        (
            "levels: [{id: '*', level: disabled}]",
            [f"{ALL} of {ALL} controls were not judged: {{}} gives them the level disabled"],
        ),
        (
            f"{{exclude: [{ROTATION}], levels: [{{id: kms-*, level: disabled}}, "
            "{id: kms-key-*, level: advisory}]}",
            [
                f"1 of {ALL} controls were not judged: {{}} leaves them out",
                f"{sum(c.startswith('kms-') and not c.startswith('kms-key-') for c in catalogue())}"
                f" of {ALL} controls were not judged: {{}} gives them the level disabled",
            ],
        ),
        (
            "exclude: [{id: '*', resource: Orders}]",
            [
                "id: *, resource: Orders in {} is about no resource of this stack " + UNKNOWN_IDS,
            ],
        ),
        ("exclude: [{id: '*', resource: 'arn:aws:sqs:*'}]", []),
        (
            f"environments: {{prodd: {{tolerates: [{ROTATION}]}}}}",
            [
                "the environment 'prodd' in {} is that of no resource of this stack; did you mean "
                "'prod'?"
            ],
        ),
    ],
)
def test_what_settings_keep_from_judging_is_told(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    settings = settings_of(tmp_path, text)
    found = analyze(policies(settings=settings), Stack([KEY], Sight.DECLARED))
    lines = [v for v in found if v.policy == ASIDE]
    assert [line.message for line in lines] == [
        sentence.replace("{}", "stackproof.yaml") for sentence in told
    ]
    assert {line.level for line in lines} <= {EnforcementLevel.ADVISORY}


def test_what_the_packs_configuration_disables_is_told_and_what_it_enables_is_not(
    tmp_path: Path,
) -> None:
    by_pack = "controls were not judged: the policy pack's configuration disables them"
    everything = dict.fromkeys(("all", ASIDE, *catalogue()), "DISABLED")
    assert served(EVERYTHING, everything) == [f"{ALL} of {ALL} {by_pack}"]
    assert served(EVERYTHING, {ROTATION: "DISABLED"}) == [f"1 of {ALL} {by_pack}"]
    out = settings_of(tmp_path, f"exclude: [{ROTATION}]")
    assert served(out, {ROTATION: "MANDATORY"}) == []
    assert served(EVERYTHING, {ASIDE: "DISABLED", ROTATION: "DISABLED"}) == []


def test_config_says_how_many_controls_are_disabled_at_preview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_of(tmp_path, "levels: [{id: '*', level: disabled}]")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["config"]).output
    assert f"controls: {ALL} of {ALL} hold, {ALL} of them are disabled at preview" in told
    record = json.loads(CliRunner().invoke(main, ["config", "--format", "json"]).output)
    assert record["hold"] == ALL
