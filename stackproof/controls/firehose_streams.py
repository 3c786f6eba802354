"""Delivery streams: what they hold until it is delivered is encrypted."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import KINESIS_FIREHOSE_DELIVERY_STREAM

_SSE = "server_side_encryption"
_SOURCES = ("kinesis_source_configuration", "msk_source_configuration")
_OF_KINESIS = Change(
    "kinesis_source_configuration",
    {"kinesis_stream_arn": "arn:aws:kinesis:us-east-1:123456789012:stream/orders"},
)


@control(
    "firehose-encrypted",
    title="Delivery streams encrypt what is sent to them",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=KINESIS_FIREHOSE_DELIVERY_STREAM,
    frameworks={
        Framework.FSBP: ("DataFirehose.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(KINESIS_FIREHOSE_DELIVERY_STREAM, {_SSE: {"enabled": True}}),
        failing=(Change(f"{_SSE}.enabled", False), Remove(f"{_SSE}.enabled"), Remove(_SSE)),
        unknown=(
            Hide(_SSE),
            Hide(f"{_SSE}.enabled"),
            (_OF_KINESIS, Hide("kinesis_source_configuration")),
        ),
        not_applicable=(
            (Remove(_SSE), _OF_KINESIS),
            (Remove(_SSE), Change("msk_source_configuration", {"topic_name": "orders"})),
        ),
    ),
)
def encrypted(stream: Resource) -> Outcome:
    """Records wait here for minutes, and for a day when their destination is away.

    It can be switched on for direct PUT only; another source is encrypted by itself. Source: Amazon
    Data Firehose API Reference, StartDeliveryStreamEncryption.
    """
    if any(stream[source] for source in _SOURCES):
        return NotApplicable("its source, a stream of its own, holds and encrypts the records")
    return expect(stream, f"{_SSE}.enabled", True, fix=f"Set {_SSE}.enabled to true.")
