from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from pydantic import ValidationError

from infra.settings.tap import LIMITED_NAMES, Tap, names_of
from tests.unit.infra.program import PROJECT, configure, refusal, stack_config
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key
from tests.unit.infra.tap.conftest import STACK

CIDR = "a private IPv4 network of size /16 to /20"
SOURCE = "an IPv4 network of size /8 to /32"
SUFFIX = "lower-case words of letters and digits joined by single hyphens"
ZONES = "a list of 2 to 6 different availability zones of the stack's region"
OWN_ZONES = "availability zones of the stack's region, such as [us-east-1a, us-east-1b]"
TAGS = "a map of at most 30 tags"
UNIQUE = "a map of tags whose keys differ, not in case only, from one another and from"
REQUIRED = ("aws:region", "environment_suffix", "alert_email")


def _load(changes: dict[str, str], *, only: tuple[str, ...] = ()) -> Tap:
    config = stack_config(STACK)
    if only:
        config = {key: value for key, value in config.items() if key.split(":", 1)[1] in only}
    configure(STACK, config | {f"{PROJECT}:{key}": value for key, value in changes.items()})
    return Tap.load(STACK)


@pytest.mark.requirement("2.1")
def test_defaults_are_those_of_the_requirements() -> None:
    settings = _load({}, only=("region", "environment_suffix", "alert_email"))
    assert settings.environment_suffix == "production"
    assert settings.vpc_cidr == IPv4Network("10.0.0.0/16")
    assert settings.availability_zones == ("us-east-1a", "us-east-1b")
    assert settings.enable_flow_logs is True
    assert settings.enable_cross_region_replication is True
    assert settings.backup_region == "us-west-2"
    assert settings.allowed_cidr == IPv4Network("10.0.0.0/8")
    assert settings.tags == {}


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        _load({}).environment_suffix = "other"


@pytest.mark.requirement("2.1")
@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_each_missing_or_empty_key_is_named_with_what_would_be_right(
    key: str, value: str | None
) -> None:
    names_missing_key(STACK, key, value)


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("environment_suffix", "   ", SUFFIX),
        ("environment_suffix", "Production", SUFFIX),
        ("environment_suffix", "pro--duction", SUFFIX),
        ("vpc_cidr", "10.0.0.0", CIDR),
        ("vpc_cidr", "10.0.0.1/16", CIDR),
        ("vpc_cidr", "10.0.0.0/255.255.0.0", CIDR),
        ("vpc_cidr", "10.0.0.0/8", CIDR),
        ("vpc_cidr", "10.0.0.0/21", CIDR),
        ("vpc_cidr", "8.8.0.0/16", CIDR),
        ("vpc_cidr", "ten", CIDR),
        ("availability_zones", '["us-west-2a", "us-west-2b"]', OWN_ZONES),
        ("availability_zones", '["us-east-1a", "us-west-2b"]', OWN_ZONES),
        ("availability_zones", '["us-east-1a", "us-east-1-bos-1a"]', OWN_ZONES),
        ("availability_zones", '["us-east-1a", "us-east-1a"]', ZONES),
        ("availability_zones", '["us-east-1a"]', ZONES),
        ("availability_zones", "[]", ZONES),
        ("availability_zones", '["us-east-1a", 2]', ZONES),
        ("availability_zones", "us-east-1a,us-east-1b", ZONES),
        ("availability_zones", '{"a": "us-east-1a"}', ZONES),
        ("enable_flow_logs", "maybe", "true or false"),
        ("enable_cross_region_replication", "2", "true or false"),
        ("backup_region", "us-west-9", "an AWS region such as us-east-1"),
        ("backup_region", "us-east-1", "another AWS region than the stack's own, us-east-1"),
        ("allowed_cidr", "0.0.0.0/0", SOURCE),
        ("allowed_cidr", "10.0.0.1/8", SOURCE),
        ("allowed_cidr", "10.0.0.1", SOURCE),
        ("allowed_cidr", "10.0.0.0/0.255.255.255", SOURCE),
        ("allowed_cidr", "everywhere", SOURCE),
        ("tags", "CostCenter", TAGS),
        ("tags", '["CostCenter"]', TAGS),
        ("tags", '{"CostCenter": 4100}', TAGS),
        ("tags", '{"CostCenter": ""}', TAGS),
        ("tags", '{"CostCenter": " 4100"}', TAGS),
        ("tags", '{"aws:cost": "1"}', TAGS),
        ("tags", '{"AWS:cost": "1"}', TAGS),
        ("tags", '{"Cost;Center": "1"}', TAGS),
        ("tags", '{"Project": "other"}', UNIQUE),
        ("tags", '{"ENVIRONMENT": "other"}', UNIQUE),
        ("tags", '{"Cost": "1", "cost": "2"}', UNIQUE),
        ("owner", "team; drop", "1 to 256 letters, digits, spaces or any of"),
        ("alert_email", "oncall", "an e-mail address such as"),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


