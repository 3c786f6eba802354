from __future__ import annotations

import re
from ipaddress import IPv4Network
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from infra.blueprints import BLUEPRINTS
from infra.settings.fields import Environment
from infra.settings.parts import (
    AuroraSettings,
    CacheSettings,
    RetentionSettings,
    ScalingSettings,
    Settings,
    TaskSettings,
)
from infra.settings.scalepayments import (
    DEV,
    ENVIRONMENTS,
    PROD,
    SERVICES,
    STAGING,
    Profile,
    ScalePayments,
)
from tests.unit.infra.program import PROJECT, changed_config, configure, refusal
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key

STACK = "scalepayments-staging"
REQUIRED = (
    "aws:region",
    "environment",
    "owner",
    "cost_center",
    "domain_name",
    "alert_email",
)
CIDR = "a private IPv4 network of size /16 to /20"
EMAIL = "an e-mail address such as payments-oncall@example.com"
DOMAIN = "a lower-case domain name of at most 64 characters"
IMAGE = "a container image with its registry and a fixed version"
TAG = "1 to 256 letters, digits, spaces or any of"
TRAIL = "the ARN of a CloudTrail trail"


def _load(changes: dict[str, str]) -> ScalePayments:
    configure(STACK, changed_config(STACK, changes))
    return ScalePayments.load(STACK)


@pytest.mark.parametrize("key", REQUIRED)
def test_each_missing_key_is_named_with_what_would_be_right(key: str) -> None:
    names_missing_key(STACK, key)


@pytest.mark.parametrize("key", REQUIRED)
def test_an_empty_value_counts_as_missing(key: str) -> None:
    sentences, _ = refusal(STACK, {key: ""})
    assert [f"config key {key} is missing" in sentence for sentence in sentences] == [True]


@pytest.mark.requirement("3.1", "3.21")
@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("aws:region", "us-east-9", "an AWS region such as us-east-1"),
        ("aws:region", "Virginia", "an AWS region such as us-east-1"),
        ("environment", "production", "one of dev, staging, prod"),
        ("environment", "DEV", "one of dev, staging, prod"),
        ("vpc_cidr", "10.1.0.0", CIDR),
        ("vpc_cidr", "10.1.0.1/16", CIDR),
        ("vpc_cidr", "10.0.0.0/8", CIDR),
        ("vpc_cidr", "10.1.0.0/24", CIDR),
        ("vpc_cidr", "8.8.0.0/16", CIDR),
        ("vpc_cidr", "172.32.0.0/16", CIDR),
        ("vpc_cidr", "fd00::/16", CIDR),
        ("vpc_cidr", "ten", CIDR),
        ("alert_email", "oncall", EMAIL),
        ("alert_email", "oncall@example", EMAIL),
        ("alert_email", "on call@example.com", EMAIL),
        ("alert_email", "a@b@example.com", EMAIL),
        ("domain_name", "payments", DOMAIN),
        ("domain_name", "https://payments.example.com", DOMAIN),
        ("domain_name", "Payments.example.com", DOMAIN),
        ("domain_name", "-payments.example.com", DOMAIN),
        ("domain_name", "payments.example.com.", DOMAIN),
        ("domain_name", f"{'a' * 60}.example.com", DOMAIN),
        ("hosted_zone_id", "/hostedzone/Z1", "the id of a Route 53 public hosted zone"),
        ("hosted_zone_id", "example.com", "the id of a Route 53 public hosted zone"),
        ("api_image", "nginx", IMAGE),
        ("api_image", "public.ecr.aws/nginx/nginx", IMAGE),
        ("api_image", "library/nginx:1.29", IMAGE),
        ("api_image", "public.ecr.aws/../nginx:1.29", IMAGE),
        ("payment_image", "public.ecr.aws/nginx/nginx:latest", IMAGE),
        ("notification_image", "public.ecr.aws/nginx/nginx@sha256:12", IMAGE),
        ("project", "Scale Payments", "lower-case words of letters and digits"),
        ("project", "scale--payments", "lower-case words of letters and digits"),
        ("project", "1payments", "lower-case words of letters and digits"),
        ("audit_trail_arn", "arn:aws:cloudtrail:moon:123456789012:trail/account", TRAIL),
        ("audit_trail_arn", "arn:aws:cloudtrail:us-east-1:123456789012:account", TRAIL),
        ("owner", "team; drop", TAG),
        ("owner", " ", TAG),
        ("owner", "team ", TAG),
        ("cost_center", "x" * 257, TAG),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vpc_cidr", "192.168.0.0/18"),
        ("vpc_cidr", "172.31.0.0/16"),
        ("hosted_zone_id", "Z0123456789ABCDEFGHIJ"),
        ("api_image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/pay/api:1.2.3"),
        ("api_image", f"localhost:5000/api@sha256:{'0' * 64}"),
        ("project", "pay"),
        ("alert_email", "first.last+alerts@mail.example.co.uk"),
    ],
)
def test_unusual_but_right_values_are_accepted(key: str, value: str) -> None:
    config = _load({key: value}).config
    assert str(getattr(config, key)) == value


def test_all_problems_are_reported_together() -> None:
    names_all(
        STACK,
        {
            "aws:region": None,
            "environment": "qa",
            "alert_email": "nobody",
            "vpc_cidr": "1.2.3.4/33",
            "api_image": "api",
        },
    )


def test_a_secret_value_is_never_shown() -> None:
    key = f"{PROJECT}:alert_email"
    sentences, _ = refusal(STACK, {"alert_email": "hunter2"}, secret_keys=[key])
    assert sentences == [f"Stack {STACK}: config key alert_email is [secret], but must be {EMAIL}."]


