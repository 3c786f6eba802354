"""What the policy pack makes of the reference stacks, whole and with a family's settings gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from google.protobuf import json_format
from pulumi.runtime import proto

from stackproof.controls import catalogue
from stackproof.model import Family
from stackproof.policy_pack import policies
from stackproof.policy_pack.server import Analyzer
from stackproof.types import tokens
from stackproof.waivers import Waivers, load
from tests.unit.infra.program import ROOT, Deployment, run_program
from tests.unit.policy_pack.security_groups import SECURITY_GROUPS

STACKS = (
    "tap-production",
    "nova-prod",
    "scalepayments-prod",
    "serverless-prod",
    "cicd-prod",
    "nightly-prod",
)
CONTROLS = catalogue()
# Settings of encryption by their names on the wire, wherever they stand.
ENCRYPTION = re.compile(r"[Ee]ncrypt(ion|ed)|kms|sslPolicy|enableKeyRotation")
# What nobody asks for: the bucket that copies and deliveries go to is judged by itself; the
# requirements ask for encrypted volumes and leave the key to AWS; a waiver accepts S3's own keys,
# which AWS uses for each bucket that names none.
UNASKED = {
    (tokens.S3_REPLICATION, "encryptionConfiguration"),
    (tokens.S3_REPLICATION, "replicaKmsKeyId"),
    (tokens.CONFIG_DELIVERY_CHANNEL, "s3KmsKeyArn"),
    (tokens.LAUNCH_TEMPLATE, "kmsKeyId"),
    (tokens.S3_ENCRYPTION, "applyServerSideEncryptionByDefault"),
}

Properties = dict[str, Any]
Change = Callable[[str, Properties], object]


@cache
def declared(stack: str) -> Deployment:
    return run_program(stack, preview=True)


@cache
def pack(stack: str) -> Analyzer:
    return Analyzer("stackproof", policies(waivers=Waivers(load(ROOT / "waivers.yaml"), stack)))


def stopping(stack: str, change: Change) -> set[str]:
    """Give the policies for which the CLI would not go on, once a change is made.

    A change that empties a resource's properties takes the resource away.
    """
    shown = []
    for resource in declared(stack).shown:
        properties = json_format.MessageToDict(resource.properties)
        change(resource.type, properties)
        if properties:
            changed = proto.AnalyzerResource()
            changed.CopyFrom(resource)
            changed.ClearField("properties")
            changed.properties.update(properties)
            shown.append(changed)
    answers = [pack(stack).Analyze(_alone(resource), None) for resource in shown]
    answers.append(pack(stack).AnalyzeStack(proto.AnalyzeStackRequest(resources=shown), None))
    return {
        diagnostic.policyName
        for answer in answers
        for diagnostic in answer.diagnostics
        if diagnostic.enforcementLevel == proto.MANDATORY
    }


def _alone(resource: proto.AnalyzerResource) -> proto.AnalyzeRequest:
    return proto.AnalyzeRequest(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=resource.properties,
        provider=resource.provider,
    )


def family(stack: str, change: Change) -> set[Family | None]:
    return {CONTROLS[name].family for name in stopping(stack, change)}


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_stops_the_reference_stacks(stack: str) -> None:
    assert stopping(stack, lambda type_, properties: None) == set()


@pytest.mark.parametrize("stack", STACKS)
def test_stack_without_tags_is_stopped(stack: str) -> None:
    def bare(type_: str, properties: Properties) -> None:
        properties.pop("tags", None)

    assert "tags-required" in stopping(stack, bare)


@pytest.mark.parametrize("key", CONTROLS["tags-required"].parameters["required"])
@pytest.mark.parametrize("value", [None, "", " x"], ids=["missing", "empty", "spaced"])
def test_every_required_tag_is_enforced(key: str, value: str | None) -> None:
    def spoil(type_: str, properties: Properties) -> None:
        tags = properties.get("tags")
        if isinstance(tags, dict) and tags.pop(key, None) and value is not None:
            tags[key] = value

    wanted = "tags-required" if value is None else "tags-not-empty"
    assert wanted in stopping("tap-production", spoil)


def settings_of_encryption() -> Iterator[tuple[str, str, str]]:
    """Give a stack, a type and a name for each setting of encryption that the stacks declare."""
    seen = {*UNASKED}
    for stack in STACKS:
        for resource in declared(stack).shown:
            for name in _named(json_format.MessageToDict(resource.properties)):
                if (resource.type, name) not in seen:
                    seen.add((resource.type, name))
                    yield stack, resource.type, name


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if ENCRYPTION.search(name):
                yield name
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, name) for key, inner in value.items() if key != name}
    return [_without(inner, name) for inner in value] if isinstance(value, list) else value


def _strip(token: str, name: str) -> Change:
    def strip(type_: str, properties: Properties) -> None:
        if type_ == token:
            _take(properties, name)

    return strip


def _take(properties: Properties, name: str) -> None:
    kept = _without(properties, name)
    properties.clear()
    properties.update(kept)


@pytest.mark.parametrize("stack", STACKS)
def test_every_setting_of_encryption_is_enforced(stack: str) -> None:
    settings = [(type_, name) for where, type_, name in settings_of_encryption() if where == stack]
    assert [
        setting for setting in settings if Family.ENCRYPTION not in family(stack, _strip(*setting))
    ] == []


@pytest.mark.parametrize("stack", STACKS)
def test_stack_without_any_encryption_is_stopped(stack: str) -> None:
    def strip(type_: str, properties: Properties) -> None:
        for name in {*_named(properties)}:
            _take(properties, name)

    assert Family.ENCRYPTION in family(stack, strip)


def _open(type_: str, properties: Properties) -> None:
    if type_ == tokens.SECURITY_GROUP_INGRESS_RULE:
        properties.pop("referencedSecurityGroupId", None)
        properties["cidrIpv4"] = "0.0.0.0/0"


def _undescribed(type_: str, properties: Properties) -> None:
    if type_ in SECURITY_GROUPS:
        properties.pop("description", None)


def _default_left(type_: str, properties: Properties) -> None:
    if type_ == tokens.DEFAULT_SECURITY_GROUP:
        properties.clear()


@pytest.mark.parametrize(
    ("stack", "change"),
    [
        (stack, change)
        for stack in STACKS
        for change in (_open, _undescribed, _default_left)
        # The one has no security groups, and nothing is let into those of the other.
        if stack != "serverless-prod" and (stack, change) != ("nightly-prod", _open)
    ],
)
def test_what_security_groups_demand_is_enforced(stack: str, change: Change) -> None:
    assert Family.SECURITY_GROUPS in family(stack, change)


def _anybody(type_: str, properties: Properties) -> None:
    if type_ in {tokens.SNS_TOPIC_POLICY, tokens.S3_POLICY}:
        properties["policy"] = (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
            '"Action": ["sns:Publish", "s3:GetObject"], "Resource": "*"}]}'
        )


def test_public_policies_are_stopped() -> None:
    stopped = stopping("scalepayments-prod", _anybody)
    assert {"sns-topic-policy-not-public", "s3-bucket-policy-not-public"} <= stopped
