"""Whose is it: what the stack has in others' networks, clusters, zones and topics is read by its
ids, and what others have there is not judged as the stack's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from stackproof.embedded.faults import calls, forget_calls
from stackproof.embedded.server.control import Server, copied, isolated
from stackproof.model import Finding, outcome_word
from stackproof.outputs import load
from stackproof.sights.live.snapshot import Snapshot
from stackproof.sights.state import load_state
from stackproof.types import tokens
from stackproof.verify import judged, snapshot_of

OURS = {"Project": "shop", "Environment": "prod"}
THEIRS = {"Project": "platform", "Environment": "prod"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
PREFIX = "urn:pulumi:prod::shop::"


@dataclass(frozen=True, slots=True)
class Shared:
    """An account where a platform team's things carry the things of stacks, and who has what."""

    server: Server
    folder: Path
    ids: Mapping[str, str]

    def read(
        self,
        outputs: Mapping[str, Any],
        *,
        state: Mapping[str, str] | None = None,
        read: Mapping[str, str] | None = None,
        regions: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """Read the stack by its outputs and, from ids to types, what its state manages or reads."""
        file, export = self.folder / "flat-outputs.json", self.folder / "state.json"
        file.write_text(json.dumps({"region": "us-east-1", **outputs}))
        if state is None:
            return snapshot_of(load(file))
        records = [
            _record(id_, type_, (regions or {}).get(id_))
            | ({"external": True} if known is read else {})
            for known in (state, read)
            for id_, type_ in (known or {}).items()
        ]
        export.write_text(json.dumps({"version": 3, "deployment": {"resources": records}}))
        return snapshot_of(load(file), load_state(export))

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """Give a boto3 client of the account: another hand than ours."""
        session: Any = boto3.Session("another", "hand", region_name=region)
        return session.client(service, endpoint_url=self.server.endpoint)

    def judge(self, outputs: Mapping[str, Any]) -> list[Finding]:
        """Judge the stack by its outputs."""
        snapshot = self.read(outputs)
        return list(judged(load(self.folder / "flat-outputs.json"), snapshot, 0.0).findings)


def _record(id_: str, type_: str, region: str | None) -> dict[str, Any]:
    outputs = {"arn": id_} if id_.startswith("arn:") else {}
    outputs |= {"region": region} if region else {}
    urn = f"{PREFIX}{type_}::{id_}"
    return {"urn": urn, "type": type_, "custom": True, "id": id_, "outputs": outputs}


def whose(snapshot: Snapshot, id_: str) -> str:
    """Give "ours", "foreign", or "unread"."""
    for word, resources in (("ours", snapshot.resources), ("foreign", snapshot.foreign)):
        if any(id_ in (resource.id, resource.arn) for resource in resources):
            return word
    return "unread"


def _pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in tags.items()]


