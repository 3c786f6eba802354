"""Budgets of an account, and GraphQL APIs."""

from __future__ import annotations

import pytest

from stackproof.embedded.errors import EmbeddedError
from tests.integration.services.roundtrip import TAGS, World, assert_shown, assert_told

BUDGET, GRAPH = "aws:budgets/budget:Budget", "aws:appsync/graphQLApi:GraphQLApi"


def test_budget_tells_somebody(world: World) -> None:
    made = world.make(
        BUDGET,
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount="100",
        limit_unit="USD",
        cost_filters=[{"name": "Service", "values": ["Amazon EC2"]}],
        notifications=[
            {
                "comparison_operator": "GREATER_THAN",
                "notification_type": "ACTUAL",
                "threshold": 80,
                "threshold_type": "PERCENTAGE",
                "subscriber_email_addresses": ["ops@example.com"],
            }
        ],
        tags=TAGS,
    )
    account, client = world.cloud.account, world.cloud.client("budgets")
    assert made.id == f"{account}:{made['name']}"
    which = {"AccountId": account, "BudgetName": made["name"]}
    shown = client.describe_budget(**which)["Budget"]
    assert shown["BudgetLimit"] == {"Amount": "100", "Unit": "USD"}
    assert shown["CostFilters"] == {"Service": ["Amazon EC2"]}
    (told,) = client.describe_notifications_for_budget(**which)["Notifications"]
    assert told["Threshold"] == 80
    assert_told(
        world,
        made,
        account_id=account,
        budget_type="COST",
        cost_filters=[{"name": "Service", "values": ["Amazon EC2"]}],
        limit_amount="100",
        limit_unit="USD",
        time_unit="MONTHLY",
    )
    world.delete(made)
    world.delete(made)
    assert client.describe_budgets(AccountId=account).get("Budgets", []) == []


def test_setting_of_a_budget_that_is_not_available_is_refused(world: World) -> None:
    with pytest.raises(EmbeddedError, match="planned_limits of aws:budgets/budget:Budget"):
        world.make(BUDGET, budget_type="COST", time_unit="MONTHLY", planned_limits=[{}])


def test_graph_is_made_and_changed(world: World) -> None:
    made = world.make(
        GRAPH,
        authentication_type="API_KEY",
        schema="type Query { hello: String }",
        xray_enabled=True,
        tags=TAGS,
    )
    client = world.cloud.client("appsync")
    assert made["uris"]["GRAPHQL"].startswith("http")
    assert client.get_graphql_api(apiId=made.id)["graphqlApi"]["xrayEnabled"] is True
    assert_shown(world, made, hidden=("schema",))
    assert client.get_schema_creation_status(apiId=made.id)["status"] in ("SUCCESS", "ACTIVE")
    world.change(made, authentication_type="AWS_IAM", tags={"More": "1"})
    shown = client.get_graphql_api(apiId=made.id)["graphqlApi"]
    assert shown["authenticationType"] == "AWS_IAM"
    assert client.list_tags_for_resource(resourceArn=made["arn"])["tags"] == {"More": "1"}
    world.delete(made)
    world.delete(made)


def test_rules_that_can_not_be_made_are_none(world: World) -> None:
    xray, notices = world.cloud.client("xray"), world.cloud.client("codestar-notifications")
    assert xray.get_sampling_rules()["SamplingRuleRecords"] == []
    assert notices.list_notification_rules()["NotificationRules"] == []
    for name in ("codestar-connections", "codeconnections"):
        assert world.cloud.client(name).list_connections()["Connections"] == []
