"""The settings of a project, as preview, verification and the suite are told them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from pulumi_policy import EnforcementLevel

from stackproof.cli import main
from stackproof.commands import given
from stackproof.controls import catalogue, judge
from stackproof.model import Severity, outcome_word
from stackproof.model.cases import Form, build, mutated
from stackproof.policy_pack import policies
from stackproof.policy_pack.config import PackConfigError, parameters
from stackproof.record.fleet.file import FleetError
from stackproof.record.fleet.file import read as read_fleet
from stackproof.settings import form
from stackproof.settings.loading import load
from stackproof.settings.places import FILE, PROFILE_VARIABLE, find
from stackproof.settings.profiles import PROFILES
from stackproof.settings.selector import FRAMEWORKS
from stackproof.settings.settings import Settings, SettingsError
from stackproof.testing import analyze
from stackproof.verify import judge_by

CONTROLS = catalogue()
TOPIC = CONTROLS["sns-topic-no-external-access"]
SHARED = build(mutated(TOPIC.cases.passing, TOPIC.cases.failing[0]), Form.KNOWN)[1]
STRANGER = "999999999999"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a project's folder."""
    monkeypatch.delenv(PROFILE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    return tmp_path


def settings_of(project: Path, text: str, profile: str | None = None) -> Settings:
    (project / FILE).write_text(text)
    return load(find(project / "Pulumi.yaml"), profile)


def held(settings: Settings) -> set[str]:
    return {control.id for control in settings.chosen}


def test_without_a_file_everything_holds(project: Path) -> None:
    assert find(None) is None
    settings = load(find(project / "Pulumi.yaml"))
    assert held(settings) == set(CONTROLS)
    assert settings.left_out is None
    assert settings.told_all(CONTROLS.values()) == {}
    assert held(settings_of(project, "")) == set(CONTROLS)


def test_both_files_say_the_same(project: Path) -> None:
    in_yaml = settings_of(project, "exclude: ['s3-*']\ntrusted: ['012345678901']\n")
    (project / FILE).unlink()
    (project / "pyproject.toml").write_text(
        "[tool.stackproof]\nexclude = ['s3-*']\ntrusted = ['012345678901']\n"
    )
    in_toml = load(find(project / "Pulumi.yaml"))
    assert (in_toml.exclude, in_toml.trusted) == (in_yaml.exclude, in_yaml.trusted)
    assert in_toml.file == "pyproject.toml"
    (project / FILE).write_text("")
    with pytest.raises(SettingsError, match="both hold settings"):
        find(project / "Pulumi.yaml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[tool.stackproof\n", "pyproject.toml: Expected"),
        ("[tool]\nstackproof = 3\n", "it must be a mapping with the keys"),
        (
            "[tool.stackproof]\nexclude = ['no-such']\n",
            "pyproject.toml:2: exclude.0: no control matches no-such",
        ),
        (
            "[tool.stackproof]\n[tool.stackproof.environments.dev]\ntolerate = ['*']\n",
            "pyproject.toml:3: environments.dev.tolerate: .* did you mean 'tolerates'",
        ),
        ("[tool.other]\na = 1\n[tool.stackproof]\na = 1\n", "pyproject.toml:4: a: there is no key"),
    ],
)
def test_what_is_wrong_in_a_table_is_said(project: Path, text: str, why: str) -> None:
    (project / "pyproject.toml").write_text(text)
    with pytest.raises(SettingsError, match=why):
        load(find(project / "Pulumi.yaml"))


def test_a_project_file_without_the_table_is_no_settings_file(project: Path) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n# [tool.stackproof]\n")
    assert find(project / "Pulumi.yaml") is None


@pytest.mark.parametrize("name", ["stackproof.yml", "Stackproof.yaml", "StackProof.YML"])
@pytest.mark.parametrize("other", ["", "a.txt", "stackproof.yaml", "pyproject.toml"])
def test_a_file_whose_name_is_spelt_in_another_way_is_told(
    tmp_path: Path, name: str, other: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    (tmp_path / name).write_text("fail_on: medium\n")
    if other:
        (tmp_path / other).write_text("")
    with pytest.raises(SettingsError, match=rf"{name} is not read: .* stackproof\.yaml; rename it"):
        find(tmp_path / "Pulumi.yaml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("environments: {'*': {tolerates: ['*']}}", r":1: environments\.\*: it is the name of no"),
        ("environments: {'': {tolerates: ['*']}}", "it is the name of no environment; write each"),
        ("environments: {' ': {}}", "such as dev, and under `exclude` what holds in none"),
        ("environments: {dev-*: {tolerates: [kms-*]}}", "by the value of its tag Environment"),
        (
            "parameters: {ecs-service-several-tasks: {tolerated_in: ['*']}}",
            r"'tolerated_in' is \['\*'\]; it must be .*values of the tag Environment, without",
        ),
    ],
)
def test_an_environment_that_would_tolerate_nothing_is_refused(
    project: Path, text: str, why: str
) -> None:
    (project / "stackproof.yaml").write_text(text)
    with pytest.raises(SettingsError, match=why):
        load(find(project / "Pulumi.yaml"))


