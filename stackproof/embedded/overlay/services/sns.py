"""SNS: topic attributes that moto stores and doesn't answer with."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import postprocesses

_ATTRIBUTES = {"SignatureVersion": "signature_version", "TracingConfig": "tracing_config"}


@postprocesses("sns", "GetTopicAttributes")
def topic_attributes(call: Call, answer: dict[str, Any]) -> None:
    """Answer with the signature version and the tracing mode when they were set.

    AWS: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
    """
    topic = call.backend("sns").topics[call.params["TopicArn"]]
    for name, attribute in _ATTRIBUTES.items():
        if hasattr(topic, attribute):
            answer["Attributes"][name] = getattr(topic, attribute)
