"""Tables: whose key they are encrypted with, and whether they scale."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, each, some
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import APPSCALING_TARGET, DYNAMODB_TABLE, KMS_KEY

KEY = "server_side_encryption.kms_key_arn"


@control(
    "dynamodb-customer-key",
    title="Tables are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=DYNAMODB_TABLE,
    needs=KEY_TYPES,
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.PCI: ("3.6.1", "3.7.1"),
        Framework.NIST: ("SC-12", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(
            DYNAMODB_TABLE,
            {"server_side_encryption": {"enabled": True, "kms_key_arn": Ref("key", "arn")}},
            (Neighbour("key", KMS_KEY, {"description": "orders"}),),
        ),
        failing=(
            Remove("server_side_encryption"),
            Remove(KEY),
            Change("server_side_encryption", {"enabled": False}),
            Change(KEY, "alias/aws/dynamodb"),
        ),
        unknown=(Hide("server_side_encryption"), Hide(KEY)),
        absent=(Without("key"),),
        not_applicable=(
            (Remove("server_side_encryption"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def table_key(table: Resource, stack: Stack) -> Outcome:
    """Tables are always encrypted; but nobody can take a key of AWS's own away from a reader.

    Source: Amazon DynamoDB Developer Guide, "DynamoDB encryption at rest".
    """
    return customer_key(table, stack, KEY)


UNITS = {"read": "ReadCapacityUnits", "write": "WriteCapacityUnits"}


def target(of: str, dimension: str, index: str = "") -> Neighbour:
    """Give a scalable target of an example's table, or of one of its indexes."""
    return Neighbour(
        f"{of}{'-index' if index else ''}",
        APPSCALING_TARGET,
        {
            "service_namespace": "dynamodb",
            "resource_id": f"table/orders{index}",
            "scalable_dimension": f"dynamodb:{'index' if index else 'table'}:{dimension}",
            "min_capacity": 5,
            "max_capacity": 100,
        },
    )


READ, WRITE = (target(of, dimension) for of, dimension in UNITS.items())
BY_CUSTOMER = Change(
    "global_secondary_indexes", [{"name": "by-customer", "read_capacity": 5, "write_capacity": 5}]
)


@control(
    "dynamodb-scales",
    title="Provisioned tables scale by themselves",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=DYNAMODB_TABLE,
    needs=(APPSCALING_TARGET,),
    tolerated_in=NON_PRODUCTION,
    frameworks={
        Framework.FSBP: ("DynamoDB.1",),
        Framework.NIST: ("CP-2(2)", "CP-10", "SC-5(2)", "SI-13(5)"),
    },
    cases=Cases(
        passing=Given(
            DYNAMODB_TABLE, {"name": "orders", "billing_mode": "PROVISIONED"}, (READ, WRITE)
        ),
        failing=(
            Without("write"),
            Change("resource_id", "table/others", of="read"),
            Change("scalable_dimension", "dynamodb:table:WriteCapacityUnits", of="read"),
            (Remove("billing_mode"), Without("write")),
            BY_CUSTOMER,
        ),
        unknown=(
            Hide("billing_mode"),
            Hide("resource_id", of="read"),
            Hide("scalable_dimension", of="read"),
            (BY_CUSTOMER, Hide("global_secondary_indexes")),
        ),
        absent=(Without("read"), (Without("read"), Without("write"))),
        also_passing=(
            (
                BY_CUSTOMER,
                With(target("read", UNITS["read"], "/index/by-customer")),
                With(target("write", UNITS["write"], "/index/by-customer")),
            ),
        ),
        not_applicable=(
            Change("billing_mode", "PAY_PER_REQUEST"),
            (Without("write"), Change("tags", {"Environment": "dev"})),
        ),
    ),
)
def scales(table: Resource, stack: Stack) -> Outcome:
    """What is beyond the provisioned capacity is refused; a surge is as long as the reaction to it.

    An index has a capacity of its own, and slows down the table that writes to it. Source:
    Amazon DynamoDB Developer Guide, "Managing throughput capacity automatically with DynamoDB auto
    scaling"; PROVISIONED is the default.
    """
    if table["billing_mode"] == "PAY_PER_REQUEST":
        return NotApplicable("an on-demand table scales by itself")
    parts: list[tuple[str, str] | Unknown] = [("table", "")]
    for index in table.elements("global_secondary_indexes"):
        parts.append(index if isinstance(index, Unknown) else ("index", _suffix(index)))
    return each(parts, partial(_part_scales, table, stack))


def _suffix(index: Block) -> str:
    return f"/index/{index['name']}"


def _part_scales(table: Resource, stack: Stack, part: tuple[str, str]) -> Outcome:
    kind, suffix = part

    def has_target(unit: str) -> Outcome:
        dimension = f"dynamodb:{kind}:{unit}"
        missing = Fail(
            "billing_mode",
            f"PAY_PER_REQUEST, or an appautoscaling.Target for {dimension}",
            f"no target for table/{table.raw('name')}{suffix}",
            "Add a Target and a Policy for it, or set billing_mode to PAY_PER_REQUEST.",
        )
        return some(
            stack.around(APPSCALING_TARGET),
            partial(_is_for, table, suffix, dimension, missing),
            missing,
        )

    return each(UNITS.values(), has_target)


def _is_for(
    table: Resource, suffix: str, dimension: str, missing: Fail, target: Resource
) -> Outcome:
    named = target.raw("resource_id")
    if isinstance(named, str):
        of_part = named == f"table/{table['name']}{suffix}"
    else:
        led = target.references.get("resource_id", ())
        of_part = table.urn in led if led else target["resource_id"] is not None
    return Pass() if of_part and target["scalable_dimension"] == dimension else missing