@pytest.mark.parametrize("key", ["select", "exclude"])
@pytest.mark.parametrize(
    "pattern", ["aws:s3/bucketV2:BucketV2", "aws:s3/bucketV2:*", "aws:s3/bucket:Bucket"]
)
def test_a_type_is_selected_by_any_of_its_names(project: Path, key: str, pattern: str) -> None:
    (project / "stackproof.yaml").write_text(f"{key}: [{{type: '{pattern}'}}]")
    settings = load(find(project / "Pulumi.yaml"))
    of_buckets = {c.id for c in catalogue().values() if "aws:s3/bucket:Bucket" in c.types}
    assert {c.id for c in settings.chosen} == (
        of_buckets if key == "select" else catalogue().keys() - of_buckets
    )


@pytest.mark.parametrize(
    ("entry", "holds"),
    [
        ("'kms-*'", lambda c: c.id.startswith("kms-")),
        ("{category: iam}", lambda c: c.category == "iam"),
        ("{severity: '[ch]*'}", lambda c: c.severity in (Severity.CRITICAL, Severity.HIGH)),
        ("{type: 'aws:sqs/*'}", lambda c: any(t.startswith("aws:sqs/") for t in c.types)),
        ("{framework: cis}", lambda c: {*c.frameworks, *c.in_part} & {FRAMEWORKS["cis"]}),
        (
            "{framework: 'fsbp/KMS.*', severity: critical}",
            lambda c: (
                c.severity is Severity.CRITICAL
                and any(
                    id_.startswith("KMS.")
                    for named in (c.frameworks, c.in_part)
                    for id_ in named.get(FRAMEWORKS["fsbp"], ())
                )
            ),
        ),
    ],
)
def test_selectors_choose_what_they_say(project: Path, entry: str, holds: object) -> None:
    assert callable(holds)
    wanted = {control.id for control in CONTROLS.values() if holds(control)}
    assert 0 < len(wanted) < len(CONTROLS)
    assert held(settings_of(project, f"select: [{entry}]")) == wanted
    assert held(settings_of(project, f"exclude: [{entry}]")) == set(CONTROLS) - wanted


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("trusted: 1", 1, "trusted: input should be a valid list"),
        (
            "trusted: [o-1, '*']",
            1,
            "trusted.1: 'trusted' is ['*']; it must be a list of strings",
        ),
        ("\ntrused: []", 2, "trused: there is no key 'trused' here; did you mean 'trusted'?"),
        ("trusted: [210987654321]", 1, "it must be text: write '210987654321', with quotes"),
        ("select: [{}]", 1, "select.0: it says nothing; its keys are id, category, severity, fra"),
        ("\nexclude: tags-*", 2, "exclude: it must be a list: write ['tags-*']"),
        ("a: 1\nb: 2027-13-01", None, "line 2: '2027-13-01': month must be in 1..12"),
        ("select:\n  - a*\n  - {sevrity: high}\n", 3, "there is no key 'sevrity' here"),
        ("exclude: ['no-such-*']", 1, "exclude.0: no control matches no-such-*"),
        ("exclude: [{severity: urgent}]", 1, "severity 'urgent' is none of critical, high,"),
        ("exclude: [{framework: iso}]", 1, "framework 'iso' is none of fsbp,"),
        ("exclude: [{}]", 1, "it says nothing; its keys are id, category,"),
        ("parameters: {kms-key-rotate: {x: 1}}", 1, "did you mean 'kms-key-rotation'?"),
        (
            "parameters: {kms-key-rotation: {x: 1}}",
            1,
            "has no parameter 'x'; its parameters are max",
        ),
        (
            "parameters:\n  ecs-service-several-tasks:\n    minimum: two\n",
            2,
            "parameter 'minimum' is 'two'; it must be an integer from 2 to 1000 (instances, tasks "
            "or nodes), like its default 2",
        ),
        ("levels: [{id: 'kms-*', level: fatal}]", 1, "levels.0.level: input should be 'mandatory'"),
        ("profile: nightly", 1, "there is no profile 'nightly'; those there are: cis, dev,"),
        ("profiles: {a: {extends: [b]}, b: {extends: [a]}}\nprofile: a", 1, "extends itself"),
        ("own_tags: {Project: 1}", 1, "own_tags.Project: it must be text: write '1', with"),
        ("environments: {dev: {tolerates: [no-such]}}", 1, "environments.dev.tolerates.0: no"),
        ("exclude: ['kms-*']\nexclude: []", None, "line 2: 'exclude' is said twice"),
        ("select: [null]", 1, "select.0: it must be a pattern of ids, or a mapping with id,"),
        ("profiles: {a: null}", 1, "profiles.a: input should be a valid dictionary"),
        ("a: " + "[" * 3000, None, "line 1: nested deeper than 100 levels"),
        ("1: x", 1, "1: keys should be strings"),
        ("[]", None, "it must be a mapping with the keys select, exclude,"),
        ("text", None, "it must be a mapping"),
        ("{", None, "line "),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    project: Path, text: str, line: int | None, why: str
) -> None:
    with pytest.raises(SettingsError) as error:
        settings_of(project, text)
    place = f"{project / FILE}:{line}: " if line else f"{project / FILE}: "
    assert str(error.value).startswith(place)
    assert why in str(error.value)


