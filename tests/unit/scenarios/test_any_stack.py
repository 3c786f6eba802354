"""Each scenario for any stack tells a good one from a broken one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stackproof.model import Resource, Sight, Stack
from stackproof.model.cases import (
    Change,
    Given,
    Json,
    Neighbour,
    Ref,
    Remove,
    Without,
    mutated,
    stack_of,
)
from stackproof.outputs import Outputs
from stackproof.probing import Probing
from stackproof.reasoning.access import Circle
from stackproof.scenarios import (
    test_alarms,
    test_availability,
    test_containers,
    test_cross_environment,
    test_guards,
    test_idle,
    test_patience,
    test_recovery,
    test_strangers,
    test_surge,
    test_throughput,
)
from stackproof.scenarios.deployed import Deployed, of_one_system
from stackproof.types import tokens as t

Broken = tuple[Any, ...]


def through_nat(zone: str, number: int, nat: str) -> tuple[Neighbour, ...]:
    """Give a private subnet in a zone, which leaves through a NAT gateway."""
    return (
        Neighbour(f"private{number}", t.SUBNET, {"availability_zone": zone, "vpc_id": Ref("vpc")}),
        Neighbour(f"table{number}", t.ROUTE_TABLE, {"vpc_id": Ref("vpc"), "routes": []}),
        Neighbour(
            f"route{number}",
            t.ROUTE,
            {
                "route_table_id": Ref(f"table{number}"),
                "destination_cidr_block": "0.0.0.0/0",
                "nat_gateway_id": Ref(nat),
            },
        ),
        Neighbour(
            f"association{number}",
            t.ROUTE_TABLE_ASSOCIATION,
            {"subnet_id": Ref(f"private{number}"), "route_table_id": Ref(f"table{number}")},
        ),
    )


NETWORK = Given(
    t.NAT_GATEWAY,
    {"subnet_id": Ref("public1")},
    (
        Neighbour("vpc", t.VPC, {"cidr_block": "10.0.0.0/16"}),
        Neighbour("nat2", t.NAT_GATEWAY, {"subnet_id": Ref("public2")}),
        *(
            Neighbour(f"public{n}", t.SUBNET, {"availability_zone": zone, "vpc_id": Ref("vpc")})
            for n, zone in ((1, "a"), (2, "b"))
        ),
        *(
            Neighbour(f"open{n}", t.ROUTE_TABLE, {"vpc_id": Ref("vpc"), "routes": []})
            for n in (1, 2)
        ),
        *(
            Neighbour(
                f"open_association{n}",
                t.ROUTE_TABLE_ASSOCIATION,
                {"subnet_id": Ref(f"public{n}"), "route_table_id": Ref(f"open{n}")},
            )
            for n in (1, 2)
        ),
        *through_nat("a", 1, "subject"),
        *through_nat("b", 2, "nat2"),
    ),
)
DATABASE = Given(
    t.RDS_CLUSTER,
    {
        "preferred_backup_window": "03:00-04:00",
        "preferred_maintenance_window": "sun:04:30-sun:05:30",
    },
)
SERVICE = Given(
    t.ECS_SERVICE,
    {
        "name": "pay",
        "cluster": Ref("cluster", "arn"),
        "desired_count": 2,
        "task_definition": Ref("task", "arn"),
        "load_balancers": [
            {"target_group_arn": "arn:tg", "container_name": "app", "container_port": 8080}
        ],
        "network_configuration": {"subnets": [Ref("subnet")], "security_groups": []},
    },
    (
        Neighbour("cluster", t.ECS_CLUSTER, {"name": "shop"}),
        Neighbour("subnet", t.SUBNET, {"cidr_block": "10.0.0.0/28", "vpc_id": "vpc-1"}),
        Neighbour(
            "task",
            t.ECS_TASK_DEFINITION,
            {
                "container_definitions": Json(
                    [{"name": "app", "portMappings": [{"containerPort": 8080}]}]
                )
            },
        ),
        Neighbour(
            "target",
            t.APPSCALING_TARGET,
            {"resource_id": "service/shop/pay", "min_capacity": 2, "max_capacity": 11},
        ),
    ),
)
ALARM = Given(
    t.METRIC_ALARM,
    {"actions_enabled": True, "alarm_actions": [Ref("topic", "arn")]},
    (
        Neighbour("topic", t.SNS_TOPIC, {"name": "alerts"}),
        Neighbour(
            "reader",
            t.SNS_SUBSCRIPTION,
            {"topic": Ref("topic", "arn"), "pending_confirmation": False},
        ),
        Neighbour(
            "policy",
            t.SNS_TOPIC_POLICY,
            {
                "arn": Ref("topic", "arn"),
                "policy": Json(
                    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish"}]}
                ),
            },
        ),
    ),
)
FIREWALL = Given(
    t.WAF_ACL,
    {"default_action": {"allow": {}}, "rules": [{"name": "r", "action": {"block": {}}}]},
)
BALANCER = Given(
    t.LB, {}, (Neighbour("listener", t.LB_LISTENER, {"load_balancer_arn": Ref("subject", "arn")}),)
)


def policy(action: str, principal: str, effect: str = "Allow", **more: Any) -> Given:
    said = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, **more}
    said["Resource"] = "arn:aws:s3:::b/*"
    return Given(t.S3_POLICY, {"bucket": "b", "policy": Json({"Statement": [said]})})


PAY = "arn:aws:lambda:us-east-1:123456789012:function:pay"
CALLED = Given(
    t.APIGATEWAY_INTEGRATION,
    {
        "type": "AWS_PROXY",
        "uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{PAY}/invocations",
    },
    (Neighbour(PAY, t.LAMBDA_FUNCTION, {"name": "pay", "timeout": 29}),),
)
WORKED_ON = Given(
    t.LAMBDA_FUNCTION,
    {"name": "work", "timeout": 30, "reserved_concurrent_executions": 10},
    (
        Neighbour("queue", t.SQS_QUEUE, {"name": "jobs", "visibility_timeout_seconds": 180}),
        Neighbour(
            "mapping",
            t.LAMBDA_EVENT_SOURCE_MAPPING,
            {
                "function_name": Ref("subject", "arn"),
                "event_source_arn": Ref("queue", "arn"),
                "scaling_config": {"maximum_concurrency": 10},
            },
        ),
    ),
)
GROUP = Given(
    t.AUTOSCALING_GROUP,
    {"launch_template": {"id": Ref("template"), "version": "$Latest"}},
    (
        Neighbour(
            "template",
            t.LAUNCH_TEMPLATE,
            {"instance_type": "t3.large", "credit_specification": {"cpu_credits": "standard"}},
        ),
        Neighbour(
            "tracking",
            t.AUTOSCALING_POLICY,
            {
                "autoscaling_group_name": Ref("subject"),
                "target_tracking_configuration": {
                    "target_value": 25,
                    "predefined_metric_specification": {
                        "predefined_metric_type": "ASGAverageCPUUtilization"
                    },
                },
            },
        ),
        Neighbour("step", t.AUTOSCALING_POLICY, {"autoscaling_group_name": Ref("subject")}),
        Neighbour(
            "alarm",
            t.METRIC_ALARM,
            {
                "alarm_actions": [Ref("step", "arn")],
                "metric_name": "CPUUtilization",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": 25,
            },
        ),
    ),
)
DISTRIBUTION = Given(
    t.CLOUDFRONT_DISTRIBUTION,
    {
        "http_version": "http2and3",
        "default_cache_behavior": {"target_origin_id": "o", "compress": True},
        "ordered_cache_behaviors": [{"path_pattern": "/api/*", "compress": True}],
    },
)

OWN = policy("s3:GetObject", "arn:aws:iam::123456789012:root")
LETS_IN = policy("s3:GetObject", "arn:aws:iam::999999999999:root")
CIRCLE = Circle("123456789012")


def strangers(live: Stack) -> None:
    test_strangers.test_buckets_let_no_stranger_in(live, CIRCLE)


@pytest.mark.parametrize(
    ("scenario", "good", "broken"),
    [
        (
            test_availability.test_loss_of_a_nat_gateway_cuts_off_its_own_zone_only,
            NETWORK,
            [Change("nat_gateway_id", Ref("subject"), of="route2")],
        ),
        (
            test_idle.test_no_nat_gateway_stands_idle,
            NETWORK,
            [Change("nat_gateway_id", Ref("subject"), of="route2"), Without("route1")],
        ),
        (test_idle.test_no_load_balancer_stands_idle, BALANCER, [Without("listener")]),
        (
            test_recovery.test_copies_are_not_made_during_maintenance,
            DATABASE,
            [Change("preferred_backup_window", "04:00-05:00")],
        ),
        (
            test_surge.test_services_start_where_scaling_leaves_them,
            SERVICE,
            [Change("desired_count", 1), Change("max_capacity", 1, of="target")],
        ),
        (
            test_surge.test_subnets_have_addresses_for_every_service_at_its_largest,
            SERVICE,
            # Sixteen addresses, of which AWS keeps five.
            [Change("max_capacity", 12, of="target")],
        ),
        (
            test_containers.test_containers_have_the_port_open_that_is_asked_for,
            SERVICE,
            [
                Change("load_balancers.0.container_port", 80),
                Change("load_balancers.0.container_name", "web"),
            ],
        ),
        (
            test_alarms.test_somebody_reads_the_topics_that_alarms_tell,
            ALARM,
            [
                Without("reader"),
                Change("pending_confirmation", value=True, of="reader"),
                Change("filter_policy", "{}", of="reader"),
            ],
        ),
        (
            test_alarms.test_topics_that_alarms_tell_refuse_nobody,
            ALARM,
            [Change("policy.Statement.0.Effect", "Deny", of="policy")],
        ),
        (
            test_guards.test_firewalls_stop_attacks_and_nobody_else,
            FIREWALL,
            [Change("rules.0.action", {"count": {}}), Change("default_action", {"block": {}})],
        ),
        (
            test_guards.test_databases_have_no_public_address,
            Given(t.RDS_INSTANCE, {"publicly_accessible": False}),
            [Change("publicly_accessible", value=True)],
        ),
        (
            test_patience.test_rest_apis_wait_for_their_functions,
            CALLED,
            [Change("timeout", 30, of=PAY), Change("timeout_milliseconds", 5000)],
        ),
        (
            test_patience.test_queues_hide_a_message_for_as_long_as_it_is_worked_on,
            WORKED_ON,
            [
                Change("visibility_timeout_seconds", 30, of="queue"),
                Remove("visibility_timeout_seconds", of="queue"),
                Change("maximum_batching_window_in_seconds", 150, of="mapping"),
                Change("timeout", 900),
            ],
        ),
        (
            test_patience.test_functions_may_run_as_often_as_their_queues_hand_them_work,
            WORKED_ON,
            [Change("reserved_concurrent_executions", 5)],
        ),
        (
            test_throughput.test_groups_grow_before_their_processors_are_held_back,
            GROUP,
            [
                Change("threshold", 75, of="alarm"),
                Change("target_tracking_configuration.target_value", 75, of="tracking"),
                Change("instance_type", "t3.micro", of="template"),
            ],
        ),
        (
            test_throughput.test_storage_of_databases_has_its_speed_for_ever,
            Given(t.RDS_INSTANCE, {"storage_type": "gp2", "allocated_storage": 1000}),
            [Change("allocated_storage", 100)],
        ),
        (
            test_throughput.test_file_systems_have_their_speed_for_ever,
            Given(t.EFS_FILE_SYSTEM, {"throughput_mode": "elastic"}),
            [Change("throughput_mode", "bursting"), Remove("throughput_mode")],
        ),
        (
            test_throughput.test_distributions_compress_what_they_send,
            DISTRIBUTION,
            [
                Remove("default_cache_behavior.compress"),
                Change("ordered_cache_behaviors.0.compress", value=False),
            ],
        ),
        (
            test_throughput.test_what_browsers_ask_speaks_http2,
            DISTRIBUTION,
            [Change("http_version", "http1.1")],
        ),
        (
            test_throughput.test_what_browsers_ask_speaks_http2,
            Given(t.LB, {"load_balancer_type": "application", "enable_http2": True}),
            [Change("enable_http2", value=False)],
        ),
        (strangers, OWN, [Change("policy.Statement.0.Principal", "*")]),
        (
            test_strangers.test_buckets_can_be_worked_with,
            policy("s3:DeleteBucket", "*", "Deny"),
            [
                Change("policy.Statement.0.Action", "s3:PutObject"),
                Change("policy.Statement.0.Action", "s3:*"),
            ],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_stack_is_noticed(
    scenario: Callable[[Stack], None], good: Given, broken: list[Any]
) -> None:
    scenario(stack_of(good))
    for change in broken:
        with pytest.raises(AssertionError):
            scenario(stack_of(mutated(good, change)))


@pytest.mark.parametrize(
    "change",
    [
        Change("instance_type", "c7g.large", of="template"),
        # Unless told otherwise, all but T2 may use more than their credits.
        Remove("credit_specification", of="template"),
        Change("credit_specification.cpu_credits", "unlimited", of="template"),
    ],
)
def test_instances_that_nothing_holds_back_may_be_used_whole(change: Change | Remove) -> None:
    busy = mutated(GROUP, Change("threshold", 75, of="alarm"))
    test_throughput.test_groups_grow_before_their_processors_are_held_back(
        stack_of(mutated(busy, change))
    )


def test_whom_the_project_trusts_is_no_stranger() -> None:
    with pytest.raises(AssertionError):
        strangers(stack_of(LETS_IN))
    trusting = Circle("123456789012", frozenset({"999999999999"}))
    test_strangers.test_buckets_let_no_stranger_in(stack_of(LETS_IN), trusting)


@pytest.mark.parametrize(("states", "holds"), [(["healthy", "draining"], True), ([], False)])
def test_load_balancers_are_asked_for_the_health_of_targets(
    states: list[str], *, holds: bool
) -> None:
    class Elb:
        def describe_target_health(self, **asked: str) -> dict[str, Any]:
            assert asked == {"TargetGroupArn": "arn:tg"}
            return {"TargetHealthDescriptions": [{"TargetHealth": {"State": s}} for s in states]}

    def scenario(given: Given) -> None:
        test_availability.test_each_service_behind_a_load_balancer_has_a_healthy_target(
            stack_of(given), lambda service, region: Elb(), Probing(0.0)
        )

    scenario(mutated(SERVICE, Change("desired_count", 0)))
    if holds:
        scenario(SERVICE)
    else:
        with pytest.raises(AssertionError, match="no targets"):
            scenario(SERVICE)


def deployed(name: str, *resources: Resource, **outputs: str) -> Deployed:
    return Deployed(
        Outputs({"stack": name, **outputs}, Path("o.json")), Stack(resources, Sight.LIVE)
    )


def vpc(id_: str, block: str) -> Resource:
    return Resource({"cidr_block": block}, type=t.VPC, name=id_, id=id_)


def test_stacks_side_by_side_share_neither_names_nor_addresses() -> None:
    dev = deployed("dev", vpc("vpc-0a1b2c3d", "10.0.0.0/16"))
    prod = deployed("prod", vpc("vpc-1a1b2c3d", "10.1.0.0/16"))
    clash = deployed("clash", vpc("vpc-2a1b2c3d", "10.0.128.0/20"))
    test_cross_environment.test_stacks_share_nothing([dev, prod])
    test_cross_environment.test_stacks_have_addresses_of_their_own([dev, prod])
    with pytest.raises(AssertionError, match="share"):
        test_cross_environment.test_stacks_share_nothing([dev, dev])
    with pytest.raises(AssertionError, match="clash"):
        test_cross_environment.test_stacks_have_addresses_of_their_own([dev, clash])


def test_environments_of_one_system_are_ordered_by_size() -> None:
    stacks = [
        deployed("b", project="shop", environment="production"),
        deployed("a", project="shop", environment="dev"),
        deployed("c", project="books", environment="staging"),
        deployed("d", project="shop", environment="Staging"),
        deployed("e", project="shop", environment="blue"),
    ]
    assert [one.name for one in of_one_system(stacks)] == ["a", "d", "b"]
    assert of_one_system([deployed("x"), deployed("y")]) == []
