from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients


def test_a_key_keeps_its_rotation_period(aws: Clients) -> None:
    kms = aws("kms")
    created = kms.create_key()["KeyMetadata"]
    assert created["MultiRegion"] is False
    key = created["KeyId"]
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    seen = kms.get_key_rotation_status(KeyId=created["Arn"])
    assert (seen["KeyRotationEnabled"], seen["RotationPeriodInDays"]) == (True, 180)
    assert (seen["NextRotationDate"] - created["CreationDate"]).days in (179, 180)


def test_a_key_rotates_every_year_unless_told_otherwise(aws: Clients) -> None:
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365


def put_alarm(aws: Clients, name: str, threshold: float) -> None:
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName="CPUUtilization",
        Namespace="AWS/ECS",
        Period=60,
        EvaluationPeriods=1,
        Threshold=threshold,
        Statistic="Average",
        ComparisonOperator="GreaterThanThreshold",
    )


def alarm(aws: Clients, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    return found


def test_a_new_alarm_has_no_data_yet(aws: Clients) -> None:
    put_alarm(aws, "new", 75)
    assert alarm(aws, "new")["StateValue"] == "INSUFFICIENT_DATA"


def test_a_changed_alarm_stays_in_its_state(aws: Clients) -> None:
    put_alarm(aws, "ringing", 75)
    aws("cloudwatch").set_alarm_state(AlarmName="ringing", StateValue="ALARM", StateReason="drill")
    put_alarm(aws, "ringing", 80)
    seen = alarm(aws, "ringing")
    assert (seen["StateValue"], seen["StateReason"], seen["Threshold"]) == ("ALARM", "drill", 80)


def test_a_topic_keeps_signature_version_and_tracing(aws: Clients) -> None:
    sns = aws("sns")
    topic = sns.create_topic(Name="signed", Attributes={"SignatureVersion": "2"})["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="TracingConfig", AttributeValue="Active")
    seen = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (seen["SignatureVersion"], seen["TracingConfig"]) == ("2", "Active")
    assert json.loads(seen["Policy"])["Statement"]


def web_acl(aws: Clients, name: str) -> str:
    visibility = {
        "SampledRequestsEnabled": False,
        "CloudWatchMetricsEnabled": False,
        "MetricName": name,
    }
    made = aws("wafv2").create_web_acl(
        Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility
    )
    arn: str = made["Summary"]["ARN"]
    return arn


def test_resources_of_a_web_acl_are_listed_by_kind(aws: Clients) -> None:
    waf = aws("wafv2")
    first, second = web_acl(aws, "first"), web_acl(aws, "second")
    prefix = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
    balancer = f"{prefix}:loadbalancer/app/protected/50dc6c495c0c9188"
    waf.associate_web_acl(WebACLArn=first, ResourceArn=balancer)
    assert waf.list_resources_for_web_acl(WebACLArn=first)["ResourceArns"] == [balancer]
    other = waf.list_resources_for_web_acl(WebACLArn=first, ResourceType="API_GATEWAY")
    assert other["ResourceArns"] == []
    waf.associate_web_acl(WebACLArn=second, ResourceArn=balancer)
    assert waf.list_resources_for_web_acl(WebACLArn=first)["ResourceArns"] == []
    assert waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["ARN"] == second


def test_resources_of_an_unknown_web_acl_are_refused(aws: Clients) -> None:
    with pytest.raises(ClientError, match="WAFNonexistentItemException"):
        aws("wafv2").list_resources_for_web_acl(
            WebACLArn="arn:aws:wafv2:us-east-1:123456789012:regional/webacl/x/y"
        )


@pytest.mark.parametrize(
    ("region", "given", "expected"),
    [
        ("us-east-1", {"recordingFrequency": "DAILY"}, {"recordingFrequency": "DAILY"}),
        ("us-west-2", None, {"recordingFrequency": "CONTINUOUS"}),
    ],
)
def test_a_recorder_keeps_its_mode(
    aws: Clients, region: str, given: dict[str, str] | None, expected: dict[str, str]
) -> None:
    config = aws("config", region)
    recorder: dict[str, Any] = {"name": "main", "roleARN": "arn:aws:iam::123456789012:role/r"}
    if given:
        recorder["recordingMode"] = given
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    seen = config.describe_configuration_recorders()["ConfigurationRecorders"][0]
    assert seen["recordingMode"] == expected


@pytest.fixture(scope="module")
def detector(aws: Clients) -> str:
    made: str = aws("guardduty", "eu-west-1").create_detector(Enable=True, Tags={"Team": "pay"})[
        "DetectorId"
    ]
    return made


def test_an_account_has_one_detector_per_region(aws: Clients, detector: str) -> None:
    with pytest.raises(ClientError, match="detector already exists"):
        aws("guardduty", "eu-west-1").create_detector(Enable=True)


def test_tags_of_a_detector_can_be_read_and_changed(aws: Clients, detector: str) -> None:
    guardduty: Client = aws("guardduty", "eu-west-1")
    arn = f"arn:aws:guardduty:eu-west-1:123456789012:detector/{detector}"
    guardduty.tag_resource(ResourceArn=arn, Tags={"more": "yes"})
    assert guardduty.list_tags_for_resource(ResourceArn=arn)["Tags"] == {
        "Team": "pay",
        "more": "yes",
    }
    guardduty.untag_resource(ResourceArn=arn, TagKeys=["more"])
    assert guardduty.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"Team": "pay"}
    assert guardduty.get_detector(DetectorId=detector)["Tags"] == {"Team": "pay"}


def test_tags_of_an_unknown_detector_are_refused(aws: Clients) -> None:
    with pytest.raises(ClientError, match="BadRequestException"):
        aws("guardduty").list_tags_for_resource(
            ResourceArn="arn:aws:guardduty:us-east-1:123456789012:detector/none"
        )


def test_a_certificate_is_issued_at_once_with_the_key_asked_for(aws: Clients) -> None:
    acm = aws("acm")
    arn = acm.request_certificate(
        DomainName="pay.example", ValidationMethod="DNS", KeyAlgorithm="EC_prime256v1"
    )["CertificateArn"]
    seen = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert (seen["Status"], seen["KeyAlgorithm"]) == ("ISSUED", "EC_prime256v1")
    plain = acm.request_certificate(DomainName="plain.example")["CertificateArn"]
    seen = acm.describe_certificate(CertificateArn=plain)["Certificate"]
    assert seen["KeyAlgorithm"] == "RSA_2048"


def test_hosted_zone_ids_start_with_z(aws: Clients) -> None:
    made = aws("route53").create_hosted_zone(Name="z.example.com", CallerReference="z")
    assert made["HostedZone"]["Id"].startswith("/hostedzone/Z")
