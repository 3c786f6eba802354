"""VPC endpoints."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)


@creator
class VpcEndpoint(Creator):
    """A gateway or interface endpoint of a VPC."""

    type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    replace_on = frozenset(
        {"vpc_id", "service_name", "service_region", "vpc_endpoint_type", "service_network_arn"}
    )
    defaults: ClassVar[Properties] = {"vpc_endpoint_type": "Gateway"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the endpoint."""
        request = parameters(
            aws, "ec2", "create_vpc_endpoint", inputs, rename={"policy": "PolicyDocument"}
        )
        # moto takes an endpoint for one with private DNS unless it is told otherwise.
        request.setdefault("PrivateDnsEnabled", False)
        made = aws.client("ec2").create_vpc_endpoint(
            **request, **tag_specifications("vpc-endpoint", inputs)
        )
        id_ = made["VpcEndpoint"]["VpcEndpointId"]
        return Created(id_, self._addresses(aws, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change policy, tables, subnets, groups, DNS and tags in place."""
        request: dict[str, Any] = {}
        for name, member in (
            ("route_table_ids", "RouteTableIds"),
            ("subnet_ids", "SubnetIds"),
            ("security_group_ids", "SecurityGroupIds"),
        ):
            before, now = set(old.get(name) or ()), set(new.get(name) or ())
            if now - before:
                request[f"Add{member}"] = sorted(now - before)
            if before - now:
                request[f"Remove{member}"] = sorted(before - now)
        if changed(old, new, "policy"):
            policy = new.get("policy")
            request |= {"PolicyDocument": policy} if policy else {"ResetPolicy": True}
        if changed(old, new, "private_dns_enabled", "ip_address_type", "dns_options"):
            given = {k: new.get(k) for k in ("private_dns_enabled", "ip_address_type")}
            dns = {"dns_options": new.get("dns_options")}
            request |= parameters(aws, "ec2", "modify_vpc_endpoint", given | dns)
        if request:
            aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=id_, **request)
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the endpoint."""
        with already_gone():
            aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[id_])

    def _addresses(self, aws: Cloud, inputs: Properties) -> Properties:
        """Give the addresses of a gateway's service, in a list that AWS keeps."""
        if inputs["vpc_endpoint_type"] != "Gateway":
            return {}
        name = [{"Name": "prefix-list-name", "Values": [inputs["service_name"]]}]
        lists = aws.client("ec2").describe_prefix_lists(Filters=name)["PrefixLists"]
        held = lists[0] if lists else {}
        return {
            "cidr_blocks": held.get("Cidrs", []),
            "prefix_list_id": held.get("PrefixListId", ""),
        }
