"""Money is not wasted: floods are cut off, old things leave."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.types import tokens

pytestmark = [pytest.mark.cost, pytest.mark.blueprint("serverless")]


@pytest.mark.requirement("4.2")
def test_floods_are_cut_off_before_they_cost(api: Resource, live: Stack) -> None:
    """The stage and its routes limit requests per second and at once, below the account's limits.

    API Gateway and Lambda bill each request, an attacker's too.
    """
    (stage,) = (s for s in live.seen_referrers(api, tokens.API_STAGE, "api_id") if s["auto_deploy"])
    for limits in (stage["default_route_settings"], *stage["route_settings"]):
        assert 0 < float(limits["throttling_rate_limit"]) <= 1000
        assert 0 < int(limits["throttling_burst_limit"]) <= 2000


@pytest.mark.requirement("4.3")
def test_old_documents_and_versions_cost_less_or_nothing(data: Resource, live: Stack) -> None:
    """Documents move to cheaper storage, old versions expire, unfinished uploads are dropped.

    Versioning without that keeps, and bills, everything that ever was.
    """
    (lifecycle,) = live.seen_referrers(data, tokens.S3_LIFECYCLE, "bucket")
    rules = [rule for rule in lifecycle.blocks("rules") if rule["status"] == "Enabled"]
    assert any(rule["transitions"] for rule in rules)
    for path, days in (
        ("noncurrent_version_expiration.noncurrent_days", 90),
        ("abort_incomplete_multipart_upload.days_after_initiation", 7),
    ):
        found = [rule.number(path) for rule in rules]
        assert any(number is not None and number <= days for number in found), path
