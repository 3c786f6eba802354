"""Whatever the systems: what is deployed side by side shares nothing and knows nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from itertools import combinations, pairwise, permutations
from typing import Any

import pytest

from stackproof.controls import judge
from stackproof.controls.support.taggable import known_tags
from stackproof.model import (
    Category,
    Fail,
    NotApplicable,
    Resource,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.secrecy import HIDDEN, disclosed
from stackproof.outputs import Outputs
from stackproof.scenarios.deployed import Deployed
from stackproof.settings.settings import Settings
from stackproof.types import tokens
from stackproof.verify import judge_by
from stackproof.waivers import Waivers

pytestmark = pytest.mark.cross_environment

# What names one thing and no other: ARNs, ids of EC2, UUIDs (keys, deployment groups).
_OWN_NAME = re.compile(r"arn:\S+|[a-z]+-[0-9a-f]{8,17}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def own_names(stack: Stack) -> set[str]:
    """Give the ids and ARNs of a stack's own resources."""
    names = {name for resource in stack for name in (resource.id, resource.arn)}
    return {name for name in names if name and _OWN_NAME.fullmatch(name)}


def texts(value: Any) -> Iterator[str]:
    """Give every text in a resource's properties; raise UnresolvedError for what is hidden.

    Secrets, which AWS shows to nobody, refer to nothing.
    """
    if isinstance(value, Unknown):
        raise UnresolvedError(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if not (isinstance(item, Unknown) and disclosed(name, "text") == HIDDEN):
                yield from texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from texts(item)


@pytest.mark.types(tokens.SECURITY_GROUP_INGRESS_RULE, tokens.SECURITY_GROUP_EGRESS_RULE)
def test_security_groups_trust_only_their_own_environment(live: Stack) -> None:
    """Every security group that a rule names belongs to the same VPC, and to this stack.

    A reference into another VPC is a door between environments.
    """
    for type_ in (tokens.SECURITY_GROUP_INGRESS_RULE, tokens.SECURITY_GROUP_EGRESS_RULE):
        for rule in live.all(type_):
            if rule["referenced_security_group_id"]:
                (peer,) = live.follow(rule, "referenced_security_group_id", tokens.SECURITY_GROUP)
                (own,) = live.follow(rule, "security_group_id", tokens.SECURITY_GROUP)
                assert peer["vpc_id"] == own["vpc_id"], rule.name


@pytest.mark.needs_outputs("project", "environment")
def test_tags_say_whose_everything_is(live: Stack, outputs: Outputs) -> None:
    """Every tagged resource carries the project and the environment that the outputs name.

    Whoever deletes something at three in the morning reads the tags first; what the outputs name
    and calls itself another environment's is taken for that one's.
    """
    own = outputs.own_tags
    for resource in live.foreign:
        called = {resource.id, resource.arn}
        if own and outputs.keys & called and not account_wide(outputs) & called:
            assert known_tags(resource).get("Project") != own["Project"], resource.name
    tagged = [resource for resource in live if resource.raw("tags")]
    assert tagged
    for resource in tagged:
        assert own.items() <= known_tags(resource).items(), resource.name


def test_stacks_share_nothing(deployed: list[Deployed]) -> None:
    """No two deployed stacks have an id or an ARN in common.

    Shared means that a change for the one is a change for the other.
    """
    for stack, other in combinations(deployed, 2):
        shared = own_names(stack.live) & own_names(other.live)
        assert not shared, f"{stack.name} and {other.name} share {sorted(shared)[:3]}"


@pytest.mark.side_by_side
def test_stacks_have_addresses_of_their_own(deployed: list[Deployed]) -> None:
    """No VPC of one stack has addresses that a VPC of another stack has, too.

    Overlapping ranges can never be peered, and one wrong route sends test traffic to production.
    """
    networks = [
        (stack.name, ip_network(vpc["cidr_block"]))
        for stack in deployed
        for vpc in stack.live.all(tokens.VPC)
    ]
    for (name, left), (other, right) in combinations(networks, 2):
        assert name == other or not left.overlaps(right), f"{name} {left}, {other} {right}"


@pytest.mark.side_by_side
def test_stacks_do_not_refer_to_each_other(deployed: list[Deployed]) -> None:
    """No property or policy of a stack names an id or an ARN of another stack.

    A role that may read production's secret from dev makes every laptop of dev a way in.
    """
    for stack, other in permutations(deployed, 2):
        foreign = own_names(other.live) - own_names(stack.live) - account_wide(stack.outputs)
        for resource in stack.live:
            if account_wide(stack.outputs) & {resource.id, resource.arn, resource.name}:
                continue
            named = words(resource) & foreign
            assert not named, f"{resource.name} of {stack.name} names {sorted(named)[:3]}"


def words(resource: Resource) -> set[str]:
    """Give all that a resource's properties could name something by, in policies, too."""
    text = " ".join(texts(resource.data))
    parts = re.split(r"[\s\"',;()|<>\\]+", text)
    # An ARN with something after it names what is before it: objects, streams, versions.
    return {
        prefix
        for part in parts
        for prefix in (part, part.partition("/*")[0], part.removesuffix(":*"))
    }


@pytest.mark.side_by_side
def test_same_controls_are_applied_in_every_environment(environments: list[Deployed]) -> None:
    """Whatever is controlled in an environment is controlled in the larger ones, too.

    A rule that dev obeys and production has no resource for guards the wrong place; but for
    money, which is to be saved in dev.
    """
    if len(environments) < 2:
        pytest.skip("the stacks are no two environments of one system, by outputs or tags")
    applied = [(stack.name, set(_applied(_guarded(stack)))) for stack in environments]
    for (smaller, few), (larger, many) in pairwise(applied):
        missing = few - many
        assert not missing, f"{smaller} is judged by {sorted(missing)}, {larger} is not"


@pytest.mark.side_by_side
def test_controls_hold_in_every_stack(
    deployed: list[Deployed], waivers: Waivers, settings: Settings, subtests: pytest.Subtests
) -> None:
    """No control fails on any of the stacks, but for what is waived there.

    The weakest environment is the way in to the others.
    """
    for stack in deployed:
        here = Waivers(waivers.entries, stack.name)
        for finding in here.apply(settings.kept(judge_by(settings, stack.live))[0]):
            if isinstance(finding.outcome, (Fail, Unknown)):
                with subtests.test(msg=f"{stack.name} {finding.control.id}"):
                    if isinstance(finding.outcome, Unknown):
                        raise UnresolvedError(finding.outcome)
                    pytest.fail(f"{finding.resource.name}: {finding.outcome.property}")


def account_wide(outputs: Outputs) -> set[str]:
    """Give what a stack names and doesn't own, for an account has it once."""
    return {*outputs.list("account_wide")} if outputs.get("account_wide") else set()


def _guarded(stack: Deployed) -> Stack:
    """Give a stack with what guards it and belongs to the account, or to another stack."""
    live = stack.live
    if not account_wide(stack.outputs):
        return live
    return Stack((*live, *live.foreign), live.sight, live.gaps)


def _applied(stack: Stack) -> Iterator[str]:
    for finding in judge(stack):
        control = finding.control
        if control.category is not Category.COST and not isinstance(finding.outcome, NotApplicable):
            yield control.id


@pytest.mark.needs_outputs("project", "environment")
def test_outputs_give_away_no_other_environment(outputs: Outputs) -> None:
    """No output names another environment of the same project.

    Outputs are what other programs go by: a wrong name there is followed without a question.
    """
    project, environment = str(outputs["project"]), str(outputs["environment"])
    text = json.dumps(dict(outputs.values))
    for shared in account_wide(outputs):
        text = text.replace(shared, "")
    for foreign in {"dev", "staging", "prod"} - {environment}:
        assert not re.search(rf"\b{project}-[a-z0-9-]*{foreign}\b", text), foreign
