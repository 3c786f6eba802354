"""EC2: default groups, group references, routes to nowhere, flow logs to S3."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import patches, postprocesses, validates


@patches("ec2")
def default_group_admits_itself() -> None:
    """Give each VPC's default group the rule that lets its members talk to each other.

    AWS: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    from moto.ec2.models.security_groups import SecurityGroupBackend

    groups: Any = SecurityGroupBackend
    original = groups.create_security_group

    def create_security_group(backend: Any, *args: Any, **options: Any) -> Any:
        group = original(backend, *args, **options)
        if group.is_default:
            backend.authorize_security_group_ingress(
                group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}]
            )
        return group

    groups.create_security_group = create_security_group


@patches("ec2")
def route_to_a_lost_gateway_is_a_blackhole() -> None:
    """Show what became of a route whose NAT gateway is gone, or whose internet gateway detached.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
    from moto.ec2.models.internet_gateways import InternetGateway
    from moto.ec2.models.route_tables import Route

    def state(route: Any) -> str:
        nat, gateway = route.nat_gateway, route.gateway
        deleted = nat is not None and nat.state == "deleted"
        detached = isinstance(gateway, InternetGateway) and gateway.vpc is None
        return "blackhole" if deleted or detached else "active"

    route_class: Any = Route
    route_class.state = property(state)


@patches("ec2")
def a_nat_gateway_takes_its_interface_with_it() -> None:
    """Delete the network interface that came with a NAT gateway.

    AWS: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
    """
    from moto.ec2.models.nat_gateways import NatGatewayBackend

    backend_class: Any = NatGatewayBackend
    original = backend_class.delete_nat_gateway

    def delete_nat_gateway(backend: Any, nat_gateway_id: str) -> Any:
        gateway = original(backend, nat_gateway_id)
        backend.enis.pop(gateway._eni.id, None)
        return gateway

    backend_class.delete_nat_gateway = delete_nat_gateway


@patches("ec2")
def flow_logs_go_below_a_prefix() -> None:
    """Accept an S3 destination with a folder below the bucket.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    """
    from moto.ec2.models.flow_logs import FlowLogsBackend

    backend_class: Any = FlowLogsBackend
    original = backend_class.create_flow_logs

    def create_flow_logs(backend: Any, **options: Any) -> Any:
        destination = options["log_destination"]
        if options["log_destination_type"] == "s3" and destination:
            options["log_destination"] = destination.partition("/")[0]
        created, failed = original(backend, **options)
        for log in created:
            log.log_destination = destination
        return created, failed

    backend_class.create_flow_logs = create_flow_logs


@patches("ec2")
def endpoints_are_gateways_unless_told_otherwise() -> None:
    """Make an endpoint without a kind a gateway, and a gateway one without private DNS.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    from moto.ec2.models.vpcs import VPCEndPoint

    endpoint_class: Any = VPCEndPoint
    original = endpoint_class.__init__

    def __init__(endpoint: Any, *args: Any, **options: Any) -> None:
        original(endpoint, *args, **options)
        endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
        if endpoint.vpc_endpoint_type == "Gateway":
            endpoint.private_dns_enabled = False

    endpoint_class.__init__ = __init__


@patches("ec2")
def rules_name_their_owner() -> None:
    """Answer a security group rule's owner under AWS's name for it.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    from moto.ec2.models.security_groups import SecurityGroupRule

    rule_class: Any = SecurityGroupRule
    rule_class.GroupOwnerId = property(lambda rule: rule.owner_id)


@postprocesses("ec2", "CreateFlowLogs")
def destination_options(call: Call, answer: dict[str, Any]) -> None:
    """Keep file format, Hive partitions and hourly partitions.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DestinationOptionsResponse.html
    """
    defaults = {
        "FileFormat": "plain-text",
        "HiveCompatiblePartitions": False,
        "PerHourPartition": False,
    }
    for log_id in answer.get("FlowLogIds", ()):
        log = call.backend("ec2").flow_logs[log_id]
        if log.log_destination_type == "s3":
            log.DestinationOptions = {**defaults, **call.params.get("DestinationOptions", {})}


@validates("ec2", "DeleteSecurityGroup")
def keep_needed_groups(call: Call) -> None:
    """Refuse to delete a default group, or one that another group's rule names.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    backend = call.backend("ec2")
    name = call.params.get("GroupId") or call.params.get("GroupName")
    group = backend.get_security_group_by_name_or_id(name)
    if group is None:
        return
    if group.is_default:
        raise AwsError(
            "CannotDelete",
            f'the specified group: "{group.id}" name: "default" cannot be deleted by a user',
        )
    for other in (other for vpc in backend.groups.values() for other in vpc.values()):
        for rule in (*other.ingress_rules, *other.egress_rules):
            if other.id != group.id and rule.source_group.get("GroupId") == group.id:
                raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")
