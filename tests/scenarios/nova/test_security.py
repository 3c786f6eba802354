"""Who reaches what, what protects data on its way and at rest, and who may do what."""

from __future__ import annotations

import base64
import re

import pytest

from stackproof.controls.support.taggable import TAGGABLE, known_tags, made_by_aws
from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import denies_without_tls, may, statements
from stackproof.reasoning.openings import anywhere, seen, sources
from stackproof.reasoning.security_groups import egress, ingress
from stackproof.types import tokens
from tests.scenarios.conftest import KeyOf, Named, RoleStatements
from tests.scenarios.nova.expected import (
    CRITICAL_BUCKETS,
    DATABASE_PORT,
    PUBLIC_PORTS,
    SSH_PORT,
)

pytestmark = [pytest.mark.security, pytest.mark.blueprint("nova")]

GROUPS = ("alb", "web", "api", "database")
BUCKETS = tuple(name + copy for name in CRITICAL_BUCKETS for copy in ("", "_replica"))
MODERN_TLS = ("ELBSecurityPolicy-TLS13-1-2", "ELBSecurityPolicy-TLS13-1-3")


def of_tier(tier: str, named: Named) -> Resource:
    return named(f"{tier}_security_group_id", tokens.SECURITY_GROUP)


def ports_in(group: Resource, live: Stack) -> set[int]:
    return {port for rule in seen(ingress(group, live)) for port in rule.ports}


@pytest.mark.requirement("1.1", "1.4")
def test_ssh_comes_from_exactly_the_allowed_network(
    outputs: Outputs, named: Named, live: Stack
) -> None:
    """Port 22 of the instances is open to `allowed_cidr`, to all of it and to nothing else.

    One network too many is a way in; one too few locks the administrators out.
    """
    assert sources(of_tier("web", named), SSH_PORT, live) == {outputs.settings["allowed_cidr"]}
    for tier in ("alb", "api", "database"):
        assert sources(of_tier(tier, named), SSH_PORT, live) == set()


@pytest.mark.requirement("1.4")
def test_internet_reaches_the_load_balancer_only(named: Named, live: Stack) -> None:
    """Of all security groups only the load balancer's is open to the internet, on 80 and 443.

    Every further open port is a way in that nobody watches; one of the two closed is an outage.
    """
    alb = of_tier("alb", named)
    assert ports_in(alb, live) == set(PUBLIC_PORTS)
    for port in PUBLIC_PORTS:
        assert sources(alb, port, live) == {"0.0.0.0/0"}
    for group in live.all(tokens.SECURITY_GROUP):
        if any(anywhere(rule, live) for rule in seen(ingress(group, live))):
            assert group.id == alb.id, group.name


@pytest.mark.requirement("1.4")
@pytest.mark.parametrize("tier", ["web", "api"])
def test_web_ports_are_reached_through_the_load_balancer_only(
    tier: str, outputs: Outputs, named: Named, live: Stack
) -> None:
    """Instances and tasks accept requests from the load balancer's group, on their port only.

    Who talks to them directly has gone around the web ACL and the access log.
    """
    group = of_tier(tier, named)
    target = named(f"{tier}_target_group_arn", tokens.LB_TARGET_GROUP)
    port = int(target["port"])
    assert sources(group, port, live) == {outputs["alb_security_group_id"]}
    assert ports_in(group, live) - {SSH_PORT} == {port}


@pytest.mark.requirement("1.4")
def test_database_is_reached_by_both_tiers_only(
    database: Resource, outputs: Outputs, named: Named, live: Stack
) -> None:
    """MySQL accepts 3306 from the instances' and the tasks' groups, and nothing else at all.

    A database that only its clients can knock at is not found by a scan.
    """
    (group,) = live.follow(database, "vpc_security_group_ids", tokens.SECURITY_GROUP)
    assert group.id == of_tier("database", named).id
    assert int(database["port"]) == DATABASE_PORT
    assert ports_in(group, live) == {DATABASE_PORT}
    assert sources(group, DATABASE_PORT, live) == {
        outputs["web_security_group_id"],
        outputs["api_security_group_id"],
    }
    assert database["publicly_accessible"] is False


