"""What lets others in or hands on to them: rotation, authorizers, policies apart, query logs."""

from __future__ import annotations

import json

from stackproof.model import Resource
from stackproof.types.tokens import (
    AMI_LAUNCH_PERMISSION,
    API,
    API_AUTHORIZER,
    APIGATEWAY_AUTHORIZER,
    APIGATEWAY_REST_API,
    EC2_AMI,
    EVENT_BUS,
    EVENT_BUS_POLICY,
    EVENT_RULE,
    EVENT_TARGET,
    IAM_ROLE,
    LAMBDA_FUNCTION,
    LOG_DESTINATION,
    LOG_DESTINATION_POLICY,
    LOG_GROUP,
    LOG_RESOURCE_POLICY,
    ROUTE53_QUERY_LOG,
    ROUTE53_ZONE,
    SECRET,
    SECRET_ROTATION,
)
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown

URI = "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def function(world: World) -> Made:
    who = {"Service": "lambda.amazonaws.com"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who}
    role = world.make(
        IAM_ROLE,
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        tags=TAGS,
    )
    return world.make(
        LAMBDA_FUNCTION,
        package_type="Image",
        image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/told:1",
        role=role["arn"],
        tags=TAGS,
    )


def test_secret_shows_how_it_rotates(world: World) -> None:
    secret = world.make(SECRET, tags=TAGS)
    rotation = world.make(
        SECRET_ROTATION,
        secret_id=secret.id,
        rotation_lambda_arn=function(world)["arn"],
        rotation_rules={"automatically_after_days": 30},
    )
    assert_shown(world, rotation, hidden=("rotate_immediately",))
    world.change(rotation, rotation_rules={"schedule_expression": "rate(10 days)"})
    assert_shown(world, rotation, hidden=("rotate_immediately",))
    assert_gone(world, rotation)


def test_authorizer_of_a_rest_api_shows_what_was_declared(world: World) -> None:
    api = world.make(APIGATEWAY_REST_API, name="orders", tags=TAGS)
    made = world.make(
        APIGATEWAY_AUTHORIZER,
        name="tokens",
        rest_api=api.id,
        authorizer_uri=URI.format(region=world.cloud.region, arn=function(world)["arn"]),
    )
    assert_shown(world, made)
    assert_gone(world, made)


def test_authorizer_of_an_http_api_shows_what_was_declared(world: World) -> None:
    api = world.make(API, name="orders", protocol_type="HTTP", tags=TAGS)
    made = world.make(
        API_AUTHORIZER,
        name="tokens",
        api_id=api.id,
        authorizer_type="JWT",
        identity_sources=["$request.header.Authorization"],
        jwt_configuration={"audiences": ["orders"], "issuer": "https://example.com"},
    )
    assert_shown(world, made)
    assert_gone(world, made)


def policy(resource: str, service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_policies_of_the_account_are_read_where_a_rule_writes_to_a_group(world: World) -> None:
    client = world.cloud.client("logs")
    said = policy("*", "events.amazonaws.com")
    client.put_resource_policy(policyName="made-by-hand", policyDocument=said)
    group = world.make(LOG_GROUP, name="/aws/events/orders", tags=TAGS)
    rule = world.make(EVENT_RULE, schedule_expression="rate(5 minutes)", tags=TAGS)
    own = world.make(LOG_RESOURCE_POLICY, policy_name="own", policy_document=said)
    alone = world.read(own)
    assert isinstance(alone, Resource)
    assert alone["policy_document"] == said
    assert world.snapshot().stack().around(LOG_RESOURCE_POLICY) == ()
    world.make(EVENT_TARGET, rule=rule["name"], target_id="log", arn=group["arn"])
    seen = {one.name for one in world.snapshot().stack().around(LOG_RESOURCE_POLICY)}
    assert seen == {"made-by-hand", "own"}
    assert_gone(world, own)


def test_zone_shows_where_it_logs_what_it_is_asked(world: World) -> None:
    zone = world.make(ROUTE53_ZONE, name="example.org", tags=TAGS)
    group = world.make(LOG_GROUP, name="/aws/route53/example.org", tags=TAGS)
    made = world.make(ROUTE53_QUERY_LOG, zone_id=zone.id, cloudwatch_log_group_arn=group["arn"])
    assert_shown(world, made)
    assert_gone(world, made)


def for_account(action: str) -> str:
    who = {"AWS": "arn:aws:iam::210987654321:root"}
    statement = {"Sid": "Other", "Effect": "Allow", "Principal": who, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})


def test_bus_shows_who_else_may_use_it(world: World) -> None:
    bus = world.make(EVENT_BUS, name="orders", tags=TAGS)
    made = world.make(
        EVENT_BUS_POLICY, event_bus_name=bus.id, policy=for_account("events:PutEvents")
    )
    assert_shown(world, made)
    assert_gone(world, made)


def test_destination_of_logs_shows_who_may_send(world: World) -> None:
    who = {"Service": "logs.amazonaws.com"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who}
    role = world.make(
        IAM_ROLE,
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        tags=TAGS,
    )
    destination = world.make(
        LOG_DESTINATION,
        name="central",
        role_arn=role["arn"],
        target_arn=world.cloud.arn("kinesis", "stream/central"),
    )
    assert_shown(world, destination)
    policy = world.make(
        LOG_DESTINATION_POLICY,
        destination_name=destination.id,
        access_policy=for_account("logs:PutSubscriptionFilter"),
    )
    assert_shown(world, policy)
    world.delete(policy)
    assert_gone(world, destination)


def test_image_shows_who_may_launch_it(world: World) -> None:
    ec2 = world.cloud.client("ec2")
    instance = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
    image = ec2.create_image(InstanceId=instance["InstanceId"], Name="golden")["ImageId"]
    permission = {"Add": [{"UserId": "210987654321"}, {"Group": "all"}]}
    ec2.modify_image_attribute(ImageId=image, LaunchPermission=permission)
    arn = f"arn:aws:ec2:{world.cloud.region}::image/{image}"
    shown = Made(EC2_AMI, "golden", image, {}, {"arn": arn})
    world.made += [shown, Made(AMI_LAUNCH_PERMISSION, "all", f"{image}-all", {}, {})]
    stack = world.snapshot().stack()
    (seen,) = stack.all(EC2_AMI)
    assert (seen.id, seen.arn, seen["name"]) == (image, arn, "golden")
    told = {(one["account_id"], one["group"]) for one in stack.all(AMI_LAUNCH_PERMISSION)}
    assert told == {("210987654321", None), (None, "all")}
    assert isinstance(world.read(shown), Resource)
    ec2.deregister_image(ImageId=image)
    assert world.read(shown) is None
