"""What the pack makes of a control: levels, configuration, messages, and what must not happen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy

from stackproof.controls import catalogue
from stackproof.controls.support.checks import expect
from stackproof.model import (
    Category,
    Cause,
    Control,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Sight,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.model.parameter import Range, Texts
from stackproof.parity.expected import EXPECTED
from stackproof.policy_pack import (
    VERIFIED_LIVE,
    WAIVED,
    PackConfigError,
    policies,
)
from stackproof.policy_pack.aside import ASIDE
from stackproof.policy_pack.config import schema
from stackproof.settings.settings import Settings
from stackproof.testing import analyze, example
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, SECURITY_GROUP
from stackproof.waivers import Waiver, Waivers

BUCKET = Resource({}, type="aws:s3/bucket:Bucket", name="other", urn="urn:other")
HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def encrypted(cluster: Resource) -> Outcome:
    return expect(cluster, "storage_encrypted", True, fix="Set storage_encrypted to true.")


def make(
    judge: Callable[..., Any] = encrypted,
    *,
    id_: str = "case-encrypted",
    severity: Severity = Severity.HIGH,
    unknown_blocks: bool = False,
    frameworks: Mapping[Framework, tuple[str, ...]] | None = None,
    needs: tuple[str, ...] = (),
    family: Family | None = None,
) -> Control:
    cases = Cases(
        passing=Given(RDS_CLUSTER, {"storage_encrypted": True}),
        failing=(Change("storage_encrypted", False),),
        unknown=(Hide("storage_encrypted"),),
        absent=(Change("storage_encrypted", None),),
    )
    return Control(
        id=id_,
        title="Clusters are encrypted at rest",
        severity=severity,
        category=Category.SECURITY,
        types=(RDS_CLUSTER,),
        judge=judge,
        cases=cases,
        needs=needs,
        frameworks=frameworks or {},
        unknown_blocks=unknown_blocks,
        family=family,
    )


PortSet = Annotated[frozenset[int], Range(1, 65535, "ports")]


def cluster(**properties: Any) -> Stack:
    return example(Given(RDS_CLUSTER, properties))


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, EnforcementLevel.MANDATORY),
        (Severity.HIGH, EnforcementLevel.MANDATORY),
        (Severity.MEDIUM, EnforcementLevel.ADVISORY),
        (Severity.LOW, EnforcementLevel.ADVISORY),
    ],
)
def test_severity_decides_the_level(severity: Severity, level: EnforcementLevel) -> None:
    policy = policies([make(severity=severity)])[0]
    assert policy.enforcement_level is level
    assert policy.severity is not None
    assert policy.severity.value == severity.value


@pytest.mark.parametrize("family", Family)
def test_enforced_family_goes_before_a_low_severity(family: Family) -> None:
    policy = policies([make(severity=Severity.LOW, family=family)])[0]
    assert policy.enforcement_level is EnforcementLevel.MANDATORY


@pytest.mark.requirement("6.1")
def test_every_control_of_the_catalogue_is_one_policy() -> None:
    made = policies()
    listings = [EXPECTED.id, ASIDE, WAIVED, VERIFIED_LIVE]
    assert [policy.name for policy in made] == [*catalogue(), *listings]
    for control, policy in zip(catalogue().values(), made, strict=False):
        kind = StackValidationPolicy if control.relational else ResourceValidationPolicy
        assert isinstance(policy, kind)


def test_framework_and_category_travel_as_metadata() -> None:
    policy = policies([make(frameworks={Framework.PCI: ("3.5.1", "3.6.1")})])[0]
    assert policy.framework is not None
    assert policy.framework.name == Framework.PCI.value
    assert policy.framework.reference == "3.5.1, 3.6.1"
    assert policy.tags == ["security", "PCI:3.5.1", "PCI:3.6.1"]


def test_violation_says_everything_that_is_needed_to_fix_it() -> None:
    [violation] = analyze(policies([make()]), cluster(storage_encrypted=False))
    assert violation.policy == "case-encrypted"
    assert violation.level is EnforcementLevel.MANDATORY
    assert violation.message.splitlines() == [
        "control:    case-encrypted",
        f"resource:   subject ({RDS_CLUSTER})",
        "property:   storage_encrypted",
        "expected:   true",
        "actual:     false",
        "how to fix: Set storage_encrypted to true.",
    ]


def test_an_unknown_touched_first_does_not_hide_a_failure() -> None:
    """The trap: CrossGuard would drop this mandatory policy to one advisory line, and pass."""

    def judge(subject: Resource) -> Mapping[str, Outcome]:
        return {
            "key": expect(subject, "kms_key_id", "x", fix="-")
            if not isinstance(subject.raw("kms_key_id"), Unknown)
            else HIDDEN,
            "": encrypted(subject),
        }

    found = analyze(policies([make(judge)]), cluster(kms_key_id=HIDDEN, storage_encrypted=False))
    assert [(v.policy, v.level) for v in found] == [
        ("case-encrypted", EnforcementLevel.MANDATORY),
        (VERIFIED_LIVE, EnforcementLevel.ADVISORY),
    ]


def test_unknown_is_one_advisory_line() -> None:
    [line] = analyze(policies([make()]), cluster(storage_encrypted=HIDDEN))
    assert (line.policy, line.level) == (VERIFIED_LIVE, EnforcementLevel.ADVISORY)
    assert line.message == (
        f"case-encrypted: subject ({RDS_CLUSTER}), storage_encrypted: not known at preview; "
        "will be verified live"
    )
    assert line.urn is not None
    assert line.urn.endswith("::subject")


def test_unknown_blocks_where_the_control_says_so() -> None:
    [violation] = analyze(policies([make(unknown_blocks=True)]), cluster(storage_encrypted=HIDDEN))
    assert (violation.policy, violation.level) == ("case-encrypted", EnforcementLevel.MANDATORY)
    assert violation.message.startswith("cannot be verified at preview: not known at preview")
    assert "storage_encrypted" in violation.message


def test_what_became_known_is_no_longer_left_to_verify() -> None:
    pack = policies([make()])
    single = [policy for policy in pack if isinstance(policy, ResourceValidationPolicy)]
    analyze(single, cluster(storage_encrypted=HIDDEN))
    assert analyze(pack, cluster(storage_encrypted=True)) == []


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, EnforcementLevel.MANDATORY),
        (Severity.LOW, EnforcementLevel.ADVISORY),
    ],
)
def test_a_broken_control_speaks_at_its_level_and_takes_nothing_else_with_it(
    severity: Severity, level: EnforcementLevel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def judge(_: Resource) -> Outcome:
        raise KeyError("engine")

    broken, sound = replace(make(judge), severity=severity), make(id_="case-second")
    found = analyze(policies([broken, sound]), cluster(storage_encrypted=False))
    assert [line.policy for line in found] == ["case-encrypted", "case-second"]
    assert found[0].level is level
    assert found[0].message.startswith(
        "could not be judged: the control itself failed (control 'case-encrypted' raised KeyError"
    )
    assert re.search(r"raised KeyError at test_policies\.py:\d+\) \[SP4006\]\n", found[0].message)
    (file,) = re.findall(r"details: +(.+)", found[0].message)
    assert "KeyError: 'engine'" in Path(file).read_text()


def test_a_broken_relational_control_speaks_as_well() -> None:
    def judge(_: Resource, stack: Stack) -> Outcome:
        return expect(stack.resources[99], "engine", "x", fix="-")

    [line] = analyze(policies([make(judge, needs=(RDS_CLUSTER_INSTANCE,))]), cluster())
    assert line.policy == "case-encrypted"
    assert "control 'case-encrypted' raised IndexError" in line.message


def test_a_type_that_the_control_does_not_list_cannot_be_seen() -> None:
    def judge(_: Resource, stack: Stack) -> Outcome:
        return Fail("-", "-", "-", "-") if stack.all(BUCKET.type) else Pass()

    stack = Stack([*cluster().resources, BUCKET], Sight.DECLARED)
    [line] = analyze(policies([make(judge, needs=(RDS_CLUSTER_INSTANCE,))]), stack)
    assert line.policy == VERIFIED_LIVE


def retained(
    subject: Resource,
    *,
    days: Annotated[int, Range(1, 35, "days")] = 7,
    modes: Annotated[tuple[str, ...], Texts("modes", choices=("a", "b"), fewest=1)] = ("a",),
) -> Outcome:
    assert isinstance(modes, tuple)
    kept = subject["days"]
    return Pass() if kept >= days else Fail("days", f"at least {days}", kept, "Keep longer.")


def test_configuration_changes_parameters() -> None:
    pack = policies([make(retained)])
    assert analyze(pack, cluster(days=7)) == []
    [violation] = analyze(pack, cluster(days=7), {"case-encrypted": {"days": 30, "modes": ["b"]}})
    assert "expected:   at least 30" in violation.message


def test_configured_numbers_arrive_as_they_were_written() -> None:
    def judge(subject: Resource, *, ports: PortSet = frozenset((22,))) -> Outcome:
        return Fail("ports", "-", sorted(ports), "-")

    [violation] = analyze(
        policies([make(judge)]), cluster(), {"case-encrypted": {"ports": [3389, 22]}}
    )
    assert "actual:     [22, 3389]" in violation.message


def test_parameters_are_described_with_type_range_unit_and_default() -> None:
    described = schema(make(retained))
    assert described is not None
    assert described.properties == {
        "days": {
            "type": "integer",
            "minimum": 1,
            "maximum": 35,
            "default": 7,
            "description": "an integer from 1 to 35 (days)",
        },
        "modes": {
            "type": "array",
            "items": {"type": "string", "enum": ["a", "b"]},
            "minItems": 1,
            "default": ["a"],
            "description": "a list of 1 or more strings, each one of a, b (modes)",
        },
    }
    assert schema(make()) is None


def test_what_the_project_says_is_the_default_that_the_cli_sends() -> None:
    # It sends the defaults as if they were configured: the catalogue's would win over the project.
    control = make(retained)
    project = Settings(parameters={control.id: {"days": 30, "modes": ("b",)}})
    pack = policies([control], settings=project)
    described = pack[0].config_schema
    assert described is not None
    sent = {name: told["default"] for name, told in described.properties.items()}
    assert sent == {"days": 30, "modes": ["b"]}
    [violation] = analyze(pack, cluster(days=7), {control.id: sent})
    assert "expected:   at least 30" in violation.message


@pytest.mark.parametrize(
    ("configured", "sentence"),
    [
        ({"dyas": 3}, "control 'case-encrypted' has no parameter 'dyas'; its parameters are days"),
        ({"days": "3"}, "control 'case-encrypted': parameter 'days' is '3'; it must be an integer"),
        (
            {"days": True},
            r"is True; it must be an integer from 1 to 35 \(days\), like its default 7",
        ),
        ({"days": 0}, "is 0; it must be an integer from 1 to 35"),
        ({"days": 36}, "is 36; it must be an integer from 1 to 35"),
        ({"modes": "b"}, "is 'b'; it must be a list of 1 or more strings, each one of a, b"),
        ({"modes": ["b", 5]}, r"is \['b', 5\]; it must be a list of 1 or more strings"),
        ({"modes": [None]}, "it must be a list of 1 or more strings"),
        ({"modes": []}, r"is \[\]; it must be a list of 1 or more strings"),
        ({"modes": ["c"]}, "it must be a list of 1 or more strings, each one of a, b"),
    ],
)
def test_bad_configuration_is_one_sentence(configured: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PackConfigError, match=sentence):
        analyze(policies([make(retained)]), cluster(days=1), {"case-encrypted": configured})


def test_port_in_quotation_marks_switches_no_control_off() -> None:
    ports = {"security-group-no-internet-to-admin-ports": {"ports": ["22"]}}
    with pytest.raises(
        PackConfigError, match="it must be a list of 1 or more integers from 1 to 65535"
    ):
        analyze(policies(), example(Given(SECURITY_GROUP, {})), ports)


def test_secret_values_are_not_shown() -> None:
    def judge(subject: Resource) -> Outcome:
        return expect(subject, "master_password", None, fix="Let AWS manage the password.")

    [violation] = analyze(policies([make(judge)]), cluster(master_password="hunter2"))
    assert "hunter2" not in violation.message
    assert "actual:     (hidden)" in violation.message


def test_every_policy_is_asked_about_a_type_that_it_judges() -> None:
    pack = policies([make(), make(id_="case-second")])
    stack = Stack([BUCKET, *cluster(storage_encrypted=False).resources, BUCKET], Sight.DECLARED)
    assert [v.policy for v in analyze(pack, stack)] == ["case-encrypted", "case-second"]


def test_unknown_that_the_program_leaves_to_aws_does_not_block() -> None:
    def judge(subject: Resource, stack: Stack) -> Outcome:
        return encrypted(subject)

    looks = make(id_="case-any-resource-policy")
    pack = policies([looks, make(judge, needs=(RDS_CLUSTER_INSTANCE,), unknown_blocks=True)])
    inputs, outputs = cluster(), cluster(storage_encrypted=HIDDEN)
    analyze([policy for policy in pack if policy.name == looks.id], inputs)
    found = analyze([p for p in pack if isinstance(p, StackValidationPolicy)], outputs)
    assert [(v.policy, v.level) for v in found] == [(VERIFIED_LIVE, EnforcementLevel.ADVISORY)]
    assert "the program leaves it to AWS to choose" in found[0].message
    [violation] = analyze(pack, outputs)[:1]
    assert violation.message.startswith("cannot be verified at preview")


def waivers(until: date) -> Waivers:
    entry = Waiver(
        control="case-encrypted", resource=("subj*",), reason="Old.", owner="dba", until=until
    )
    return Waivers([entry], "dev", date(2030, 1, 31))


def related(subject: Resource, stack: Stack) -> Outcome:
    return encrypted(subject)


@pytest.mark.parametrize(
    "control", [make(), make(related, needs=(RDS_CLUSTER_INSTANCE,))], ids=["resource", "stack"]
)
def test_waived_violation_is_an_advisory_line_of_its_own(control: Control) -> None:
    pack = policies([control], waivers(date(2030, 1, 31)))
    for _ in range(2):
        [line] = analyze(pack, cluster(storage_encrypted=False))
        assert (line.policy, line.level) == (WAIVED, EnforcementLevel.ADVISORY)
        assert line.message == (
            f"case-encrypted: subject ({RDS_CLUSTER}), storage_encrypted is false, expected true; "
            "waived by dba (Old) until 2030-01-31"
        )
        assert (line.urn or "").endswith("::subject")
    assert analyze(pack, cluster(storage_encrypted=True)) == []


@pytest.mark.parametrize(("expect", "stops"), [(0, True), (1, False), (2, False)])
def test_waiver_that_covers_more_than_it_expects_is_a_violation(
    expect: int, *, stops: bool
) -> None:
    given = waivers(date(2030, 1, 31))
    counted = replace(given, entries=[replace(given.entries[0], expect=expect)])
    first, *others = analyze(policies([make()], counted), cluster(storage_encrypted=False))
    if stops:
        assert (first.policy, first.level) == (EXPECTED.id, EnforcementLevel.MANDATORY)
        assert first.message == (
            "waiver 1 (case-encrypted on subj*, dba) covers subject; it expects 0"
        )
        assert [line.policy for line in others] == [WAIVED]
    else:
        assert (first.policy, others) == (WAIVED, [])


def test_expired_waiver_leaves_the_violation_and_says_so() -> None:
    [violation] = analyze(
        policies([make()], waivers(date(2030, 1, 30))), cluster(storage_encrypted=False)
    )
    assert violation.policy == "case-encrypted"
    assert violation.message.endswith("The waiver by dba expired on 2030-01-30.")


def test_what_must_be_seen_at_preview_cannot_be_waived() -> None:
    pack = policies([make(unknown_blocks=True)], waivers(date(2030, 1, 31)))
    [violation] = analyze(pack, cluster(storage_encrypted=HIDDEN))
    assert violation.message.startswith("cannot be verified at preview")
