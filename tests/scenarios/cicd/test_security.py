"""Whoever can change what is delivered can change production: who can, is computed."""

from __future__ import annotations

import re

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import denies_without_tls, grants, may, statements
from stackproof.reasoning.openings import anywhere, seen, sources
from stackproof.reasoning.security_groups import egress, ingress
from stackproof.types import tokens
from tests.scenarios.cicd.expected import Expected
from tests.scenarios.conftest import KeyOf, Named, RoleStatements

pytestmark = [pytest.mark.security, pytest.mark.blueprint("cicd")]

# Actions that no resource can be named for.
RESOURCELESS = frozenset(
    {
        "cloudwatch:PutMetricData",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "ecs:RegisterTaskDefinition",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
    }
)


@pytest.fixture(scope="session")
def build_role(build: Resource, live: Stack) -> Resource:
    """Give the role that builds run with."""
    (role,) = live.follow(build, "service_role", tokens.IAM_ROLE)
    return role


@pytest.mark.requirement("5.4")
def test_artifacts_are_encrypted_with_the_key_for_delivery(
    artifacts: Resource, outputs: Outputs, live: Stack
) -> None:
    """What the steps hand on is encrypted with a rotating customer key, by default.

    Between build and deploy lies the one file that decides what runs in production.
    """
    (encryption,) = live.seen_referrers(artifacts, tokens.S3_ENCRYPTION, "bucket")
    (rule,) = encryption.blocks("rules")
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"] == outputs["delivery_kms_key_arn"]
    key = live.look_up(outputs["delivery_kms_key_arn"], tokens.KMS_KEY)
    assert key is not None
    assert key["enable_key_rotation"] is True


@pytest.mark.requirement("5.4")
@pytest.mark.parametrize("output", ["artifacts_bucket_name", "access_logs_bucket_name"])
def test_buckets_demand_tls(output: str, named: Named, live: Stack) -> None:
    """The bucket policy refuses everybody who does not use TLS, for every action.

    An artifact that was read on its way can be studied for what it deploys.
    """
    bucket = named(output, tokens.S3_BUCKET)
    (policy,) = live.seen_referrers(bucket, tokens.S3_POLICY, "bucket")
    document = statements(policy.document("policy"))
    for action, resource in (
        ("s3:GetObject", f"{bucket.arn}/x"),
        ("s3:PutObject", f"{bucket.arn}/x"),
        ("s3:ListBucket", str(bucket.arn)),
    ):
        assert denies_without_tls(document, action, resource), action


@pytest.mark.parametrize("output", ["artifacts_bucket_name", "access_logs_bucket_name"])
def test_buckets_are_private(output: str, named: Named, live: Stack) -> None:
    """All four public-access blocks are on.

    One of them missing is enough for one mistaken click.
    """
    (block,) = live.seen_referrers(
        named(output, tokens.S3_BUCKET), tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket"
    )
    for setting in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[setting] is True, setting


def test_the_build_may_do_what_its_commands_do(
    build_role: Resource,
    artifacts: Resource,
    named: Named,
    role_statements: RoleStatements,
    outputs: Outputs,
) -> None:
    """The build's role may log, fetch and hand on, read its credentials, and push its image.

    A build that fails for a permission fails after all its tests have run.
    """
    granted = role_statements(build_role)
    images = str(named("image_repository_arn", tokens.ECR_REPOSITORY).arn)
    group = named("build_log_group_name", tokens.LOG_GROUP)
    for action, resource in (
        ("logs:PutLogEvents", f"{str(group.arn).removesuffix(':*')}:log-stream:1"),
        ("s3:GetObject", f"{artifacts.arn}/source/1"),
        ("s3:PutObject", f"{artifacts.arn}/build/1"),
        ("kms:Decrypt", outputs["delivery_kms_key_arn"]),
        ("kms:Decrypt", outputs["credentials_kms_key_arn"]),
        ("ecr:PutImage", images),
        ("ecr:UploadLayerPart", images),
        ("ecs:DescribeTaskDefinition", "*"),
        *(("ssm:GetParameters", arn) for arn in outputs.list("registry_parameter_arns")),
    ):
        assert may(granted, action, resource), f"{action} on {resource}"


