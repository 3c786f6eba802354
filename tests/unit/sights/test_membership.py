"""Membership: whose an item is, by what names it, what it carries and where it stands."""

from __future__ import annotations

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.sights.live.membership import Whose, claimed, whose
from stackproof.sights.live.reader import Key, Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import (
    DEFAULT_SECURITY_GROUP,
    IAM_ROLE,
    LB_TARGET_GROUP,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS_RULE,
    SUBNET,
    VPC,
)

ACCOUNT = "123456789012"
TAGS = {"Project": "shop", "Environment": "prod"}
OTHERS = {"Project": "ledger", "Environment": "prod"}
GROUP, RULE = "sg-0a1b2c3d", "sgr-0a1b2c3d"


def reader_of(type_: str) -> Reader:
    return next(reader for reader in readers() if type_ in reader.types)


def scope(
    *keys: str,
    tags: dict[str, str] | None = None,
    state: Stack | None = None,
    tags_in_use: bool = True,
) -> Scope:
    made = Scope("us-east-1", ACCOUNT, "aws", keys, TAGS if tags is None else tags, state=state)
    made.tags_in_use = tags_in_use
    return made


def state(*resources: Resource, read: tuple[Resource, ...] = ()) -> Stack:
    return Stack(resources, Sight.STATE, foreign=read)


def member(type_: str, id_: str, **data: object) -> Resource:
    return Resource(data, type=type_, name=id_, id=id_)


def group(
    tags: dict[str, str] | None = None,
    *,
    id_: str = GROUP,
    vpc: str = "vpc-1",
    shared: bool = False,
) -> Key:
    return Key(id_, tags=tags or {}, parent_ids=(vpc,), shared=shared)


def network(tags: dict[str, str] | None = None) -> Key:
    return Key("vpc-1", tags=tags or {}, shared=True)


def whose_group(key: Key, known: Scope) -> Whose | Unknown:
    return whose(key, reader_of(SECURITY_GROUP), known)


def whose_network(key: Key, known: Scope) -> Whose | Unknown:
    return whose(key, reader_of(VPC), known)


def test_what_outputs_or_tags_name_is_the_stacks() -> None:
    assert whose_group(group(), scope(GROUP)) is Whose.OURS
    assert whose_group(group(TAGS), scope()) is Whose.OURS
    assert whose_group(group(), scope()) is Whose.UNRELATED


def test_what_stands_in_the_stacks_network_is_its_own_unless_marked_as_anothers() -> None:
    own = scope()
    own.add(member(VPC, "vpc-1"))
    assert whose_group(group(), own) is Whose.OURS
    assert whose_group(group({"Team": "x"}), own) is Whose.OURS
    assert whose_group(group(OTHERS), own) is Whose.FOREIGN


def test_network_that_a_member_points_to_and_what_stands_in_it_are_anothers() -> None:
    known = scope()
    known.add(member(LB_TARGET_GROUP, "arn:tg", vpc_id="vpc-1"))
    assert whose_network(network(), known) is Whose.FOREIGN
    known.add(member(VPC, "vpc-1"), ours=False)
    assert whose_group(group(), known) is Whose.FOREIGN
    assert whose_group(group(TAGS), known) is Whose.OURS


def test_default_group_that_a_member_uses_is_the_networks() -> None:
    known = scope()
    known.add(member("aws:ec2/instance:Instance", "i-1", vpc_security_group_ids=[GROUP]))
    assert whose_group(group(shared=True), known) is Whose.FOREIGN
    assert whose_group(group(), known) is Whose.OURS


@pytest.mark.parametrize(
    ("tags", "right"),
    [
        ({}, Whose.OURS),
        ({"Project": "shop"}, Whose.OURS),
        ({"Team": "platform"}, Whose.FOREIGN),
        (OTHERS, Whose.FOREIGN),
    ],
)
def test_what_serves_a_member_is_the_stacks_when_nothing_speaks_against_it(
    tags: dict[str, str], right: Whose
) -> None:
    known = scope()
    known.add(member("aws:lambda/function:Function", "f", role=f"arn:aws:iam::{ACCOUNT}:role/r"))
    role = Key("r", f"arn:aws:iam::{ACCOUNT}:role/r", tags=tags)
    assert whose(role, reader_of(IAM_ROLE), known) is right


