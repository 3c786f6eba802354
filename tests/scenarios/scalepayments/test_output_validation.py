"""The outputs file is complete, true, and gives nothing away."""

from __future__ import annotations

import re

import pytest

from stackproof.model import Resource, Stack, types
from stackproof.outputs import Outputs
from stackproof.sights.live.snapshot import Snapshot
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import SERVICES, Expected

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("scalepayments")]

_NEEDED = (
    "account_id",
    "alarm_names",
    "alb_arn",
    "alb_dns_name",
    "alerts_topic_arn",
    "database_cluster_identifier",
    "database_endpoint",
    "database_reader_endpoint",
    "database_secret_arn",
    "database_subnet_ids",
    "ecs_cluster_name",
    "private_subnet_ids",
    "public_subnet_ids",
    "redis_primary_endpoint",
    "redis_replication_group_id",
    "redis_secret_arn",
    "region",
    "service_url",
    "vpc_id",
    *(f"{service}_service_name" for service in SERVICES),
)


@pytest.mark.parametrize("name", _NEEDED)
def test_output_is_there(name: str, outputs: Outputs) -> None:
    """Every output that other stacks and on-call engineers rely on is exported and not empty.

    Whoever is called at night starts from these names.
    """
    assert outputs[name] not in (None, "", [])


def test_outputs_are_of_the_account_and_region_they_claim(
    outputs: Outputs, run_facts: Snapshot
) -> None:
    """Every ARN in the outputs is in the account and region that the outputs name.

    A file that mixes accounts makes every later check look at the wrong stack.
    """
    for key in outputs.keys:
        if key.startswith("arn:") and key.count(":") >= 5:
            region, account = key.split(":")[3:5]
            assert account in ("", run_facts.account, "aws"), key
            assert region in ("", *run_facts.regions), key


def test_outputs_hold_no_secret(outputs: Outputs) -> None:
    """No output is a password, a token or a key: secrets are named by their ARNs only.

    Outputs end up in build logs and chat; a secret there is a breach.
    """
    for name, value in outputs.values.items():
        if re.search(r"password|token|private_key|secret(?!_arn|s_kms)", name):
            pytest.fail(f"output {name} sounds like a secret")
        assert not re.search(r"-----BEGIN|AKIA[0-9A-Z]{16}", str(value)), name


def test_outputs_are_flat(outputs: Outputs) -> None:
    """Outputs are text, numbers, truth values or lists of them, under snake_case names.

    Shell scripts and other stacks read them without a parser for nested data.
    """
    for name, value in outputs.values.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        items = value if isinstance(value, list) else [value]
        assert all(isinstance(item, (str, int, float, bool)) for item in items), name


def test_vpc_is_the_one_the_environment_plans(named: Named, expected: Expected) -> None:
    """The VPC that the outputs name exists and has the address range planned for it.

    The table of address ranges is what peering and VPN are planned from.
    """
    assert named("vpc_id", types.VPC)["cidr_block"] == expected.vpc_cidr


@pytest.mark.parametrize("tier", ["public", "private", "database"])
def test_subnet_outputs_name_one_subnet_per_zone(
    tier: str, outputs: Outputs, live: Stack, expected: Expected
) -> None:
    """Each tier's output names as many subnets as there are zones, all in the stack's VPC.

    A later stack that takes its subnets from here inherits its availability from this list.
    """
    ids = outputs.list(f"{tier}_subnet_ids")
    subnets = [live.look_up(id_, types.SUBNET) for id_ in ids]
    found = [subnet for subnet in subnets if subnet is not None]
    assert len(found) == len(ids) == expected.zones
    assert {subnet["vpc_id"] for subnet in found} == {outputs["vpc_id"]}
    assert len({subnet["availability_zone"] for subnet in found}) == expected.zones


def test_database_endpoints_are_the_clusters(outputs: Outputs, database: Resource) -> None:
    """The exported writer and reader endpoints are those of the running cluster.

    After a restore the endpoint changes; services that keep the old one write into nothing.
    """
    assert database["endpoint"] == outputs["database_endpoint"]
    assert database["reader_endpoint"] == outputs["database_reader_endpoint"]
    assert int(database["port"]) == int(outputs["database_port"])


def test_redis_endpoint_is_the_groups(outputs: Outputs, redis: Resource) -> None:
    """The exported Redis endpoint is that of the running replication group.

    The primary's own name follows a failover; a node's name does not.
    """
    assert redis["primary_endpoint_address"] == outputs["redis_primary_endpoint"]


def test_alarms_that_the_outputs_name_exist(outputs: Outputs, live: Stack) -> None:
    """Every alarm in the outputs exists, and no alarm of the stack is missing from them.

    The run book lists alarms from the outputs: one that is missing there is handled by nobody.
    """
    assert {alarm["name"] for alarm in live.all(types.METRIC_ALARM)} == set(
        outputs.list("alarm_names")
    )