@pytest.mark.parametrize(
    ("environment", "project", "longest", "name"),
    [
        ("prod", "scalable-payments-world", 19, "scalable-payments-world-payment-prod"),
        ("staging", "scalable-payments", 16, "scalable-payments-payment-staging"),
    ],
)
def test_a_project_that_makes_a_name_too_long_is_refused(
    environment: str, project: str, longest: int, name: str
) -> None:
    sentences, declared = refusal(f"scalepayments-{environment}", {"project": project})
    assert sentences == [
        f"Stack scalepayments-{environment}: config key project is {project!r}, but must be at "
        f"most {longest} characters: it makes the target group name {name!r}, and AWS accepts at "
        "most 32 characters there."
    ]
    assert declared.resources == []


def test_a_long_project_is_not_judged_while_the_environment_is_unknown() -> None:
    sentences, _ = refusal(STACK, {"project": "p" * 60, "environment": "qa"})
    assert [re.findall(r"config key (\S+) is", sentence)[0] for sentence in sentences] == [
        "environment"
    ]


def test_the_longest_project_that_fits_is_accepted() -> None:
    settings = _load({"project": "s" * 16})
    names = settings.config.names
    assert max(len(names.of(service.short_name)) for service in settings.services) == 32


def test_a_region_with_too_few_zones_is_refused() -> None:
    sentences, declared = refusal("scalepayments-prod", {}, zones="ab")
    assert sentences == [
        "Stack scalepayments-prod: config key aws:region is 'us-east-1', but must be a region "
        "with at least 3 availability zones; this one offers 2 to the account."
    ]
    assert declared.resources == []


def test_a_missing_blueprint_is_named() -> None:
    sentences, _ = refusal(STACK, {"blueprint": None})
    assert sentences == [
        f"Stack {STACK}: config key blueprint is missing; set it to one of {', '.join(BLUEPRINTS)}."
    ]


def test_an_unknown_blueprint_is_named() -> None:
    sentences, _ = refusal(STACK, {"blueprint": "scalepayment"})
    assert sentences == [
        f"Stack {STACK}: config key blueprint is 'scalepayment', "
        f"but must be one of {', '.join(BLUEPRINTS)}."
    ]


@pytest.mark.requirement("3.1")
def test_every_environment_has_a_profile() -> None:
    assert set(ENVIRONMENTS) == set(Environment)
    assert [profile.environment for profile in (DEV, STAGING, PROD)] == list(Environment)


def test_environments_do_not_share_addresses() -> None:
    blocks = [profile.vpc_cidr for profile in ENVIRONMENTS.values()]
    assert blocks == [IPv4Network(f"10.{number}.0.0/16") for number in range(3)]


def test_no_environment_is_smaller_than_the_one_before() -> None:
    def sizes(profile: Profile) -> tuple[int, ...]:
        return (
            profile.zones,
            profile.task.cpu,
            profile.task.memory,
            profile.scaling.minimum,
            profile.scaling.maximum,
            profile.database.instances,
            profile.database.connections,
            profile.database.backup_days,
            profile.cache.nodes,
            profile.cache.snapshot_days,
            profile.retention.logs,
        )

    for smaller, larger in pairwise((DEV, STAGING, PROD)):
        assert all(one <= other for one, other in zip(sizes(smaller), sizes(larger), strict=True))


def test_services_are_tried_in_a_fixed_order_and_named_apart() -> None:
    assert len({service.priority for service in SERVICES}) == len(SERVICES)
    assert len({service.short_name for service in SERVICES}) == len(SERVICES)


@pytest.mark.parametrize(
    ("model", "values", "reason"),
    [
        (ScalingSettings, {"minimum": 4, "maximum": 2}, "at most 2 tasks is less than at least 4"),
        (ScalingSettings, {"minimum": 0, "maximum": 2}, "greater than or equal to 1"),
        (ScalingSettings, {"minimum": 1, "maximum": 2, "cpu_percent": 101}, "less than or equal"),
        (TaskSettings, {"cpu": 256, "memory": 4096}, "no task of 256 CPU units, 4096 MiB"),
        (TaskSettings, {"cpu": 300, "memory": 512}, "no task of 300 CPU units"),
        (
            AuroraSettings,
            {
                "instance_class": "r5.large",
                "instances": 1,
                "connections": 9,
                "backup_days": 1,
                "insights": False,
            },
            "pattern",
        ),
        (
            AuroraSettings,
            {
                "instance_class": "db.r5.large",
                "instances": 1,
                "connections": 9,
                "backup_days": 36,
                "insights": False,
            },
            "less than or equal to 35",
        ),
        (CacheSettings, {"node_type": "cache.t4g.micro", "nodes": 7, "snapshot_days": 1}, "to 6"),
        (
            RetentionSettings,
            {"logs": 91, "key_deletion": 7, "secret_recovery": 7, "access_logs": 1},
            "Input should be 1, 3, 5",
        ),
        (
            RetentionSettings,
            {"logs": 90, "key_deletion": 6, "secret_recovery": 7, "access_logs": 1},
            "greater than or equal to 7",
        ),
        (TaskSettings, {"cpu": 256, "memory": 512, "gpu": 1}, "Extra inputs are not permitted"),
    ],
)
def test_values_that_aws_does_not_offer_are_refused(
    model: type[Settings], values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        model.model_validate(values)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        DEV.zones = 3