@pytest.mark.requirement("1.4")
@pytest.mark.parametrize("tier", GROUPS)
def test_egress_is_open_as_agreed(tier: str, named: Named, live: Stack) -> None:
    """Each group may open whatever connection it wants: that was agreed.

    A tier that can't call AWS, or the database, fails with a timeout that names nobody.
    """
    rules = seen(egress(of_tier(tier, named), live))
    assert any(rule.protocol == "-1" and anywhere(rule, live) for rule in rules)


@pytest.mark.requirement("1.4")
def test_each_resource_wears_the_group_of_its_tier(
    alb: Resource, template: Resource, service: Resource, outputs: Outputs
) -> None:
    """Load balancer, instances and tasks each belong to their own group and to no other.

    A second group adds its rules, wherever those were checked.
    """
    network = next(service.blocks("network_configuration"))
    assert alb.values("security_groups") == [outputs["alb_security_group_id"]]
    assert template.values("vpc_security_group_ids") == [outputs["web_security_group_id"]]
    assert network.values("security_groups") == [outputs["api_security_group_id"]]


@pytest.mark.requirement("1.11")
def test_the_web_acl_guards_the_load_balancer(alb: Resource, named: Named, live: Stack) -> None:
    """The stack's web ACL is associated with the load balancer.

    A firewall that is not in the way stops nobody.
    """
    acl = named("web_acl_arn", tokens.WAF_ACL)
    guarded = live.seen_referrers(acl, tokens.WAF_ACL_ASSOCIATION, "web_acl_arn")
    assert alb.arn in [association["resource_arn"] for association in guarded]


@pytest.mark.requirement("1.6")
def test_clients_use_modern_tls(named: Named) -> None:
    """The load balancer accepts TLS 1.2 or later, and sends plain HTTP there.

    Older versions are broken, and every audit says so.
    """
    https, http = (named(f"{p}_listener_arn", tokens.LB_LISTENER) for p in ("https", "http"))
    assert https["protocol"] == "HTTPS"
    assert str(https["ssl_policy"]).startswith(MODERN_TLS)
    (action,) = http.blocks("default_actions")
    assert action.get("redirect.protocol") == "HTTPS"


@pytest.mark.requirement("1.6")
@pytest.mark.parametrize("tier", ["web", "api"])
def test_traffic_between_services_is_encrypted(tier: str, named: Named) -> None:
    """The load balancer speaks HTTPS to instances and tasks, and checks their health so.

    Inside the network is not the same as among friends.
    """
    target = named(f"{tier}_target_group_arn", tokens.LB_TARGET_GROUP)
    assert target["protocol"] == "HTTPS"
    assert next(target.blocks("health_check"))["protocol"] == "HTTPS"


