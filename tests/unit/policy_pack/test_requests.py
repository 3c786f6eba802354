"""What the engine sends becomes the same resources straight as by way of the SDK's proxies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime import proto
from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from stackproof.model import LEFT_TO_AWS, Cause, Resource, Unknown
from stackproof.policy_pack import PackConfigError, policies, proxies, requests
from stackproof.policy_pack.requests import HIDDEN, SENTINELS, unpacked
from stackproof.policy_pack.server import Analyzer
from stackproof.sights import special
from stackproof.types.tokens import (
    LAMBDA_FUNCTION,
    LB,
    METRIC_ALARM,
    RDS_CLUSTER,
    S3_BUCKET,
    SUBNET,
)

TOKENS = (
    RDS_CLUSTER,
    S3_BUCKET,
    LAMBDA_FUNCTION,
    SUBNET,
    LB,
    METRIC_ALARM,
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:s3/bucketV2:BucketV2",
    "random:index/randomId:RandomId",
    "pulumi:providers:aws",
    "infra:components:Database",
)


def marked(signature: str, **held: Any) -> dict[str, Any]:
    return {special.SIGNATURE: signature, **held}


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
assets = st.one_of(
    texts.map(lambda text: marked(special.ASSET, text=text)),
    texts.map(lambda path: marked(special.ASSET, path=path, hash="4711")),
    texts.map(lambda uri: marked(special.ASSET, uri=uri)),
)
archives = st.recursive(
    texts.map(lambda path: marked(special.ARCHIVE, path=path))
    | texts.map(lambda uri: marked(special.ARCHIVE, uri=uri)),
    lambda inner: st.dictionaries(texts, assets | inner, max_size=3).map(
        lambda held: marked(special.ARCHIVE, assets=held)
    ),
    max_leaves=4,
)
leaves = st.one_of(
    st.none(), st.booleans(), numbers, texts, st.sampled_from(sorted(SENTINELS)), assets, archives
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(texts, inner, max_size=4),
        inner.map(lambda value: marked(special.SECRET, value=value)),
    ),
    max_leaves=12,
)
# Names of the wire that mean something to one of the types, or to the sight, and one that doesn't.
NAMES = [
    "arn",
    "id",
    "region",
    "tags",
    "engine",
    "storageEncrypted",
    "backupRetentionPeriod",
    "vpcSecurityGroupIds",
    "acl",
    "serverSideEncryptionConfiguration",
    "lifecycleRules",
    "code",
    "environment",
    "vpcConfig",
    "internal",
    "subnets",
    "subnetMappings",
    "loadBalancerType",
    "mapPublicIpOnLaunch",
    "vpcId",
    "metricQueries",
    "dimensions",
    "__defaults",
    "somethingNew",
]
properties = st.dictionaries(st.sampled_from(NAMES), values, max_size=8)
URNS = ("urn:a", "urn:b", "urn:c")


def struct(data: Mapping[str, Any]) -> struct_pb2.Struct:
    sent = struct_pb2.Struct()
    sent.update(data)
    return sent


@st.composite
def resources(draw: st.DrawFn, urn: str) -> proto.AnalyzerResource:
    made = proto.AnalyzerResource(
        urn=urn,
        type=draw(st.sampled_from(TOKENS)),
        name=draw(texts),
        properties=struct(draw(properties)),
        propertyDependencies={
            name: proto.AnalyzerPropertyDependencies(urns=urns)
            for name, urns in draw(
                st.dictionaries(
                    st.sampled_from(NAMES),
                    st.lists(st.sampled_from((*URNS, "urn:gone")), max_size=3),
                    max_size=3,
                )
            ).items()
        },
    )
    if draw(st.booleans()):
        region = draw(st.sampled_from([{}, {"region": "us-east-1"}]) | properties)
        made.provider.CopyFrom(
            proto.AnalyzerProviderResource(type="pulumi:providers:aws", properties=struct(region))
        )
    return made


def wrapped(sent: struct_pb2.Struct) -> Mapping[str, Any]:
    """Give what the SDK's server makes of properties."""
    given_: Mapping[str, Any] = unknown_checking_proxy(
        deserialize_properties(json_format.MessageToDict(sent))
    )
    return given_


OPTIONS = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], None)


def provider(sent: proto.AnalyzerResource) -> PolicyProviderResource | None:
    if not sent.HasField("provider"):
        return None
    held = sent.provider
    return PolicyProviderResource(held.type, wrapped(held.properties), held.urn, held.name)


def by_proxies(sent: list[proto.AnalyzerResource]) -> list[PolicyResource]:
    shown = {
        one.urn: PolicyResource(
            one.type,
            wrapped(one.properties),
            one.urn,
            one.name,
            OPTIONS,
            provider(one),
            None,
            [],
            {},
        )
        for one in sent
    }
    for one in sent:
        shown[one.urn].property_dependencies = {
            name: [shown[urn] for urn in dependencies.urns if urn in shown]
            for name, dependencies in one.propertyDependencies.items()
        }
    return list(shown.values())


