"""What AWS makes by itself is no deed of the program: that it is there makes no control pass."""

from __future__ import annotations

from stackproof.model import Control, Fail, Pass, Resource, Sight, Stack
from stackproof.types.tokens import (
    DEFAULT_NETWORK_ACL,
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SECURITY_GROUP,
    VPC,
)
from tests.unit.variants import controls

ID = "vpc-1"
ALL = {"protocol": "-1", "from_port": 0, "to_port": 0}
ENTRY = {"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"}
DATA = {
    "cidr_block": "10.0.0.0/16",
    "default_security_group_id": "sg-1",
    "default_network_acl_id": "acl-1",
    "default_route_table_id": "rtb-1",
}
NETWORK = Resource(DATA, type=VPC, name="net", id=ID)
# As a new VPC has them. Amazon VPC User Guide, "Default security groups for your VPCs", "Default
# network ACL" and "Main route table".
BY_AWS = (
    Resource(
        {
            "vpc_id": ID,
            "ingress": [{**ALL, "self": True}],
            "egress": [{**ALL, "cidr_blocks": ["0.0.0.0/0"]}],
        },
        type=DEFAULT_SECURITY_GROUP,
        name="default",
        id="sg-1",
    ),
    Resource(
        {"default_network_acl_id": "acl-1", "vpc_id": ID, "ingress": [ENTRY], "egress": [ENTRY]},
        type=DEFAULT_NETWORK_ACL,
        name="acl-1",
        id="acl-1",
    ),
    Resource(
        {"default_route_table_id": "rtb-1", "vpc_id": ID, "routes": []},
        type=DEFAULT_ROUTE_TABLE,
        name="rtb-1",
        id="rtb-1",
    ),
)


@controls(lambda control: VPC in control.types)
def test_a_control_that_fails_on_a_bare_network_does_not_pass_once_aws_has_filled_it(
    control: Control,
) -> None:
    (declared,) = control.outcomes(NETWORK, Stack([NETWORK], Sight.STATE)).values()
    (live,) = control.outcomes(NETWORK, Stack([NETWORK, *BY_AWS], Sight.LIVE)).values()
    if isinstance(declared, Fail):
        assert not isinstance(live, Pass)
    if control.id == "vpc-default-security-group-managed":
        assert isinstance(declared, Fail)
        assert isinstance(live, Fail)
