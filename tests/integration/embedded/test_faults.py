from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError

from stackproof.embedded.faults import Fault, calls, clear, forget_calls, inject
from stackproof.embedded.server.control import Server

from .conftest import Clients

# One operation per protocol: service, operation, call.
Probe = tuple[str, str, Callable[[Any], Any]]
EC2: Probe = ("ec2", "DescribeVpcs", lambda client: client.describe_vpcs())
QUERY: Probe = ("iam", "ListRoles", lambda client: client.list_roles())
JSON: Probe = ("ecs", "ListClusters", lambda client: client.list_clusters())
QUERY_COMPATIBLE: Probe = ("cloudwatch", "ListDashboards", lambda client: client.list_dashboards())
REST_JSON: Probe = ("guardduty", "ListDetectors", lambda client: client.list_detectors())
REST_XML: Probe = ("route53", "ListHostedZones", lambda client: client.list_hosted_zones())
S3: Probe = ("s3", "ListBuckets", lambda client: client.list_buckets())
PROBES = (EC2, QUERY, JSON, QUERY_COMPATIBLE, REST_JSON, REST_XML, S3)

ERRORS = [
    (EC2, "throttle", "RequestLimitExceeded", 503),
    (QUERY, "throttle", "Throttling", 400),
    (JSON, "throttle", "ThrottlingException", 400),
    (QUERY_COMPATIBLE, "throttle", "ThrottlingException", 400),
    (REST_JSON, "throttle", "ThrottlingException", 429),
    (REST_XML, "throttle", "Throttling", 400),
    (S3, "throttle", "SlowDown", 503),
    (EC2, "deny", "UnauthorizedOperation", 403),
    (QUERY, "deny", "AccessDenied", 403),
    (JSON, "deny", "AccessDeniedException", 400),
    (QUERY_COMPATIBLE, "deny", "AccessDenied", 403),
    (REST_JSON, "deny", "AccessDeniedException", 403),
    (REST_XML, "deny", "AccessDenied", 403),
    (S3, "deny", "AccessDenied", 403),
    (EC2, "server_error", "InternalError", 500),
    (QUERY, "server_error", "InternalFailure", 500),
    (JSON, "server_error", "InternalFailure", 500),
    (REST_JSON, "server_error", "InternalFailure", 500),
    (REST_XML, "server_error", "InternalFailure", 500),
    (S3, "server_error", "InternalError", 500),
]


@pytest.fixture(autouse=True)
def no_faults_left(server: Server) -> Iterator[None]:
    yield
    clear(server)


def seen(server: Server, probe: Probe) -> list[int]:
    return [call.status for call in calls(server) if call.operation == probe[1]]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error[0][0]}-{error[1]}")
def test_an_error_has_the_shape_that_aws_answers(
    server: Server, aws: Clients, error: tuple[Probe, Any, str, int]
) -> None:
    (service, operation, ask), kind, code, status = error
    inject(server, Fault(kind, service, operation))
    with pytest.raises(ClientError) as raised:
        ask(aws(service, retry=False))
    answer = raised.value.response
    assert answer["Error"]["Code"] == code
    assert answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize("probe", PROBES)
def test_a_dropped_connection_is_no_answer(server: Server, aws: Clients, probe: Probe) -> None:
    service, operation, ask = probe
    inject(server, Fault("drop", service, operation))
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        ask(aws(service, retry=False))


@pytest.mark.parametrize("probe", PROBES)
def test_a_delay_only_takes_time(server: Server, aws: Clients, probe: Probe) -> None:
    service, operation, ask = probe
    forget_calls(server)
    inject(server, Fault("delay", service, operation, seconds=0.001))
    ask(aws(service, retry=False))
    assert seen(server, probe) == [200]


@pytest.mark.parametrize(
    ("probe", "missing"),
    [
        (JSON, lambda client: client.get_task_protection(cluster="none")),
        (REST_JSON, lambda client: client.get_malware_scan_settings(DetectorId="none")),
    ],
)
def test_unsupported_looks_like_what_moto_lacks(
    server: Server, aws: Clients, probe: Probe, missing: Callable[[Any], Any]
) -> None:
    service, operation, ask = probe
    client = aws(service, retry=False)
    inject(server, Fault("unsupported", service, operation))
    with pytest.raises(ClientError) as injected:
        ask(client)
    with pytest.raises(ClientError) as real:
        missing(client)
    assert injected.value.response["Error"] == real.value.response["Error"]