def test_where_no_tags_tell_what_a_member_uses_is_the_stacks_whatever_its_tags() -> None:
    known = scope(tags={})
    known.add(member("aws:lambda/function:Function", "f", vpc_security_group_ids=[GROUP]))
    assert whose_group(group({"Team": "x"}), known) is Whose.OURS


def test_state_tells_alone_what_the_stack_manages() -> None:
    known = scope("vpc-1", state=state(member(SECURITY_GROUP, GROUP)))
    assert whose_group(group(OTHERS), known) is Whose.OURS
    known.add(member(LB_TARGET_GROUP, "arn:tg", security_groups=["sg-2"]))
    assert whose_group(group(id_="sg-2"), known) is Whose.FOREIGN
    assert whose_network(network(), known) is Whose.FOREIGN, "outputs say which network was given"


def test_state_names_a_thing_with_its_type() -> None:
    known = scope(state=state(member("aws:dynamodb/table:Table", "orders")))
    role = Key("orders", f"arn:aws:iam::{ACCOUNT}:role/orders", tags={})
    assert whose(role, reader_of(IAM_ROLE), known) is Whose.FOREIGN


def test_what_the_program_only_reads_is_anothers() -> None:
    known = scope(GROUP, state=state(read=(member(SECURITY_GROUP, GROUP),)))
    assert whose_group(group(TAGS), known) is Whose.FOREIGN


def test_what_the_program_adopts_is_the_stacks() -> None:
    known = scope(state=state(member(DEFAULT_SECURITY_GROUP, GROUP)))
    assert whose_group(group(shared=True), known) is Whose.OURS


def test_own_rule_on_anothers_group_is_the_stacks() -> None:
    key, rule = group(OTHERS), member(SECURITY_GROUP_INGRESS_RULE, RULE, security_group_id=GROUP)
    assert claimed(rule, key, scope(RULE))
    assert claimed(rule, key, scope(state=state(rule)))
    assert not claimed(rule, key, scope())
    assert claimed(member(SECURITY_GROUP_INGRESS_RULE, RULE, tags=TAGS), key, scope())
    assert not claimed(member(SECURITY_GROUP, GROUP), key, scope(GROUP)), "the group itself isn't"


def test_tags_that_nothing_carries_mark_nothing() -> None:
    assert whose_group(group(OTHERS), scope(GROUP)) is Whose.FOREIGN
    assert whose_group(group(OTHERS), scope(GROUP, tags_in_use=False)) is Whose.OURS


def test_hidden_tags_leave_it_unknown_whose_a_thing_is() -> None:
    known = scope()
    known.tagged = Unknown(Cause.ACCESS_DENIED)
    arn = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/web/1"
    key = Key(arn, arn)
    assert whose(key, reader_of(LB_TARGET_GROUP), known) == known.tagged


def test_what_another_uses_is_read_one_step_far() -> None:
    known = scope()
    known.add(member(LB_TARGET_GROUP, "arn:tg", subnets=["subnet-1"]))
    known.add(member(SUBNET, "subnet-1", vpc_id="vpc-1"), ours=False)
    assert "vpc-1" in known.keys
    known.add(member(VPC, "vpc-1", dhcp_options_id="dopt-1"), ours=False)
    assert "dopt-1" not in known.keys


def test_what_another_account_shares_with_this_one_is_foreign() -> None:
    abroad = Key("vpc-1", "arn:aws:ec2:us-east-1:999999999999:vpc/vpc-1", tags=TAGS, shared=True)
    assert whose_network(abroad, scope("vpc-1")) is Whose.FOREIGN
    assert whose_network(abroad, scope()) is Whose.UNRELATED
