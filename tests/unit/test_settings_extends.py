"""A profile adds to what it extends, at every sight; what can't be extended is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pulumi_policy import EnforcementLevel

from stackproof.cli import main
from stackproof.controls import catalogue
from stackproof.model import Severity
from stackproof.policy_pack import policies
from stackproof.settings.form import Profile
from stackproof.settings.loading import load
from stackproof.settings.settings import Settings, SettingsError
from stackproof.verify import verify_state
from tests.unit.parity.made import state
from tests.unit.test_settings_by_resource import NEW, OLD, wanted

S3 = {id_ for id_ in catalogue() if id_.startswith("s3-")}
TASKS = catalogue()["ecs-service-several-tasks"]
WHOLE = catalogue()["iam-no-whole-service"]


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (folder / "stackproof.yaml").write_text(text)
    return load(folder / "stackproof.yaml")


def held(settings: Settings) -> set[str]:
    return {control.id for control in settings.chosen}


def minimum(settings: Settings) -> Any:
    return settings.told(TASKS).get("minimum"), settings.origin(TASKS, "minimum")


def level(settings: Settings) -> Any:
    selector, told = settings.leveled(WHOLE)
    return told, selector.origin if selector else None


def says(minimum: int, level: str) -> str:
    """Write keys of a profile that say something of each of the two."""
    return (
        f"parameters: {{ecs-service-several-tasks: {{minimum: {minimum}}}}}, "
        f"levels: [{{id: '*', level: {level}}}]"
    )


A = f"a: {{{says(3, 'advisory')}}}"
B = f"b: {{{says(4, 'disabled')}}}"
OWN = says(5, "mandatory")
# By key of a profile: its profiles, and what is to come of `ours`.
WALKED: dict[str, list[tuple[str, Callable[[Settings], Any], Any]]] = {
    "select": [
        ("ours: {extends: [pci, cis]}", held, wanted("pci") | wanted("cis")),
        ("ours: {extends: [cis, pci]}", held, wanted("pci") | wanted("cis")),
        ("ours: {extends: [pci], select: ['s3-*']}", held, wanted("pci") | S3),
        ("ours: {extends: [b], select: ['s3-*']}, b: {extends: [cis]}", held, wanted("cis") | S3),
        ("ours: {extends: [cis, prod]}", held, wanted("cis")),
        ("ours: {extends: [prod, dev]}", held, wanted("dev")),
        ("ours: {extends: [prod]}", held, wanted("prod")),
        ("ours: {extends: [prod], select: ['s3-*']}", held, S3),
    ],
    "exclude": [
        (
            "ours: {extends: [b, pci], select: ['s3-*']}, b: {exclude: ['s3-*']}",
            held,
            wanted("pci") - S3,
        ),
        ("ours: {extends: [b], exclude: ['s3-*']}, b: {extends: [cis]}", held, wanted("cis") - S3),
    ],
    "parameters": [
        (f"ours: {{extends: [a, b]}}, {A}, {B}", minimum, (4, "profile b")),
        (f"ours: {{extends: [b, a]}}, {A}, {B}", minimum, (3, "profile a")),
        (f"ours: {{extends: [a, b], {OWN}}}, {A}, {B}", minimum, (5, "profile ours")),
        # What two extend counts less than either.
        (
            f"ours: {{extends: [b, c]}}, {A}, c: {{extends: [a]}}, {B[:-1]}, extends: [a]}}",
            minimum,
            (4, "profile b"),
        ),
    ],
    "levels": [
        (f"ours: {{extends: [a, b]}}, {A}, {B}", level, ("disabled", "profile b")),
        (f"ours: {{extends: [b, a]}}, {A}, {B}", level, ("advisory", "profile a")),
        (f"ours: {{extends: [a, b], {OWN}}}, {A}, {B}", level, ("mandatory", "profile ours")),
    ],
    "extends": [
        ("ours: {extends: [b]}, b: {extends: [c]}, c: {extends: [pci]}", held, wanted("pci"))
    ],
}


def test_every_key_of_a_profile_is_walked() -> None:
    assert WALKED.keys() == Profile.model_fields.keys()


@pytest.mark.parametrize(
    ("profiles", "of", "result"), [case for cases in WALKED.values() for case in cases]
)
def test_a_profile_adds_to_what_it_extends(
    tmp_path: Path, profiles: str, of: Callable[[Settings], Any], result: Any
) -> None:
    settings = settings_of(tmp_path, f"profile: ours\nprofiles: {{{profiles}}}\n")
    assert of(settings) == result


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("select: ['s3-*']\nprofile: pci", wanted("pci") | S3),
        ("exclude: ['s3-*']\nprofile: pci", wanted("pci") - S3),
        ("select: ['s3-*']\nprofile: prod", S3),
    ],
)
def test_the_file_adds_to_its_profile(tmp_path: Path, text: str, chosen: set[str]) -> None:
    assert held(settings_of(tmp_path, text)) == chosen


def test_the_files_own_values_go_before_its_profiles(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, f"{{{says(7, 'mandatory')}, profile: a, profiles: {{{A}}}}}")
    assert minimum(settings) == (7, "stackproof.yaml")
    assert level(settings) == ("mandatory", "stackproof.yaml")


def test_what_is_extended_holds_at_each_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(
        tmp_path,
        "profile: ours\n"
        "profiles: {ours: {extends: [cis, prod], select: ['sns-*'], exclude: ['s3-*']}}\n",
    )
    chosen = {*wanted("cis"), *(i for i in catalogue() if i.startswith("sns-"))} - S3
    levels = {policy.name: policy.enforcement_level for policy in policies(settings=settings)}
    disabled = EnforcementLevel.DISABLED
    assert {id_ for id_ in catalogue() if levels[id_] is not disabled} == chosen
    medium = {id_ for id_ in chosen if catalogue()[id_].severity is Severity.MEDIUM}
    assert {levels[id_] for id_ in medium} == {EnforcementLevel.MANDATORY}
    judged = {
        f.control.id for f in verify_state(state(OLD, NEW), "dev", settings=settings).findings
    }
    assert "kms-key-rotation" in judged
    assert judged <= chosen | {"resource-exists"}
    monkeypatch.chdir(tmp_path)
    record = json.loads(CliRunner().invoke(main, ["config", "--format", "json"]).stdout)
    assert record["hold"] == len(chosen)
    assert record["select"] == [
        {"selector": "framework: cis", "from": "profile cis"},
        {"selector": "sns-*", "from": "profile ours"},
    ]
    assert record["exclude"] == [{"selector": "s3-*", "from": "profile ours"}]
    assert {held["from"] for held in record["levels"].values()} == {"profile prod"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "extends: [pci]",
            "extends: there is no key 'extends' here; it is one of a profile: write",
        ),
        ("extends: [nope]", "write it as profiles.NAME.extends, and profile: NAME"),
        # Those that no run has chosen are looked at as well.
        ("profiles: {a: {extends: [pcy]}}", "profiles.a.extends.0: there is no profile 'pcy'; did"),
        ("profiles: {a: {extends: [a]}}", "profiles.a.extends.0: the profile 'a' extends itself"),
        (
            "profiles: {a: {extends: [b]}, b: {extends: [pci, c]}, c: {extends: [a]}}",
            "profiles.b.extends.1: the profile 'b' extends itself; leave 'c' out",
        ),
        ("profiles: {a: {fail_on: low}}", "it stands at the top of the file, for every profile"),
        ("profiles: {a: {environments: {}}}", "it stands at the top of the file"),
    ],
)
def test_what_cannot_be_extended_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, text)
    assert why in str(caught.value)
