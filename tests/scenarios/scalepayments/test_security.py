"""Security and PCI DSS: who reaches the cardholder data, and what protects it on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.iam import statements
from stackproof.reasoning.network import Tier, tier
from stackproof.reasoning.reachability import anywhere, seen, sources
from stackproof.reasoning.security_groups import ingress
from stackproof.types import tokens
from tests.scenarios.conftest import Named
from tests.scenarios.scalepayments.expected import Expected

pytestmark = [pytest.mark.security, pytest.mark.blueprint("scalepayments")]


def key_of(resource: Resource, name: str, live: Stack) -> Resource:
    (key,) = live.follow(resource, name, tokens.KMS_KEY)
    return key


def role_statements(role: str, live: Stack) -> Iterator[Any]:
    for policy in live.all(tokens.IAM_ROLE_POLICY):
        if policy["role"] == role:
            yield from statements(policy.document("policy"))


@pytest.mark.parametrize(("tier_name", "port"), [("database", 5432), ("cache", 6379)])
def test_only_the_services_reach_the_data(
    tier_name: str, port: int, outputs: Outputs, named: Named, live: Stack
) -> None:
    """The database and the cache accept connections from the services' group, and nobody else.

    PCI DSS 1.3.1: inbound traffic to cardholder data is limited to what is necessary.
    """
    group = named(f"{tier_name}_security_group_id", tokens.SECURITY_GROUP)
    assert sources(group, port, live) == {outputs["service_security_group_id"]}
    assert all(rule.ports == range(port, port + 1) for rule in seen(ingress(group, live)))


def test_internet_reaches_the_load_balancer_only(outputs: Outputs, live: Stack) -> None:
    """Of all security groups only the load balancer's is open to the internet, on 80 and 443.

    Every further open port is a way in that nobody watches.
    """
    for group in live.all(tokens.SECURITY_GROUP):
        for rule in seen(ingress(group, live)):
            if anywhere(rule, live):
                assert group.id == outputs["alb_security_group_id"], group.name
                assert list(rule.ports) in ([80], [443])


def test_data_subnets_have_no_way_to_the_internet(outputs: Outputs, live: Stack) -> None:
    """Packets of the database's and the cache's subnets cannot leave for the internet.

    PCI DSS 1.4.4: systems that store cardholder data are not directly accessible from untrusted
    networks; without a route, data cannot be carried out even by who got in.
    """
    for id_ in outputs.list("database_subnet_ids"):
        subnet = live.look_up(id_, tokens.SUBNET)
        assert subnet is not None
        assert tier(subnet, live) is Tier.ISOLATED


def test_tasks_have_no_public_address(service: Resource, outputs: Outputs) -> None:
    """Each service's tasks run in private subnets without public addresses.

    A task with a public address can be talked to around load balancer and firewall.
    """
    network = next(service.blocks("network_configuration"))
    assert network["assign_public_ip"] is False
    assert set(network.values("subnets")) == set(outputs.list("private_subnet_ids"))


def test_database_is_encrypted_with_its_own_rotating_key(database: Resource, live: Stack) -> None:
    """Aurora's storage is encrypted with a customer key that rotates and serves nothing else.

    PCI DSS 3.5.1 and 3.7.4: stored card data is unreadable, and keys change at their time.
    """
    assert database["storage_encrypted"] is True
    key = key_of(database, "kms_key_id", live)
    assert key["enable_key_rotation"] is True


def test_each_concern_has_its_own_key(outputs: Outputs) -> None:
    """Database, cache, logs and secrets are encrypted with four different keys.

    Whoever may decrypt logs must not thereby be able to decrypt payments.
    """
    keys = [outputs[f"{name}_kms_key_arn"] for name in ("database", "cache", "logs", "secrets")]
    assert len(set(keys)) == len(keys)


def test_redis_is_encrypted_on_the_way_and_at_rest(redis: Resource, live: Stack) -> None:
    """Redis is encrypted in transit and at rest, with a customer key, behind a token.

    PCI DSS 4.2.1 holds inside the network, too: the cache sees session and card tokens.
    """
    assert redis["transit_encryption_enabled"] is True
    assert redis["at_rest_encryption_enabled"] is True
    assert key_of(redis, "kms_key_id", live)["enable_key_rotation"] is True


def test_database_refuses_unencrypted_connections(database: Resource, live: Stack) -> None:
    """The cluster's parameters make PostgreSQL refuse connections without TLS.

    Encryption that a client may leave out is left out by the one client that matters.
    """
    group = live.one(
        database, "db_cluster_parameter_group_name", tokens.RDS_CLUSTER_PARAMETER_GROUP
    )
    assert group is not None
    values = {p["name"]: str(p["value"]) for p in group.blocks("parameters")}
    assert values.get("rds.force_ssl") == "1"


def test_public_traffic_is_tls_1_2_or_later(named: Named) -> None:
    """The public listener speaks TLS 1.2 and 1.3 only, with an issued certificate.

    PCI DSS 4.2.1: early TLS fails the scan, and with it the right to take cards.
    """
    listener = named("https_listener_arn", tokens.LB_LISTENER)
    assert listener["protocol"] == "HTTPS"
    assert re.match(r"ELBSecurityPolicy-TLS13-1-[23]-", listener["ssl_policy"])
    assert named("certificate_arn", tokens.ACM_CERTIFICATE)["status"] == "ISSUED"


def test_traffic_to_the_tasks_is_encrypted(
    service_name: str, container: dict[str, Any], named: Named
) -> None:
    """The load balancer speaks HTTPS to each service, checks its health so, and it wants TLS 1.2.

    PCI DSS 4.2.1 asks for open networks only; whoever listens inside reads cards all the same.
    """
    group = named(f"{service_name}_target_group_arn", tokens.LB_TARGET_GROUP)
    assert group["protocol"] == "HTTPS"
    assert next(group.blocks("health_check"))["protocol"] == "HTTPS"
    told = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert told["TLS_MINIMUM_VERSION"] in ("1.2", "1.3")


def test_secrets_are_encrypted_with_the_secrets_key(outputs: Outputs, live: Stack) -> None:
    """Every secret of the platform is encrypted with the key for secrets.

    The default key may be used by everyone in the account who may read secrets.
    """
    secrets = live.all(tokens.SECRET)
    assert {secret.arn for secret in secrets} >= {
        outputs["redis_secret_arn"],
    }
    for secret in secrets:
        assert key_of(secret, "kms_key_id", live).arn == outputs["secrets_kms_key_arn"]


def test_containers_hold_no_secret_in_plain_text(container: dict[str, Any]) -> None:
    """No environment variable of a container looks like a password, token or key.

    Task definitions are readable by far more people than secrets are.
    """
    for variable in container.get("environment", ()):
        assert not re.search(r"PASSWORD|TOKEN|SECRET|PRIVATE_KEY", variable["name"])
        assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN", variable["value"])


def test_containers_are_locked_down(container: dict[str, Any]) -> None:
    """Containers run as nobody special, cannot write to their image and gain no privileges.

    What an attacker finds in a container decides whether a bug becomes a breach.
    """
    assert container["readonlyRootFilesystem"] is True
    assert container.get("privileged", False) is False
    assert container["user"].split(":")[0] not in ("", "0", "root")


def test_roles_of_a_service_are_least_privilege(
    service_name: str, outputs: Outputs, live: Stack
) -> None:
    """Neither role of a service may do everything with anything, nor read secrets at large.

    A stolen task credential must open this service's doors and no others.
    """
    for kind in ("task", "execution"):
        role = outputs[f"{service_name}_{kind}_role_arn"].rsplit("/", 1)[1]
        for statement in role_statements(role, live):
            assert not statement.every_action, f"{role}: {statement.name}"
            assert not statement.whole_services, f"{role}: {statement.name}"
            if statement.acts("secretsmanager:GetSecretValue") or statement.acts("kms:Decrypt"):
                assert not statement.every_resource, f"{role}: {statement.name}"


@pytest.mark.environments("staging", "prod")
def test_firewall_guards_the_load_balancer(outputs: Outputs, alb: Resource, live: Stack) -> None:
    """A web ACL with managed rules and a limit per address stands before the load balancer.

    PCI DSS 6.4.2: public web applications are protected from known attacks automatically.
    """
    associations = live.all(tokens.WAF_ACL_ASSOCIATION)
    assert (outputs["web_acl_arn"], alb.arn) in {
        (a["web_acl_arn"], a["resource_arn"]) for a in associations
    }
    acl = live.look_up(outputs["web_acl_arn"], tokens.WAF_ACL)
    assert acl is not None
    kinds = {
        kind
        for rule in acl.blocks("rules")
        for statement in rule.blocks("statement")
        for kind in statement.data
    }
    assert {"managed_rule_group_statement", "rate_based_statement"} <= kinds


@pytest.mark.environments("staging", "prod")
def test_threats_and_changes_are_recorded(named: Named, live: Stack, expected: Expected) -> None:
    """GuardDuty is on, and AWS Config records every change.

    PCI DSS 10.2 and 11.5: without these, how and when cannot be answered after an incident.
    """
    assert expected.guarded
    assert named("guardduty_detector_id", tokens.GUARDDUTY_DETECTOR)["enable"] is True
    assert all(status["is_enabled"] for status in live.all(tokens.CONFIG_RECORDER_STATUS))
    (recorder,) = live.all(tokens.CONFIG_RECORDER)
    assert recorder.get("recording_group.all_supported") is True


@pytest.mark.environments("dev")
def test_dev_pays_for_no_guards(outputs: Outputs) -> None:
    """Dev has neither firewall nor detector nor recorder of its own.

    They cost more than the rest of dev, and there is nothing to steal in it.
    """
    for name in ("web_acl_arn", "guardduty_detector_id", "config_recorder_name"):
        assert outputs.get(name) is None


def test_buckets_are_private_and_encrypted_in_transit(live: Stack) -> None:
    """Every bucket blocks public access in all four ways and refuses plain HTTP.

    Access logs and the record of changes tell an attacker all that is worth knowing.
    """
    for bucket in live.all(tokens.S3_BUCKET):
        (block,) = live.referrers(bucket, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
        for setting in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ):
            assert block[setting] is True, f"{bucket.name}: {setting}"
        (policy,) = live.referrers(bucket, tokens.S3_POLICY, "bucket")
        assert "aws:SecureTransport" in policy["policy"]
