"""Access keys of users: programs do without, and what there is doesn't get old."""

from __future__ import annotations

from typing import Annotated

from stackproof import clock
from stackproof.controls.registry import control
from stackproof.controls.support.checks import day_of, expect
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.model.parameter import Range
from stackproof.types.tokens import IAM_ACCESS_KEY

_KEY = {"user": "deploy", "status": "Inactive", "create_date": "2999-01-01T00:00:00Z"}


@control(
    "iam-user-no-access-key",
    title="Users have no active access keys; roles and federation take their place",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=IAM_ACCESS_KEY,
    frameworks={Framework.PCI: ("8.6.3",), Framework.NIST: ("AC-2", "IA-5")},
    cases=Cases(
        passing=Given(IAM_ACCESS_KEY, _KEY),
        failing=(Change("status", "Active"), Remove("status")),
        unknown=(Hide("status"),),
    ),
)
def no_access_key(key: Resource) -> Outcome:
    """A key has no end, works from anywhere, and its secret stands in the program's state.

    It is active unless told otherwise. Source: AWS IAM User Guide, "Security best practices in
    IAM", Require workloads to use temporary credentials with IAM roles.
    """
    return expect(
        key, "status", "Inactive", fix="Use a role, or a federated identity, and delete the key."
    )


@control(
    "iam-access-key-age",
    title="Access keys are no older than three months",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=IAM_ACCESS_KEY,
    frameworks={
        Framework.FSBP: ("IAM.3",),
        Framework.CIS: ("1.13",),
        Framework.PCI: ("8.3.9", "8.6.3"),
        Framework.NIST: ("AC-2(1)", "AC-3(15)"),
    },
    cases=Cases(
        passing=Given(IAM_ACCESS_KEY, {**_KEY, "status": "Active"}),
        failing=(Change("create_date", "2020-01-01T00:00:00Z"),),
        unknown=(Hide("create_date"), Hide("status"), Change("create_date", "yesterday")),
        not_applicable=(Remove("create_date"), Change("status", "Inactive")),
    ),
)
def key_age(key: Resource, *, maximum_days: Annotated[int, Range(1, 365, "days")] = 90) -> Outcome:
    """The longer a key is used, the more places it has been copied to."""
    if key["status"] == "Inactive":
        return NotApplicable("the key is inactive")
    made = key.text("create_date")
    if made is None:
        return NotApplicable("not made yet")
    age = (clock.today() - day_of(made, "create_date")).days
    if age <= maximum_days:
        return Pass()
    return Fail(
        "create_date",
        f"at most {maximum_days} days ago",
        f"{made}, {age} days ago",
        "Make a new key, give it to those who use this one, and delete this one.",
    )
