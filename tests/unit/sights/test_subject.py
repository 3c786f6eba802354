"""Only what is asked for by name can be gone: a listing that is "not found" was not looked into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from stackproof.model import Cause, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.everything import NAMES
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.reading import stages
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import WHOLE_ACCOUNT
from stackproof.sights.live.subject import naming
from stackproof.sights.live.tagging import TAGGED
from stackproof.sights.live.translate import targets_of

REGION = "us-east-1"
SESSION: Any = boto3.Session("x", "y", region_name=REGION)
# By which AWS's services say that something isn't there.
NOT_FOUND = (
    "DBInstanceNotFound",
    "InvalidInstanceID.NotFound",
    "NoSuchBucket",
    "NoSuchEntity",
    "NotFound",
    "NotFoundException",
    "ResourceNotFoundException",
)
ASKS = {ask.name: ask for ask in [TAGGED, *WHOLE_ACCOUNT, *all_asks(readers())]}


class Denying(Aws):
    """Answers with pages, and then whatever is asked with an error code."""

    def __init__(self, code: str, pages: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(
            frozenset((ask.service, ask.operation) for ask in ASKS.values()), "http://127.0.0.1:1"
        )
        self._code, self._pages = code, list(pages)
        self.asked: list[Mapping[str, Any]] = []

    def client(self, service: str, region: str) -> Any:
        return _Client(self, model_of(service))


class _Client:
    def __init__(self, aws: Denying, client: Any) -> None:
        self._aws, self._client = aws, client
        self.meta = client.meta

    def can_paginate(self, method: str) -> bool:
        return bool(self._client.can_paginate(method))

    def get_paginator(self, method: str) -> Any:
        return self._client.get_paginator(method)

    def __getattr__(self, method: str) -> Any:
        operation = self.meta.method_to_api_mapping[method]

        def send(**parameters: Any) -> Any:
            self._aws.asked.append(parameters)
            if self._aws._pages:
                return self._aws._pages.pop(0)
            response: Any = {
                "Error": {"Code": self._aws._code, "Message": "there is none"},
                "ResponseMetadata": {"HTTPStatusCode": 404},
            }
            raise ClientError(response, operation)

        return send


@cache
def model_of(service: str) -> Any:
    return SESSION.client(service)


def members(ask: Ask) -> Mapping[str, Any]:
    shape = model_of(ask.service).meta.service_model.operation_model(ask.operation).input_shape
    return shape.members if shape is not None else {}


def required(ask: Ask) -> list[str]:
    shape = model_of(ask.service).meta.service_model.operation_model(ask.operation).input_shape
    return list(shape.required_members) if shape is not None else []


def listings() -> list[tuple[Ask, dict[str, Any]]]:
    """Give every question of a reader, and for names, that is asked when nothing is known."""
    scope = Scope(REGION, "123456789012", "aws", (), {}, whole=True)
    scope.services.update(
        name for reader in readers() for name in (reader.arn_service, *reader.types)
    )
    asked = [(names.ask, dict(names.parameters)) for names in NAMES.values()]
    asked += [(names.but.ask, {}) for names in NAMES.values() if names.but is not None]
    asked += [(ask, {}) for ask in WHOLE_ACCOUNT[:1]]
    asked += [(TAGGED, {"ResourceARNList": ["arn:aws:sqs:us-east-1:123456789012:jobs"]})]
    asked += [(TAGGED, {"TagFilters": [{"Key": "Project", "Values": ["shop"]}]})]
    for stage in stages(readers()):
        for reader in stage:
            targets = targets_of(reader, scope)
            assert not isinstance(targets, Unknown)
            asked += [(reader.listing, dict(target)) for target in targets]
    return [(ask, parameters) for ask, parameters in asked if not ask.singular]


LISTINGS = listings()


def test_most_services_have_a_listing() -> None:
    assert len({ask.name for ask, _ in LISTINGS}) > 80


@pytest.mark.parametrize(
    ("ask", "parameters"), LISTINGS, ids=[f"{ask.name}-{sorted(p)}" for ask, p in LISTINGS]
)
def test_listing_that_is_not_found_was_not_looked_into(
    ask: Ask, parameters: Mapping[str, Any]
) -> None:
    for code in (*NOT_FOUND, *ask.absent):
        answer = Denying(code).fetch(ask, REGION, parameters)
        assert isinstance(answer, Unknown), code
        assert answer.cause is Cause.UNREADABLE
        assert code in answer.detail


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_what_aws_demands_and_can_be_anything_is_a_name(ask: Ask) -> None:
    shapes = members(ask)
    strings = [
        name
        for name in required(ask)
        if shapes[name].type_name == "string" and not getattr(shapes[name], "enum", None)
    ]
    if strings and ask.name not in ("budgets:DescribeBudgets", "s3control:GetPublicAccessBlock"):
        assert any(naming(ask, name) for name in strings), strings


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_what_chooses_among_few_kinds_is_no_name(ask: Ask) -> None:
    kinds = [name for name, shape in members(ask).items() if getattr(shape, "enum", None)]
    assert [name for name in kinds if naming(ask, name)] == []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("backup:ListBackupSelections", {"BackupPlanId": "1"}),
        ("dms:DescribeEndpoints", {"Filters": [{"Name": "endpoint-id", "Values": ["x"]}]}),
        ("ec2:DescribeVpcEndpoints", {"VpcEndpointIds": ["vpce-1"]}),
        ("ecr:GetRegistryPolicy", {}),
        ("ecs:ListServices", {"cluster": "shop"}),
        ("s3:GetBucketCors", {"Bucket": "shop"}),
        ("s3control:GetPublicAccessBlock", {"AccountId": "123456789012"}),
    ],
)
def test_what_is_named_is_gone_by_the_codes_of_its_question(
    name: str, parameters: Mapping[str, Any]
) -> None:
    ask = ASKS[name]
    codes = ask.absent or ("ResourceNotFoundException",)
    assert isinstance(Denying(codes[0]).fetch(ask, REGION, parameters), Missing)


def test_setting_of_an_account_is_absent_by_its_own_code_only() -> None:
    answer = Denying("NoSuchBucket").fetch(ASKS["ecr:GetRegistryPolicy"], REGION)
    assert isinstance(answer, Unknown)


def test_filter_that_names_something_is_never_answered_so_by_ec2() -> None:
    filters = [{"Name": "vpc-id", "Values": ["vpc-1"]}]
    aws = Denying("InvalidVpcID.NotFound")
    assert isinstance(aws.fetch(ASKS["ec2:DescribeSubnets"], REGION, {"Filters": filters}), Unknown)


def test_further_page_is_never_gone() -> None:
    page = {"BackupSelectionsList": [{"SelectionId": "1"}], "NextToken": "more"}
    aws = Denying("ResourceNotFoundException", [page])
    answer = aws.fetch(ASKS["backup:ListBackupSelections"], REGION, {"BackupPlanId": "1"})
    assert len(aws.asked) == 2
    assert isinstance(answer, Unknown)
    assert "to a further page" in answer.detail


class _Some(Aws):
    """Knows some listeners; refuses a question that names any other."""

    def __init__(self, *there: str, hidden: str = "") -> None:
        super().__init__(frozenset(), "http://127.0.0.1:1")
        self._there, self._hidden = there, hidden
        self.asked: list[list[str]] = []

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        names = parameters["ListenerArns"]
        self.asked.append(names)
        if self._hidden in names and len(names) == 1:
            return Unknown(Cause.ACCESS_DENIED)
        if not {*names} <= {*self._there}:
            return Missing()
        return Found({"Listeners": [{"ListenerArn": name} for name in names]})


LISTENERS = Ask("elbv2", "DescribeListeners", "Listeners")


@pytest.mark.parametrize(
    ("aws", "expected"),
    [
        (_Some("a", "b"), Found([{"ListenerArn": "a"}, {"ListenerArn": "b"}])),
        (_Some("b"), Found([{"ListenerArn": "b"}])),
        (_Some(), Missing()),
        (_Some("b", hidden="a"), Unknown(Cause.ACCESS_DENIED)),
    ],
)
def test_one_that_is_gone_takes_none_of_the_others_along(aws: _Some, expected: Fetched) -> None:
    assert aws.fetch(LISTENERS, REGION, {"ListenerArns": ["a", "b"]}) == expected
