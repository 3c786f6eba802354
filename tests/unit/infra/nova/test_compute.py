from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    AUTOSCALING_POLICY,
    LAUNCH_TEMPLATE,
    METRIC_ALARM,
)
from tests.unit.infra.program import ACCOUNT, ROOT, Deployment

PRIVATE = [f"Subnet-private-{letter}" for letter in "abc"]
HOST = ROOT / "infra/hosts/web.sh"
SHELLCHECK = Path(sys.executable).with_name("shellcheck")


def _template(nova: Deployment) -> dict[str, Any]:
    return nova.only(LAUNCH_TEMPLATE).inputs


@pytest.mark.requirement("1.5", "1.13")
def test_instances_are_c5_in_several_zones(nova: Deployment) -> None:
    assert _template(nova)["instance_type"].startswith("c5.")
    group = nova.only(AUTOSCALING_GROUP)
    assert group["vpc_zone_identifiers"] == PRIVATE
    assert group["min_size"] >= 2
    assert group["max_size"] > group["min_size"]


def test_the_group_runs_its_template_behind_the_load_balancer(nova: Deployment) -> None:
    group = nova.only(AUTOSCALING_GROUP)
    assert group["launch_template"] == {"id": "LaunchTemplate-web", "version": "1"}
    assert group["health_check_type"] == "ELB"
    assert group["target_group_arns"] == [nova.outputs["web_target_group_arn"]]
    assert "desiredCapacity" in group.ignore_changes


@pytest.mark.requirement("1.5")
def test_volumes_are_encrypted_with_a_key_of_their_own(nova: Deployment) -> None:
    (volume,) = _template(nova)["block_device_mappings"]
    assert volume["ebs"]["encrypted"] == "true"
    assert volume["ebs"]["kms_key_id"] == nova.outputs["volumes_kms_key_arn"]
    assert volume["ebs"]["volume_type"] == "gp3"


def test_metadata_is_read_with_a_token_only(nova: Deployment) -> None:
    options = _template(nova)["metadata_options"]
    assert options["http_tokens"] == "required"
    assert options["http_put_response_hop_limit"] == 1


def test_instances_have_no_keys_and_no_public_addresses(nova: Deployment) -> None:
    template = _template(nova)
    assert "key_name" not in template
    assert "network_interfaces" not in template
    assert template["vpc_security_group_ids"] == ["SecurityGroup-web-security-group"]


