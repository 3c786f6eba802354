"""DocumentDB and Redshift: what the master user is called, and who holds its password."""

from __future__ import annotations

from typing import Annotated

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect_that
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.model.parameter import Texts
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import DOCDB_CLUSTER, KMS_KEY, REDSHIFT_CLUSTER

_FRAMEWORKS = {Framework.PCI: ("8.3.2", "8.6.2", "8.6.3"), Framework.NIST: ("IA-5(1)", "SC-12")}
_PASSWORD = Change("master_password", "not a secret, an example")
# A cluster that is made of another's data has that one's user and password.
_RESTORED = ("snapshot_identifier", "snapshot_arn", "restore_to_point_in_time")
_OF_DOCUMENTS, _OF_WAREHOUSES = "manage_master_user_password", "manage_master_password"


@control(
    "docdb-managed-password",
    title="The master password of DocumentDB clusters is managed by Secrets Manager",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=DOCDB_CLUSTER,
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(DOCDB_CLUSTER, {_OF_DOCUMENTS: True}),
        failing=(
            (Remove(_OF_DOCUMENTS), _PASSWORD),
            (Remove(_OF_DOCUMENTS), _PASSWORD, Change("global_cluster_identifier", "orders")),
            Change(_OF_DOCUMENTS, False),
            Remove(_OF_DOCUMENTS),
            (Remove(_OF_DOCUMENTS), Change("snapshot_identifier", "orders-before")),
            (
                Remove(_OF_DOCUMENTS),
                Change("restore_to_point_in_time", {"source_cluster_identifier": "orders"}),
            ),
        ),
        unknown=(Hide(_OF_DOCUMENTS),),
        not_applicable=((Remove(_OF_DOCUMENTS), Change("global_cluster_identifier", "orders")),),
    ),
)
def document_password(cluster: Resource) -> Outcome:
    """A password in the program stays in its state and history; AWS rotates one of its own.

    Source: Amazon DocumentDB Developer Guide, "Password management with Amazon DocumentDB and AWS
    Secrets Manager". The password itself never shows in the outcome.
    """
    own = cluster.raw("master_password") is not None or cluster.raw(_OF_DOCUMENTS) is not None
    if not own and cluster["global_cluster_identifier"]:
        return NotApplicable("a secondary has the credentials of its global cluster's primary")
    return _managed(cluster, _OF_DOCUMENTS)


@control(
    "redshift-managed-password",
    title="The administrator's password of warehouses is managed by Secrets Manager",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=REDSHIFT_CLUSTER,
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(REDSHIFT_CLUSTER, {_OF_WAREHOUSES: True}),
        failing=(
            (Remove(_OF_WAREHOUSES), _PASSWORD),
            Change(_OF_WAREHOUSES, False),
            Remove(_OF_WAREHOUSES),
            (Remove(_OF_WAREHOUSES), Change("snapshot_identifier", "orders-before")),
        ),
        unknown=(Hide(_OF_WAREHOUSES),),
    ),
)
def warehouse_password(cluster: Resource) -> Outcome:
    """A password in the program stays in its state and history; AWS rotates one of its own.

    Source: Amazon Redshift Management Guide, "Managing Amazon Redshift admin passwords using AWS
    Secrets Manager". The password itself never shows in the outcome.
    """
    return _managed(cluster, _OF_WAREHOUSES)


def _managed(cluster: Resource, path: str) -> Outcome:
    if cluster[path]:
        return Pass()
    fix = f"Set {path} to true and remove the password."
    restored = any(cluster.raw(name) is not None for name in _RESTORED)
    if restored and cluster.raw("master_password") is None:
        fix = f"Set {path} to true; the cluster has the password of what it was restored from."
    return Fail(path, "true", cluster[path], fix)


@control(
    "redshift-password-customer-key",
    title="Secrets that Redshift manages for warehouses use a customer managed key",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=REDSHIFT_CLUSTER,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("8.3.2", "3.7.1"), Framework.NIST: ("SC-12",)},
    cases=Cases(
        passing=Given(
            REDSHIFT_CLUSTER,
            {_OF_WAREHOUSES: True, "master_password_secret_kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "warehouse"}),),
        ),
        failing=(Remove("master_password_secret_kms_key_id"),),
        unknown=(Hide("master_password_secret_kms_key_id"), Hide(_OF_WAREHOUSES)),
        absent=(Without("key"),),
        not_applicable=(Remove(_OF_WAREHOUSES),),
    ),
)
def password_key(cluster: Resource, stack: Stack) -> Outcome:
    """Whoever may use the key and read the secret is the warehouse's administrator."""
    if not cluster[_OF_WAREHOUSES]:
        return NotApplicable("Redshift manages no secret for this warehouse")
    return customer_key(cluster, stack, "master_password_secret_kms_key_id")


@control(
    "docdb-admin-name",
    title="DocumentDB clusters have a master user name that cannot be guessed",
    severity=Severity.LOW,
    category=Category.SECURITY,
    types=DOCDB_CLUSTER,
    frameworks={Framework.PCI: ("2.2.2",), Framework.NIST: ("CM-6",)},
    cases=Cases(
        passing=Given(DOCDB_CLUSTER, {"master_username": "orders_owner"}),
        failing=(Change("master_username", "docdbadmin"), Change("master_username", "Root")),
        unknown=(Hide("master_username"),),
        not_applicable=(Remove("master_username"),),
    ),
)
def admin_name(
    cluster: Resource,
    *,
    guessable: Annotated[tuple[str, ...], Texts("names of users", fewest=1)] = (
        "admin1",
        "docdb",
        "docdbadmin",
        "master",
        "root",
    ),
) -> Outcome:
    """The names that tutorials propose are tried first; `admin` itself is refused."""
    if cluster["master_username"] is None:
        return NotApplicable("the cluster takes its user from a snapshot or a primary")
    return expect_that(
        cluster,
        "master_username",
        lambda name: str(name).lower() not in guessable,
        expected=f"none of {', '.join(guessable)}",
        fix="Choose another name; the change replaces the cluster.",
    )
