"""Topics, their policies and subscriptions, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.model.json_text import parse
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import SNS_SUBSCRIPTION_ATTRIBUTES, SNS_TOPIC_ATTRIBUTES
from stackproof.types.tokens import SNS_SUBSCRIPTION, SNS_TOPIC, SNS_TOPIC_POLICY

# A topic that nobody gave a policy has this one.
_DEFAULT_POLICY = "__default_policy_ID"

_FLAGS = {"content_based_deduplication", "fifo_topic", "raw_message_delivery"}
_NUMBERS = {"signature_version"}


def _topics(scope: Scope) -> Iterator[Mapping[str, Any]]:
    # Topics are known by their ARNs (tags, outputs, what notifies them): no listing is needed.
    for arn in scope.named(rf"arn:[^:]+:sns:{scope.region}:{scope.account}:[^:]+"):
        yield {"TopicArn": arn}


def properties_of(attributes: Item, names: Mapping[str, str]) -> dict[str, Any]:
    """Translate SNS attributes, which are all text, to properties."""
    return {name: _property(name, attributes.get(member)) for name, member in names.items()}


def _property(name: str, text: str | None) -> Any:
    if name in _FLAGS:
        return text == "true"
    if not text:
        return None
    return int(text) if name in _NUMBERS else text


def _build_topic(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn = item["TopicArn"]
    name = arn.rpartition(":")[2]
    yield _resource(
        SNS_TOPIC,
        arn,
        {
            **properties_of(item, SNS_TOPIC_ATTRIBUTES),
            "arn": arn,
            "name": name,
            "owner": item.get("Owner"),
            "tags": scope.tags_of(arn),
        },
        scope,
        arn=arn,
    )
    policy = item.get("Policy")
    if policy and parse(policy).get("Id") != _DEFAULT_POLICY:
        data = {"arn": arn, "policy": policy, "owner": item.get("Owner")}
        yield _resource(SNS_TOPIC_POLICY, arn, data, scope)


def _subscription_id(item: Item) -> str:
    """Give the ARN; as long as nobody has confirmed the subscription, AWS says so instead."""
    arn = str(item["SubscriptionArn"])
    topic, protocol, endpoint = (item[name] for name in ("TopicArn", "Protocol", "Endpoint"))
    return arn if arn.startswith("arn:") else f"{topic}:{protocol}:{endpoint}"


def _build_subscription(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    id_ = _subscription_id(item)
    arn = id_ if id_ == item["SubscriptionArn"] else None
    found = details["attributes"]
    attributes: Mapping[str, Any]
    if isinstance(found, Unknown):
        attributes = dict.fromkeys((*SNS_SUBSCRIPTION_ATTRIBUTES, "pending_confirmation"), found)
    else:
        pending = {"pending_confirmation": (found or {}).get("PendingConfirmation") == "true"}
        attributes = {**properties_of(found or {}, SNS_SUBSCRIPTION_ATTRIBUTES), **pending}
    data = {
        **attributes,
        **({"arn": arn} if arn else {"pending_confirmation": True}),
        "endpoint": item["Endpoint"],
        "owner_id": item["Owner"],
        "protocol": item["Protocol"],
        "topic": item["TopicArn"],
    }
    yield _resource(SNS_SUBSCRIPTION, id_, data, scope, arn=arn)


def _resource(
    type_: str, id_: str, data: Mapping[str, Any], scope: Scope, *, arn: str | None = None
) -> Resource:
    return Resource(
        data=data,
        type=type_,
        name=id_.split(":")[5],
        id=id_,
        arn=arn,
        account=scope.account,
        region=scope.region,
    )


READERS = (
    Reader(
        types=(SNS_TOPIC, SNS_TOPIC_POLICY),
        listing=Ask("sns", "GetTopicAttributes", "Attributes"),
        targets=_topics,
        get_parameters=lambda id_, state: {"TopicArn": id_},
        key=lambda item, scope: Key(item["TopicArn"], item["TopicArn"], shared=True),
        build=_build_topic,
        arn_service="sns",
        referenced=True,
    ),
    Reader(
        types=(SNS_SUBSCRIPTION,),
        listing=Ask("sns", "ListSubscriptionsByTopic", "Subscriptions"),
        targets=lambda scope: [{"TopicArn": arn} for arn in scope.ids(SNS_TOPIC)],
        get_parameters=lambda id_, state: {"TopicArn": id_.rpartition(":")[0]},
        key=lambda item, scope: Key(
            _subscription_id(item), _subscription_id(item), tags={}, parent_ids=(item["TopicArn"],)
        ),
        details={
            "attributes": Detail(
                # A subscription whose owner hasn't confirmed it yet has no ARN, so no attributes.
                Ask("sns", "GetSubscriptionAttributes", "Attributes", absent=("InvalidParameter",)),
                lambda item: {"SubscriptionArn": item["SubscriptionArn"]},
            )
        },
        build=_build_subscription,
        arn_service="sns",
        referenced=True,
        parents=(SNS_TOPIC,),
    ),
)