def test_the_image_is_the_newest_amazon_linux(nova: Deployment) -> None:
    assert _template(nova)["image_id"] == (
        "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    )


def test_instances_and_volumes_carry_the_tags(nova: Deployment) -> None:
    tags = nova.only(LAUNCH_TEMPLATE)["tags"]
    specified = {s["resource_type"]: s["tags"] for s in _template(nova)["tag_specifications"]}
    assert specified["volume"] == tags
    assert {t["key"]: t["value"] for t in nova.only(AUTOSCALING_GROUP)["tags"]} == tags
    assert all(tag["propagate_at_launch"] for tag in nova.only(AUTOSCALING_GROUP)["tags"])


def test_instances_prepare_themselves_with_the_script(nova: Deployment) -> None:
    script = base64.b64decode(_template(nova)["user_data"]).decode()
    head, _, body = script.partition("# shellcheck")
    assert head.splitlines() == [
        "#!/bin/bash",
        "REGION=us-west-2",
        "LOG_GROUP=/ec2/nova-prod-web",
    ]
    assert body == HOST.read_text().partition("# shellcheck")[2]
    # EC2 takes 16 KB before encoding.
    assert len(script.encode()) < 16 * 1024


def test_the_script_is_sound_shell(nova: Deployment) -> None:
    checked = subprocess.run(
        [SHELLCHECK, "--shell=bash", "--severity=style", "-"],
        input=base64.b64decode(_template(nova)["user_data"]).decode(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_web_server_speaks_modern_tls_only() -> None:
    (written,) = re.findall(r"<<'NGINX'\n(.*?)\nNGINX\n", HOST.read_text(), flags=re.DOTALL)
    said = [line.split() for line in written.splitlines() if not line.lstrip().startswith("#")]
    assert [words for words in said if words[0] == "listen"] == [["listen", "443", "ssl;"]]
    assert [words for words in said if words[0] == "ssl_protocols"] == [
        ["ssl_protocols", "TLSv1.2", "TLSv1.3;"]
    ]


@pytest.mark.requirement("1.5")
def test_the_group_grows_over_75_percent_cpu_in_5_minutes(nova: Deployment) -> None:
    policy, alarm = (
        nova.only(AUTOSCALING_POLICY, "web-scale-out"),
        nova.only(METRIC_ALARM, "web-cpu-high"),
    )
    assert alarm["metric_name"] == "CPUUtilization"
    assert alarm["namespace"] == "AWS/EC2"
    assert alarm["statistic"] == "Average"
    assert alarm["dimensions"] == {"AutoScalingGroupName": "nova-prod-web"}
    assert alarm["threshold"] == 75
    assert alarm["comparison_operator"] == "GreaterThanThreshold"
    assert alarm["period"] * alarm["evaluation_periods"] == 300
    assert nova.outputs["web_scale_out_policy_arn"] in alarm["alarm_actions"]
    assert policy["autoscaling_group_name"] == "nova-prod-web"
    steps = [
        (s.get("metric_interval_lower_bound"), s.get("metric_interval_upper_bound"))
        for s in policy["step_adjustments"]
    ]
    assert steps == [("0", "10"), ("10", None)]
    assert all(step["scaling_adjustment"] > 0 for step in policy["step_adjustments"])


def test_the_group_shrinks_when_it_is_idle(nova: Deployment) -> None:
    policy, alarm = (
        nova.only(AUTOSCALING_POLICY, "web-scale-in"),
        nova.only(METRIC_ALARM, "web-cpu-low"),
    )
    assert alarm["comparison_operator"] == "LessThanThreshold"
    assert alarm["threshold"] < 75
    assert alarm["alarm_actions"] == [nova.outputs["web_scale_in_policy_arn"]]
    (step,) = policy["step_adjustments"]
    assert (step["scaling_adjustment"], step["metric_interval_upper_bound"]) == (-1, "0")


@pytest.mark.requirement("1.6", "1.13")
def test_tasks_run_in_private_subnets_only(nova: Deployment) -> None:
    service = nova.only("aws:ecs/service:Service")
    assert service["launch_type"] == "FARGATE"
    assert service["network_configuration"]["subnets"] == PRIVATE
    assert service["network_configuration"]["assign_public_ip"] is False


def test_tasks_log_and_are_told_to_use_modern_tls(nova: Deployment) -> None:
    task = nova.only("aws:ecs/taskDefinition:TaskDefinition")
    (container,) = json.loads(task["container_definitions"])
    assert container["logConfiguration"]["logDriver"] == "awslogs"
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/ecs/nova-prod-api"
    environment = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert environment["TLS_MINIMUM_VERSION"] == "1.2"
    assert environment["DATABASE_SSL_MODE"] == "VERIFY_IDENTITY"
    assert environment["DATA_BUCKET"] == f"nova-prod-data-{ACCOUNT}"
    assert not [name for name in environment if "PASSWORD" in name]


@pytest.mark.parametrize(("name", "port"), [("web", 443), ("api", 8443)])
def test_the_load_balancer_speaks_tls_to_its_targets(
    nova: Deployment, name: str, port: int
) -> None:
    group = nova.only("aws:lb/targetGroup:TargetGroup", name)
    assert (group["protocol"], group["port"]) == ("HTTPS", port)
    assert group["health_check"]["protocol"] == "HTTPS"


@pytest.mark.requirement("1.11", "1.13")
def test_the_load_balancer_stands_in_public_subnets_behind_the_web_acl(nova: Deployment) -> None:
    balancer = nova.only("aws:lb/loadBalancer:LoadBalancer")
    assert balancer["subnets"] == [f"Subnet-public-{letter}" for letter in "abc"]
    assert balancer["enable_deletion_protection"] is True
    association = nova.only("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert association["resource_arn"] == nova.outputs["alb_arn"]
    assert association["web_acl_arn"] == nova.outputs["web_acl_arn"]


def test_clients_speak_modern_tls_and_plain_http_is_sent_on(nova: Deployment) -> None:
    https = nova.only("aws:lb/listener:Listener", "alb-https")
    assert https["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    (action,) = nova.only("aws:lb/listener:Listener", "alb-http")["default_actions"]
    assert action["redirect"]["protocol"] == "HTTPS"


def test_the_api_has_its_path_and_the_instances_answer_the_rest(nova: Deployment) -> None:
    rules = {
        rule.name: (rule["priority"], rule["conditions"][0]["path_pattern"]["values"])
        for rule in nova.all("aws:lb/listenerRule:ListenerRule")
    }
    assert rules["api"][1] == ["/api/*"]
    assert rules["web"][1] == ["/*"]
    assert rules["api"][0] < rules["web"][0]
