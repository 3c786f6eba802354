"""What could not be seen hides what it may have named, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from stackproof.model import Cause, Resource, Sight, Stack, Unknown
from stackproof.sights.live.naming import _CALLED, named_by
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import take
from stackproof.types.table import type_of
from stackproof.types.tokens import (
    CODEBUILD_PROJECT,
    ECR_POLICY,
    IAM_GROUP_MEMBERSHIP,
    IAM_ROLE,
    KMS_KEY,
    LAUNCH_TEMPLATE,
    SQS_QUEUE,
    VPC,
    WAF_ACL_ASSOCIATION,
    WAF_ACL_LOGGING,
)
from tests.unit.sights.answering import ACCOUNT, REGION, Answering

REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop"
ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/front/1"
ANSWERS: dict[str, Any] = {
    "ecr:DescribeRepositories": [
        {"repositoryName": "shop", "repositoryArn": REPOSITORY, "registryId": ACCOUNT}
    ],
    "wafv2:ListWebACLs": [{"Name": "front", "Id": "1", "ARN": ACL}],
    "wafv2:GetWebACL": {
        "Name": "front",
        "Id": "1",
        "ARN": ACL,
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {},
    },
}


# One of each kind that readers ask for by what is known of it.
NAMES = [
    f"arn:aws:{what}"
    for what in (
        f"acm:{REGION}:{ACCOUNT}:certificate/1",
        f"codebuild:{REGION}:{ACCOUNT}:project/a",
        f"codecommit:{REGION}:{ACCOUNT}:a",
        f"codepipeline:{REGION}:{ACCOUNT}:a",
        f"dynamodb:{REGION}:{ACCOUNT}:table/a",
        f"iam::{ACCOUNT}:oidc-provider/a.com",
        f"kinesis:{REGION}:{ACCOUNT}:stream/a",
        f"kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        f"sns:{REGION}:{ACCOUNT}:a",
        f"ssm:{REGION}:{ACCOUNT}:parameter/a",
    )
] + ["lt-0123456789abcdef0", "i-0123456789abcdef0", "vol-0123456789abcdef0"]


def scope() -> Scope:
    return Scope(REGION, ACCOUNT, "aws", NAMES, {})


def denied(operation: str) -> Unknown:
    return Unknown(Cause.ACCESS_DENIED, detail=operation)


def gaps(operation: str) -> set[str]:
    """Read a stack that only its outputs name, one operation of it denied."""
    results = {ask.name: ask.result for ask in all_asks(readers())}
    answers = {name: {results[name]: value} for name, value in ANSWERS.items()}
    aws = Answering({**answers, operation: denied(operation)})
    keys = [REPOSITORY, ACL]
    snapshot = take(aws, readers(), regions=[REGION], keys=keys, own_tags={})
    assert {resource.arn for resource in snapshot.resources} >= {REPOSITORY, ACL}
    return set(snapshot.gaps)


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("ecr:GetRepositoryPolicy", {ECR_POLICY}),
        ("wafv2:ListLoggingConfigurations", {WAF_ACL_LOGGING}),
        ("wafv2:ListResourcesForWebACL", {WAF_ACL_ASSOCIATION}),
    ],
)
def test_detail_that_names_nothing_hides_nothing_else(operation: str, lost: set[str]) -> None:
    assert gaps(operation) == lost


def test_listing_that_may_name_roles_and_keys_hides_them() -> None:
    assert gaps("lambda:ListFunctions") >= {IAM_ROLE, KMS_KEY}


@pytest.mark.parametrize(
    ("operation", "hidden"),
    [
        ("sqs:ListQueues", {KMS_KEY, SQS_QUEUE}),
        ("secretsmanager:ListSecrets", {KMS_KEY}),
        ("rds:DescribeDBSubnetGroups", set()),
        ("elasticache:DescribeCacheSubnetGroups", set()),
        ("rds:DescribeDBClusterParameterGroups", set()),
    ],
)
def test_listing_hides_what_its_types_can_name(operation: str, hidden: set[str]) -> None:
    found = gaps(operation)
    assert found >= hidden
    assert not found & ({CODEBUILD_PROJECT, LAUNCH_TEMPLATE, KMS_KEY, IAM_ROLE} - led_to(hidden))


def led_to(hidden: set[str]) -> set[str]:
    """Give what leads on: who may use a key is a role, and who works for it."""
    return hidden | ({IAM_ROLE} if KMS_KEY in hidden else set())


@pytest.mark.parametrize("type_", sorted({t for r in readers() for t in r.types}))
def test_property_that_is_called_for_a_role_or_a_key_names_it(type_: str) -> None:
    known = type_of(type_)
    assert known is not None
    named = named_by(type_)
    for name in known.shape.kinds.keys() - known.outputs:
        assert IAM_ROLE in named or not name.endswith(("role_arn", "iam_role"))
        assert KMS_KEY in named or not name.startswith("kms_")


def test_what_is_known_by_how_it_is_named_is_read_as_such() -> None:
    referenced = {type_ for reader in readers() if reader.referenced for type_ in reader.types}
    assert set(_CALLED) <= referenced


def test_everything_that_is_only_named_is_named_by_something() -> None:
    said = set().union(*(named_by(type_) for r in readers() for type_ in r.types))
    for reader in readers():
        # What is asked about per parent, or by its id alone, no name leads to.
        listed = list(reader.targets(scope())) or reader.ids(scope())
        if reader.referenced and not reader.parents and listed:
            assert not said.isdisjoint(reader.types), reader.types


# A stack of services that have little to do with each other, as its state file has it.
STATE = (
    Resource(
        {"name": "runs"}, IAM_ROLE, "runs", id="runs", arn=f"arn:aws:iam::{ACCOUNT}:role/runs"
    ),
    Resource({"name": "gm", "group": "team"}, IAM_GROUP_MEMBERSHIP, "gm", id="gm"),
    Resource(
        {"key_id": "1234"},
        KMS_KEY,
        "key",
        id="1234abcd-12ab-34cd-56ef-1234567890ab",
        arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    Resource(
        {"name": "builds"},
        CODEBUILD_PROJECT,
        "builds",
        id=f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/builds",
        arn=f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/builds",
    ),
    Resource({"name": "lt"}, LAUNCH_TEMPLATE, "lt", id="lt-0123456789abcdef0"),
    Resource({}, VPC, "net", id="vpc-0123456789abcdef0"),
)


def related(types: set[str]) -> set[str]:
    """Give types with what is asked about for each of theirs."""
    more = {t for r in readers() if types & set(r.parents) for t in r.types}
    return types if more <= types else related(types | more)


@pytest.mark.parametrize(
    ("own_tags", "least"), [({}, 40), ({"Project": "shop"}, 5)], ids=["names", "tags"]
)
def test_beside_a_state_a_lost_listing_costs_its_own_types_only(
    own_tags: dict[str, str], least: int, subtests: pytest.Subtests
) -> None:
    state = Stack(STATE, Sight.LIVE)
    owners: dict[str, set[str]] = defaultdict(set)
    for reader in readers():
        owners[reader.listing.name] |= set(reader.types)
        for detail in reader.details.values():
            owners[detail.ask.name] |= set(detail.provides)
    lost = 0
    for operation, types in owners.items():
        with subtests.test(msg=operation):
            aws = Answering({operation: denied(operation)})
            found = take(
                aws, readers(), regions=[REGION], keys=(), own_tags=own_tags, state=state
            ).gaps
            lost += bool(found)
            assert found.keys() <= related(types)
    assert lost > least
