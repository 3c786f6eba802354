"""Stages of HTTP APIs can be changed and tagged on the embedded AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Clients

LOGS = {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:http", "Format": "$x"}


@pytest.fixture
def api(aws: Clients) -> str:
    """An API with a stage `live`."""
    client = aws("apigatewayv2")
    made: str = client.create_api(Name="overlay", ProtocolType="HTTP")["ApiId"]
    client.create_stage(ApiId=made, StageName="live", AccessLogSettings=LOGS, Description="All")
    return made


def test_update_changes_what_is_given_and_nothing_else(aws: Clients, api: str) -> None:
    client = aws("apigatewayv2")
    answer = client.update_stage(
        ApiId=api,
        StageName="live",
        AutoDeploy=True,
        DefaultRouteSettings={"ThrottlingBurstLimit": 7},
        RouteSettings={"GET /": {"ThrottlingRateLimit": 2.5}},
    )
    shown = client.get_stage(ApiId=api, StageName="live")
    for seen in (answer, shown):
        assert seen["AutoDeploy"] is True
        assert seen["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 7
        assert seen["RouteSettings"] == {"GET /": {"ThrottlingRateLimit": 2.5}}
        assert (seen["AccessLogSettings"], seen["Description"]) == (LOGS, "All")


def test_access_logs_can_be_turned_off(aws: Clients, api: str) -> None:
    client = aws("apigatewayv2")
    client.delete_access_log_settings(ApiId=api, StageName="live")
    assert "AccessLogSettings" not in client.get_stage(ApiId=api, StageName="live")


@pytest.mark.parametrize("part", ["", "/stages/live"])
def test_apis_and_stages_are_tagged_and_listed(aws: Clients, api: str, part: str) -> None:
    client, arn = aws("apigatewayv2"), f"arn:aws:apigateway:us-east-1::/apis/{api}{part}"
    client.tag_resource(ResourceArn=arn, Tags={"Project": "overlay", "Old": "1"})
    client.untag_resource(ResourceArn=arn, TagKeys=["Old"])
    shown: Any = client.get_api(ApiId=api)
    if part:
        shown = client.get_stage(ApiId=api, StageName="live")
    assert shown["Tags"] == {"Project": "overlay"}
    tagging = aws("resourcegroupstaggingapi")
    listed = tagging.get_resources(TagFilters=[{"Key": "Project", "Values": ["overlay"]}])
    assert arn in {found["ResourceARN"] for found in listed["ResourceTagMappingList"]}


def test_stage_that_is_not_there_is_not_found(aws: Clients, api: str) -> None:
    with pytest.raises(ClientError) as refused:
        aws("apigatewayv2").update_stage(ApiId=api, StageName="other")
    assert refused.value.response["Error"]["Code"] == "NotFoundException"
