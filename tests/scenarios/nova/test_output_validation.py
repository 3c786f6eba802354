"""What the stack says of itself is what runs."""

from __future__ import annotations

import re

import pytest

from stackproof.controls.support.taggable import NAME_PROPERTY, made_by_aws
from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("nova")]


def test_both_regions_were_looked_at(outputs: Outputs, run_facts: Snapshot) -> None:
    """The stack stands in its region, its copies in the one that it was told; both were read.

    A report that never looked at the second region says nothing about the copies.
    """
    here, there = outputs["region"], outputs.settings["cross_region_replication_region"]
    assert here == outputs.settings["aws:region"] != there
    assert outputs["replication_region"] == there
    assert set(run_facts.regions) == {here, there}


@pytest.mark.parametrize(
    ("output", "type_"),
    [
        ("vpc_id", tokens.VPC),
        ("alb_arn", tokens.LB),
        ("web_autoscaling_group_name", tokens.AUTOSCALING_GROUP),
        ("web_launch_template_id", tokens.LAUNCH_TEMPLATE),
        ("api_service_arn", tokens.ECS_SERVICE),
        ("api_task_definition_arn", tokens.ECS_TASK_DEFINITION),
        ("database_arn", tokens.RDS_INSTANCE),
        ("backup_vault_arn", tokens.BACKUP_VAULT),
        ("backup_plan_arn", tokens.BACKUP_PLAN),
        ("data_bucket_name", tokens.S3_BUCKET),
        ("data_replica_bucket_name", tokens.S3_BUCKET),
        ("web_acl_arn", tokens.WAF_ACL),
        ("pipeline_arn", tokens.CODEPIPELINE),
        ("source_repository_arn", tokens.CODECOMMIT_REPOSITORY),
        ("dashboard_name", tokens.DASHBOARD),
    ],
)
def test_what_the_outputs_name_is_there(output: str, type_: str, named: Named) -> None:
    """Each output that others build on names a resource that AWS has.

    An output of something that is gone breaks whoever reads it next.
    """
    assert named(output, type_).id


@pytest.mark.requirement("1.2")
def test_names_say_team_environment_and_service(live: Stack, outputs: Outputs) -> None:
    """Every name is the team's, the environment's, and then the service's.

    Bills, alarms and people at night know a resource by its name alone.
    """
    prefix = "{team}-{environment}-".format(**outputs.settings)
    named = [r for r in live if r.type in NAME_PROPERTY and not _named_by_aws(r)]
    assert len(named) > 60
    for resource in named:
        # Log groups have a path of AWS's before it.
        name = str(resource[NAME_PROPERTY[resource.type]])
        assert re.match(rf"(/\w+)*(?:/|^|aws-waf-logs-){prefix}\w", name), name


def _named_by_aws(resource: Resource) -> bool:
    """Tell whether it is the database's own secret, or what comes with a VPC."""
    secret = resource.type == tokens.SECRET and str(resource["name"]).startswith("rds!")
    return secret or made_by_aws(resource)


def test_outputs_tell_the_address_that_answers(outputs: Outputs) -> None:
    """The service's URL is HTTPS on the domain that the certificate is for.

    What monitoring and partners call must be the address that works.
    """
    assert outputs["service_url"] == f"https://{outputs['domain_name']}"
