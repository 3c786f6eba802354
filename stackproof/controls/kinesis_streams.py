"""Data streams: encrypted, and kept long enough to be read again."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, expect
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import KINESIS_STREAM


@control(
    "kinesis-stream-encrypted",
    title="Data streams are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=KINESIS_STREAM,
    frameworks={
        Framework.FSBP: ("Kinesis.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(
            KINESIS_STREAM, {"encryption_type": "KMS", "kms_key_id": "alias/aws/kinesis"}
        ),
        failing=(Change("encryption_type", "NONE"), Remove("encryption_type")),
        unknown=(Hide("encryption_type"),),
    ),
)
def encrypted(stream: Resource) -> Outcome:
    """Records lie in a stream for a day or a year; without a key they lie there in plain text.

    Source: Amazon Kinesis Data Streams Developer Guide, "Data protection": off unless asked for.
    """
    return expect(
        stream,
        "encryption_type",
        "KMS",
        fix="Set encryption_type to KMS, and kms_key_id to a kms.Key or alias/aws/kinesis.",
    )


@control(
    "kinesis-stream-retention",
    title="Data streams keep records for a week",
    severity=Severity.LOW,
    category=Category.DR,
    types=KINESIS_STREAM,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.FSBP: ("Kinesis.3",), Framework.NIST: ("SI-12",)},
    cases=Cases(
        passing=Given(KINESIS_STREAM, {"retention_period": 168}),
        failing=(Change("retention_period", 24), Remove("retention_period")),
        unknown=(Hide("retention_period"),),
        also_passing=(Change("retention_period", 8760),),
        not_applicable=((Change("retention_period", 24), Change("tags", {"Environment": "dev"})),),
    ),
)
def retention(
    stream: Resource, *, hours: Annotated[int, Range(25, 8760, "hours")] = 168
) -> Outcome:
    """A reader that broke on Friday night has lost nothing on Monday; a day is AWS's default.

    Source: AWS Security Hub User Guide, Kinesis.3.
    """
    return at_least(
        stream,
        "retention_period",
        hours,
        unit="hours",
        fix=f"Set retention_period to {hours} or more.",
    )
