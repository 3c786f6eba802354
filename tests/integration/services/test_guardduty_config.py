"""GuardDuty detectors and AWS Config: what is declared is what AWS shows."""

from __future__ import annotations

from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown


def test_detector_round_trip(world: World) -> None:
    detector = world.make(
        "aws:guardduty/detector:Detector",
        enable=True,
        finding_publishing_frequency="FIFTEEN_MINUTES",
        tags=TAGS,
    )
    assert_shown(world, detector)
    world.change(detector, enable=False, finding_publishing_frequency="ONE_HOUR")
    assert_shown(world, detector)
    assert_gone(world, detector)


def test_filter_round_trip(world: World) -> None:
    detector = world.make("aws:guardduty/detector:Detector", enable=True)
    kept = world.make(
        "aws:guardduty/filter:Filter",
        detector_id=detector.id,
        name="scanner",
        action="ARCHIVE",
        rank=1,
        description="Our own scanner",
        finding_criteria={
            "criterions": [
                {"field": "type", "equals": ["Recon:EC2/Portscan"]},
                {"field": "severity", "less_than": "4"},
            ]
        },
        tags=TAGS,
    )
    assert_shown(world, kept)
    world.change(kept, action="NOOP", tags={"Name": "other"})
    assert_shown(world, kept)
    assert_gone(world, kept)


def test_recorder_channel_and_status_round_trip(world: World) -> None:
    role = f"arn:aws:iam::{world.cloud.account}:role/config"
    world.cloud.client("s3").create_bucket(Bucket="config-roundtrip")
    recorder = world.make(
        "aws:cfg/recorder:Recorder",
        name="roundtrip",
        role_arn=role,
        recording_group={"all_supported": True, "include_global_resource_types": True},
    )
    channel = world.make(
        "aws:cfg/deliveryChannel:DeliveryChannel",
        name="roundtrip",
        s3_bucket_name="config-roundtrip",
    )
    status = world.make("aws:cfg/recorderStatus:RecorderStatus", name="roundtrip", is_enabled=True)
    alone = world.read(recorder)
    assert alone is not None
    assert alone["recording_group"]["all_supported"] is True  # type: ignore[index]
    assert_shown(world, channel)
    assert_shown(world, status)
    world.change(status, is_enabled=False)
    assert_shown(world, status)
    world.delete(status)
    assert_gone(world, channel)
    assert_gone(world, recorder)


def test_rule_round_trip(world: World) -> None:
    rule = world.make(
        "aws:cfg/rule:Rule",
        name="roundtrip",
        description="Refuses SSH from everywhere",
        source={"owner": "AWS", "source_identifier": "REQUIRED_TAGS"},
        input_parameters='{"tag1Key": "Project"}',
        scope={"tag_key": "Stack", "tag_value": "roundtrip"},
        tags=TAGS,
    )
    assert rule["rule_id"].startswith("config-rule-")
    assert_shown(world, rule)
    world.change(rule, input_parameters='{"tag1Key": "Owner"}', tags={"Name": "other"})
    assert_shown(world, rule)
    assert_gone(world, rule)