def test_the_build_may_do_nothing_else(
    build_role: Resource, artifacts: Resource, role_statements: RoleStatements, outputs: Outputs
) -> None:
    """Every permission of the build's role is on a resource of this stack that the build uses.

    A build runs what anybody pushed; with it goes whatever its role may do.
    """
    own = (
        outputs["image_repository_arn"],
        outputs["delivery_kms_key_arn"],
        outputs["credentials_kms_key_arn"],
        *outputs.list("registry_parameter_arns"),
    )
    suffixes = (
        f"{artifacts.arn}/*",
        f":log-group:{outputs['build_log_group_name']}:*",
        f":report-group/{outputs['build_project_name']}-*",
    )
    for grant in (said for said in role_statements(build_role) if said.allows):
        assert not grant.excepted_actions, grant.name
        assert not grant.excepted_resources, grant.name
        for resource in grant.resources:
            known = resource in own or resource.endswith(suffixes)
            assert known or set(grant.actions) <= RESOURCELESS, f"{grant.name}: {resource}"


@pytest.mark.parametrize(
    "action",
    ["codedeploy:CreateDeployment", "ecs:UpdateService", "iam:PassRole", "s3:PutBucketPolicy"],
)
def test_the_build_cannot_deploy(
    action: str, build_role: Resource, role_statements: RoleStatements, outputs: Outputs
) -> None:
    """The build's role has no way to production but the pipeline.

    Otherwise a test that was pushed to a branch deploys itself.
    """
    granted = role_statements(build_role)
    for resource in ("*", *outputs.keys):
        assert not may(granted, action, resource), resource


def test_each_role_is_taken_by_one_service_for_this_account(live: Stack, outputs: Outputs) -> None:
    """Every role of the stack trusts exactly one AWS service, acting for this account.

    A role that two services share has the permissions of both in the hands of each.
    """
    roles = live.all(tokens.IAM_ROLE)
    assert roles
    for role in roles:
        (trust,) = statements(role.document("assume_role_policy"))
        assert trust.allows
        assert len(trust.services) == len(trust.principals) == 1, role.name
        assert all(grant.pinned for grant in grants([trust])), role.name
        assert outputs["account_id"] in {v for c in trust.conditions for v in c.values}


def test_no_role_may_do_everything_with_anything(
    live: Stack, role_statements: RoleStatements
) -> None:
    """No role has a wildcard action, and "every resource" only where AWS knows no other.

    Least privilege is worth as much as its largest exception.
    """
    for role in live.all(tokens.IAM_ROLE):
        for grant in (said for said in role_statements(role) if said.allows):
            assert not any("*" in action for action in grant.actions), f"{role.name}: {grant.name}"
            if grant.every_resource:
                assert set(grant.actions) <= RESOURCELESS, f"{role.name}: {grant.name}"


@pytest.mark.requirement("5.4", "5.6")
def test_credentials_are_secret_parameters(build: Resource, outputs: Outputs, live: Stack) -> None:
    """The registry's user and token come from SecureString parameters under their own key.

    A variable in the clear is shown to everybody who may look at a build.
    """
    parameters = {
        p["name"]: p
        for p in live.all(tokens.SSM_PARAMETER)
        if p.arn in outputs.list("registry_parameter_arns")
    }
    environment = next(build.blocks("environment"))
    from_store = {
        v["name"]: v["value"]
        for v in environment.blocks("environment_variables")
        if v["type"] == "PARAMETER_STORE"
    }
    assert from_store.keys() >= {"REGISTRY_USERNAME", "REGISTRY_PASSWORD"}
    for name in from_store.values():
        assert parameters[name]["type"] == "SecureString"
        assert parameters[name]["key_id"] == outputs["credentials_kms_key_arn"]


