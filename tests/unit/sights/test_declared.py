"""What CrossGuard's real proxies become at the declared sight."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_policy import PolicyProviderResource, PolicyResource, StackValidationArgs
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UNKNOWN_NUMBER_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.model.cases import Given, Neighbour, Ref
from stackproof.policy_pack.proxies import Inputs, alone, plain
from stackproof.testing import example, resource_args, stack_args
from stackproof.types.tokens import KMS_KEY, RDS_CLUSTER, SECRET

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)

leaves = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text() | st.just(HIDDEN)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
# Pulumi never has a property whose name is not one; keys that the user chose go under tags.
words = st.sampled_from(["engine", "kms", "id", "subnet", "name", "arn"])
names = st.lists(words, min_size=1, max_size=3).map("_".join)


def with_sentinels(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: with_sentinels(item) for key, item in value.items()}
    return [with_sentinels(item) for item in value] if isinstance(value, list) else value


@given(st.dictionaries(st.text(), values, max_size=6))
def test_no_leaf_is_lost_and_nothing_is_raised(data: dict[str, Any]) -> None:
    assert plain(unknown_checking_proxy(with_sentinels(data))) == data


@given(
    st.dictionaries(
        names, st.lists(st.dictionaries(names, leaves, max_size=3), max_size=2), max_size=3
    )
)
def test_properties_come_back_under_their_python_names(data: dict[str, Any]) -> None:
    shown = alone(resource_args(Resource(data, type=RDS_CLUSTER, name="main"))).resource
    assert shown.data == data


def test_empty_texts_of_a_program_are_not_set() -> None:
    given_ = Resource({"policy": "", "tags": {"Empty": ""}}, type=SECRET, name="key")
    assert alone(resource_args(given_)).resource.data == {"tags": {"Empty": ""}}


def test_numbers_arrive_as_they_were_written() -> None:
    given_ = Resource({"days": 7, "ratio": 0.5}, type=RDS_CLUSTER, name="main")
    shown = alone(resource_args(given_)).resource
    assert shown["days"] == 7
    assert isinstance(shown["days"], int)
    assert shown["ratio"] == 0.5


def test_tag_keys_stay_as_they_are_with_an_unknown_value_among_them() -> None:
    tags = {"costCenter": "a", "Owner": HIDDEN}
    shown = alone(resource_args(Resource({"tags": tags}, type=RDS_CLUSTER))).resource
    assert shown["tags"] == tags


def test_internal_properties_are_left_out() -> None:
    wrapped = unknown_checking_proxy({"__defaults": ["engine"], "engine": "aurora"})
    args = resource_args(Resource({}, type=RDS_CLUSTER))
    args.props = wrapped
    assert alone(args).resource.data == {"engine": "aurora"}


def test_secrets_are_plain_values_and_assets_their_whereabouts() -> None:
    signature = "4dabf18193072939515e22adb298388d"
    wire = {
        "secret": {signature: "1b47061264138c4ac30d75fd1eb44270", "value": {"a": 1}},
        "code": {signature: "0def7320c3a5731c473e5ecbe6d01bc7", "path": "./functions"},
        "page": {signature: "c44067f5952c0a294b673a41bacd8c17", "text": "hello"},
    }
    wrapped = unknown_checking_proxy(deserialize_properties(wire))
    assert plain(wrapped) == {"secret": {"a": 1}, "code": "./functions", "page": "hello"}


@pytest.mark.parametrize(
    ("asset", "shown"),
    [
        (pulumi.FileAsset("a.txt"), "a.txt"),
        (pulumi.RemoteAsset("https://example.com/a"), "https://example.com/a"),
        (pulumi.RemoteArchive("https://example.com/b"), "https://example.com/b"),
        (
            pulumi.AssetArchive({"b": pulumi.StringAsset(""), "a": pulumi.StringAsset("")}),
            ["a", "b"],
        ),
    ],
)
def test_assets_are_their_whereabouts(asset: Any, shown: Any) -> None:
    assert plain(asset) == shown


def test_region_is_the_resources_own_else_its_providers() -> None:
    data = {"region": "eu-west-1"}
    own = Resource(data, type=RDS_CLUSTER, region="us-east-1")
    assert alone(resource_args(own)).resource.region == "eu-west-1"
    default = Resource({}, type=RDS_CLUSTER, region="us-east-1")
    assert alone(resource_args(default)).resource.region == "us-east-1"
    assert alone(resource_args(Resource({}, type=RDS_CLUSTER))).resource.region is None


def test_region_that_is_not_known_is_none() -> None:
    args = resource_args(Resource({}, type=RDS_CLUSTER))
    assert args.provider is not None
    args.provider.props = unknown_checking_proxy({"region": UNKNOWN_NUMBER_VALUE})
    assert alone(args).resource.region is None


def encrypted_cluster() -> Stack:
    return example(
        Given(
            RDS_CLUSTER,
            {"kms_key_id": Ref("key", "arn"), "engine": "aurora"},
            (Neighbour("key", KMS_KEY, {"enable_key_rotation": True}),),
        )
    )


def test_reference_is_resolved_before_ids_are_known() -> None:
    shown = Inputs().together(stack_args(encrypted_cluster()).resources).stack()
    [cluster] = shown.all(RDS_CLUSTER)
    assert isinstance(cluster.raw("kms_key_id"), Unknown)
    assert shown.follow_one(cluster, "kms_key_id", KMS_KEY) == shown.all(KMS_KEY)[0]
    assert shown.seen_referrers(shown.all(KMS_KEY)[0], RDS_CLUSTER, "kms_key_id") == (cluster,)
    assert shown.sight is Sight.DECLARED


def test_explicit_dependency_is_not_a_reference() -> None:
    args = stack_args(encrypted_cluster())
    for resource in args.resources:
        resource.property_dependencies = {}
    assert any(resource.dependencies for resource in args.resources)
    assert all(not resource.references for resource in Inputs().together(args.resources).stack())


def beside(args: StackValidationArgs, type_: str, *, with_provider: bool) -> StackValidationArgs:
    known = args.resources[0]
    provider: PolicyProviderResource | None = known.provider if with_provider else None
    other = PolicyResource(type_, known.props, "urn:other", "x", known.opts, provider, None, [], {})
    args.resources.append(other)
    return args


def test_components_and_pulumis_own_resources_are_left_out() -> None:
    args = stack_args(encrypted_cluster())
    beside(args, "infra:components:Database", with_provider=False)
    beside(args, "pulumi:pulumi:Stack", with_provider=False)
    beside(args, "pulumi:providers:aws", with_provider=False)
    assert Inputs().together(args.resources).stack().types == {RDS_CLUSTER, KMS_KEY}


def test_policies_share_what_was_taken_apart_of_one_stack_and_of_no_other() -> None:
    first, second = (Inputs().together(stack_args(encrypted_cluster()).resources) for _ in range(2))
    [cluster] = first.stack({RDS_CLUSTER}).all(RDS_CLUSTER)
    both = first.stack({RDS_CLUSTER, KMS_KEY})
    assert both.all(RDS_CLUSTER)[0] is cluster
    assert list(both) == list(first.stack())
    assert second.stack({RDS_CLUSTER}).all(RDS_CLUSTER)[0] is not cluster


def test_resources_come_in_one_order_whatever_the_engines_is() -> None:
    args = stack_args(encrypted_cluster())
    backwards = list(reversed(args.resources))
    assert list(Inputs().together(args.resources).stack()) == list(
        Inputs().together(backwards).stack()
    )


def test_type_by_another_name_of_the_provider_is_the_same_type() -> None:
    balancer = Resource({"internal": True}, type="aws:alb/loadBalancer:LoadBalancer", name="a")
    assert alone(resource_args(balancer)).resource.type == "aws:lb/loadBalancer:LoadBalancer"
