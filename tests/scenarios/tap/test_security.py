"""Who reaches whom on the base platform, and what protects what it keeps."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.reasoning.access import denies_without_tls, may, statements
from stackproof.reasoning.addresses import lies_in, network
from stackproof.reasoning.openings import anywhere, lets_in, lets_out, seen, sources
from stackproof.reasoning.places import Place
from stackproof.reasoning.reachability import (
    obstacles,
    obstacles_from_internet,
    obstacles_to_internet,
)
from stackproof.reasoning.security_groups import egress, ingress
from stackproof.types import tokens
from tests.scenarios.conftest import KeyOf, Named, RoleStatements, Subnets
from tests.scenarios.tap.conftest import BACKUP
from tests.scenarios.tap.expected import DOORS

pytestmark = [pytest.mark.security, pytest.mark.blueprint("tap")]


@pytest.mark.requirement("2.1", "2.4")
@pytest.mark.parametrize(("tier", "port"), DOORS, ids=str)
def test_doors_are_open_to_whom_they_are_for(
    tier: str, port: int, groups: Mapping[str, Resource], outputs: Outputs, live: Stack
) -> None:
    """Each port of each tier is open to the addresses or the tier that it is for, to nobody else.

    Every further source is a way around the tier in front.
    """
    places = {use: str(group.id) for use, group in groups.items()}
    places["allowed_cidr"] = outputs.settings["allowed_cidr"]
    wanted = {places.get(source, source) for source in DOORS[tier, port]}
    found = sources(groups[tier], port, live)
    assert found >= wanted
    further, ranges = found - wanted, [network(source) for source in wanted if "/" in source]
    assert [one for one in further if "/" not in one or not lies_in(network(one), ranges)] == []


@pytest.mark.requirement("2.4")
def test_there_are_no_other_doors(groups: Mapping[str, Resource], live: Stack) -> None:
    """No group accepts anything on any other port or protocol.

    A door that nobody asked for is watched by nobody.
    """
    for tier, group in groups.items():
        open_ports = {port for rule in seen(ingress(group, live)) for port in rule.ports}
        assert open_ports == {port for name, port in DOORS if name == tier}, tier
        assert {rule.protocol for rule in seen(ingress(group, live))} == {"tcp"}, tier


@pytest.mark.requirement("2.4")
def test_a_request_flows_from_web_to_app_to_database(
    groups: Mapping[str, Resource], subnets: Subnets, live: Stack
) -> None:
    """Web servers reach applications, and applications databases, in all subnets, there and back.

    A rule on one end only looks right in every list and lets nothing through; nor does a network
    ACL that forgets the answers.
    """
    public, private = tuple(subnets("public")), tuple(subnets("private"))
    web = Place("web", public, (groups["web"],))
    app = Place("app", private, (groups["app"],))
    db = Place("db", private, (groups["db"],))
    assert [o for port in (80, 443) for o in obstacles_from_internet(web, port, live)] == []
    assert obstacles(web, app, 8080, live) == []
    assert [o for port in (3306, 5432) for o in obstacles(app, db, port, live)] == []
    assert obstacles_to_internet(app, 443, live) == []


@pytest.mark.requirement("2.4")
def test_nobody_skips_a_tier(groups: Mapping[str, Resource], live: Stack) -> None:
    """Web servers do not reach databases, and the internet reaches web servers only.

    Who takes a web server over has then still to take over an application.
    """
    for port in (3306, 5432):
        assert not lets_in(groups["db"], groups["web"], port, live)
        assert not lets_out(groups["web"], groups["db"], port, live)
    for tier, group in groups.items():
        if tier != "web":
            assert not any(anywhere(rule, live) for rule in seen(ingress(group, live))), tier


@pytest.mark.requirement("2.4")
def test_databases_open_no_connections(groups: Mapping[str, Resource], live: Stack) -> None:
    """Databases open no connections of their own.

    Data is carried out by whoever can call home.
    """
    assert seen(egress(groups["db"], live)) == []


@pytest.mark.requirement("2.4")
def test_administrators_go_on_from_where_they_log_in(
    groups: Mapping[str, Resource], live: Stack
) -> None:
    """What wears the SSH group may open connections to every address and port.

    A host to log in to from which nothing is reached mends nothing in an emergency.
    """
    (rule,) = seen(egress(groups["ssh"], live))
    assert anywhere(rule, live)
    assert {22, 443, 5432, 65535} <= {*rule.ports}


@pytest.mark.requirement("2.4")
def test_default_group_lets_nothing_through(live: Stack) -> None:
    """The VPC's default security group has no rules.

    What is started without a group of its own must not find itself among friends.
    """
    (group,) = live.all(tokens.DEFAULT_SECURITY_GROUP)
    assert not group["ingress"]
    assert not group["egress"]


@pytest.mark.requirement("2.5")
@pytest.mark.parametrize("name", ["data", BACKUP, "logs"])
def test_buckets_are_encrypted_private_and_refuse_plain_http(
    name: str, buckets: Mapping[str, Resource], live: Stack
) -> None:
    """Each bucket encrypts with AES-256, blocks public access in all ways and demands TLS.

    One public bucket is the breach that everybody has read about.
    """
    bucket = buckets[name]
    (encryption,) = live.seen_referrers(bucket, tokens.S3_ENCRYPTION, "bucket")
    (rule,) = encryption.blocks("rules")
    assert rule.get("apply_server_side_encryption_by_default.sse_algorithm") == "AES256"
    (block,) = live.seen_referrers(bucket, tokens.S3_PUBLIC_ACCESS_BLOCK, "bucket")
    for setting in (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ):
        assert block[setting] is True, setting
    (policy,) = live.seen_referrers(bucket, tokens.S3_POLICY, "bucket")
    spoken = statements(policy.document("policy"))
    assert all(
        denies_without_tls(spoken, action, f"{bucket.arn}/x")
        for action in ("s3:GetObject", "s3:PutObject")
    )


@pytest.mark.requirement("2.6")
@pytest.mark.settings(enable_flow_logs=True)
def test_flow_logs_role_writes_to_the_infrastructure_group_and_nowhere_else(
    flow_log: Resource,
    log_groups: Mapping[str, Resource],
    role_statements: RoleStatements,
    live: Stack,
) -> None:
    """The role of the flow logs may write to the infrastructure log group, and do nothing else.

    A role that may write to all logs may also drown the one that shows the attack.
    """
    role = live.follow_one(flow_log, "iam_role_arn", tokens.IAM_ROLE)
    assert role is not None
    spoken = role_statements(role)
    allowed = [statement for statement in spoken if statement.allows]
    actions = {action for statement in allowed for action in statement.actions}
    assert actions <= {
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    }
    for use, group in log_groups.items():
        stream = f"{group.arn}:log-stream:eni-1"
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            assert may(spoken, action, stream) is (use == "infrastructure"), (action, use)
    for statement in allowed:
        assert not statement.every_resource
        assert statement.unbounded("logs", "log-group") == ()


@pytest.mark.requirement("2.6")
@pytest.mark.settings(enable_flow_logs=True)
def test_only_flow_logs_of_this_account_take_the_role(
    flow_log: Resource, outputs: Outputs, live: Stack
) -> None:
    """The VPC flow log service, acting for this account, is the only one to take that role.

    A trust in everybody's flow logs lets a stranger's account write here.
    """
    role = live.follow_one(flow_log, "iam_role_arn", tokens.IAM_ROLE)
    assert role is not None
    (trust,) = role.document("assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": outputs["account_id"]}}


def test_each_concern_has_its_own_key(
    named: Named, log_groups: Mapping[str, Resource], key_of: KeyOf
) -> None:
    """Both log groups share one key, and alerts have another one.

    Whoever may read what happened must not thereby be able to write to whom it is told.
    """
    logs = {key_of(group, "kms_key_id") for group in log_groups.values()}
    alerts = key_of(named("alerts_topic_arn", tokens.SNS_TOPIC), "kms_master_key_id")
    assert len(logs) == 1
    assert alerts is not None
    assert alerts not in logs
