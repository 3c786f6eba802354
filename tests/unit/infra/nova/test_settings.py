from __future__ import annotations

import pytest
from pydantic import ValidationError

from infra.settings.nova import Nova
from infra.settings.parts import FleetSettings, MySqlSettings, Settings
from tests.unit.infra.nova.conftest import STACK
from tests.unit.infra.program import changed_config, configure, refusal
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key

REQUIRED = (
    "aws:region",
    "allowed_cidr",
    "db_backup_retention_days",
    "domain_name",
    "alert_email",
)
CIDR = "an IPv4 network of size /8 to /32, written as its first address and size"
DAYS = "a whole number of days from 1 to 35, such as 14"
ELSEWHERE = "an AWS region other than the stack's own"


def _load(**changes: str | None) -> Nova:
    configure(STACK, changed_config(STACK, changes))
    return Nova.load(STACK)


@pytest.mark.requirement("1.1")
@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("key", REQUIRED)
def test_each_missing_key_is_named_with_what_would_be_right(key: str, value: str | None) -> None:
    names_missing_key(STACK, key, value)


@pytest.mark.requirement("1.1")
@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("aws:region", "us-west-9", "an AWS region such as us-east-1"),
        ("environment", "production", "one of dev, staging, prod"),
        ("allowed_cidr", "10.20.0.1/16", CIDR),
        ("allowed_cidr", "10.20.0.1", CIDR),
        ("allowed_cidr", "0.0.0.0/0", CIDR),
        ("allowed_cidr", "office", CIDR),
        ("allowed_cidr", "10.20.0.0/33", CIDR),
        ("allowed_cidr", "fd00::/16", CIDR),
        ("db_backup_retention_days", "0", DAYS),
        ("db_backup_retention_days", "36", DAYS),
        ("db_backup_retention_days", "-1", DAYS),
        ("db_backup_retention_days", "7.5", DAYS),
        ("db_backup_retention_days", "a week", DAYS),
        ("cross_region_replication_region", "us-east-9", ELSEWHERE),
        ("cross_region_replication_region", "us-west-2", ELSEWHERE),
        ("domain_name", "nova", "a lower-case domain name"),
        ("alert_email", "oncall", "an e-mail address"),
        ("api_image", "nginx:latest", "a container image with its registry and a fixed version"),
        ("team", "Nova", "lower-case words of letters and digits"),
        ("hosted_zone_id", "example.com", "the id of a Route 53 public hosted zone"),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


def test_one_address_with_its_size_is_a_network() -> None:
    assert str(_load(allowed_cidr="10.20.0.7/32").config.allowed_cidr) == "10.20.0.7/32"


def test_all_problems_are_reported_together() -> None:
    names_all(
        STACK,
        {
            "allowed_cidr": "anywhere",
            "db_backup_retention_days": None,
            "cross_region_replication_region": "us-west-2",
            "team": "n" * 40,
        },
    )


@pytest.mark.requirement("1.1")
def test_copies_go_to_us_east_1_unless_told_otherwise() -> None:
    assert _load(cross_region_replication_region=None).config.cross_region_replication_region == (
        "us-east-1"
    )
    chosen = _load(cross_region_replication_region="eu-west-1").config
    assert chosen.cross_region_replication_region == "eu-west-1"


def test_a_stack_in_the_fallback_region_must_name_another() -> None:
    sentences, declared = refusal(
        STACK, {"aws:region": "us-east-1", "cross_region_replication_region": None}
    )
    assert sentences == [
        f"Stack {STACK}: config key cross_region_replication_region is missing; set it to "
        f"{ELSEWHERE}, such as eu-west-1 (left out, it is us-east-1)."
    ]
    assert declared.resources == []


def test_a_team_that_makes_a_name_too_long_is_refused() -> None:
    sentences, declared = refusal(STACK, {"team": "t" * 30})
    assert sentences == [
        f"Stack {STACK}: config key team is {'t' * 30!r}, but must be at most 23 characters: it "
        f"makes the load balancer name '{'t' * 30}-prod-alb', and AWS accepts at most 32 "
        "characters there."
    ]
    assert declared.resources == []


def test_a_long_team_is_not_judged_while_the_environment_is_unknown() -> None:
    sentences, _ = refusal(STACK, {"team": "t" * 60, "environment": "qa"})
    assert ["config key environment is" in sentence for sentence in sentences] == [True]


def test_the_longest_team_that_fits_is_accepted() -> None:
    assert len(_load(team="t" * 23).names.of("alb")) == 32


def test_a_region_with_too_few_zones_is_refused() -> None:
    sentences, declared = refusal(STACK, {}, zones="ab")
    assert sentences == [
        f"Stack {STACK}: config key aws:region is 'us-west-2', but must be a region with at least "
        "3 availability zones; this one offers 2 to the account."
    ]
    assert declared.resources == []


@pytest.mark.parametrize(
    ("model", "changes", "reason"),
    [
        (FleetSettings, {"minimum": 4, "maximum": 3}, "at most 3 instances is less than 4"),
        (FleetSettings, {"idle_percent": 75}, "idle at 75 % is busy at 75 %"),
        (FleetSettings, {"instance_type": "c5"}, "pattern"),
        (FleetSettings, {"volume": 4}, "greater than or equal to 8"),
        (MySqlSettings, {"backup_days": 0}, "greater than or equal to 1"),
        (MySqlSettings, {"storage": 19}, "greater than or equal to 20"),
        (MySqlSettings, {"storage_limit": 100}, "100 GiB of storage can't grow to 100"),
    ],
)
def test_values_that_aws_does_not_offer_are_refused(
    model: type[Settings], changes: dict[str, object], reason: str
) -> None:
    good: dict[type[Settings], dict[str, object]] = {
        FleetSettings: {"instance_type": "c5.large", "minimum": 3, "maximum": 9, "volume": 20},
        MySqlSettings: {
            "instance_class": "db.m6i.large",
            "connections": 630,
            "backup_days": 7,
            "insights": True,
            "database_name": "nova",
            "storage": 100,
            "storage_limit": 500,
        },
    }
    model.model_validate(good[model])
    with pytest.raises(ValidationError, match=reason):
        model.model_validate(good[model] | changes)
