from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Client, Clients


@pytest.fixture
def elb(aws: Clients) -> Client:
    return aws("elbv2")


def create(elb: Client, network: dict[str, Any], name: str, **options: Any) -> str:
    made = elb.create_load_balancer(Name=name, Subnets=network["subnets"], **options)
    arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
    return arn


def attributes(elb: Client, arn: str) -> dict[str, str]:
    listed = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {attribute["Key"]: attribute["Value"] for attribute in listed}


def set_attribute(elb: Client, arn: str, key: str, value: str) -> None:
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value}]
    )


def test_unset_attributes_are_listed_with_their_defaults(
    elb: Client, network: dict[str, Any]
) -> None:
    seen = attributes(elb, create(elb, network, "plain"))
    assert seen["idle_timeout.timeout_seconds"] == "60"
    assert seen["load_balancing.cross_zone.enabled"] == "true"
    assert seen["routing.http.drop_invalid_header_fields.enabled"] == "false"
    assert seen["routing.http2.enabled"] == "true"
    assert seen["access_logs.s3.enabled"] == "false"


def test_a_network_load_balancer_has_its_own_attributes(
    elb: Client, network: dict[str, Any]
) -> None:
    seen = attributes(elb, create(elb, network, "net", Type="network"))
    assert seen["load_balancing.cross_zone.enabled"] == "false"
    assert "idle_timeout.timeout_seconds" not in seen


def test_set_attributes_survive_a_repeated_creation(elb: Client, network: dict[str, Any]) -> None:
    arn = create(elb, network, "tuned")
    set_attribute(elb, arn, "idle_timeout.timeout_seconds", "90")
    assert attributes(elb, arn)["idle_timeout.timeout_seconds"] == "90"


def test_a_protected_load_balancer_stays(elb: Client, network: dict[str, Any]) -> None:
    arn = create(elb, network, "guarded")
    set_attribute(elb, arn, "deletion_protection.enabled", "true")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        elb.delete_load_balancer(LoadBalancerArn=arn)
    set_attribute(elb, arn, "deletion_protection.enabled", "false")
    elb.delete_load_balancer(LoadBalancerArn=arn)
    with pytest.raises(ClientError, match="LoadBalancerNotFound"):
        elb.describe_load_balancers(LoadBalancerArns=[arn])


def test_a_tls_policy_must_exist(aws: Clients, elb: Client, network: dict[str, Any]) -> None:
    arn = create(elb, network, "tls")
    certificate = aws("acm").request_certificate(DomainName="tls.example")["CertificateArn"]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}

    def listen(port: int, policy: str) -> str:
        made = elb.create_listener(
            LoadBalancerArn=arn,
            Protocol="HTTPS",
            Port=port,
            SslPolicy=policy,
            Certificates=[{"CertificateArn": certificate}],
            DefaultActions=[fixed],
        )
        used: str = made["Listeners"][0]["SslPolicy"]
        return used

    with pytest.raises(ClientError, match="SSLPolicyNotFound"):
        listen(443, "ELBSecurityPolicy-Made-Up")
    assert listen(443, "ELBSecurityPolicy-TLS13-1-2-2021-06") == (
        "ELBSecurityPolicy-TLS13-1-2-2021-06"
    )
