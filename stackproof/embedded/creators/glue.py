"""Glue: the data catalog, what fills it, and jobs."""

from __future__ import annotations

from stackproof.embedded.frame.plain import Call, Plain, table

_ARN = "arn:{partition}:glue:{region}:{account}:"

table(
    Plain(
        type="aws:glue/catalogDatabase:CatalogDatabase",
        service="glue",
        create=Call("create_database", inside="DatabaseInput"),
        update=Call("update_database", inside="DatabaseInput", whole=True),
        id="{account}:{name}",
        composed={"arn": f"{_ARN}database/{{name}}", "catalog_id": "{account}"},
        delete=Call("delete_database"),
        tagged="arn",
        replace_on=frozenset({"catalog_id", "name"}),
        auto_name="name",
    ),
    Plain(
        type="aws:glue/catalogTable:CatalogTable",
        service="glue",
        create=Call("create_table", {"partition_indices": "partition_indexes"}, "TableInput"),
        update=Call("update_table", inside="TableInput", whole=True),
        id="{account}:{database_name}:{name}",
        composed={
            "arn": f"{_ARN}table/{{database_name}}/{{name}}",
            "catalog_id": "{account}",
        },
        delete=Call("delete_table"),
        replace_on=frozenset({"catalog_id", "database_name", "name", "partition_indices"}),
        auto_name="name",
    ),
    Plain(
        type="aws:glue/crawler:Crawler",
        service="glue",
        create=Call(
            "create_crawler",
            {"security_configuration": "crawler_security_configuration"},
            inside="Targets",
        ),
        id="{name}",
        composed={"arn": f"{_ARN}crawler/{{name}}"},
        delete=Call("delete_crawler"),
        tagged="arn",
        replace_on=frozenset({"name"}),
        auto_name="name",
    ),
    Plain(
        type="aws:glue/job:Job",
        service="glue",
        create=Call("create_job", {"role_arn": "role"}),
        shapes={"connections": lambda names: {"connections": names}},
        id="{name}",
        composed={"arn": f"{_ARN}job/{{name}}"},
        delete=Call("delete_job", {"id": "job_name"}),
        tagged="arn",
        replace_on=frozenset({"name"}),
        auto_name="name",
    ),
)
