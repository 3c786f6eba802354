from __future__ import annotations

import pytest

from stackproof.types.tokens import LB_LISTENER, LB_TARGET_GROUP
from tests.unit.infra.program import ACCOUNT, PROJECT, Deployment, run_program, stack_config


def test_the_load_balancer_is_public_and_in_public_subnets(deployment: Deployment) -> None:
    load_balancer = deployment.only("aws:lb/loadBalancer:LoadBalancer")
    assert load_balancer["internal"] is False
    assert load_balancer["load_balancer_type"] == "application"
    assert all(subnet.startswith("Subnet-public-") for subnet in load_balancer["subnets"])


def test_the_load_balancer_refuses_malformed_requests(deployment: Deployment) -> None:
    load_balancer = deployment.only("aws:lb/loadBalancer:LoadBalancer")
    assert load_balancer["drop_invalid_header_fields"] is True
    assert load_balancer["desync_mitigation_mode"] == "defensive"


@pytest.mark.requirement("3.18")
def test_https_is_tls_1_2_or_later_with_the_validated_certificate(deployment: Deployment) -> None:
    listener = deployment.only(LB_LISTENER, "alb-https")
    validation = deployment.only("aws:acm/certificateValidation:CertificateValidation")
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["certificate_arn"] == validation["certificate_arn"]


def test_an_unknown_path_is_not_found(deployment: Deployment) -> None:
    (action,) = deployment.only(LB_LISTENER, "alb-https")["default_actions"]
    assert action["type"] == "fixed-response"
    assert action["fixed_response"]["status_code"] == "404"


def test_http_is_sent_to_https_for_good(deployment: Deployment) -> None:
    listener = deployment.only(LB_LISTENER, "alb-http")
    (action,) = listener["default_actions"]
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}


@pytest.mark.requirement("3.18")
@pytest.mark.parametrize("service", ["api", "payment", "notification"])
def test_each_service_has_its_path_and_target_group(deployment: Deployment, service: str) -> None:
    rule = deployment.only("aws:lb/listenerRule:ListenerRule", service)
    (condition,) = rule["conditions"]
    (action,) = rule["actions"]
    assert condition["path_pattern"]["values"] == [f"/{service}/*"]
    assert action["type"] == "forward"
    assert action["target_group_arn"] == deployment.outputs[f"{service}_target_group_arn"]
    assert rule["listener_arn"] == deployment.outputs["https_listener_arn"]
    (target,) = deployment.only("aws:ecs/service:Service", service)["load_balancers"]
    assert target == {
        "target_group_arn": action["target_group_arn"],
        "container_name": service,
        "container_port": 8443,
    }


@pytest.mark.parametrize("service", ["api", "payment", "notification"])
def test_each_target_group_checks_health(deployment: Deployment, service: str) -> None:
    group = deployment.only(LB_TARGET_GROUP, service)
    check = group["health_check"]
    assert (group["target_type"], group["port"], group["protocol"]) == ("ip", 8443, "HTTPS")
    assert group["health_check"]["protocol"] == "HTTPS"
    assert check["enabled"] is True
    assert check["path"] == f"/{service}/health"
    assert check["matcher"] == "200"
    assert check["timeout"] < check["interval"]


def test_access_logs_go_to_a_bucket_that_load_balancers_may_write_to(
    deployment: Deployment,
) -> None:
    logs = deployment.only("aws:lb/loadBalancer:LoadBalancer")["access_logs"]
    assert logs == {"bucket": "Bucket-access-logs", "enabled": True}
    bucket = deployment.only("aws:s3/bucket:Bucket", "access-logs")["bucket"]
    policy = deployment.only("aws:s3/bucketPolicy:BucketPolicy", "access-logs").policy()
    assert {
        "Sid": "AccessLogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]},
        "Action": ["s3:PutObject"],
        "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/{ACCOUNT}/*",
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": (
                    f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:loadbalancer/*"
                )
            }
        },
    } in policy


def test_the_certificate_is_proven_in_the_stacks_own_zone(staging: Deployment) -> None:
    assert staging.only("aws:route53/zone:Zone")["name"] == "staging.payments.example.com"
    proof = staging.only("aws:route53/record:Record", "dns-certificate-proof")
    assert proof["type"] == "CNAME"
    assert proof["zone_id"] == staging.outputs["hosted_zone_id"]
    certificate = staging.only("aws:acm/certificate:Certificate")
    assert certificate["validation_method"] == "DNS"


def test_the_name_leads_to_the_load_balancer(staging: Deployment) -> None:
    record = staging.only("aws:route53/record:Record", "dns-alias")
    (alias,) = record["aliases"]
    assert record["name"] == "staging.payments.example.com"
    assert alias["name"] == staging.outputs["alb_dns_name"]
    assert alias["evaluate_target_health"] is True


def test_a_zone_that_exists_is_used_instead_of_a_new_one() -> None:
    config = {**stack_config("scalepayments-dev"), f"{PROJECT}:hosted_zone_id": "Z42"}
    deployment = run_program("scalepayments-dev", config)
    assert deployment.all("aws:route53/zone:Zone") == []
    assert {r["zone_id"] for r in deployment.all("aws:route53/record:Record")} == {"Z42"}
    # It is not the stack's, whose outputs name what the stack has.
    assert "hosted_zone_id" not in deployment.outputs
    assert deployment.outputs["settings"]["hosted_zone_id"] == "Z42"
