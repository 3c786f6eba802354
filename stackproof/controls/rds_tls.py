"""Databases demand TLS of those who connect, by a parameter of their engine."""

from __future__ import annotations

import re

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_that
from stackproof.model import (
    Block,
    Category,
    Cause,
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
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.types.tokens import (
    RDS_CLUSTER,
    RDS_CLUSTER_PARAMETER_GROUP,
    RDS_INSTANCE,
    RDS_PARAMETER_GROUP,
)

# The parameter that refuses connections without TLS, and from which major version on it is on
# by default. Sources: Amazon Aurora User Guide, "Securing Aurora PostgreSQL data with SSL/TLS",
# "Using TLS with Aurora MySQL DB clusters"; Amazon RDS User Guide, "Using SSL with a PostgreSQL
# DB instance", "SSL/TLS support for MySQL DB instances", "… MariaDB …", "… SQL Server …".
_TLS = {
    "aurora-postgresql": ("rds.force_ssl", 17),
    "aurora-mysql": ("require_secure_transport", None),
    "mariadb": ("require_secure_transport", None),
    "mysql": ("require_secure_transport", None),
    "postgres": ("rds.force_ssl", 15),
    **{f"sqlserver-{edition}": ("rds.force_ssl", None) for edition in ("ee", "ex", "se", "web")},
}
FRAMEWORKS = {Framework.PCI: ("4.2.1", "2.2.7"), Framework.NIST: ("SC-8", "SC-8(1)")}
_FAMILY = re.compile(r"(aurora-postgresql|postgres)(\d+)")


@control(
    "rds-cluster-forces-tls",
    title="Aurora clusters refuse connections that do not use TLS",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_PARAMETER_GROUP,),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {
                "engine": "aurora-postgresql",
                "engine_version": "16.6",
                "db_cluster_parameter_group_name": Ref("group"),
            },
            (
                Neighbour(
                    "group",
                    RDS_CLUSTER_PARAMETER_GROUP,
                    {
                        "family": "aurora-postgresql16",
                        "parameters": [{"name": "rds.force_ssl", "value": "1"}],
                    },
                ),
            ),
        ),
        failing=(
            Change("parameters.0.value", "0", of="group"),
            Remove("parameters", of="group"),
            Remove("db_cluster_parameter_group_name"),
            Change("db_cluster_parameter_group_name", "default.aurora-postgresql16"),
        ),
        unknown=(
            Hide("parameters.0.value", of="group"),
            Hide("parameters", of="group"),
            Hide("db_cluster_parameter_group_name"),
        ),
        absent=(Without("group"),),
        also_passing=(
            (Change("family", "aurora-postgresql17", of="group"), Remove("parameters", of="group")),
            (Remove("db_cluster_parameter_group_name"), Change("engine_version", "17.4")),
            (
                Change("engine", "aurora-mysql"),
                Change("family", "aurora-mysql8.0", of="group"),
                Change(
                    "parameters", [{"name": "require_secure_transport", "value": "ON"}], of="group"
                ),
            ),
        ),
        not_applicable=(Change("engine", "neptune"),),
    ),
)
def cluster_forces_tls(cluster: Resource, stack: Stack) -> Outcome:
    """A password or a card number sent without TLS is readable to anybody on the way."""
    path = "db_cluster_parameter_group_name"
    return _forces_tls(cluster, stack, path, RDS_CLUSTER_PARAMETER_GROUP)


@control(
    "rds-instance-forces-tls",
    title="Database instances refuse connections that do not use TLS",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=RDS_INSTANCE,
    needs=(RDS_PARAMETER_GROUP,),
    frameworks=FRAMEWORKS | {Framework.FSBP: ("RDS.41", "RDS.44")},
    cases=Cases(
        passing=Given(
            RDS_INSTANCE,
            {"engine": "mysql", "engine_version": "8.0", "parameter_group_name": Ref("group")},
            (
                Neighbour(
                    "group",
                    RDS_PARAMETER_GROUP,
                    {
                        "family": "mysql8.0",
                        "parameters": [{"name": "require_secure_transport", "value": "1"}],
                    },
                ),
            ),
        ),
        failing=(
            Change("parameters.0.value", "OFF", of="group"),
            Change("parameters.0.name", "max_connections", of="group"),
            Remove("parameter_group_name"),
            Change("parameter_group_name", "default.mysql8.0"),
            (
                Change("engine", "postgres"),
                Change("parameter_group_name", "default.postgres14"),
            ),
        ),
        unknown=(
            Hide("parameters.0.value", of="group"),
            Hide("parameters", of="group"),
            Hide("parameter_group_name"),
            Hide("engine"),
        ),
        absent=(Without("group"),),
        also_passing=(
            Change("parameters.0.value", "ON", of="group"),
            (Change("engine", "postgres"), Change("parameter_group_name", "default.postgres16")),
        ),
        not_applicable=(Change("engine", "oracle-ee"),),
    ),
)
def instance_forces_tls(instance: Resource, stack: Stack) -> Outcome:
    """Oracle has an option in place of a parameter, which is not judged."""
    return _forces_tls(instance, stack, "parameter_group_name", RDS_PARAMETER_GROUP)


def _forces_tls(database: Resource, stack: Stack, path: str, group_type: str) -> Outcome:
    engine = database.text("engine") or ""
    if engine not in _TLS:
        return NotApplicable(f"no parameter known that makes {engine} demand TLS")
    name, _ = _TLS[engine]
    named = database.raw(path)
    if named in (None, "") or (isinstance(named, str) and named.startswith("default.")):
        version = str(database["engine_version"] or "")
        family = named[8:] if named else f"{engine}{version}"
        return _by_default(family, path, name)
    group = stack.follow_one(database, path, group_type)
    if group is None:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, path, "no name"))
    required = each(group.elements("parameters"), lambda parameter: _parameter(parameter, name))
    if not isinstance(required, NotApplicable):
        return required
    return _by_default(str(group["family"]), "parameters", name)


def _parameter(parameter: Block, name: str) -> Outcome:
    if parameter["name"] != name:
        return NotApplicable("another parameter")
    return expect_that(
        parameter,
        "value",
        lambda value: str(value).lower() in {"1", "on", "true"},
        expected="1",
        fix=f"Set {name} to 1 in the parameter group.",
    )


def _by_default(family: str, path: str, name: str) -> Outcome:
    found = _FAMILY.match(family)
    since = _TLS[found[1]][1] if found else None
    if found and since is not None and int(found[2]) >= since:
        return Pass()
    return Fail(
        path,
        f"{name} is on",
        f"the default of {family or 'the engine'}, which is off",
        f"Give the database a parameter group that sets {name} to 1.",
    )