def test_too_many_tags_are_refused() -> None:
    tags = ", ".join(f'"key{number}": "value"' for number in range(31))
    sentences, _ = refusal(STACK, {"tags": f"{{{tags}}}"})
    assert [TAGS in sentence for sentence in sentences] == [True]


def test_defaults_that_do_not_fit_the_region_have_to_be_set() -> None:
    sentences, declared = refusal(
        STACK, {"aws:region": "us-west-2", "availability_zones": None, "backup_region": None}
    )
    assert sentences == [
        f"Stack {STACK}: config key availability_zones is missing; set it to availability zones "
        "of the stack's region, such as [us-west-2a, us-west-2b].",
        f"Stack {STACK}: config key backup_region is missing; set it to another AWS region than "
        "the stack's own, us-west-2.",
    ]
    assert declared.resources == []


def test_without_replication_no_other_region_has_to_be_named() -> None:
    changes = {"enable_cross_region_replication": "false", "backup_region": "us-east-1"}
    assert _load(changes).enable_cross_region_replication is False


def test_a_zone_that_the_account_does_not_have_is_refused() -> None:
    sentences, declared = refusal(STACK, {}, zones="acd")
    assert sentences == [
        f"Stack {STACK}: config key availability_zones is 'us-east-1a, us-east-1b', but must be "
        "of those that the region offers to the account: us-east-1a, us-east-1c, us-east-1d."
    ]
    assert declared.resources == []


def test_all_problems_are_reported_together() -> None:
    names_all(
        STACK,
        {
            "aws:region": None,
            "environment_suffix": None,
            "vpc_cidr": "1.2.3.4/33",
            "allowed_cidr": "0.0.0.0/0",
            "enable_flow_logs": "perhaps",
            "tags": "[]",
        },
    )


def test_a_suffix_that_makes_a_name_too_long_is_refused() -> None:
    suffix = "s" * 40
    sentences, declared = refusal(STACK, {"environment_suffix": suffix})
    name = f"tap-backup-000000000000-{suffix}"
    assert sentences == [
        f"Stack {STACK}: config key environment_suffix is {suffix!r}, but must be at most 39 "
        f"characters: it makes the S3 bucket name {name!r}, and AWS accepts at most 63 characters "
        "there."
    ]
    assert declared.resources == []


def test_the_longest_suffix_that_fits_is_accepted() -> None:
    suffix = _load({"environment_suffix": "s" * 39}).environment_suffix
    lengths = [len(names_of(suffix).of(part)) for part, limit in LIMITED_NAMES]
    assert max(lengths) == 63


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vpc_cidr", "192.168.0.0/18"),
        ("allowed_cidr", "203.0.113.7/32"),
        ("backup_region", "eu-central-1"),
        ("environment_suffix", "pr-123"),
    ],
)
def test_unusual_but_right_values_are_accepted(key: str, value: str) -> None:
    assert str(getattr(_load({key: value}), key)) == value
