from __future__ import annotations

import re
from ipaddress import IPv4Network

import pytest
from pydantic import ValidationError

from infra.settings.cicd import DEV, ENVIRONMENTS, PROD, STAGING, Cicd, Profile
from infra.settings.fields import Environment
from infra.settings.scalepayments import ENVIRONMENTS as SCALEPAYMENTS
from tests.unit.infra.program import changed_config, configure, refusal
from tests.unit.infra.refusals import names_all, names_bad_value, names_missing_key

STACK = "cicd-staging"
REQUIRED = ("aws:region", "environment", "owner", "cost_center", "alert_email")
CIDR = "a private IPv4 network of size /16 to /20"
IMAGE = "a container image with its registry and a fixed version"


def _load(changes: dict[str, str]) -> Cicd:
    configure(STACK, changed_config(STACK, changes))
    return Cicd.load(STACK)


@pytest.mark.parametrize("key", REQUIRED)
def test_each_missing_key_is_named_with_what_would_be_right(key: str) -> None:
    names_missing_key(STACK, key)


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("aws:region", "us-east-9", "an AWS region such as us-east-1"),
        ("environment", "production", "one of dev, staging, prod"),
        ("environment", " ", "one of dev, staging, prod"),
        ("vpc_cidr", "10.20.0.0", CIDR),
        ("vpc_cidr", "10.20.0.1/16", CIDR),
        ("vpc_cidr", "10.20.0.0/24", CIDR),
        ("vpc_cidr", "8.8.0.0/16", CIDR),
        ("alert_email", "oncall", "an e-mail address such as payments-oncall@example.com"),
        ("first_image", "nginx", IMAGE),
        ("first_image", "public.ecr.aws/nginx/nginx:latest", IMAGE),
        ("project", "CI CD", "lower-case words of letters and digits"),
        ("owner", "team; drop", "1 to 256 letters, digits, spaces or any of"),
        ("cost_center", "x" * 257, "1 to 256 letters, digits, spaces or any of"),
    ],
)
def test_each_bad_value_is_named_with_what_would_be_right(key: str, value: str, right: str) -> None:
    names_bad_value(STACK, key, value, right)


def test_all_problems_are_reported_together() -> None:
    names_all(
        STACK,
        {"aws:region": None, "environment": "qa", "alert_email": "nobody", "first_image": "app"},
    )


@pytest.mark.parametrize(("environment", "longest"), [("dev", 22), ("staging", 18), ("prod", 21)])
def test_a_project_that_makes_a_name_too_long_is_refused(environment: str, longest: int) -> None:
    stack, project = f"cicd-{environment}", "d" * (longest + 1)
    sentences, declared = refusal(stack, {"project": project})
    assert sentences == [
        f"Stack {stack}: config key project is {project!r}, but must be at most {longest} "
        f"characters: it makes the target group name '{project}-green-{environment}', and AWS "
        "accepts at most 32 characters there."
    ]
    assert declared.resources == []


def test_a_long_project_is_not_judged_while_the_environment_is_unknown() -> None:
    sentences, _ = refusal(STACK, {"project": "p" * 60, "environment": "qa"})
    assert [re.findall(r"config key (\S+) is", sentence)[0] for sentence in sentences] == [
        "environment"
    ]


def test_a_region_with_one_zone_is_refused() -> None:
    sentences, declared = refusal(STACK, {}, zones="a")
    assert sentences == [
        f"Stack {STACK}: config key aws:region is 'us-east-1', but must be a region with at "
        "least 2 availability zones; this one offers 1 to the account."
    ]
    assert declared.resources == []


def test_a_stack_may_choose_its_own_addresses() -> None:
    assert _load({"vpc_cidr": "192.168.0.0/18"}).vpc_cidr == IPv4Network("192.168.0.0/18")
    assert _load({}).vpc_cidr == STAGING.vpc_cidr


def test_every_environment_has_a_profile() -> None:
    assert [profile.environment for profile in (DEV, STAGING, PROD)] == list(Environment)
    assert set(ENVIRONMENTS) == set(Environment)


def test_environments_share_addresses_with_nobody() -> None:
    blocks = [profile.vpc_cidr for profile in ENVIRONMENTS.values()]
    blocks += [profile.vpc_cidr for profile in SCALEPAYMENTS.values()]
    assert not [
        (one, other)
        for place, one in enumerate(blocks)
        for other in blocks[place + 1 :]
        if one.overlaps(other)
    ]


def test_no_environment_is_smaller_than_the_one_before() -> None:
    def sizes(profile: Profile) -> tuple[int, ...]:
        return (
            profile.scaling.minimum,
            profile.scaling.maximum,
            profile.keep_minutes,
            profile.key_deletion,
            profile.history,
            profile.waf,
            profile.deletion_protection,
        )

    for smaller, larger in ((DEV, STAGING), (STAGING, PROD)):
        assert all(a <= b for a, b in zip(sizes(smaller), sizes(larger), strict=True))


def test_what_codedeploy_and_cloudwatch_do_not_offer_is_refused() -> None:
    for change, reason in (
        ({"traffic": "ECSLinear"}, "ECSAllAtOnce"),
        ({"history": 31}, "Input should be 1, 3, 5"),
        ({"key_deletion": 31}, "less than or equal to 30"),
    ):
        with pytest.raises(ValidationError, match=reason):
            Profile.model_validate({**DEV.model_dump(), **change})
