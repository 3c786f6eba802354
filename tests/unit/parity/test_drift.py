"""What the program set and AWS shows otherwise is drift; other spellings of the same are not."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from stackproof.model import Cause, Fail, Resource, Unknown
from stackproof.parity.drift import Comparison, compare
from stackproof.types import tokens as t
from tests.unit.parity.made import held, state

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234-ab"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012"},
    "Action": "s3:GetObject",
    "Resource": ["b", "a"],
    "Condition": {"Bool": {"aws:SecureTransport": True}},
}
AS_AWS_WRITES_IT = {
    "Sid": "",
    "Effect": "Allow",
    "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]},
    "Action": ["s3:GetObject"],
    "Resource": ["a", "b"],
    "Condition": {"Bool": {"aws:securetransport": ["true"]}},
}
_MONTH = {"days": 30}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def compared(
    type_: str, wanted: dict[str, Any], live: dict[str, Any], *others: Resource, **outputs: Any
) -> Comparison:
    known = replace(held(type_, "it"), data={**wanted, **outputs})
    twin = Resource(live, type=type_, name="it", id="it", urn=known.urn)
    return compare(state(known, inputs={"it": wanted}), [twin, *others])


def drifted(comparison: Comparison) -> dict[str, tuple[str, Any]]:
    """Give what has drifted, by facet: the path and what AWS shows."""
    found = {}
    for finding in comparison.findings:
        assert isinstance(finding.outcome, Fail)
        found[finding.facet] = (finding.outcome.property, finding.outcome.actual)
    return found


@pytest.mark.parametrize(
    ("type_", "name", "wanted", "live"),
    [
        (t.METRIC_ALARM, "threshold", 80, 80.0),
        (t.METRIC_ALARM, "threshold", "80", 80),
        (t.RDS_CLUSTER, "engine_version", "15", "15.4"),
        (t.RDS_CLUSTER, "cluster_identifier", "Ledger", "ledger"),
        (t.RDS_CLUSTER, "kms_key_id", "1234-ab", KEY),
        (t.RDS_CLUSTER, "kms_key_id", KEY, "1234-ab"),
        (t.RDS_CLUSTER, "kms_key_id", "alias/ledger", KEY),
        (t.RDS_CLUSTER, "deletion_protection", False, None),
        (t.ROUTE53_RECORD, "name", "www", "www.example.com"),
        (t.ROUTE53_ZONE, "name", "Example.com", "example.com."),
        (t.SECURITY_GROUP_INGRESS_RULE, "ip_protocol", "TCP", "6"),
        (t.SECURITY_GROUP_INGRESS_RULE, "ip_protocol", "all", "-1"),
        (t.EC2_INSTANCE, "user_data", "#!/bin/sh", base64.b64encode(b"#!/bin/sh").decode()),
        (t.EC2_INSTANCE, "vpc_security_group_ids", ["sg-1", "sg-2"], ["sg-2", "sg-1"]),
        (t.LAMBDA_FUNCTION, "vpc_config", {"subnet_ids": ["a"]}, [{"subnet_ids": ["a"]}]),
        (t.CLOUDTRAIL_TRAIL, "cloud_watch_logs_group_arn", f"{KEY}:*", KEY),
        (
            t.S3_POLICY,
            "policy",
            json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT, DENY]}),
            json.dumps({"Statement": [DENY, AS_AWS_WRITES_IT], "Version": "2012-10-17"}),
        ),
        (t.S3_POLICY, "policy", json.dumps({"Statement": DENY}), json.dumps({"Statement": [DENY]})),
        (
            t.ECS_TASK_DEFINITION,
            "container_definitions",
            json.dumps([{"name": "api"}]),
            json.dumps([{"name": "api", "cpu": 0, "mountPoints": []}]),
        ),
        (
            t.S3_LIFECYCLE,
            "rules",
            [{"status": "Enabled", "transitions": [_MONTH]}],
            [
                {
                    "id": "x",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "transitions": [{"days": 30}],
                }
            ],
        ),
        (
            t.LB_LISTENER,
            "default_actions",
            [{"type": "forward"}],
            [{"type": "forward", "order": 1}],
        ),
    ],
)
def test_other_spelling_is_no_drift(type_: str, name: str, wanted: Any, live: Any) -> None:
    made = compared(type_, {name: wanted}, {name: live})
    assert drifted(made) == {}
    assert made.compared == 1


@pytest.mark.parametrize(
    ("type_", "name", "wanted", "live", "path"),
    [
        (t.METRIC_ALARM, "threshold", 80, 81.0, "threshold"),
        (t.RDS_CLUSTER, "engine_version", "15", "16.1", "engine_version"),
        (t.RDS_CLUSTER, "engine_version", "15.1", "15.10", "engine_version"),
        (t.RDS_CLUSTER, "kms_key_id", "1234", KEY, "kms_key_id"),
        (t.RDS_CLUSTER, "deletion_protection", True, None, "deletion_protection"),
        (t.RDS_CLUSTER, "deletion_protection", True, False, "deletion_protection"),
        (t.KMS_KEY, "description", "Ledger", "ledger", "description"),
        (t.EC2_INSTANCE, "vpc_security_group_ids", ["sg-1"], ["sg-1", "sg-2"], None),
        (t.EC2_INSTANCE, "vpc_security_group_ids", ["sg-1", "sg-1"], ["sg-1", "sg-2"], None),
        (
            t.S3_VERSIONING,
            "versioning_configuration",
            {"status": "Enabled"},
            {"status": "Suspended", "mfa_delete": "Disabled"},
            "versioning_configuration.status",
        ),
        (t.VPC, "tags", {"Owner": "us"}, {"Owner": "Us"}, "tags.Owner"),
        (t.VPC, "tags", {"Owner": "us"}, {"Owner": "us", "Intruder": "x"}, "tags.Intruder"),
        (
            t.ECS_TASK_DEFINITION,
            "container_definitions",
            json.dumps([{"name": "api", "image": "a:1"}]),
            json.dumps([{"name": "api", "image": "a:2", "cpu": 0}]),
            None,
        ),
        (
            t.S3_LIFECYCLE,
            "rules",
            [{"status": "Enabled", "transitions": [_MONTH]}],
            [{"status": "Enabled", "transitions": [_MONTH], "expiration": {"days": 1}}],
            None,
        ),
        (
            t.EVENT_RULE,
            "event_pattern",
            json.dumps({"source": ["aws.s3"]}),
            json.dumps({"source": ["aws.s3"], "account": ["999999999999"]}),
            "event_pattern.account",
        ),
        (
            t.S3_POLICY,
            "policy",
            json.dumps({"Statement": [DENY]}),
            json.dumps({"Statement": [{**DENY, "Condition": {"Bool": {"a:b": "true"}}}]}),
            "policy.Statement",
        ),
    ],
)
def test_other_meaning_is_drift(
    type_: str, name: str, wanted: Any, live: Any, path: str | None
) -> None:
    (found,) = drifted(compared(type_, {name: wanted}, {name: live})).values()
    assert found[0] == (path or name)


def test_policy_that_allows_more_is_drift() -> None:
    wider = {**AS_AWS_WRITES_IT, "Action": ["s3:GetObject", "s3:PutObject"]}
    for said in ([wider], [AS_AWS_WRITES_IT, DENY], [{**AS_AWS_WRITES_IT, "Condition": {}}]):
        made = compared(
            t.S3_POLICY,
            {"policy": json.dumps({"Statement": [STATEMENT]})},
            {"policy": json.dumps({"Statement": said})},
        )
        assert list(drifted(made)) == ["policy"]


def test_only_what_the_program_set_and_aws_shows_is_compared_and_the_rest_counted() -> None:
    secret = Unknown(Cause.UNREADABLE, detail="secret")
    made = compared(
        t.RDS_CLUSTER,
        {"engine": "aurora", "skip_final_snapshot": True, "master_password": secret},
        {"engine": "aurora", "port": 3306, "master_password": "x", "database_name": "ledger"},
    )
    assert (made.compared, made.unshown, drifted(made)) == (1, 1, {})


@pytest.mark.parametrize(
    ("type_", "wanted", "live"),
    [
        (t.ROUTE, {"nat_gateway_id": "nat-1"}, {"gateway_id": "igw-1"}),
        (t.ROUTE, {"gateway_id": "igw-1"}, {"network_interface_id": "eni-1"}),
        (t.SECURITY_GROUP_INGRESS_RULE, {"cidr_ipv4": "10.0.0.0/8"}, {"prefix_list_id": "pl-1"}),
        (t.NETWORK_ACL_RULE, {"cidr_block": "10.0.0.0/8"}, {"ipv6_cidr_block": "::/0"}),
        (t.METRIC_ALARM, {"statistic": "Sum"}, {"extended_statistic": "p99"}),
        (
            t.ECS_SERVICE,
            {"launch_type": "FARGATE"},
            {"capacity_provider_strategies": [{"base": 1}]},
        ),
        (t.AUTOSCALING_GROUP, {"launch_template": {"id": "lt"}}, {"launch_configuration": "old"}),
    ],
)
def test_what_another_has_taken_the_place_of_is_drift(
    type_: str, wanted: dict[str, Any], live: dict[str, Any]
) -> None:
    made = compared(type_, wanted, live)
    (name,) = wanted
    assert drifted(made) == {name: (name, None)}
    assert (made.compared, made.unshown) == (1, 0)
    assert compared(type_, wanted, {}).unshown == 1


def test_what_aws_shows_of_another_of_the_type_and_not_here_is_drift() -> None:
    other = Resource({"kms_key_id": KEY}, type=t.LOG_GROUP, name="other", id="other")
    wanted = {"kms_key_id": KEY, "skip_destroy": True}
    made = compared(t.LOG_GROUP, wanted, {}, other)
    assert (drifted(made), made.unshown) == ({"kms_key_id": ("kms_key_id", None)}, 1)
    assert drifted(compared(t.LOG_GROUP, {"kms_key_id": ""}, {}, other)) == {}


def test_every_place_of_a_property_that_differs_is_named_up_to_a_bound() -> None:
    wanted = {f"Tag{number}": "us" for number in range(7)}
    said = []
    for number in (1, 2, 5, 7):
        theirs = dict.fromkeys(list(wanted)[:number], "Us")
        (finding,) = compared(t.VPC, {"tags": wanted}, {"tags": {**wanted, **theirs}}).findings
        assert isinstance(finding.outcome, Fail)
        assert (finding.facet, finding.outcome.property) == ("tags", "tags.Tag0")
        named = [name for name in wanted if f"tags.{name}" in finding.outcome.expected]
        said.append((len(named), "more" in finding.outcome.expected))
    assert said == [(0, False), (1, False), (4, False), (4, True)]


def test_tags_of_the_provider_are_the_programs() -> None:
    everybody = {"Owner": "us", "ManagedBy": "pulumi"}
    tags, live = {"tags": {"Owner": "us"}}, {"tags": everybody}
    assert drifted(compared(t.VPC, tags, live, tags_all=everybody)) == {}
    assert list(drifted(compared(t.VPC, tags, live))) == ["tags"]


def test_what_could_not_be_seen_is_unknown_and_what_is_never_shown_is_not() -> None:
    denied = Unknown(Cause.ACCESS_DENIED, detail="kms:GetKeyRotationStatus")
    wanted = {"enable_key_rotation": True}
    (finding,) = compared(t.KMS_KEY, wanted, {"enable_key_rotation": denied}).findings
    assert finding.outcome == denied.at("enable_key_rotation")
    for cause in (Cause.UNREADABLE, Cause.UNSUPPORTED):
        made = compared(t.KMS_KEY, wanted, {"enable_key_rotation": Unknown(cause)})
        assert (made.findings, made.unshown) == ([], 1)


def test_what_scaling_sets_is_no_drift() -> None:
    live = {"name": "it", "desired_count": 5}
    target = Resource(
        {"resource_id": "service/shop/it"}, type=t.APPSCALING_TARGET, name="t", urn="urn:t"
    )
    assert drifted(compared(t.ECS_SERVICE, {"desired_count": 2}, live, target)) == {}
    assert list(drifted(compared(t.ECS_SERVICE, {"desired_count": 2}, live))) == ["desired_count"]


def test_secret_that_drifts_is_not_told() -> None:
    made = compared(t.RDS_CLUSTER, {"master_password": "old-one"}, {"master_password": "new"})
    (finding,) = made.findings
    assert isinstance(finding.outcome, Fail)
    assert "old-one" not in finding.outcome.expected


def test_fingerprint_tells_properties_apart_and_not_values() -> None:
    one = compared(t.VPC, {"tags": {"A": "1"}, "cidr_block": "x"}, {"tags": {}, "cidr_block": "y"})
    other = compared(t.VPC, {"tags": {"A": "1"}}, {"tags": {"A": "2"}})
    prints = {finding.facet: finding.fingerprint for finding in one.findings}
    assert len(set(prints.values())) == 2
    assert [finding.fingerprint for finding in other.findings] == [prints["tags"]]
