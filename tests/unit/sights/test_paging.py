"""Every listing is read to its last page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from stackproof.sights.live.ask import Ask
from stackproof.sights.live.pages import all_pages, page_marker
from stackproof.sights.live.reader import all_asks
from stackproof.sights.live.readers import readers
from stackproof.sights.live.scenario_asks import SCENARIO_ASKS

ASKS = [*all_asks(readers()), *SCENARIO_ASKS]
SESSION: Any = boto3.Session("x", "y", region_name="us-east-1")


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.name)
def test_operation_that_pages_is_paged(ask: Ask) -> None:
    client = SESSION.client(ask.service)
    model = client.meta.service_model.operation_model(ask.operation)
    members = model.output_shape.members if model.output_shape else {}
    places = {(): members, **{(key,): getattr(m, "members", {}) for key, m in members.items()}}
    announces = {
        (*place, name)
        for place, inside in places.items()
        for name in inside
        if name.lower() in ("nexttoken", "nextmarker", "marker")
    }
    if announces and not client.can_paginate(ask.method):
        marker = page_marker(client, ask)
        assert marker is not None
        assert marker.given in announces


def test_pages_that_botocore_does_not_know_are_put_together() -> None:
    client = SESSION.client("wafv2")
    ask = Ask("wafv2", "ListWebACLs", "WebACLs")
    with Stubber(client) as stub:
        first = {"NextMarker": "more", "WebACLs": [{"Name": "one"}]}
        stub.add_response("list_web_acls", first, {"Scope": "REGIONAL"})
        last = {"WebACLs": [{"Name": "two"}]}
        stub.add_response("list_web_acls", last, {"Scope": "REGIONAL", "NextMarker": "more"})
        answer = all_pages(client, ask, {"Scope": "REGIONAL"})
    assert [acl["Name"] for acl in answer["WebACLs"]] == ["one", "two"]


def test_pages_that_are_announced_inside_of_the_list_are_put_together() -> None:
    client = SESSION.client("cloudfront")
    ask = Ask("cloudfront", "ListFunctions", "FunctionList.Items")

    def page(name: str, **more: str) -> dict[str, Any]:
        about = {"FunctionARN": "arn", "LastModifiedTime": datetime.now(UTC)}
        config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
        function = {"Name": name, "FunctionConfig": config, "FunctionMetadata": about}
        return {"FunctionList": {"Quantity": 1, "MaxItems": 1, "Items": [function], **more}}

    with Stubber(client) as stub:
        stub.add_response("list_functions", page("one", NextMarker="more"), {})
        stub.add_response("list_functions", page("two"), {"Marker": "more"})
        answer = all_pages(client, ask, {})
    assert [each["Name"] for each in answer["FunctionList"]["Items"]] == ["one", "two"]


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.name)
def test_every_question_only_reads(ask: Ask) -> None:
    assert ask.operation.startswith(("BatchGet", "Describe", "Get", "List", "Search"))
    # These read what must never enter a snapshot.
    assert ask.name not in ("secretsmanager:GetSecretValue", "ssm:GetParameter")
