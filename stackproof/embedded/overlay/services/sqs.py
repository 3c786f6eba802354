"""SQS: the queue attribute that moto stores and doesn't answer with."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.registry import patches


@patches("sqs")
def show_who_may_send_dead_letters() -> None:
    """Let GetQueueAttributes answer with RedriveAllowPolicy, when it was set.

    AWS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
    """
    from moto.sqs.models import Queue

    queue_class: Any = Queue
    queue_class.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
    queue_class.redrive_allow_policy = None