@pytest.mark.requirement("5.6")
def test_nothing_secret_is_in_the_clear(build: Resource, live: Stack) -> None:
    """No variable in the clear, buildspec or task definition holds what looks like a credential.

    All three can be read by many more people than a parameter.
    """
    environment = next(build.blocks("environment"))
    for variable in environment.blocks("environment_variables"):
        if variable["type"] == "PLAINTEXT":
            assert not re.search(r"PASSWORD|TOKEN|SECRET|CREDENTIAL", variable["name"])
    texts = [build.get("source.buildspec")]
    texts += [task["container_definitions"] for task in live.all(tokens.ECS_TASK_DEFINITION)]
    for text in texts:
        assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN|ghp_\w+|dckr_pat_\w+", text)


@pytest.mark.requirement("5.1")
def test_only_the_load_balancer_reaches_the_tasks(
    outputs: Outputs, named: Named, live: Stack
) -> None:
    """Tasks accept their port from the load balancer's group only, and that accepts 80 only.

    Whatever else is open is a way around the colours, the alarms and the logs. Nor do they open
    connections of their own, but for the tasks' to AWS and to registries.
    """
    tasks = named("service_security_group_id", tokens.SECURITY_GROUP)
    alb = named("alb_security_group_id", tokens.SECURITY_GROUP)
    port = int(outputs["service_port"])
    assert sources(tasks, port, live) == {outputs["alb_security_group_id"]}
    assert [list(rule.ports) for rule in seen(ingress(tasks, live))] == [[port]]
    assert [(list(r.ports), anywhere(r, live)) for r in seen(ingress(alb, live))] == [([80], True)]
    assert [list(rule.ports) for rule in seen(egress(alb, live))] == [[port]]
    assert [list(rule.ports) for rule in seen(egress(tasks, live))] == [[443]]


@pytest.mark.environments("staging", "prod")
def test_a_firewall_guards_the_load_balancer(
    outputs: Outputs, live: Stack, expected: Expected
) -> None:
    """A web ACL stands before the load balancer.

    It has no TLS of its own yet: known attacks are at least refused at the door.
    """
    assert expected.guarded
    associations = live.all(tokens.WAF_ACL_ASSOCIATION)
    assert (outputs["web_acl_arn"], outputs["alb_arn"]) in {
        (a["web_acl_arn"], a["resource_arn"]) for a in associations
    }


@pytest.mark.environments("dev")
def test_dev_pays_for_no_firewall(outputs: Outputs, live: Stack) -> None:
    """Dev's load balancer has no web ACL, of this stack or of another one.

    It costs more than the rest of dev, and there is nothing to steal in it.
    """
    guarded = {a["resource_arn"] for a in live.around(tokens.WAF_ACL_ASSOCIATION)}
    assert outputs["alb_arn"] not in guarded
    assert live.all(tokens.WAF_ACL) == ()


def test_each_part_wears_the_group_of_its_tier(
    alb: Resource, service: Resource, outputs: Outputs
) -> None:
    """Load balancer and tasks each belong to their own group, and to no other.

    A second group adds its rules, wherever those were checked.
    """
    network = next(service.blocks("network_configuration"))
    assert alb.values("security_groups") == [outputs["alb_security_group_id"]]
    assert network.values("security_groups") == [outputs["service_security_group_id"]]


@pytest.mark.requirement("5.2")
def test_each_concern_has_its_own_key(
    topic: Resource, build: Resource, live: Stack, outputs: Outputs, key_of: KeyOf
) -> None:
    """Logs, alerts, what is delivered and credentials are encrypted with keys of their own.

    Whoever may decrypt logs must not thereby be able to read what runs in production.
    """
    used = {
        "logs": {key_of(group, "kms_key_id") for group in live.all(tokens.LOG_GROUP)},
        "alerts": {key_of(topic, "kms_master_key_id")},
        "credentials": {key_of(p, "key_id") for p in live.all(tokens.SSM_PARAMETER)},
        "delivery": {
            key_of(build, "encryption_key"),
            *(
                key_of(repository, "encryption_configurations.0.kms_key")
                for repository in live.all(tokens.ECR_REPOSITORY)
            ),
        },
    }
    own = {concern: outputs[f"{concern}_kms_key_arn"] for concern in used}
    assert used == {concern: {key} for concern, key in own.items()}
    assert len(set(own.values())) == len(own)
