"""What is kept is kept as long as it is worth, and belongs to somebody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stackproof.controls.support.taggable import made_by_aws
from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.tap.conftest import BACKUP
from tests.scenarios.tap.expected import BASE_TAGS, LOG_OBJECT_DAYS

pytestmark = [pytest.mark.cost, pytest.mark.blueprint("tap")]


@pytest.mark.requirement("2.5")
def test_log_objects_expire(buckets: Mapping[str, Resource], live: Stack) -> None:
    """Every object of the logs bucket expires after 90 days.

    Logs without an end are a cost that grows each month and that nobody looks at.
    """
    (lifecycle,) = live.seen_referrers(buckets["logs"], tokens.S3_LIFECYCLE, "bucket")
    days = [
        int(rule.get("expiration.days"))
        for rule in lifecycle.blocks("rules")
        if rule["status"] == "Enabled"
        and rule.get("filter.prefix") in (None, "")
        and rule.get("expiration.days")
    ]
    assert min(days, default=None) == LOG_OBJECT_DAYS


@pytest.mark.requirement("2.5")
@pytest.mark.parametrize("name", ["data", BACKUP])
def test_data_never_expires_but_gets_cheaper(
    name: str, buckets: Mapping[str, Resource], live: Stack
) -> None:
    """Data and its backup have no expiry, and move to cheaper storage instead.

    An expiry rule on data is a deletion that nobody ordered.
    """
    (lifecycle,) = live.seen_referrers(buckets[name], tokens.S3_LIFECYCLE, "bucket")
    rules = [rule for rule in lifecycle.blocks("rules") if rule["status"] == "Enabled"]
    assert not any(rule["expiration"] for rule in rules)
    assert any(rule["transitions"] for rule in rules)


@pytest.mark.requirement("2.6")
def test_no_log_group_is_kept_for_ever(log_groups: Mapping[str, Resource]) -> None:
    """Both log groups expire.

    A year of history answers the auditors; ten years of it only cost.
    """
    for use, group in log_groups.items():
        assert group["retention_in_days"], use


@pytest.mark.requirement("2.3")
def test_no_nat_gateway_stands_idle(outputs: Outputs, live: Stack) -> None:
    """Every NAT gateway is used by a route, and there is one for each zone.

    An idle gateway costs as much as a small database.
    """
    gateways = {gateway.id for gateway in live.all(tokens.NAT_GATEWAY)}
    used = {route["nat_gateway_id"] for route in live.all(tokens.ROUTE)} - {None, ""}
    assert gateways == used
    assert len(gateways) == len(outputs.settings["availability_zones"])


@pytest.mark.requirement("2.2")
def test_everything_says_whose_it_is(outputs: Outputs, live: Stack) -> None:
    """Every resource with tags has the base tags, its stack's suffix and its component.

    What belongs to nobody is paid for, and switched off by nobody.
    """
    # What AWS makes with each VPC belongs to no component.
    taggable = [r for r in live if "tags" in r.data and not made_by_aws(r)]
    assert len(taggable) > 20
    for resource in taggable:
        # IAM takes keys that differ only in case for the same one, so a role has one of them.
        twin = {"environment"} if resource.type.startswith("aws:iam/") else set()
        base = {key: value for key, value in BASE_TAGS.items() if key not in twin}
        wanted = {**base, "Environment": outputs["environment"], "Stack": outputs["stack"]}
        assert wanted.items() <= resource["tags"].items(), resource.name
        assert {"Component", "Owner"} <= resource["tags"].keys(), resource.name
