"""Glue, Redshift, SES and IAM's providers: made, changed and deleted, as AWS tells."""

from __future__ import annotations

from typing import Any

import pytest

from stackproof.embedded.errors import EmbeddedError
from tests.integration.services.roundtrip import TAGS, Made, World, assert_shown


def assert_deleted_twice(world: World, *made: Made) -> None:
    for one in made:
        world.delete(one)
        world.delete(one)


def test_catalog_with_a_table(world: World) -> None:
    database = world.make("aws:glue/catalogDatabase:CatalogDatabase", name="shop")
    table = world.make(
        "aws:glue/catalogTable:CatalogTable",
        name="orders",
        database_name=database["name"],
        parameters={"EXTERNAL": "TRUE"},
        table_type="EXTERNAL_TABLE",
        storage_descriptor={
            "location": "s3://shop/orders",
            "columns": [{"name": "id", "type": "string"}],
            "ser_de_info": {"serialization_library": "org.openx.data.jsonserde.JsonSerDe"},
        },
    )
    assert table.id == "123456789012:shop:orders"
    world.change(table, description="all orders")
    world.change(database, description="the shop", location_uri="s3://shop")
    client = world.cloud.client("glue")
    shown = client.get_table(DatabaseName="shop", Name="orders")["Table"]
    assert shown["Parameters"] == {"EXTERNAL": "TRUE"}
    assert shown["StorageDescriptor"]["Columns"] == [{"Name": "id", "Type": "string"}]
    assert shown["Description"] == "all orders"
    assert client.get_database(Name="shop")["Database"]["LocationUri"] == "s3://shop"
    assert_deleted_twice(world, table, database)


def test_crawler_and_job(world: World) -> None:
    role = "arn:aws:iam::123456789012:role/glue"
    crawler = world.make(
        "aws:glue/crawler:Crawler",
        database_name="shop",
        role=role,
        s3_targets=[{"path": "s3://shop/orders"}],
        tags=TAGS,
    )
    job = world.make(
        "aws:glue/job:Job",
        role_arn=role,
        command={"script_location": "s3://shop/job.py", "name": "glueetl"},
        default_arguments={"--TempDir": "s3://shop/tmp"},
        tags=TAGS,
    )
    client = world.cloud.client("glue")
    targets = client.get_crawler(Name=crawler["name"])["Crawler"]["Targets"]
    assert targets["S3Targets"] == [{"Path": "s3://shop/orders"}]
    arguments = client.get_job(JobName=job["name"])["Job"]["DefaultArguments"]
    assert arguments == {"--TempDir": "s3://shop/tmp"}
    world.change(job, tags={"More": "1"})
    assert client.get_tags(ResourceArn=job["arn"])["Tags"] == {"More": "1"}
    with pytest.raises(EmbeddedError, match="cannot change description"):
        world.change(job, description="nightly")
    assert_deleted_twice(world, crawler, job)


def test_warehouse(world: World) -> None:
    made = world.make(
        "aws:redshift/cluster:Cluster",
        cluster_identifier="shop",
        node_type="ra3.large",
        cluster_type="single-node",
        master_username="admin",
        master_password="Not-a-secret-1",
        database_name="shop",
        encrypted="true",
        skip_final_snapshot=True,
        tags=TAGS,
    )
    assert_shown(world, made, hidden=("master_password", "skip_final_snapshot"))
    assert made["endpoint"] == f"{made['dns_name']}:5439"
    world.change(made, node_type="ra3.xlplus", tags={"More": "1"})
    client = world.cloud.client("redshift")
    (shown,) = client.describe_clusters(ClusterIdentifier="shop")["Clusters"]
    assert (shown["NodeType"], shown["Encrypted"]) == ("ra3.xlplus", True)
    assert shown["Tags"] == [{"Key": "More", "Value": "1"}]
    assert_deleted_twice(world, made)


def test_mail_is_sent_as_somebody(world: World) -> None:
    person = world.make("aws:ses/emailIdentity:EmailIdentity", email="shop@example.com")
    domain = world.make("aws:ses/domainIdentity:DomainIdentity", domain="example.com")
    assert domain["verification_token"]
    letter = world.make("aws:ses/template:Template", subject="Hello", text="Hello {{name}}")
    world.change(letter, html="<p>Hello {{name}}</p>", text=None)
    client = world.cloud.client("ses")
    shown = client.get_template(TemplateName=letter["name"])["Template"]
    assert (shown["HtmlPart"], shown.get("TextPart") or "") == ("<p>Hello {{name}}</p>", "")
    assert {*client.list_identities()["Identities"]} >= {"shop@example.com", "example.com"}
    assert_deleted_twice(world, person, domain, letter)
    assert client.list_identities()["Identities"] == []


def test_others_may_say_who_somebody_is(world: World) -> None:
    made: Any = world.make(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        url="https://api.example.com/oidc",
        client_id_lists=["shop"],
        thumbprint_lists=["a" * 40],
        tags=TAGS,
    )
    world.change(made, thumbprint_lists=["b" * 40], tags={"More": "1"})
    shown = world.cloud.client("iam").get_open_id_connect_provider(
        OpenIDConnectProviderArn=made["arn"]
    )
    assert (shown["ClientIDList"], shown["ThumbprintList"]) == (["shop"], ["b" * 40])
    assert shown["Tags"] == [{"Key": "More", "Value": "1"}]
    assert_deleted_twice(world, made)


def test_role_of_a_service_and_rules_for_passwords(world: World) -> None:
    role = world.make(
        "aws:iam/serviceLinkedRole:ServiceLinkedRole",
        aws_service_name="autoscaling.amazonaws.com",
        custom_suffix="shop",
        description="scales",
    )
    rules = world.make(
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", minimum_password_length=14
    )
    client = world.cloud.client("iam")
    world.change(role, description="scales the shop")
    assert client.get_role(RoleName=role["name"])["Role"]["Description"] == "scales the shop"
    world.change(rules, require_symbols=True)
    policy = client.get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireSymbols"]) == (14, True)
    assert_deleted_twice(world, role, rules)


def test_warehouse_logs_and_has_parameters(world: World) -> None:
    group = world.make(
        "aws:redshift/parameterGroup:ParameterGroup",
        family="redshift-1.0",
        parameters=[{"name": "require_ssl", "value": "true"}],
        tags=TAGS,
    )
    warehouse = world.make(
        "aws:redshift/cluster:Cluster",
        cluster_identifier="shop",
        node_type="ra3.large",
        cluster_type="single-node",
        master_username="admin",
        master_password="Not-a-secret-1",
        cluster_parameter_group_name=group["name"],
        skip_final_snapshot=True,
        tags=TAGS,
    )
    logs = world.make(
        "aws:redshift/logging:Logging",
        cluster_identifier=warehouse.id,
        log_destination_type="cloudwatch",
        log_exports=["connectionlog"],
    )
    assert_shown(world, group)
    assert_shown(world, logs)
    world.change(group, parameters=[{"name": "statement_timeout", "value": "60000"}], tags={})
    client = world.cloud.client("redshift")
    asked = {"ParameterGroupName": group["name"], "Source": "user"}
    (parameter,) = client.describe_cluster_parameters(**asked)["Parameters"]
    assert parameter["ParameterName"] == "statement_timeout"
    world.change(logs, log_exports=["userlog"])
    assert client.describe_logging_status(ClusterIdentifier="shop")["LogExports"] == ["userlog"]
    assert_deleted_twice(world, logs, warehouse, group)