@pytest.mark.requirement("1.6")
def test_tasks_demand_modern_tls_of_both_sides(service: Resource, live: Stack) -> None:
    """Tasks are told to accept TLS 1.2 or later only, and to verify whom they ask for data.

    The load balancer takes what a target offers, and MySQL's clients what they are told to.
    """
    (task,) = live.follow(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    (container,) = (c for c in task.document("container_definitions") if c["name"] == "api")
    told = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert told["TLS_MINIMUM_VERSION"] in ("1.2", "1.3")
    assert told["DATABASE_SSL_MODE"] == "VERIFY_IDENTITY"


@pytest.mark.requirement("1.6")
def test_instances_offer_modern_tls_only(template: Resource) -> None:
    """The web server that instances start with accepts TLS 1.2 and 1.3 only.

    The load balancer takes what a target offers.
    """
    script = base64.b64decode(template["user_data"]).decode()
    (offered,) = re.findall(r"ssl_protocols ([^;]+);", script)
    assert set(offered.split()) <= {"TLSv1.2", "TLSv1.3"}


@pytest.mark.requirement("1.6")
def test_database_refuses_unencrypted_connections(database: Resource, live: Stack) -> None:
    """MySQL's parameters refuse connections without TLS, and TLS older than 1.2.

    Encryption that a client may leave out is left out by the one client that matters.
    """
    (group,) = live.follow(database, "parameter_group_name", tokens.RDS_PARAMETER_GROUP)
    values = {p["name"]: str(p["value"]) for p in group.blocks("parameters")}
    assert values.get("require_secure_transport") in ("1", "ON")
    versions = set(values.get("tls_version", "").split(","))
    assert versions
    assert versions <= {"TLSv1.2", "TLSv1.3"}


@pytest.mark.requirement("1.8")
def test_database_and_its_credentials_are_encrypted_with_keys_of_their_own(
    database: Resource, outputs: Outputs, named: Named, key_of: KeyOf
) -> None:
    """Storage and password have customer keys that rotate; the password is RDS's own secret.

    A password that nobody ever typed is in no chat, no file and no state.
    """
    assert database["storage_encrypted"] is True
    assert key_of(database, "kms_key_id") == outputs["database_kms_key_arn"]
    assert named("database_kms_key_arn", tokens.KMS_KEY)["enable_key_rotation"] is True
    (secret,) = database.blocks("master_user_secrets")
    assert secret["secret_arn"] == outputs["database_secret_arn"]
    assert key_of(database, "master_user_secrets.0.kms_key_id") == outputs["secrets_kms_key_arn"]
    assert outputs["secrets_kms_key_arn"] != outputs["database_kms_key_arn"]


@pytest.mark.requirement("1.8")
def test_no_credentials_stand_in_tasks_or_on_instances(
    service: Resource, template: Resource, live: Stack
) -> None:
    """Neither environment variables nor user data hold a password, and there is no SSH key.

    What a process is started with, everybody who may describe it can read.
    """
    (task,) = live.follow(service, "task_definition", tokens.ECS_TASK_DEFINITION)
    for container in task.document("container_definitions"):
        for pair in container.get("environment", ()):
            assert "PASSWORD" not in pair["name"].upper()
            assert "SECRET" not in pair["name"].upper()
    assert not template["key_name"]


@pytest.mark.requirement("1.5")
def test_instances_hide_their_credentials(template: Resource) -> None:
    """The metadata service answers to tokens only, one hop away.

    Otherwise one server-side request forgery hands out the instance's role.
    """
    options = next(template.blocks("metadata_options"))
    assert options["http_tokens"] == "required"
    assert int(options["http_put_response_hop_limit"]) == 1


@pytest.mark.requirement("1.5")
def test_volumes_are_encrypted(template: Resource, outputs: Outputs) -> None:
    """Every volume that the template declares is encrypted with the volumes' own key.

    A snapshot that is shared by mistake is then only noise.
    """
    volumes = list(template.blocks("block_device_mappings"))
    assert volumes
    for volume in volumes:
        assert str(volume.get("ebs.encrypted")).lower() == "true"
        assert volume.get("ebs.kms_key_id") == outputs["volumes_kms_key_arn"]


@pytest.mark.requirement("1.10")
def test_each_concern_has_its_own_key(
    named: Named, outputs: Outputs, live: Stack, key_of: KeyOf
) -> None:
    """Logs, alerts and backups are encrypted with keys of their own, and with no other.

    Whoever may decrypt logs must not thereby be able to restore the database.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    vault = named("backup_vault_arn", tokens.BACKUP_VAULT)
    used = {
        "logs": {key_of(group, "kms_key_id") for group in live.all(tokens.LOG_GROUP)},
        "alerts": {key_of(topic, "kms_master_key_id")},
        "backup": {key_of(vault, "kms_key_arn")},
    }
    own = {concern: outputs[f"{concern}_kms_key_arn"] for concern in used}
    assert used == {concern: {key} for concern, key in own.items()}
    assert len(set(own.values())) == len(own)


@pytest.mark.requirement("1.7")
@pytest.mark.parametrize("name", BUCKETS)
def test_critical_data_is_encrypted_versioned_and_private(
    name: str, named: Named, outputs: Outputs, live: Stack
) -> None:
    """Each critical bucket and its copy: KMS, versions, all four blocks, a policy that only denies.

    A copy that is less protected than its original is where the data gets lost.
    """
    bucket = named(f"{name}_bucket_name", tokens.S3_BUCKET)
    (encryption,) = live.seen_referrers(bucket, tokens.S3_ENCRYPTION, "bucket")
    default = encryption.get("rules.0.apply_server_side_encryption_by_default")
    key = "replica" if name.endswith("replica") else "storage"
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"] == outputs[f"{key}_kms_key_arn"]
    (versioning,) = live.seen_referrers(bucket, tokens.S3_VERSIONING, "bucket")
    assert versioning.get("versioning_configuration.status") == "Enabled"
    (block,) = live.seen_referrers(bucket, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
    for setting in ("block_public_acls", "block_public_policy"):
        assert block[setting] is True
    for setting in ("ignore_public_acls", "restrict_public_buckets"):
        assert block[setting] is True
    (policy,) = live.seen_referrers(bucket, tokens.S3_POLICY, "bucket")
    spoken = statements(policy.document("policy"))
    assert denies_without_tls(spoken, "s3:GetObject", f"{bucket.arn}/x")
    assert not any(statement.allows for statement in spoken)


@pytest.mark.parametrize("role", ["web", "api_task"])
def test_roles_reach_their_own_data_only(
    role: str, database: Resource, named: Named, outputs: Outputs, role_statements: RoleStatements
) -> None:
    """Instances and tasks log in as themselves, and reach no other bucket, secret or role.

    Whoever takes one over must not get the rest with it.
    """
    allowed = role_statements(named(f"{role}_role_arn", tokens.IAM_ROLE))
    own = {"web": "artifacts", "api_task": "data"}[role]
    for name in (*CRITICAL_BUCKETS, "access_logs"):
        arn = f"arn:aws:s3:::{outputs[f'{name}_bucket_name']}/a"
        assert may(allowed, "s3:GetObject", arn) == (name == own)
        assert not may(allowed, "s3:DeleteObjectVersion", arn)
    users = f"arn:aws:rds-db:{outputs['region']}:{outputs['account_id']}:dbuser"
    for user in ("web", "api", "admin"):
        arn = f"{users}:{database['resource_id']}/{user}"
        assert may(allowed, "rds-db:connect", arn) == (user == role.removesuffix("_task"))
    assert not may(allowed, "s3:GetObject", "arn:aws:s3:::somebody-elses/a")
    assert not may(allowed, "secretsmanager:GetSecretValue", outputs["database_secret_arn"])
    for action in ("iam:PassRole", "sts:AssumeRole", "iam:PutRolePolicy"):
        assert not may(allowed, action, f"arn:aws:iam::{outputs['account_id']}:role/admin")


@pytest.mark.requirement("1.2")
def test_everything_says_whose_it_is_and_what_for(live: Stack, outputs: Outputs) -> None:
    """Every taggable resource carries Owner, Purpose and Environment, in both regions.

    At night nobody should have to ask whom to call about a resource.
    """
    ours = [resource for resource in live if not made_by_aws(resource)]
    taggable = [resource for resource in ours if resource.type in TAGGABLE]
    assert len(taggable) > 100
    for resource in taggable:
        tags = known_tags(resource)
        assert tags.get("Owner") == outputs.settings["owner"], resource.name
        assert tags.get("Environment") == outputs.settings["environment"], resource.name
        assert tags.get("Purpose"), resource.name
