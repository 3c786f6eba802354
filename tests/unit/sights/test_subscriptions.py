"""Subscriptions that nobody has confirmed, for which AWS has no ARN."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.sights.live.readers.sns import READERS
from stackproof.sights.live.scope import Scope

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
SCOPE = Scope("us-east-1", "123456789012", "aws", [], {})
(READER,) = (r for r in READERS if "aws:sns/topicSubscription:TopicSubscription" in r.types)


def _item(arn: str, endpoint: str = "ops@example.com") -> dict[str, Any]:
    return {
        "SubscriptionArn": arn,
        "Owner": "123456789012",
        "Protocol": "email",
        "Endpoint": endpoint,
        "TopicArn": TOPIC,
    }


def _read(item: dict[str, Any], attributes: Any) -> Resource:
    (resource,) = READER.build(item, {"attributes": attributes}, SCOPE)
    return resource


def test_subscription_without_an_arn_is_pending() -> None:
    resource = _read(_item("PendingConfirmation"), None)
    assert resource["pending_confirmation"] is True
    assert resource.arn is None
    assert resource.name == "alerts"


def test_two_pending_subscriptions_are_two() -> None:
    keys = {
        READER.key(_item("PendingConfirmation", endpoint), SCOPE).id
        for endpoint in ("one@example.com", "other@example.com")
    }
    assert len(keys) == 2


@pytest.mark.parametrize("pending", [True, False])
def test_subscription_says_whether_it_is_confirmed(pending: bool) -> None:
    resource = _read(_item(f"{TOPIC}:1"), {"PendingConfirmation": str(pending).lower()})
    assert resource["pending_confirmation"] is pending


def test_what_is_denied_is_not_taken_for_confirmed() -> None:
    resource = _read(_item(f"{TOPIC}:1"), Unknown(Cause.ACCESS_DENIED))
    with pytest.raises(UnresolvedError):
        resource["pending_confirmation"]
