"""Batch: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.types.tokens import IAM_ROLE, SECURITY_GROUP, SUBNET, VPC
from tests.integration.services.roundtrip import TAGS, World, assert_shown, found


def test_jobs_have_where_to_run(world: World) -> None:
    batch = world.cloud.client("batch")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = world.make(IAM_ROLE, assume_role_policy=trust)
    vpc = world.make(VPC, cidr_block="10.4.0.0/16")
    subnet = world.make(SUBNET, vpc_id=vpc.id, cidr_block="10.4.1.0/24")
    group = world.make(SECURITY_GROUP, vpc_id=vpc.id)
    environment = world.make(
        "aws:batch/computeEnvironment:ComputeEnvironment",
        type="MANAGED",
        service_role=role["arn"],
        compute_resources={
            "type": "FARGATE",
            "max_vcpus": 16,
            "subnets": [subnet.id],
            "security_group_ids": [group.id],
        },
        tags=TAGS,
    )
    queue = world.make(
        "aws:batch/jobQueue:JobQueue",
        state="ENABLED",
        priority=1,
        compute_environment_orders=[{"order": 1, "compute_environment": environment["arn"]}],
    )
    needs = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}]
    properties = {"image": "busybox", "resourceRequirements": needs}
    job = world.make(
        "aws:batch/jobDefinition:JobDefinition",
        type="container",
        container_properties=json.dumps(properties),
        tags=TAGS,
    )
    judged = found(world.snapshot().stack(), job)
    assert judged.record("container_properties")["image"] == "busybox"
    assert_shown(world, job)
    world.change(environment, state="DISABLED", tags={"More": "1"})
    world.change(queue, priority=2)
    named = {"computeEnvironments": [environment.id]}
    (shown,) = batch.describe_compute_environments(**named)["computeEnvironments"]
    assert (shown["state"], shown["computeResources"]["maxvCpus"]) == ("DISABLED", 16)
    tags = batch.list_tags_for_resource(resourceArn=environment["arn"])["tags"]
    assert tags == {"More": "1"}
    (shown,) = batch.describe_job_queues(jobQueues=[queue.id])["jobQueues"]
    assert (shown["priority"], len(shown["computeEnvironmentOrder"])) == (2, 1)
    (shown,) = batch.describe_job_definitions(jobDefinitions=[job.id])["jobDefinitions"]
    assert (job["revision"], shown["containerProperties"]["image"]) == (1, "busybox")
    for made in (job, queue, environment):
        world.delete(made)
        world.delete(made)
