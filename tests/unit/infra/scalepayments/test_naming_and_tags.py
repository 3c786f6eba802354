from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType

import pytest

from infra.naming import Limit, Names, too_long
from infra.settings.scalepayments import ENVIRONMENTS, limited_names
from infra.tags import Tags
from tests.unit.infra.facts import taggable
from tests.unit.infra.program import ACCOUNT, Deployment
from tests.unit.infra.scalepayments.conftest import Deployed

BASE = ("Project", "Environment", "ManagedBy", "Stack", "Owner", "CostCenter")
# The property that holds a resource's physical name, where AWS keeps names short.
LIMITED = {
    "aws:lb/loadBalancer:LoadBalancer": ("name", Limit.LOAD_BALANCER),
    "aws:lb/targetGroup:TargetGroup": ("name", Limit.TARGET_GROUP),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "replication_group_id",
        Limit.REPLICATION_GROUP,
    ),
    "aws:rds/cluster:Cluster": ("cluster_identifier", Limit.DATABASE),
    "aws:rds/clusterInstance:ClusterInstance": ("identifier", Limit.DATABASE),
    "aws:s3/bucket:Bucket": ("bucket", Limit.BUCKET),
    "aws:iam/role:Role": ("name", Limit.ROLE),
}

# Where the property names something else than the resource.
OTHERS = {
    ("cluster_identifier", "aws:rds/clusterInstance:ClusterInstance"),
    ("family", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
}


def _account_inside(name: str) -> str:
    """Write `<component>-<environment>-<account>` as `<component>-<account>-<environment>`."""
    return re.sub(rf"-([a-z]+)-{ACCOUNT}$", rf"-{ACCOUNT}-\1", name)


@pytest.mark.requirement("3.12", "3.21")
def test_every_taggable_resource_carries_every_tag(deployment: Deployment) -> None:
    untagged = [
        (resource.type, resource.name)
        for resource in deployment.custom
        if taggable(resource)
        and not {*BASE, "Component", "Name"} <= set(resource.inputs.get("tags", {}))
    ]
    assert untagged == []


def test_no_tag_is_empty(deployment: Deployment) -> None:
    tags = [resource.inputs.get("tags", {}) for resource in deployment.custom]
    assert all(value for one in tags for value in one.values())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_tags_say_what_owns_a_resource(deployed: Deployed, environment: str) -> None:
    tags = deployed(environment).only("aws:ec2/vpc:Vpc")["tags"]
    assert tags == {
        "Project": "scalepayments",
        "Environment": environment,
        "ManagedBy": "Pulumi",
        "Stack": f"scalepayments-{environment}",
        "Owner": "payments-platform",
        "CostCenter": "CC-4100",
        "Component": "network",
        "Name": f"scalepayments-vpc-{environment}",
    }


@pytest.mark.requirement("3.12")
def test_names_say_project_component_and_environment(staging: Deployment) -> None:
    keys = ("name", "name_prefix", "bucket", "identifier", "cluster_identifier", "family")
    names = [
        str(resource[key])
        for resource in staging.custom
        if taggable(resource) and not resource.type.endswith("Zone")
        for key in keys
        if key in resource.inputs and (key, resource.type) not in OTHERS
    ]
    assert len(names) > 50
    assert [name for name in names if not re.search("scalepayments-.+-staging", name)] == []


def test_no_two_resources_of_a_type_share_a_name(deployment: Deployment) -> None:
    names = Counter(
        (resource.type, resource.inputs["name"])
        for resource in deployment.custom
        if isinstance(resource.inputs.get("name"), str)
        and not resource.type.startswith(("aws:iam/rolePolicy", "aws:route53"))
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_name_with_a_limit_is_checked_before_deployment(
    deployed: Deployed, environment: str
) -> None:
    profile = next(p for e, p in ENVIRONMENTS.items() if e == environment)
    names = Names("scalepayments", environment)
    checked = {
        (limit, names.of(component.replace("0" * 12, ACCOUNT)))
        for component, limit in limited_names(profile)
    }
    used = {
        (limit, _account_inside(resource[key]))
        for type_, (key, limit) in LIMITED.items()
        for resource in deployed(environment).all(type_)
    }
    assert used <= checked


@pytest.mark.parametrize("type_", LIMITED)
def test_names_are_as_short_as_aws_wants_them(deployment: Deployment, type_: str) -> None:
    key, limit = LIMITED[type_]
    names = [resource[key] for resource in deployment.all(type_)]
    assert names
    assert max(map(len, names)) <= limit.characters


def test_an_empty_part_leaves_no_stray_hyphen() -> None:
    assert Names("nova").of("web") == "nova-web"
    assert Names("pay", "dev").system == "pay-dev"


def test_only_names_over_the_limit_are_too_long() -> None:
    names = Names("p" * 10, "dev")
    fits, over = "x" * 17, "x" * 18
    components = [(fits, Limit.LOAD_BALANCER), (over, Limit.LOAD_BALANCER), (over, Limit.ROLE)]
    (problem,) = too_long(names, components)
    assert (problem.name, problem.excess) == (names.of(over), 1)


def test_base_tags_cannot_be_changed_behind_the_stacks_back() -> None:
    base = {"Project": "pay"}
    tags = Tags(base)
    base["Project"] = "other"
    assert isinstance(tags.base, MappingProxyType)
    assert tags.of("web", "pay-web") == {"Project": "pay", "Component": "web", "Name": "pay-web"}