# What YAML takes for a number, a day or a truth value: the text is what is written.
WRITTEN = ["012345670123", "1_000", "190:20:30", "0x1F", "2024-01-01", "on"]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("trusted: [{}]", "trusted.0"),
        ("own_tags: {{Project: {}}}", "own_tags.Project"),
        ("own_tags: {{{}: x}}", "own_tags.{}"),
        ("environments: {{{}: {{tolerates: ['kms-*']}}}}", "environments.{}"),
        ("exclude: [{{resource: {}}}]", "exclude.0.resource"),
        ("levels: [&a {{id: {}, level: advisory}}, {{<<: *a, level: advisory}}]", "levels.1.id"),
        ("nightly: {{stacks: [{{stack: {}}}]}}", "nightly.stacks.0.stack"),
    ],
)
def test_text_without_quotes_is_quoted_as_it_is_written(
    project: Path, written: str, text: str, place: str
) -> None:
    with pytest.raises(SettingsError) as error:
        settings_of(project, text.format(written))
    right = f"{place.format(written)}: it must be text: write {written!r}, with quotes"
    assert right in str(error.value)
    assert len(str(error.value).splitlines()) == (2 if "<<" in text else 1)


@pytest.mark.parametrize("written", WRITTEN)
def test_fleets_too_quote_text_as_it_is_written(tmp_path: Path, written: str) -> None:
    fleet = tmp_path / "fleet.yaml"
    stacks = f"[{{name: {written}, tags: {{A: {written}}}}}, {{name: b, tags: {{{written}: x}}}}]"
    fleet.write_text(
        f"accounts: [{{account: '123456789012', regions: [eu-west-1], stacks: {stacks}}}]"
    )
    with pytest.raises(FleetError) as refused:
        read_fleet(fleet)
    lines = str(refused.value).splitlines()
    for line, where in zip(lines, ("0.name", "0.tags.A", f"1.tags.{written}"), strict=True):
        right = f"accounts.0.stacks.{where}: it must be text: write {written!r}, with quotes"
        assert line.endswith(right)


def test_waivers_in_settings_are_read_as_they_are_written(project: Path) -> None:
    (waiver,) = settings_of(
        project,
        "waivers: [{control: kms-key-rotation, resource: [012345670123, 2024-01-01], stack: 1e3, "
        "reason: on, owner: 1_000, until: 2130-01-31, expect: 010}]",
    ).waivers
    assert waiver.resource == ("012345670123", "2024-01-01")
    assert (waiver.stack, waiver.reason, waiver.owner) == ("1e3", "on", "1_000")
    assert (waiver.until, waiver.expect) == (date(2130, 1, 31), 10)


