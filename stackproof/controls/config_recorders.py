"""AWS Config: it records everything, it is on, and it delivers."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt, each, expect, expect_that, some
from stackproof.model import (
    Category,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.effective import stated
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import CONFIG_DELIVERY_CHANNEL, CONFIG_RECORDER, CONFIG_RECORDER_STATUS

FRAMEWORKS = {
    Framework.PCI: ("10.4.1.1", "11.5.2"),
    Framework.NIST: ("CM-3", "CM-8"),
}
# That a recorder is on, records everything and delivers it: each control asks one of these.
A_PART = {Framework.FSBP: ("Config.1",), Framework.CIS: ("3.3",)}


GLOBAL_TYPES = "recording_group.include_global_resource_types"
MISSING = Fail(GLOBAL_TYPES, "true", None, f"Set {GLOBAL_TYPES} to true.")
HOME = With(
    Neighbour("home", CONFIG_RECORDER, {"recording_group": {"include_global_resource_types": True}})
)


@control(
    "config-records-everything",
    title="Config recorders record all resource types, global ones included",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=CONFIG_RECORDER,
    needs=(CONFIG_RECORDER,),
    frameworks=FRAMEWORKS,
    in_part=A_PART,
    cases=Cases(
        passing=Given(
            CONFIG_RECORDER,
            {"recording_group": {"all_supported": True, "include_global_resource_types": True}},
        ),
        failing=(
            Change("recording_group.all_supported", False),
            Change("recording_group.include_global_resource_types", False),
            Remove("recording_group.include_global_resource_types"),
            Remove("recording_group"),
            (
                Hide("recording_group.all_supported"),
                Change("recording_group.include_global_resource_types", False),
            ),
        ),
        unknown=(Hide("recording_group"), Hide("recording_group.all_supported")),
        absent=(Change("recording_group.include_global_resource_types", False),),
        also_passing=(
            Remove("recording_group.all_supported"),
            (Change("recording_group.include_global_resource_types", False), HOME),
        ),
    ),
)
def records_everything(recorder: Resource, stack: Stack) -> Outcome:
    """By default all types of the region are recorded, but IAM, which is global, is not.

    One region is enough for global types.
    Source: AWS Config API Reference, RecordingGroup; AWS Config Developer Guide, "Recording global
    resources".
    """
    others = [other for other in stack.all(CONFIG_RECORDER) if other is not recorder]
    recorder = stated(recorder)
    return worst(
        attempt(
            lambda: expect_that(
                recorder,
                "recording_group.all_supported",
                lambda value: value is not False,
                expected="true",
                fix="Set recording_group.all_supported to true.",
            )
        ),
        attempt(lambda: some([recorder, *others], _records_global_types, MISSING)),
    )


def _records_global_types(recorder: Resource) -> Outcome:
    return expect(recorder, GLOBAL_TYPES, True, fix=MISSING.fix)


@control(
    "config-recorder-on",
    title="Config recorders are recording",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=CONFIG_RECORDER,
    needs=(CONFIG_RECORDER_STATUS,),
    frameworks=FRAMEWORKS,
    in_part=A_PART,
    cases=Cases(
        passing=Given(
            CONFIG_RECORDER,
            {"name": "payments"},
            (
                Neighbour(
                    "status", CONFIG_RECORDER_STATUS, {"name": Ref("subject"), "is_enabled": True}
                ),
            ),
        ),
        failing=(Change("is_enabled", False, of="status"), Without("status")),
        unknown=(Hide("is_enabled", of="status"), Hide("name", of="status")),
        absent=(Without("status"),),
        also_passing=(Change("name", "payments", of="status"),),
    ),
)
def recorder_on(recorder: Resource, stack: Stack) -> Outcome:
    """A recorder is made switched off; only its status starts it."""
    fix = "Add a RecorderStatus of this recorder with is_enabled true."
    statuses = referrers(recorder, stack, CONFIG_RECORDER_STATUS, "name")
    if not statuses:
        return Fail("status", "is_enabled true", None, fix)
    return each(statuses, lambda status: expect(status, "is_enabled", True, fix=fix))


@control(
    "config-recorder-delivers",
    title="Config recorders have a delivery channel",
    severity=Severity.HIGH,
    category=Category.MONITORING,
    types=CONFIG_RECORDER,
    needs=(CONFIG_DELIVERY_CHANNEL,),
    frameworks=FRAMEWORKS,
    in_part=A_PART,
    cases=Cases(
        passing=Given(
            CONFIG_RECORDER,
            {"name": "payments"},
            (Neighbour("channel", CONFIG_DELIVERY_CHANNEL, {"s3_bucket_name": "payments-config"}),),
        ),
        failing=(Without("channel"), Remove("s3_bucket_name", of="channel")),
        unknown=(Hide("s3_bucket_name", of="channel"),),
        absent=(Without("channel"),),
    ),
)
def recorder_delivers(recorder: Resource, stack: Stack) -> Outcome:
    """A region has one recorder and one channel, which name each other nowhere."""
    channels = [
        channel
        for channel in stack.around(CONFIG_DELIVERY_CHANNEL)
        if channel.region == recorder.region
    ]
    if any(channel["s3_bucket_name"] for channel in channels):
        return Pass()
    return Fail(
        "delivery_channel",
        "a DeliveryChannel in the same region",
        None,
        "Add a DeliveryChannel with the name of a bucket.",
    )