def test_unsupported_is_no_xml_where_xml_is_due(server: Server, aws: Clients) -> None:
    inject(server, Fault("unsupported", "ec2"))
    with pytest.raises(botocore.parsers.ResponseParserError):
        aws("ec2", retry=False).describe_vpcs()
    with pytest.raises(botocore.parsers.ResponseParserError):
        aws("ec2", retry=False).describe_aws_network_performance_metric_subscriptions()


def test_a_fault_strikes_as_often_as_it_says_and_retries_get_through(
    server: Server, aws: Clients
) -> None:
    forget_calls(server)
    inject(server, Fault("throttle", "ec2", "DescribeVpcs", times=2))
    aws("ec2").describe_vpcs()
    assert seen(server, EC2) == [503, 503, 200]


def test_other_operations_services_and_regions_are_spared(server: Server, aws: Clients) -> None:
    inject(server, Fault("deny", "ec2", "DescribeVpcs", region="eu-west-1"))
    aws("ec2", retry=False).describe_vpcs()
    aws("ec2", "eu-west-1", retry=False).describe_subnets()
    aws("iam", retry=False).list_roles()
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        aws("ec2", "eu-west-1", retry=False).describe_vpcs()


def test_a_fault_can_concern_one_resource(server: Server, aws: Clients) -> None:
    s3 = aws("s3", retry=False)
    for name in ("spared", "struck"):
        s3.create_bucket(Bucket=name)
    inject(server, Fault("deny", "s3", "GetBucketVersioning", resource="struck"))
    s3.get_bucket_versioning(Bucket="spared")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_bucket_versioning(Bucket="struck")


def test_a_fault_can_concern_everything(server: Server, aws: Clients) -> None:
    inject(server, Fault("deny"))
    for service, _, ask in PROBES:
        with pytest.raises(ClientError):
            ask(aws(service, retry=False))


def test_an_unknown_kind_is_refused_with_the_known_ones(server: Server) -> None:
    kind: Any = "explode"
    with pytest.raises(ValueError, match="no fault of kind 'explode'; there are throttle, deny"):
        inject(server, Fault(kind))


def test_what_is_unseen_is_left_out_of_so_many_listings(server: Server, aws: Clients) -> None:
    ec2 = aws("ec2", retry=False)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    inject(server, Fault("unseen", "ec2", resource=vpc, times=2))

    def listed() -> list[str]:
        return [found["VpcId"] for found in ec2.describe_vpcs()["Vpcs"]]

    before, between, after = listed(), listed(), listed()
    assert vpc not in before
    assert vpc not in between
    assert {*after} == {*before, vpc}


def test_what_is_unseen_is_not_found_by_its_name(server: Server, aws: Clients) -> None:
    iam, sns = aws("iam", retry=False), aws("sns", retry=False)
    iam.create_role(RoleName="late", AssumeRolePolicyDocument="{}")
    topic = sns.create_topic(Name="late")["TopicArn"]
    inject(server, Fault("unseen", resource="late", times=2))
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="late")
    with pytest.raises(ClientError, match="NotFound"):
        sns.get_topic_attributes(TopicArn=topic)
    assert iam.get_role(RoleName="late")["Role"]["RoleName"] == "late"


def test_what_is_unseen_shows_after_its_time_and_can_be_changed_before(
    server: Server, aws: Clients
) -> None:
    sqs = aws("sqs", retry=False)
    queue = sqs.create_queue(QueueName="slow")["QueueUrl"]
    inject(server, Fault("unseen", "sqs", resource="slow", seconds=0.5))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"DelaySeconds": "1"})
    assert queue not in sqs.list_queues().get("QueueUrls", [])
    time.sleep(0.6)
    assert queue in sqs.list_queues()["QueueUrls"]


def test_unseen_without_what_is_refused(server: Server) -> None:
    with pytest.raises(ValueError, match="needs the resource that is not visible yet"):
        inject(server, Fault("unseen", "ec2"))
