"""Security and PCI DSS: who reaches the cardholder data, and what protects it on its way."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import denies_without_tls, may, statements
from stackproof.reasoning.network import Tier, tier
from stackproof.reasoning.openings import anywhere, seen, sources
from stackproof.reasoning.places import place
from stackproof.reasoning.security_groups import ingress
from stackproof.types import tokens
from tests.scenarios.conftest import KeyOf, Named, RoleStatements
from tests.scenarios.scalepayments.compliance import COMPLIANCE, PERIODIC
from tests.scenarios.scalepayments.expected import DATABASE_USERS, SERVICES, Expected

pytestmark = [pytest.mark.security, pytest.mark.blueprint("scalepayments")]


@pytest.mark.requirement("3.14")
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


@pytest.mark.requirement("3.14")
def test_only_load_balancer_and_services_reach_the_services(
    outputs: Outputs, named: Named, live: Stack
) -> None:
    """Services accept requests from the load balancer and from each other, on their ports only.

    Who reaches a service directly has gone around the firewall, the access log and TLS.
    """
    group = named("service_security_group_id", tokens.SECURITY_GROUP)
    ports = {int(outputs[f"{name}_port"]) for name in SERVICES}
    known = {outputs["alb_security_group_id"], outputs["service_security_group_id"]}
    for port in ports:
        assert sources(group, port, live) == known
    assert {port for rule in seen(ingress(group, live)) for port in rule.ports} == ports


@pytest.mark.requirement("3.14")
def test_each_part_wears_the_group_of_its_tier(
    service: Resource, database: Resource, redis: Resource, alb: Resource, outputs: Outputs
) -> None:
    """Load balancer, services, database and cache each belong to their own group, and no other.

    A second group adds its rules, wherever those were checked.
    """
    network = next(service.blocks("network_configuration"))
    assert alb.values("security_groups") == [outputs["alb_security_group_id"]]
    assert network.values("security_groups") == [outputs["service_security_group_id"]]
    assert database.values("vpc_security_group_ids") == [outputs["database_security_group_id"]]
    assert redis.values("security_group_ids") == [outputs["cache_security_group_id"]]


@pytest.mark.requirement("3.14")
def test_internet_reaches_the_load_balancer_only(outputs: Outputs, live: Stack) -> None:
    """Of all security groups only the load balancer's is open to the internet, on 80 and 443.

    Every further open port is a way in that nobody watches.
    """
    for group in live.all(tokens.SECURITY_GROUP):
        for rule in seen(ingress(group, live)):
            if anywhere(rule, live):
                assert group.id == outputs["alb_security_group_id"], group.name
                assert list(rule.ports) in ([80], [443])


@pytest.mark.requirement("3.13")
def test_data_subnets_have_no_way_to_the_internet(outputs: Outputs, live: Stack) -> None:
    """Packets of the database's and the cache's subnets cannot leave for the internet.

    PCI DSS 1.4.4: systems that store cardholder data are not directly accessible from untrusted
    networks; without a route, data cannot be carried out even by who got in.
    """
    for id_ in outputs.list("database_subnet_ids"):
        subnet = live.look_up(id_, tokens.SUBNET)
        assert subnet is not None
        assert tier(subnet, live) is Tier.ISOLATED


@pytest.mark.requirement("3.13")
def test_data_stands_in_its_own_subnets(
    database: Resource, redis: Resource, outputs: Outputs, live: Stack
) -> None:
    """Aurora and Redis are placed in the database's subnets only, by themselves and by failovers.

    One subnet of another tier in their groups, and the next failover puts the data there.
    """
    own = {*outputs.list("database_subnet_ids")}
    for store in (database, redis):
        assert {subnet.id for subnet in place(store, live).subnets} <= own, store.name


@pytest.mark.requirement("3.13")
def test_tasks_have_no_public_address(service: Resource, outputs: Outputs) -> None:
    """Each service's tasks run in private subnets without public addresses.

    A task with a public address can be talked to around load balancer and firewall.
    """
    network = next(service.blocks("network_configuration"))
    assert network["assign_public_ip"] is False
    assert set(network.values("subnets")) == set(outputs.list("private_subnet_ids"))


@pytest.mark.requirement("3.17")
def test_database_is_encrypted(database: Resource) -> None:
    """Aurora's storage is encrypted.

    PCI DSS 3.5.1: stored card data is unreadable without its key.
    """
    assert database["storage_encrypted"] is True


@pytest.fixture(scope="session")
def used(
    database: Resource, redis: Resource, named: Named, live: Stack, key_of: KeyOf
) -> dict[str, set[str | None]]:
    """Give the keys that are in use, by what they encrypt."""
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    return {
        "database": {key_of(database, "kms_key_id")},
        "cache": {key_of(redis, "kms_key_id")},
        "logs": {key_of(group, "kms_key_id") for group in live.all(tokens.LOG_GROUP)},
        "secrets": {key_of(secret, "kms_key_id") for secret in live.all(tokens.SECRET)},
        "alerts": {key_of(topic, "kms_master_key_id")},
    }


@pytest.mark.requirement("3.15")
def test_each_concern_has_its_own_key(used: dict[str, set[str | None]], outputs: Outputs) -> None:
    """Database, cache, logs, secrets and alerts are encrypted with keys of their own.

    Whoever may decrypt logs must not thereby be able to decrypt payments.
    """
    own = {concern: outputs[f"{concern}_kms_key_arn"] for concern in used}
    assert used == {concern: {key} for concern, key in own.items()}
    assert len(set(own.values())) == len(own)


@pytest.mark.requirement("3.15")
@pytest.mark.parametrize("concern", ["database", "cache", "logs", "secrets", "alerts"])
def test_keys_rotate(concern: str, named: Named) -> None:
    """Each of these keys is enabled and changes every year at least.

    PCI DSS 3.7.4: a key that is older than its time is one that too many may have seen.
    """
    key = named(f"{concern}_kms_key_arn", tokens.KMS_KEY)
    assert key["is_enabled"] is not False
    assert key["enable_key_rotation"] is True
    assert int(key["rotation_period_in_days"] or 365) <= 365


@pytest.mark.requirement("3.17")
def test_redis_is_encrypted_on_the_way_and_at_rest(redis: Resource) -> None:
    """Redis is encrypted in transit and at rest, and answers those only who know its token.

    PCI DSS 4.2.1 holds inside the network, too: the cache sees session and card tokens.
    """
    assert redis["transit_encryption_enabled"] is True
    assert redis["at_rest_encryption_enabled"] is True
    assert redis["transit_encryption_mode"] in (None, "required")
    # AWS shows that there is a token, and not which.
    assert redis.raw("auth_token") is not None


def test_database_refuses_unencrypted_connections(database: Resource, live: Stack) -> None:
    """The cluster's parameters make PostgreSQL refuse connections without TLS.

    Encryption that a client may leave out is left out by the one client that matters.
    """
    group = live.follow_one(
        database, "db_cluster_parameter_group_name", tokens.RDS_CLUSTER_PARAMETER_GROUP
    )
    assert group is not None
    values = {p["name"]: str(p["value"]) for p in group.blocks("parameters")}
    assert values.get("rds.force_ssl") == "1"


@pytest.mark.requirement("3.18")
def test_public_traffic_is_tls_1_2_or_later(named: Named) -> None:
    """The public listener speaks TLS 1.2 and 1.3 only, with an issued certificate.

    PCI DSS 4.2.1: early TLS fails the scan, and with it the right to take cards.
    """
    listener = named("https_listener_arn", tokens.LB_LISTENER)
    assert listener["protocol"] == "HTTPS"
    assert re.match(r"ELBSecurityPolicy-TLS13-1-[23]-", listener["ssl_policy"])
    assert named("certificate_arn", tokens.ACM_CERTIFICATE)["status"] == "ISSUED"


@pytest.mark.requirement("3.18")
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


@pytest.mark.requirement("3.15")
def test_tasks_are_started_and_run_with_their_own_roles(
    service_name: str, task: Resource, outputs: Outputs
) -> None:
    """What runs is started by its service's execution role, and is its service's task role.

    With another's role a service may do what the other may, and its log says that the other did.
    """
    assert task["execution_role_arn"] == outputs[f"{service_name}_execution_role_arn"]
    assert task["task_role_arn"] == outputs[f"{service_name}_task_role_arn"]


@pytest.mark.requirement("3.15")
@pytest.mark.parametrize("kind", ["task", "execution"])
def test_roles_of_a_service_are_least_privilege(
    kind: str, service_name: str, named: Named, role_statements: RoleStatements
) -> None:
    """Neither role of a service may do everything with anything, nor read secrets at large.

    A stolen task credential must open this service's doors and no others.
    """
    role = named(f"{service_name}_{kind}_role_arn", tokens.IAM_ROLE)
    for statement in (said for said in role_statements(role) if said.allows):
        assert not statement.every_action, f"{role.name}: {statement.name}"
        assert not statement.whole_services, f"{role.name}: {statement.name}"
        if statement.acts("secretsmanager:GetSecretValue") or statement.acts("kms:Decrypt"):
            assert not statement.every_resource, f"{role.name}: {statement.name}"


@pytest.mark.requirement("3.15", "3.20")
def test_services_read_no_secrets_but_those_they_are_given(
    service_name: str,
    container: dict[str, Any],
    named: Named,
    outputs: Outputs,
    role_statements: RoleStatements,
) -> None:
    """The running service reads no secret at all, and what starts it reads those it is given only.

    A service that may read another's secret is as dangerous as both of them.
    """
    given = {pair["valueFrom"] for pair in container["secrets"]}
    running, starting = (
        role_statements(named(f"{service_name}_{kind}_role_arn", tokens.IAM_ROLE))
        for kind in ("task", "execution")
    )
    for arn in (outputs["database_secret_arn"], outputs["redis_secret_arn"]):
        may_start = any(source.startswith(arn) for source in given)
        assert not may(running, "secretsmanager:GetSecretValue", arn), arn
        assert may(starting, "secretsmanager:GetSecretValue", arn) is may_start, arn


@pytest.mark.requirement("3.15")
def test_services_log_in_as_themselves(
    service_name: str,
    database: Resource,
    named: Named,
    outputs: Outputs,
    role_statements: RoleStatements,
) -> None:
    """A service may log in to the database as the user of its own name, if it uses one.

    The audit log of the database is worth as much as the names in it.
    """
    allowed = role_statements(named(f"{service_name}_task_role_arn", tokens.IAM_ROLE))
    users = f"arn:aws:rds-db:{outputs['region']}:{outputs['account_id']}:dbuser"
    own = {service_name} & set(DATABASE_USERS)
    for user in (*SERVICES, "admin"):
        arn = f"{users}:{database['cluster_resource_id']}/{user}"
        assert may(allowed, "rds-db:connect", arn) is (user in own), user


@pytest.mark.requirement("3.10")
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


@pytest.mark.requirement("3.10")
@pytest.mark.environments("staging", "prod")
def test_threats_and_changes_are_recorded(named: Named, expected: Expected) -> None:
    """GuardDuty is on, and AWS Config records every change, whoever of the account has them.

    PCI DSS 10.2 and 11.5: without these, how and when cannot be answered after an incident.
    """
    assert expected.guarded
    assert named("guardduty_detector_id", tokens.GUARDDUTY_DETECTOR)["enable"] is True
    recorder = named("config_recorder_name", tokens.CONFIG_RECORDER)
    assert recorder.get("recording_group.all_supported") is True
    assert recorder.get("recording_group.include_global_resource_types") is True
    assert named("config_recorder_name", tokens.CONFIG_RECORDER_STATUS)["is_enabled"] is True


@pytest.mark.requirement("3.10", "9.1")
@pytest.mark.environments("staging", "prod")
def test_account_is_asked_what_the_policy_pack_asks(outputs: Outputs, live: Stack) -> None:
    """AWS Config asks by managed rules, of this stack's resources, what was asked at preview.

    PCI DSS 11.5.2: what is changed by hand on a Friday is found before the next deployment.
    """
    rules = live.all(tokens.CONFIG_RULE)
    assert {*outputs.list("config_rule_names")} == {rule["name"] for rule in rules}
    asked = {rule.get("source.source_identifier"): rule for rule in rules}
    assert asked.keys() == COMPLIANCE.keys()
    for identifier, parameters in COMPLIANCE.items():
        rule = asked[identifier]
        assert rule.get("source.owner") == "AWS", identifier
        assert json.loads(rule["input_parameters"] or "{}") == parameters, identifier
        own = (None, None) if identifier in PERIODIC else ("Stack", outputs["stack"])
        assert (rule.get("scope.tag_key"), rule.get("scope.tag_value")) == own, identifier


@pytest.mark.requirement("3.10")
@pytest.mark.environments("dev")
def test_dev_pays_for_no_guards(alb: Resource, live: Stack) -> None:
    """Dev has neither firewall nor detector, recorder nor trail of its own.

    They cost more than the rest of dev, and there is nothing to steal in it.
    """
    guarded = {a["resource_arn"] for a in live.around(tokens.WAF_ACL_ASSOCIATION)}
    assert alb.arn not in guarded
    for type_ in (
        tokens.WAF_ACL,
        tokens.GUARDDUTY_DETECTOR,
        tokens.CONFIG_RECORDER,
        tokens.CONFIG_RULE,
        tokens.CLOUDTRAIL_TRAIL,
    ):
        assert live.all(type_) == (), type_


def test_buckets_are_private_and_encrypted_in_transit(live: Stack) -> None:
    """Every bucket blocks public access in all four ways and refuses plain HTTP.

    Access logs and the record of changes tell an attacker all that is worth knowing.
    """
    for bucket in live.all(tokens.S3_BUCKET):
        (block,) = live.seen_referrers(bucket, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
        for setting in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ):
            assert block[setting] is True, f"{bucket.name}: {setting}"
        (policy,) = live.seen_referrers(bucket, tokens.S3_POLICY, "bucket")
        assert denies_without_tls(
            statements(policy.document("policy")), "s3:GetObject", f"{bucket.arn}/x"
        )