def test_a_parameter_that_yaml_takes_for_a_number_says_what_is_written(project: Path) -> None:
    with pytest.raises(SettingsError, match=r"; to YAML, 0123 without quotes is 83$"):
        settings_of(project, "parameters: {tags-required: {required: [0123]}}")


KEYS = "id, category, severity, framework, type"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("environments: {{dev: {{tolerates: [{}]}}}}", KEYS),
        ("select: [{}]", f"{KEYS}, resource"),
        ("exclude: [{}]", f"{KEYS}, resource"),
        ("profiles: {{ours: {{exclude: [{}]}}}}", f"{KEYS}, resource"),
    ],
)
def test_one_sentence_says_what_is_wrong_with_a_selector(
    project: Path, text: str, keys: str
) -> None:
    said = {
        "{}": f"it says nothing; its keys are {keys}",
        "3": f"it must be a pattern of ids, or a mapping with {keys}",
        "{id: 'kms-*', nothing: x}": "there is no key 'nothing' here",
        "{id: []}": "input should be a valid string",
        **({} if "resource" in keys else {"{resource: x}": "there is no key 'resource' here"}),
    }
    for entry, sentence in said.items():
        with pytest.raises(SettingsError) as error:
            settings_of(project, text.format(entry))
        (line,) = str(error.value).splitlines()
        assert sentence in line
        assert sentence in entry or not sentence.endswith(keys) or line.endswith(keys)