def everything(resource: Resource) -> dict[str, Any]:
    """Give what a resource holds, in which 1, 1.0 and True are three things."""
    return {
        name: json.dumps(getattr(resource, name), sort_keys=True, default=repr)
        for name in Resource.__dataclass_fields__
    }


@given(resources("urn:a"))
def test_resource_alone_is_the_same_both_ways(sent: proto.AnalyzerResource) -> None:
    args = ResourceValidationArgs(
        sent.type, wrapped(sent.properties), sent.urn, sent.name, OPTIONS, provider(sent)
    )
    asked = proto.AnalyzeRequest(
        urn=sent.urn, type=sent.type, name=sent.name, properties=sent.properties
    )
    if sent.HasField("provider"):
        asked.provider.CopyFrom(sent.provider)
    straight = requests.alone(asked).resource
    assert straight == proxies.alone(args).resource
    assert everything(straight) == everything(proxies.alone(args).resource)


@settings(max_examples=50)
@given(st.tuples(*(resources(urn) for urn in URNS)), properties)
def test_stack_is_the_same_both_ways(
    sent: tuple[proto.AnalyzerResource, ...], declared: dict[str, Any]
) -> None:
    inputs = proxies.Inputs()
    inputs.note(
        ResourceValidationArgs(sent[0].type, wrapped(struct(declared)), "urn:a", "a", OPTIONS, None)
    )
    straight = requests.together(sent, {"urn:a": declared})
    taken_apart = inputs.together(by_proxies(list(sent)))
    for types in (None, set(), {RDS_CLUSTER, LB}, {S3_BUCKET}):
        ours, theirs = straight.stack(types), taken_apart.stack(types)
        assert [everything(r) for r in ours] == [everything(r) for r in theirs]
        assert ours.gaps == theirs.gaps


def test_every_kind_of_value_arrives_as_plain_data() -> None:
    sent = {
        "port": 443.0,
        "ratio": 0.5,
        "nothing": None,
        "empty": [[], {}, ""],
        "hidden": [UNKNOWN_STRING_VALUE, {"deep": UNKNOWN_STRING_VALUE}],
        "secret": marked(special.SECRET, value={"a": [UNKNOWN_STRING_VALUE, 1]}),
        "file": marked(special.ASSET, path="a.txt"),
        "bundle": marked(special.ARCHIVE, assets={"b": marked(special.ASSET, text=""), "a": None}),
    }
    found = unpacked(struct(sent))
    assert found == {
        "port": 443,
        "ratio": 0.5,
        "nothing": None,
        "empty": [[], {}, ""],
        "hidden": [HIDDEN, {"deep": HIDDEN}],
        "secret": {"a": [HIDDEN, 1]},
        "file": "a.txt",
        "bundle": ["a", "b"],
    }
    assert type(found["port"]) is int


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (marked(special.OUTPUT, value={"a": 1}, secret=True), {"a": 1}),
        (marked(special.OUTPUT, dependencies=["urn:a"]), HIDDEN),
        (marked(special.REFERENCE, urn="urn:a", id="i-1"), "i-1"),
        (marked(special.REFERENCE, urn="urn:a"), "urn:a"),
        (marked(special.REFERENCE, urn="urn:a", id=""), HIDDEN),
        (marked(special.REFERENCE, urn="urn:a", id=UNKNOWN_STRING_VALUE), HIDDEN),
    ],
)
def test_outputs_and_references_are_what_they_stand_for(sent: Any, shown: Any) -> None:
    assert unpacked(struct({"a": [sent]})) == {"a": [shown]}


@pytest.mark.parametrize(
    "sent",
    [
        marked("a signature of tomorrow", value=1),
        marked(special.SECRET),
        marked(special.ASSET, hash="4711"),
        float("nan"),
        float("inf"),
    ],
)
def test_value_that_cannot_be_read_is_unknown_and_costs_nothing_else(sent: Any) -> None:
    found = unpacked(struct({"a": sent, "b": 1}))
    assert found["b"] == 1
    assert isinstance(found["a"], Unknown)
    assert found["a"].cause is Cause.UNREADABLE


def test_property_that_only_the_provider_fills_in_is_left_to_aws() -> None:
    sent = proto.AnalyzerResource(
        urn="urn:a",
        type=RDS_CLUSTER,
        properties=struct(dict.fromkeys(("engine", "arn"), UNKNOWN_STRING_VALUE)),
        provider=proto.AnalyzerProviderResource(),
    )
    [known] = requests.together([sent], {"urn:a": ["engine"]}).stack()
    assert (known.data["engine"], known.data["arn"]) == (HIDDEN, LEFT_TO_AWS)
    [never_asked] = requests.together([sent], {}).stack()
    assert (never_asked.data["engine"], never_asked.data["arn"]) == (HIDDEN, HIDDEN)


def test_server_refuses_policies_that_are_not_its_own() -> None:
    other = ResourceValidationPolicy(
        "bucket-names", "Names", lambda args, report: None, EnforcementLevel.ADVISORY
    )
    with pytest.raises(PackConfigError, match=r"serve bucket-names with pulumi_policy\.PolicyPack"):
        Analyzer("mixed", [*policies(), other])  # type: ignore[list-item]
