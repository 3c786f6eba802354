"""Whatever the stack: nothing runs on credits that end, and nothing is sent that needn't be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from stackproof.model import Block, Resource, Stack
from stackproof.types import tokens

pytestmark = pytest.mark.performance

# The share of its processors, in percent, that a burstable size may use for ever. Amazon EC2 User
# Guide, "Key concepts for burstable performance instances"; the larger sizes of T2 have less.
_BASELINES: Final = {
    "nano": 5.0,
    "micro": 10.0,
    "small": 20.0,
    "medium": 20.0,
    "large": 30.0,
    "xlarge": 40.0,
    "2xlarge": 40.0,
}
_T2_BASELINES: Final = {**_BASELINES, "xlarge": 22.5, "2xlarge": 17.0}
# What gp3 has at any size, at the price of gp2. Amazon RDS User Guide, "General Purpose SSD".
_GP3_IOPS = 3000
_IOPS_PER_GIB = 3


def throttled_at(template: Resource) -> float | None:
    """Give the CPU use at which a template's instances are held back; None where they aren't."""
    family, _, size = (template.text("instance_type") or "").partition(".")
    if family not in ("t2", "t3", "t3a", "t4g"):
        return None
    # Amazon EC2 User Guide, "Unlimited mode": all but T2 are launched with it.
    credits_ = template.text("credit_specification.cpu_credits")
    if (credits_ or ("standard" if family == "t2" else "unlimited")) == "unlimited":
        return None
    return (_T2_BASELINES if family == "t2" else _BASELINES).get(size)


def grows_at(group: Resource, live: Stack) -> Iterator[float]:
    """Give the average CPU use, in percent, at which each policy lets a group grow."""
    tracked = "target_tracking_configuration"
    metric = f"{tracked}.predefined_metric_specification.predefined_metric_type"
    for policy in live.seen_referrers(group, tokens.AUTOSCALING_POLICY, "autoscaling_group_name"):
        if policy.get(metric) == "ASGAverageCPUUtilization":
            yield policy.number(f"{tracked}.target_value") or 0.0
        for alarm in live.seen_referrers(policy, tokens.METRIC_ALARM, "alarm_actions"):
            above = (alarm.text("comparison_operator") or "").startswith("GreaterThan")
            if above and alarm.get("metric_name") == "CPUUtilization":
                yield alarm.number("threshold") or 0.0


@pytest.mark.types(tokens.AUTOSCALING_GROUP)
def test_groups_grow_before_their_processors_are_held_back(live: Stack) -> None:
    """A group of instances that live on CPU credits grows at less than what they may always use.

    Without credits an instance is held to its baseline: the use that lets the group grow is never
    reached, just when it is needed.
    """
    for group in live.all(tokens.AUTOSCALING_GROUP):
        for template in live.follow(group, "launch_template.id", tokens.LAUNCH_TEMPLATE):
            held = throttled_at(template)
            if held is None:
                continue
            for use in grows_at(group, live):
                assert use < held, (
                    f"{group.name} grows at {use:g} % CPU, and its instances are held to "
                    f"{held:g} % without credits"
                )


@pytest.mark.types(tokens.RDS_INSTANCE)
def test_storage_of_databases_has_its_speed_for_ever(live: Stack) -> None:
    """No database's storage is a gp2 volume that bursts beyond what it may always do.

    A small gp2 volume lives on credits: in a long batch it falls from 3,000 operations a second to
    three for each GiB. gp3 has 3,000 at any size.
    """
    for database in live.all(tokens.RDS_INSTANCE):
        if database.text("storage_type") == "gp2":
            lasting = _IOPS_PER_GIB * (database.number("allocated_storage") or 0)
            assert lasting >= _GP3_IOPS, (
                f"{database.name} has {lasting:g} operations a second without credits"
            )


@pytest.mark.types(tokens.EFS_FILE_SYSTEM)
def test_file_systems_have_their_speed_for_ever(live: Stack) -> None:
    """No file system lives on burst credits.

    In bursting mode a file system of 10 GiB may always read or write half a MiB a second, and what
    mounts it waits. Amazon EFS User Guide, "Amazon EFS performance specifications".
    """
    for system in live.all(tokens.EFS_FILE_SYSTEM):
        mode = system.text("throughput_mode") or "bursting"
        assert mode != "bursting", f"{system.name} lives on burst credits"


@pytest.mark.types(tokens.CLOUDFRONT_DISTRIBUTION)
def test_distributions_compress_what_they_send(live: Stack) -> None:
    """Each way through a distribution compresses answers for viewers that understand it.

    Text is a fifth of its size then, and it costs a fifth.
    """
    for distribution in live.all(tokens.CLOUDFRONT_DISTRIBUTION):
        behaviors: list[Block] = [
            *distribution.blocks("default_cache_behavior"),
            *distribution.blocks("ordered_cache_behaviors"),
        ]
        for behavior in behaviors:
            assert behavior.get("compress") is True, (
                f"{distribution.name}: {behavior.at('compress')} is off"
            )


@pytest.mark.types(tokens.CLOUDFRONT_DISTRIBUTION, tokens.LB)
def test_what_browsers_ask_speaks_http2(live: Stack) -> None:
    """Distributions and application load balancers speak HTTP/2 with who asks for it.

    With HTTP/1.1 a browser asks for six things at a time, and waits for each.
    """
    for distribution in live.all(tokens.CLOUDFRONT_DISTRIBUTION):
        spoken = distribution.text("http_version") or "http2"
        assert spoken != "http1.1", f"{distribution.name} speaks {spoken}"
    for balancer in live.all(tokens.LB):
        if (balancer.text("load_balancer_type") or "application") == "application":
            assert balancer.get("enable_http2") is not False, f"{balancer.name} speaks HTTP/1.1"