@pytest.mark.parametrize(
    "wide", ["*", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::/0", "2000::/3"]
)
def test_what_is_half_the_world_is_not_trusted(project: Path, wide: str) -> None:
    with pytest.raises(SettingsError, match=r"trusted\.1: 'trusted' is \['.*'\]; it must be"):
        settings_of(project, f"trusted: [10.0.0.0/8, '{wide}']")
    told = f"parameters: {{sns-topic-no-external-access: {{trusted: ['{wide}']}}}}"
    with pytest.raises(SettingsError, match=r"networks up to /8 \(IPv6: /32\)"):
        settings_of(project, told)
    with pytest.raises(PackConfigError, match=r"networks up to /8 \(IPv6: /32\)"):
        parameters(CONTROLS["sns-topic-no-external-access"], {"trusted": [wide]})


def test_every_problem_is_said_at_once(project: Path) -> None:
    with pytest.raises(SettingsError) as error:
        settings_of(project, "exclude: [no-such]\nparameters: {nor-this: {}}\n")
    assert len(str(error.value).splitlines()) == 2


def test_profiles_build_on_each_other_and_the_file_comes_last(project: Path) -> None:
    text = """
profiles:
  ours:
    extends: [cis]
    exclude: ["s3-*"]
    parameters: {ecs-service-several-tasks: {minimum: 3}}
    levels: [{category: iam, level: advisory}]
profile: ours
parameters: {ecs-service-several-tasks: {minimum: 4}}
levels: [{id: iam-no-whole-service, level: mandatory}]
"""
    settings = settings_of(project, text)
    cis = held(settings_of(project, "", "cis"))
    assert held(settings_of(project, text)) == {id_ for id_ in cis if not id_.startswith("s3-")}
    assert settings.told(CONTROLS["ecs-service-several-tasks"]) == {"minimum": 4}
    levels = {id_: settings.level(CONTROLS[id_]) for id_ in held(settings)}
    assert set(levels.values()) == {None, "advisory"}
    assert settings_of(project, text, "pci").profile == "pci"


def test_the_profile_of_one_run_is_the_variables(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROFILE_VARIABLE, "cis")
    settings = load(find(project / "Pulumi.yaml"))
    assert 0 < len(held(settings)) < len(CONTROLS)
    assert settings.left_out == (
        f"{len(CONTROLS) - len(held(settings))} of {len(CONTROLS)} controls were not judged: "
        f"{PROFILE_VARIABLE} (profile cis) leaves them out"
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_of_ours_chooses_something(project: Path, profile: str) -> None:
    assert held(settings_of(project, "", profile))


def test_who_is_trusted_is_let_in_at_preview_and_after() -> None:
    def told(*names: str) -> tuple[str, int]:
        settings = Settings(trusted=names)
        (finding,) = judge(SHARED, [TOPIC], settings.told_all([TOPIC]))
        made = policies([TOPIC], settings=settings)
        return outcome_word(finding.outcome), len(analyze(made, SHARED))

    assert told() == ("fail", 1)
    assert told(STRANGER) == ("pass", 0)


def test_only_what_asks_for_it_is_told_of_trust() -> None:
    told = Settings(trusted=(STRANGER,)).told_all(CONTROLS.values())
    assert "sns-topic-no-external-access" in told
    assert "sns-topic-policy-not-public" not in told


def test_whom_a_project_trusts_replaces_no_list_of_ours() -> None:
    settings = Settings(trusted=(STRANGER,))
    told = settings.told_all(CONTROLS.values())
    assert {CONTROLS[id_].parameters["trusted"] for id_ in told} == {()}
    for id_ in ("codebuild-image-known", "ecs-images-known", "lambda-layers-known"):
        stack = build(CONTROLS[id_].cases.passing, Form.KNOWN)[1]
        judged = [f for f in judge_by(settings, stack) if f.control.id == id_]
        assert [outcome_word(finding.outcome) for finding in judged] == ["pass"]


def test_what_an_environment_tolerates_is_not_asked_there(project: Path) -> None:
    control = CONTROLS["kms-key-rotation"]
    settings = settings_of(project, f"environments: {{dev: {{tolerates: [{control.id}]}}}}")
    broken = mutated(control.cases.passing, control.cases.failing[0])
    for environment, word in (("dev", "not_applicable"), ("prod", "fail")):
        given = type(broken)(
            broken.type, {**broken.properties, "tags": {"Environment": environment}}
        )
        (finding,) = [
            f for f in judge_by(settings, build(given, Form.KNOWN)[1]) if f.control is control
        ]
        assert outcome_word(finding.outcome) == word


def test_a_control_that_does_not_hold_is_disabled_at_preview_and_can_be_configured(
    project: Path,
) -> None:
    settings = settings_of(project, "exclude: ['kms-*']\nlevels: [{id: vpc-dns, level: mandatory}]")
    levels = {policy.name: policy.enforcement_level for policy in policies(settings=settings)}
    assert {levels[id_] for id_ in CONTROLS if id_.startswith("kms-")} == {
        EnforcementLevel.DISABLED
    }
    assert levels["vpc-dns"] is EnforcementLevel.MANDATORY


def test_config_says_what_holds(project: Path) -> None:
    (project / FILE).write_text(
        "profile: pci\ntrusted: [o-a1]\nown_tags: {App: shop}\n"
        "parameters: {ecs-service-several-tasks: {minimum: 3}}\n"
        "select: ['ecs-*', 'kms-*']\nlevels: [{id: ecs-service-several-tasks, level: advisory}]\n"
        "environments: {dev: {tolerates: ['ecs-*']}}\n"
    )
    shown = CliRunner().invoke(main, ["config"])
    assert shown.exit_code == 0
    for line in (
        "settings: stackproof.yaml",
        "profile: pci",
        "trusted: o-a1",
        "own tags: App: shop",
        "tolerates: dev: ecs-*",
        "  select: framework: pci (from profile pci)",
        "  select: kms-* (from stackproof.yaml)",
        "  ecs-service-several-tasks: minimum = 3 (default 2, from stackproof.yaml)",
        "  ecs-service-several-tasks: advisory at preview (else mandatory, from stackproof.yaml)",
        "  left out: sqs-queue-dead-letters",
    ):
        assert line in shown.output.splitlines(), line
    told = json.loads(CliRunner().invoke(main, ["config", "--format", "json"]).output)
    assert told["hold"] + len(told["left_out"]) == len(CONTROLS)
    (project / FILE).write_text("exclude: [no-such]")
    assert CliRunner().invoke(main, ["config"]).exit_code == 3


def test_the_published_schema_is_that_of_the_file(project: Path) -> None:
    schema = json.loads(CliRunner().invoke(main, ["config", "--schema"]).output)
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(form.Form.model_fields)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"select": ["a", {"severity": "high"}], "trusted": ["o-a1"]})
    assert not validator.is_valid({"trused": []})


def test_settings_and_waivers_hold_where_no_program_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackproof.yaml").write_text("select: [kms-key-rotation]\n")
    (tmp_path / "waivers.yaml").write_text(
        "- {control: kms-key-rotation, resource: k, owner: us, reason: Soon., until: 2099-01-01}\n"
    )
    found = given.settings()
    assert [control.id for control in found.chosen] == ["kms-key-rotation"]
    assert [waiver.control for waiver in given.accepted(None, found)] == ["kms-key-rotation"]
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert len(given.settings().chosen) > 1
