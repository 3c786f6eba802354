"""Instance profiles: made, changed, read back, deleted."""

from __future__ import annotations

import json

from stackproof.embedded.faults import Fault, clear, inject
from stackproof.embedded.server.control import Server
from stackproof.model import Resource, Unknown
from stackproof.types.tokens import IAM_INSTANCE_PROFILE, IAM_ROLE
from tests.integration.services.roundtrip import TAGS, Made, World, assert_gone, assert_shown, found


def _role(world: World, name: str) -> Made:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return world.make(IAM_ROLE, name=name, assume_role_policy=document)


def test_profile_shows_what_was_declared_and_changed(world: World) -> None:
    first, second = _role(world, "first-of-profile"), _role(world, "second-of-profile")
    profile = world.make(
        IAM_INSTANCE_PROFILE, name="roundtrip", path="/web/", role=first.id, tags=TAGS
    )
    assert_shown(world, profile)
    world.change(profile, role=second.id, tags={**TAGS, "More": "1"})
    assert_shown(world, profile)
    world.change(profile, tags={"Project": "roundtrip", "Environment": "test"})
    assert_shown(world, profile)
    assert_gone(world, profile)
    assert isinstance(world.read(second), Resource)


def test_profile_without_a_role_is_shown(world: World) -> None:
    profile = world.make(IAM_INSTANCE_PROFILE)
    assert_shown(world, profile)
    assert_gone(world, profile)


def test_profile_of_a_role_belongs_to_the_stack_of_the_role(world: World) -> None:
    role = _role(world, "led-to")
    profile = world.make(IAM_INSTANCE_PROFILE, name="led-to-profile", role=role.id)
    own = world.made[:]
    world.made = [role, Made(IAM_INSTANCE_PROFILE, "unnamed", "", {}, {})]
    assert found(world.snapshot().stack(), profile)["role"] == role.id
    for made in reversed(own):
        world.delete(made)


def test_profile_shows_all_but_tags_that_are_denied(world: World, server: Server) -> None:
    profile = world.make(IAM_INSTANCE_PROFILE, name="hidden-tags", tags=TAGS)
    inject(server, Fault("deny", service="iam", operation="GetInstanceProfile"))
    try:
        shown = found(world.snapshot().stack(), profile)
    finally:
        clear(server)
    assert {name for name, value in shown.data.items() if isinstance(value, Unknown)} == {"tags"}
    world.delete(profile)
