"""Queues and their policies, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader
from stackproof.sights.live.scope import Scope
from stackproof.types.aws_names import SQS_QUEUE_ATTRIBUTES
from stackproof.types.tokens import SQS_POLICY, SQS_QUEUE

_FLAGS = {"content_based_deduplication", "fifo_queue", "sqs_managed_sse_enabled"}

# Without a size AWS lists the first thousand queues, and doesn't say that there are more.
_PAGE = {"MaxResults": 1000}


def properties_of(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Translate a queue's attributes, which are all text, to properties."""
    return {
        name: _property(name, attributes.get(member))
        for name, member in SQS_QUEUE_ATTRIBUTES.items()
    }


def _property(name: str, text: str | None) -> Any:
    if name in _FLAGS:
        return str(text).lower() == "true"
    if not text:
        return None
    return int(text) if name.endswith(("_seconds", "_size")) else text


def _name(item: Item) -> str:
    return str(item["Value"]).rpartition("/")[2]


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    url, name, attributes = item["Value"], _name(item), details["attributes"]
    if attributes is None:
        return  # deleted since it was listed
    arn = scope.arn("sqs", name)
    hidden = isinstance(attributes, Unknown)
    data = {
        **(
            dict.fromkeys(SQS_QUEUE_ATTRIBUTES, attributes) if hidden else properties_of(attributes)
        ),
        "name": name,
        "tags": scope.tags_of(arn),
        "url": url,
    }
    yield shown(scope, SQS_QUEUE, url, data, arn=arn, name=name)
    if not hidden and attributes.get("Policy"):
        policy = {"policy": attributes["Policy"], "queue_url": url}
        yield shown(scope, SQS_POLICY, url, policy, name=name)


READERS = (
    Reader(
        types=(SQS_QUEUE, SQS_POLICY),
        listing=Ask("sqs", "ListQueues", "QueueUrls"),
        targets=lambda scope: (_PAGE,),
        get_parameters=lambda id_, state: {**_PAGE, "QueueNamePrefix": id_.rpartition("/")[2]},
        key=lambda item, scope: Key(
            item["Value"], scope.arn("sqs", _name(item)), names=(_name(item),)
        ),
        details={
            "attributes": Detail(
                Ask(
                    "sqs",
                    "GetQueueAttributes",
                    "Attributes",
                    absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
                ),
                lambda item: {"QueueUrl": item["Value"], "AttributeNames": ["All"]},
                provides=(SQS_POLICY,),
            )
        },
        build=_build,
        arn_service="sqs",
        referenced=True,
    ),
)