def _spec(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": _pairs(tags)}]


def _network(ec2: Any) -> dict[str, str]:
    """Make the platform's network, and in it a group, an endpoint and a flow log of each team."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_spec("vpc", THEIRS))
    made = {"vpc": vpc["Vpc"]["VpcId"]}
    for number, zone in enumerate("ab"):
        subnet = ec2.create_subnet(
            VpcId=made["vpc"], CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )
        made[f"subnet_{zone}"] = subnet["Subnet"]["SubnetId"]
    for name in ("our", "their", "plain"):
        tags = {"our": OURS, "their": THEIRS}.get(name)
        more = {"TagSpecifications": _spec("security-group", tags)} if tags else {}
        group = ec2.create_security_group(
            GroupName=name, Description=name, VpcId=made["vpc"], **more
        )
        made[f"{name}_group"] = group["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=SSH)
        table = ec2.create_route_table(VpcId=made["vpc"])["RouteTable"]
        made[f"{name}_table"] = table["RouteTableId"]
        endpoint = ec2.create_vpc_endpoint(
            VpcId=made["vpc"], ServiceName="com.amazonaws.us-east-1.s3"
        )
        made[f"{name}_endpoint"] = endpoint["VpcEndpoint"]["VpcEndpointId"]
    used = ec2.associate_route_table(RouteTableId=made["our_table"], SubnetId=made["subnet_a"])
    made["our_association"] = used["AssociationId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=made["subnet_a"], AllocationId=address)
    made["nat"] = nat["NatGateway"]["NatGatewayId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=made["vpc"])
    return made | {"gateway": gateway}


def _balancer(elbv2: Any, made: Mapping[str, str]) -> dict[str, str]:
    """Make the platform's load balancer, with a listener and a rule of each team."""
    subnets = [made["subnet_a"], made["subnet_b"]]
    balancer = elbv2.create_load_balancer(Name="edge", Subnets=subnets, Tags=_pairs(THEIRS))
    arns = {"balancer": balancer["LoadBalancers"][0]["LoadBalancerArn"]}
    for number, name in enumerate(("our", "their")):
        group = elbv2.create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=made["vpc"], TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        listener = elbv2.create_listener(
            LoadBalancerArn=arns["balancer"],
            Protocol="HTTP",
            Port=80 + number,
            DefaultActions=forward,
        )["Listeners"][0]["ListenerArn"]
        rule = elbv2.create_rule(
            ListenerArn=listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
            Actions=forward,
        )["Rules"][0]["RuleArn"]
        arns |= {f"{name}_target": group, f"{name}_listener": listener, f"{name}_rule": rule}
    return arns


def _cluster(ecs: Any, iam: Any) -> dict[str, str]:
    """Make the platform's cluster, with a service of each team and the roles that these run as."""
    cluster = ecs.create_cluster(clusterName="apps", tags=_pairs(THEIRS, "key", "value"))
    arns = {"cluster": cluster["cluster"]["clusterArn"]}
    for name in ("our", "their"):
        role = iam.create_role(RoleName=f"{name}-task", AssumeRolePolicyDocument=json.dumps(TRUST))
        task = ecs.register_task_definition(
            family=name,
            taskRoleArn=role["Role"]["Arn"],
            containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}],
        )["taskDefinition"]["taskDefinitionArn"]
        service = ecs.create_service(
            cluster="apps", serviceName=name, taskDefinition=task, desiredCount=1
        )["service"]["serviceArn"]
        arns |= {
            f"{name}_role": f"{name}-task",
            f"{name}_task": task,
            f"{name}_service": service,
        }
    return arns


