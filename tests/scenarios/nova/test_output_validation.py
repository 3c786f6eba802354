"""What the stack says of itself is what runs."""

from __future__ import annotations

import pytest

from stackproof.model import types
from stackproof.outputs import Outputs
from stackproof.sights.live.snapshot import Snapshot
from tests.scenarios.conftest import Named
from tests.scenarios.nova.expected import REGION

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("nova")]


def test_both_regions_were_looked_at(outputs: Outputs, run_facts: Snapshot) -> None:
    """The stack stands in us-west-2, its copies in another region, and both were read.

    A report that never looked at the second region says nothing about the copies.
    """
    assert outputs["region"] == REGION
    assert outputs["replication_region"] != REGION
    assert set(run_facts.regions) == {REGION, outputs["replication_region"]}


@pytest.mark.parametrize(
    ("output", "type_"),
    [
        ("vpc_id", types.VPC),
        ("alb_arn", types.LB),
        ("web_autoscaling_group_name", types.AUTOSCALING_GROUP),
        ("web_launch_template_id", types.LAUNCH_TEMPLATE),
        ("api_service_arn", types.ECS_SERVICE),
        ("api_task_definition_arn", types.ECS_TASK_DEFINITION),
        ("database_arn", types.RDS_INSTANCE),
        ("backup_vault_arn", types.BACKUP_VAULT),
        ("backup_plan_arn", types.BACKUP_PLAN),
        ("data_bucket_name", types.S3_BUCKET),
        ("data_replica_bucket_name", types.S3_BUCKET),
        ("web_acl_arn", types.WAF_ACL),
        ("pipeline_arn", types.CODEPIPELINE),
        ("source_repository_arn", types.CODECOMMIT_REPOSITORY),
        ("dashboard_name", types.DASHBOARD),
    ],
)
def test_what_the_outputs_name_is_there(output: str, type_: str, named: Named) -> None:
    """Each output that others build on names a resource that AWS has.

    An output of something that is gone breaks whoever reads it next.
    """
    assert named(output, type_).id


def test_outputs_tell_the_address_that_answers(outputs: Outputs) -> None:
    """The service's URL is HTTPS on the domain that the certificate is for.

    What monitoring and partners call must be the address that works.
    """
    assert outputs["service_url"] == f"https://{outputs['domain_name']}"
