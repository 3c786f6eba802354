from __future__ import annotations

import re

import pytest

from infra.naming import Limit
from infra.settings.nova import limited_names
from infra.settings.nova_purposes import PURPOSES
from infra.tags import Tags
from tests.unit.infra.facts import taggable
from tests.unit.infra.nova.conftest import STACK
from tests.unit.infra.program import ACCOUNT, PROJECT, Deployment, run_program, stack_config

NAMES = ("name", "bucket", "identifier", "family", "repository_name", "deployment_group_name")
# Names that are a part of something that has the prefix itself, or a domain's.
OTHERS = ("aws:iam/rolePolicy:", "aws:route53/", "aws:rds/parameterGroup:ParameterGroup")
LIMITED = {
    "aws:lb/loadBalancer:LoadBalancer": ("name", Limit.LOAD_BALANCER),
    "aws:lb/targetGroup:TargetGroup": ("name", Limit.TARGET_GROUP),
    "aws:rds/instance:Instance": ("identifier", Limit.DATABASE),
    "aws:s3/bucket:Bucket": ("bucket", Limit.BUCKET),
    "aws:iam/role:Role": ("name", Limit.ROLE),
}


def _names(deployment: Deployment) -> list[str]:
    return [
        value
        for resource in deployment.custom
        if not resource.type.startswith(OTHERS)
        for key in NAMES
        if isinstance(value := resource.inputs.get(key), str) and not value.startswith("Bucket-")
    ]


@pytest.mark.requirement("1.2")
def test_every_name_says_team_environment_and_service(nova: Deployment) -> None:
    names = _names(nova)
    assert len(names) > 80
    assert [name for name in names if not re.search(r"(^|[/-])nova-prod-[a-z]", name)] == []


def test_another_team_goes_into_every_name() -> None:
    config = {**stack_config(STACK), f"{PROJECT}:team": "apollo", f"{PROJECT}:environment": "dev"}
    deployment = run_program(STACK, config)
    assert [name for name in _names(deployment) if "apollo-dev-" not in name] == []


@pytest.mark.requirement("1.2", "1.13")
def test_every_taggable_resource_says_whose_it_is_and_what_for(nova: Deployment) -> None:
    wanted = {
        "Owner": "Nova Team",
        "Environment": "prod",
        "Project": "nova",
        "ManagedBy": "Pulumi",
        "Stack": STACK,
    }
    tagged = 0
    for resource in nova.custom:
        if taggable(resource):
            tags = resource.inputs["tags"]
            if isinstance(tags, list):  # an Auto Scaling group's
                tags = {tag["key"]: tag["value"] for tag in tags}
            assert wanted.items() <= tags.items(), resource.name
            assert tags["Purpose"] == PURPOSES[tags["Component"]]
            assert tags["Name"]
            tagged += 1
    assert tagged > 100


def test_no_purpose_is_of_something_that_is_not_there(nova: Deployment) -> None:
    components = {resource.name for resource in nova.resources if not resource.custom}
    assert PURPOSES.keys() <= components


def test_a_component_without_a_purpose_is_an_error() -> None:
    tags = Tags({"Project": "nova"}, {"web": "Serves"})
    assert tags.of("web", "nova-web")["Purpose"] == "Serves"
    with pytest.raises(KeyError):
        tags.of("cache", "nova-cache")


def test_every_name_with_a_limit_is_checked_before_deployment(nova: Deployment) -> None:
    checked = {
        (limit, f"nova-prod-{component}".replace("0" * 12, ACCOUNT))
        for component, limit in limited_names()
    }
    longest = {limit: max(len(n) for each, n in checked if each is limit) for limit, _ in checked}
    for type_, (key, limit) in LIMITED.items():
        names = [resource[key] for resource in nova.all(type_)]
        assert names
        assert max(map(len, names)) == longest[limit]


def test_outputs_are_flat_and_hold_nothing_secret(nova: Deployment) -> None:
    assert nova.secret_outputs == set()
    for value in nova.outputs.values():
        assert isinstance(value, str | float) or all(isinstance(item, str) for item in value)


@pytest.mark.parametrize(
    ("output", "value"),
    [
        ("project", "nova"),
        ("environment", "prod"),
        ("stack", STACK),
        ("blueprint", "nova"),
        ("region", "us-west-2"),
        ("replication_region", "us-east-1"),
        ("account_id", ACCOUNT),
        ("database_identifier", "nova-prod-database"),
        ("web_autoscaling_group_name", "nova-prod-web"),
        ("data_replica_bucket_name", "Bucket-data-replica"),
        ("service_url", "https://nova.example.com"),
    ],
)
def test_outputs_name_what_was_made(nova: Deployment, output: str, value: str | int) -> None:
    assert nova.outputs[output] == value


def test_outputs_say_what_the_stack_was_told_and_what_holds_otherwise(nova: Deployment) -> None:
    assert nova.outputs["settings"] == {
        "aws:region": "us-west-2",
        "environment": "prod",
        "team": "nova",
        "owner": "Nova Team",
        "allowed_cidr": "10.20.0.0/16",
        "db_backup_retention_days": 30,
        "cross_region_replication_region": "us-east-1",
        "domain_name": "nova.example.com",
        "alert_email": "nova-oncall@example.com",
    }