def _zone_and_topic(route53: Any, sns: Any) -> dict[str, str]:
    """Make the platform's zone and topic, with a record and a subscription of each team."""
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    zone = zone.rpartition("/")[2]
    topic = sns.create_topic(Name="events", Tags=_pairs(THEIRS))["TopicArn"]
    made = {"zone": zone, "topic": topic}
    for name in ("our", "their"):
        record = {
            "Name": f"{name}.example.org",
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": "192.0.2.1"}],
        }
        changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
        made[f"{name}_record"] = f"{zone}_{name}.example.org_A"
        made[f"{name}_subscription"] = sns.subscribe(
            TopicArn=topic,
            Protocol="email",
            Endpoint=f"{name}@example.org",
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
    return made


@pytest.fixture(scope="module")
def shared(blank: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Make the platform team's account."""
    folder = tmp_path_factory.mktemp("shared")
    with copied(blank) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in isolated(os.environ, server, "us-east-1", home=folder).items():
            patch.setenv(name, value)
        client = Shared(server, folder, {}).client
        made = _network(client("ec2"))
        made |= _balancer(client("elbv2"), made)
        made |= _cluster(client("ecs"), client("iam"))
        made |= _zone_and_topic(client("route53"), client("sns"))
        yield Shared(server, folder, made)


@pytest.fixture(autouse=True)
def reached(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this process at the shared account."""
    for name, value in isolated(os.environ, shared.server, "us-east-1", home=shared.folder).items():
        monkeypatch.setenv(name, value)


# What state files name, by what it is called above; and the place that is another's.
INSIDE = {
    "our_group": (tokens.SECURITY_GROUP, "vpc"),
    "our_table": (tokens.ROUTE_TABLE, "vpc"),
    "our_association": (tokens.ROUTE_TABLE_ASSOCIATION, "our_table"),
    "our_endpoint": (tokens.VPC_ENDPOINT, "vpc"),
    "subnet_a": (tokens.SUBNET, "vpc"),
    "nat": (tokens.NAT_GATEWAY, "vpc"),
    "gateway": (tokens.INTERNET_GATEWAY, "vpc"),
    "our_target": (tokens.LB_TARGET_GROUP, "vpc"),
    "our_listener": (tokens.LB_LISTENER, "balancer"),
    "our_rule": (tokens.LB_LISTENER_RULE, "our_listener"),
    "our_service": (tokens.ECS_SERVICE, "cluster"),
    "our_task": (tokens.ECS_TASK_DEFINITION, "our_role"),
    "our_record": (tokens.ROUTE53_RECORD, "zone"),
    "our_subscription": (tokens.SNS_SUBSCRIPTION, "topic"),
}
# What is part of a thing, and so the stack's with it.
INHERENT = {
    tokens.ROUTE_TABLE: (tokens.ROUTE, tokens.ROUTE_TABLE_ASSOCIATION),
    tokens.LB_LISTENER: (tokens.LB_LISTENER_RULE,),
}


@pytest.mark.parametrize("name", INSIDE)
def test_what_the_state_names_is_read_wherever_it_stands(name: str, shared: Shared) -> None:
    type_, place = INSIDE[name]
    found = shared.read({}, state={shared.ids[name]: type_})
    assert whose(found, shared.ids[name]) == "ours"
    assert whose(found, shared.ids[place]) == "foreign"
    assert not found.gaps
    assert {r.type for r in found.resources} <= {type_, *INHERENT.get(type_, ())}


def test_what_outputs_name_is_read_wherever_it_stands(shared: Shared) -> None:
    found = shared.read({"things": [shared.ids[name] for name in INSIDE]})
    assert {name: whose(found, shared.ids[name]) for name in INSIDE} == dict.fromkeys(
        INSIDE, "ours"
    )
    their = {name: whose(found, id_) for name, id_ in shared.ids.items() if "their_" in name}
    assert [name for name, whose_ in their.items() if whose_ == "ours"] == []


def test_open_group_in_a_shared_network_fails_and_the_neighbours_is_not_judged(
    shared: Shared,
) -> None:
    findings = shared.judge({"project": "shop", "environment": "prod", "vpc_id": shared.ids["vpc"]})
    judged_groups = {
        finding.resource.id: outcome_word(finding.outcome)
        for finding in findings
        if finding.control.id == "security-group-no-internet-to-admin-ports"
    }
    assert judged_groups == {shared.ids["our_group"]: "fail"}


def test_target_group_judges_nothing_of_the_network_that_it_names(shared: Shared) -> None:
    findings = shared.judge({"group": shared.ids["our_target"]})
    assert {finding.resource.id for finding in findings} == {shared.ids["our_target"]}


def test_controls_see_the_network_that_the_stack_stands_in(shared: Shared) -> None:
    found = shared.read({"nat": shared.ids["nat"]}).stack()
    nat = found.look_up(shared.ids["nat"], tokens.NAT_GATEWAY)
    assert nat is not None
    subnet = found.follow_one(nat, "subnet_id", tokens.SUBNET)
    assert subnet is not None
    assert subnet.id == shared.ids["subnet_a"]
    assert found.seen_referrers(subnet, tokens.ROUTE_TABLE_ASSOCIATION, "subnet_id")


def test_role_that_only_a_member_names_is_judged_unless_the_state_says_otherwise(
    shared: Shared,
) -> None:
    service, task = shared.ids["our_service"], shared.ids["our_task"]
    found = shared.read({"service": service})
    assert whose(found, shared.ids["our_role"]) == "ours"
    assert whose(found, shared.ids["their_role"]) == "unread"
    managed = {service: tokens.ECS_SERVICE, task: tokens.ECS_TASK_DEFINITION}
    assert whose(shared.read({}, state=managed), shared.ids["our_role"]) == "foreign"


def test_what_the_program_only_reads_is_not_judged(shared: Shared) -> None:
    known = {shared.ids["our_group"]: tokens.SECURITY_GROUP}
    found = shared.read({"vpc": shared.ids["vpc"]}, state={}, read=known)
    assert whose(found, shared.ids["our_group"]) == "foreign"
    assert not found.resources


def test_id_that_is_gone_hides_no_other(shared: Shared) -> None:
    ids = shared.ids
    gone = [ids[name][:-4] + "0000" for name in ("our_listener", "our_rule", "our_group", "nat")]
    found = shared.read({"things": [*gone, *(ids[n] for n in ("our_listener", "our_rule"))]})
    assert {r.id for r in found.resources} >= {ids["our_listener"], ids["our_rule"]}
    assert not found.gaps


KEY_ABROAD = "arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_another_accounts_things_are_foreign_and_no_gaps(shared: Shared) -> None:
    s3 = shared.client("s3")
    s3.create_bucket(Bucket="abroad")
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY_ABROAD}
    s3.put_bucket_encryption(
        Bucket="abroad",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]
        },
    )
    forget_calls(shared.server)
    outputs = {"bucket": "abroad", "key": KEY_ABROAD, "topic": KEY_ABROAD.replace("kms", "sns")}
    findings = shared.judge(outputs)
    assert {finding.resource.name for finding in findings} == {"abroad"}
    assert {call.operation for call in calls(shared.server)}.isdisjoint(
        {"DescribeKey", "GetKeyPolicy", "GetTopicAttributes"}
    )
    held = {f.control.id: outcome_word(f.outcome) for f in findings}
    assert held["s3-bucket-customer-key"] == "pass"


def test_what_the_state_has_in_a_region_that_no_output_names_is_read(shared: Shared) -> None:
    ec2 = shared.client("ec2", "us-west-2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="far", Description="far", VpcId=vpc)["GroupId"]
    here = shared.ids["our_group"]
    regions = {group: "us-west-2", here: "us-east-1"}
    found = shared.read({}, state=dict.fromkeys(regions, tokens.SECURITY_GROUP), regions=regions)
    assert {r.id: r.region for r in found.resources} == regions
    assert found.regions == ("us-east-1", "us-west-2")
    assert not found.gaps


def test_every_page_of_a_network_is_judged(shared: Shared) -> None:
    ec2 = shared.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    groups = [
        ec2.create_security_group(GroupName=f"g{n}", Description="d", VpcId=vpc)["GroupId"]
        for n in range(230)
    ]
    ec2.authorize_security_group_ingress(GroupId=groups[-1], IpPermissions=SSH)
    failed = {
        finding.resource.name
        for finding in shared.judge({"vpc_id": vpc})
        if finding.control.id == "security-group-no-internet-to-admin-ports"
        and outcome_word(finding.outcome) == "fail"
    }
    assert failed == {"g229"}


def test_policy_that_a_topic_has_by_itself_is_not_public(shared: Shared) -> None:
    findings = shared.judge({"topic_arn": shared.ids["topic"]})
    (said,) = (f for f in findings if f.control.id == "sns-topic-policy-not-public")
    assert outcome_word(said.outcome) == "pass"


def test_workers_of_the_suite_share_one_reading(shared: Shared) -> None:
    shared.client("s3").create_bucket(Bucket="read-once")
    (shared.folder / "flat-outputs.json").write_text(
        json.dumps({"region": "us-east-1", "bucket": "read-once"})
    )
    (shared.folder / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', range(8))\n"
        "def test_seen(live, n):\n"
        "    assert [r.name for r in live.all('aws:s3/bucket:Bucket')] == ['read-once']\n"
    )
    forget_calls(shared.server)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "--outputs", "flat-outputs.json", "test_it.py"],
        cwd=shared.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert "8 passed" in ran.stdout
    assert [call.operation for call in calls(shared.server)].count("ListBuckets") == 1
