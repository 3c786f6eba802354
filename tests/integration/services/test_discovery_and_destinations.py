"""Cloud Map namespaces, EventBridge destinations and registry settings: made, changed, deleted."""

from __future__ import annotations

import json

from tests.integration.services.roundtrip import TAGS, World


def test_service_is_found_in_a_private_namespace(world: World) -> None:
    vpc = world.make("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16")
    namespace = world.make(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        name="shop.local",
        vpc=vpc.id,
        tags=TAGS,
    )
    assert namespace["hosted_zone"]
    made = world.make(
        "aws:servicediscovery/service:Service",
        name="web",
        namespace_id=namespace.id,
        dns_config={
            "namespace_id": namespace.id,
            "dns_records": [{"type": "A", "ttl": 10}],
            "routing_policy": "MULTIVALUE",
        },
        health_check_custom_config={"failure_threshold": 1},
        tags=TAGS,
    )
    world.change(made, description="the web", tags={"More": "1"})
    client = world.cloud.client("servicediscovery")
    shown = client.get_service(Id=made.id)["Service"]
    assert shown["Description"] == "the web"
    assert shown["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 10}]
    tags = client.list_tags_for_resource(ResourceARN=made["arn"])["Tags"]
    assert tags == [{"Key": "More", "Value": "1"}]
    world.change(namespace, tags={"More": "1"})
    for one in (made, namespace):
        world.delete(one)
        world.delete(one)


def test_http_namespace_has_a_name_for_discovery(world: World) -> None:
    made = world.make("aws:servicediscovery/httpNamespace:HttpNamespace", name="shop")
    assert made["http_name"] == "shop"
    world.delete(made)


def test_events_go_to_a_web_address_with_a_key(world: World) -> None:
    connection = world.make(
        "aws:cloudwatch/eventConnection:EventConnection",
        authorization_type="API_KEY",
        auth_parameters={
            "api_key": {"key": "X-Key", "value": "secret"},
            "invocation_http_parameters": {
                "headers": [{"key": "X-From", "value": "bus", "is_value_secret": False}]
            },
        },
    )
    destination = world.make(
        "aws:cloudwatch/eventApiDestination:EventApiDestination",
        connection_arn=connection["arn"],
        http_method="POST",
        invocation_endpoint="https://example.com/hook",
    )
    world.change(connection, description="a key")
    world.change(destination, invocation_rate_limit_per_second=5)
    client = world.cloud.client("events")
    shown = client.describe_connection(Name=connection["name"])
    assert shown["Description"] == "a key"
    assert shown["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyName"] == "X-Key"
    described = client.describe_api_destination(Name=destination["name"])
    assert described["InvocationRateLimitPerSecond"] == 5
    for one in (destination, connection):
        world.delete(one)
        world.delete(one)


def test_settings_of_the_registry(world: World) -> None:
    statement = {
        "Sid": "replicate",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": ["ecr:CreateRepository", "ecr:ReplicateImage"],
        "Resource": "arn:aws:ecr:us-east-1:123456789012:repository/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    filters = [{"filter": "*", "filter_type": "WILDCARD"}]
    made = [
        world.make("aws:ecr/registryPolicy:RegistryPolicy", policy=policy),
        world.make(
            "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
            scan_type="ENHANCED",
            rules=[{"scan_frequency": "SCAN_ON_PUSH", "repository_filters": filters}],
        ),
        world.make(
            "aws:ecr/replicationConfiguration:ReplicationConfiguration",
            replication_configuration={
                "rules": [
                    {"destinations": [{"region": "us-west-2", "registry_id": "123456789012"}]}
                ]
            },
        ),
    ]
    client = world.cloud.client("ecr")
    assert {one.id for one in made} == {"123456789012"}
    scanning = client.get_registry_scanning_configuration()["scanningConfiguration"]
    assert scanning["scanType"] == "ENHANCED"
    (rule,) = client.describe_registry()["replicationConfiguration"]["rules"]
    assert rule["destinations"] == [{"region": "us-west-2", "registryId": "123456789012"}]
    for one in made:
        world.delete(one)
        world.delete(one)
    assert client.describe_registry()["replicationConfiguration"]["rules"] == []


def test_dead_letters_are_set_apart_from_the_queue(world: World) -> None:
    dead, queue = world.make("aws:sqs/queue:Queue", "dead"), world.make("aws:sqs/queue:Queue")
    redrive = json.dumps({"deadLetterTargetArn": dead["arn"], "maxReceiveCount": 3})
    made = [
        world.make(
            "aws:sqs/redrivePolicy:RedrivePolicy", queue_url=queue.id, redrive_policy=redrive
        ),
        world.make(
            "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
            queue_url=dead.id,
            redrive_allow_policy=json.dumps({"redrivePermission": "allowAll"}),
        ),
    ]
    client = world.cloud.client("sqs")
    asked = {"QueueUrl": queue.id, "AttributeNames": ["RedrivePolicy"]}
    shown = client.get_queue_attributes(**asked)["Attributes"]["RedrivePolicy"]
    assert json.loads(shown) == json.loads(redrive)
    for one in made:
        world.delete(one)
    assert not client.get_queue_attributes(**asked).get("Attributes", {}).get("RedrivePolicy")
