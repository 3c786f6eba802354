"""SQS: queues and their policies."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    physical_name,
    retag,
)
from stackproof.embedded.frame.plain import Call, Plain, table
from stackproof.types.aws_names import SQS_QUEUE_ATTRIBUTES

_GONE = "AWS.SimpleQueueService.NonExistentQueue"
_FIFO = ".fifo"


@creator
class Queue(Creator):
    """A queue."""

    type = "aws:sqs/queue:Queue"
    replace_on = frozenset({"name", "name_prefix", "fifo_queue"})
    auto_name = "name"
    auto_name_limit = 80 - len(_FIFO)
    defaults: ClassVar[Properties] = {
        "content_based_deduplication": False,
        "delay_seconds": 0,
        "fifo_queue": False,
        "max_message_size": 262144,
        "message_retention_seconds": 345600,
        "receive_wait_time_seconds": 0,
        "visibility_timeout_seconds": 30,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the queue."""
        name = physical_name(inputs, limit=self.auto_name_limit)
        if inputs["fifo_queue"] and not name.endswith(_FIFO):
            name += _FIFO
        attributes = {
            member: _text(inputs[property_])
            for property_, member in SQS_QUEUE_ATTRIBUTES.items()
            if inputs.get(property_) not in (None, "", False)
        }
        if inputs.get("sqs_managed_sse_enabled") is False or inputs.get("kms_master_key_id"):
            attributes["SqsManagedSseEnabled"] = "false"
        url = aws.client("sqs").create_queue(
            QueueName=name, Attributes=attributes, tags=dict(inputs.get("tags") or {})
        )["QueueUrl"]
        return Created(url)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the attributes that differ, and the tags."""
        sqs = aws.client("sqs")
        attributes = {
            member: _text(new.get(property_))
            for property_, member in SQS_QUEUE_ATTRIBUTES.items()
            if changed(old, new, property_)
        }
        if new.get("kms_master_key_id"):
            attributes["SqsManagedSseEnabled"] = "false"
        if attributes:
            sqs.set_queue_attributes(QueueUrl=id_, Attributes=attributes)
        retag(aws, "sqs", id_, old, new, tag="tag_queue", untag="untag_queue")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the queue with its messages."""
        with already_gone(_GONE):
            aws.client("sqs").delete_queue(QueueUrl=id_)


def _attribute(type_: str, name: str, member: str) -> Plain:
    """Give the entry of a type that sets one attribute of a queue."""
    return Plain(
        type=type_,
        service="sqs",
        put=Call("set_queue_attributes", {name: "attributes"}),
        shapes={name: lambda text: {member: text}},
        id="{queue_url}",
        delete=Call("set_queue_attributes", fixed={"Attributes": {member: ""}}),
        gone=(_GONE,),
        replace_on=frozenset({"queue_url"}),
    )


table(
    _attribute("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy"),
    _attribute("aws:sqs/redrivePolicy:RedrivePolicy", "redrive_policy", "RedrivePolicy"),
    _attribute(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        "redrive_allow_policy",
        "RedriveAllowPolicy",
    ),
)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
