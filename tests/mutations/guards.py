"""Guards that are still there and do nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.mutation import Act, Aws, Group, Mutation


def _firewall(change: Callable[[dict[str, Any]], object]) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        waf = aws("wafv2")
        (known,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
        named = {"Name": known["Name"], "Id": known["Id"], "Scope": "REGIONAL"}
        found = waf.get_web_acl(**named)
        change(found["WebACL"])
        told = {key: found["WebACL"][key] for key in ("DefaultAction", "Rules", "VisibilityConfig")}
        return waf.update_web_acl(**named, **told, LockToken=found["LockToken"])

    return act


def _only_count(acl: dict[str, Any]) -> None:
    for rule in acl["Rules"]:
        rule["OverrideAction" if "OverrideAction" in rule else "Action"] = {"Count": {}}


def _public_database(aws: Aws, outputs: Outputs) -> object:
    database = aws("rds").describe_db_instances()["DBInstances"][0]["DBInstanceIdentifier"]
    return aws("rds").modify_db_instance(DBInstanceIdentifier=database, PubliclyAccessible=True)


def _guards(firewall: str, database: str) -> tuple[Mutation, ...]:
    return (
        Mutation(firewall, "a firewall that only counts", _firewall(_only_count)),
        Mutation(
            firewall,
            "a firewall that stops everybody",
            _firewall(lambda acl: acl.update(DefaultAction={"Block": {}})),
        ),
        Mutation(database, "a public database", _public_database),
    )


GROUPS = (
    Group("nova-prod", _guards("1.11", "1.8")),
    Group("scalepayments-staging", _guards("3.10", "3.14")),
)
