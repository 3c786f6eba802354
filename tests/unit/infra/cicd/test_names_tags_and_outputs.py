from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from infra.naming import Limit
from infra.settings.cicd import LIMITED_NAMES
from tests.unit.infra.cicd.conftest import Deployed
from tests.unit.infra.facts import outputs_tell_the_alarms, taggable
from tests.unit.infra.program import ACCOUNT, Deployment, run_program, stack_config

BASE = ("Project", "Environment", "ManagedBy", "Stack", "Owner", "CostCenter")
NAMES = ("name", "bucket", "repository_name", "family", "deployment_group_name")
# Names that are a part of something that has the suffix itself.
PARTS = ("aws:iam/rolePolicy:RolePolicy",)
LIMITED = {
    "aws:lb/loadBalancer:LoadBalancer": ("name", Limit.LOAD_BALANCER),
    "aws:lb/targetGroup:TargetGroup": ("name", Limit.TARGET_GROUP),
    "aws:s3/bucket:Bucket": ("bucket", Limit.BUCKET),
    "aws:iam/role:Role": ("name", Limit.ROLE),
}


def _names(deployment: Deployment) -> Iterator[str]:
    for resource in deployment.custom:
        if resource.type not in PARTS:
            for key in NAMES:
                value = resource.inputs.get(key)
                if isinstance(value, str) and not value.startswith("Bucket-"):
                    yield value


@pytest.mark.requirement("5.6", "5.8")
def test_every_name_is_of_the_project_and_has_the_environment_suffix(
    deployment: Deployment,
) -> None:
    environment = deployment.outputs["environment"]
    names = list(_names(deployment))
    assert len(names) > 40
    pattern = rf"(.*/|aws-waf-logs-)?cicd-[a-z-]+-{environment}(-{ACCOUNT}|/[a-z]+)?"
    assert [name for name in names if not re.fullmatch(pattern, name)] == []


def test_no_name_is_of_two_environments(deployed: Deployed) -> None:
    names = [set(_names(deployed(environment))) for environment in ("dev", "staging", "prod")]
    assert not names[0] & names[1]
    assert not names[0] & names[2]
    assert not names[1] & names[2]


def test_another_project_name_goes_into_every_name() -> None:
    config = {**stack_config("cicd-dev"), "stackproof:project": "delivery"}
    names = list(_names(run_program("cicd-dev", config)))
    assert [name for name in names if "delivery-" not in name or "cicd" in name] == []


def test_every_taggable_resource_carries_every_tag(deployment: Deployment) -> None:
    untagged = [
        (resource.type, resource.name)
        for resource in deployment.custom
        if taggable(resource)
        and not {*BASE, "Component", "Name"} <= set(resource.inputs.get("tags", {}))
    ]
    assert untagged == []


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_tags_say_what_owns_a_resource(deployed: Deployed, environment: str) -> None:
    assert deployed(environment).only("aws:codepipeline/pipeline:Pipeline")["tags"] == {
        "Project": "cicd",
        "Environment": environment,
        "ManagedBy": "Pulumi",
        "Stack": f"cicd-{environment}",
        "Owner": "delivery-platform",
        "CostCenter": "CC-4200",
        "Component": "pipeline",
        "Name": f"cicd-pipeline-{environment}",
    }


def test_every_name_with_a_limit_is_checked_before_deployment(staging: Deployment) -> None:
    checked = {
        (limit, f"cicd-{component.replace('0' * 12, ACCOUNT)}")
        for component, limit in LIMITED_NAMES
    }
    used = {
        (limit, resource[key].replace("-staging", ""))
        for type_, (key, limit) in LIMITED.items()
        for resource in staging.all(type_)
    }
    assert used == checked


def test_outputs_say_which_stack_this_is(deployment: Deployment) -> None:
    environment = deployment.outputs["environment"]
    expected = {
        "project": "cicd",
        "stack": f"cicd-{environment}",
        "blueprint": "cicd",
        "region": "us-east-1",
        "account_id": ACCOUNT,
    }
    assert {name: deployment.outputs[name] for name in expected} == expected


def test_outputs_are_flat_and_hold_no_secret(deployment: Deployment) -> None:
    assert deployment.secret_outputs == set()
    for value in deployment.outputs.values():
        items = list(value.values()) if isinstance(value, dict) else value
        items = items if isinstance(items, list) else [items]
        assert all(isinstance(item, str | int | float) for item in items)


def test_outputs_tell_when_each_alarm_goes_off(deployment: Deployment) -> None:
    assert outputs_tell_the_alarms(deployment)


def test_outputs_name_what_is_found_by_arn_only(deployment: Deployment) -> None:
    outputs = deployment.outputs
    for name in ("source_repository_arn", "build_project_arn", "pipeline_arn"):
        assert outputs[name].startswith("arn:aws:code")
    assert len(outputs["registry_parameter_arns"]) == 2


def test_outputs_are_the_same_in_every_environment_but_for_the_firewall(
    deployed: Deployed,
) -> None:
    dev, staging, prod = (set(deployed(e).outputs) for e in ("dev", "staging", "prod"))
    assert staging == prod
    assert prod - dev == {"web_acl_arn", "web_acl_log_group_name"}
    assert dev <= prod


def test_a_preview_of_a_new_stack_needs_nothing_that_aws_decides() -> None:
    preview = run_program("cicd-prod", preview=True)
    assert len(preview.custom) > 100
