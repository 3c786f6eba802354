"""Aurora clusters record who asks the database what, by parameters of their engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
    Fail,
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
from stackproof.types.tokens import RDS_CLUSTER, RDS_CLUSTER_PARAMETER_GROUP


def _is_on(value: str) -> bool:
    return value.lower() in {"1", "on", "true"}


def _says_something(value: str) -> bool:
    return value.strip().lower() not in {"", "none"}


def _loads_pgaudit(value: str) -> bool:
    return "pgaudit" in (library.strip() for library in value.split(","))


_POSTGRES: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "shared_preload_libraries": (_loads_pgaudit, "a list with pgaudit"),
    "pgaudit.log": (_says_something, "classes of statements, such as ddl,role"),
}
# Sources: Amazon Aurora User Guide, "Using advanced auditing with an Amazon Aurora MySQL DB
# cluster", "Using pgAudit to log database activity": both are off by default.
_WANTED: Final[Mapping[str, Mapping[str, tuple[Callable[[str], bool], str]]]] = {
    "aurora-mysql": {
        "server_audit_logging": (_is_on, "1"),
        "server_audit_events": (_says_something, "kinds of events, such as CONNECT,QUERY_DDL"),
    },
    "aurora-postgresql": _POSTGRES,
    "postgres": _POSTGRES,
}
PATH = "db_cluster_parameter_group_name"
MYSQL = (
    Change("engine", "aurora-mysql"),
    Change("family", "aurora-mysql8.0", of="group"),
    Change(
        "parameters",
        [
            {"name": "server_audit_logging", "value": "1"},
            {"name": "server_audit_events", "value": "CONNECT,QUERY_DCL"},
        ],
        of="group",
    ),
)


@control(
    "rds-audit-logging",
    title="Aurora clusters record who asks what",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=RDS_CLUSTER,
    needs=(RDS_CLUSTER_PARAMETER_GROUP,),
    frameworks={
        Framework.FSBP: ("RDS.45",),
        Framework.PCI: ("10.2.1", "10.2.2"),
        Framework.NIST: ("AU-2", "AU-3", "AU-12"),
    },
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"engine": "aurora-postgresql", PATH: Ref("group")},
            (
                Neighbour(
                    "group",
                    RDS_CLUSTER_PARAMETER_GROUP,
                    {
                        "family": "aurora-postgresql16",
                        "parameters": [
                            {"name": "shared_preload_libraries", "value": "auto_explain, pgaudit"},
                            {"name": "pgaudit.log", "value": "ddl,role"},
                        ],
                    },
                ),
            ),
        ),
        failing=(
            Change("parameters.1.value", "none", of="group"),
            Change("parameters.0.value", "pg_stat_statements", of="group"),
            Remove("parameters", of="group"),
            Remove(PATH),
            Change(PATH, "default.aurora-postgresql16"),
            (*MYSQL, Change("parameters.0.value", "0", of="group")),
            (*MYSQL, Change("parameters.1.value", "", of="group")),
        ),
        unknown=(
            Hide("parameters", of="group"),
            Hide("parameters.1.value", of="group"),
            Hide(PATH),
            Hide("engine"),
        ),
        absent=(Without("group"),),
        also_passing=(MYSQL,),
        not_applicable=(Change("engine", "mysql"),),
    ),
)
def audit_logging(cluster: Resource, stack: Stack) -> Outcome:
    """Without it nobody can tell afterwards which rows a stolen password was used for."""
    engine = cluster.text("engine") or ""
    wanted = _WANTED.get(engine)
    if wanted is None:
        return NotApplicable(f"{engine or 'the engine'} has no parameters for it")
    named = cluster.raw(PATH)
    if named in (None, "") or (isinstance(named, str) and named.startswith("default.")):
        name, (_, expected) = next(iter(wanted.items()))
        return Fail(PATH, f"a parameter group with {name}: {expected}", named, _fix(wanted))
    group = stack.follow_one(cluster, PATH, RDS_CLUSTER_PARAMETER_GROUP)
    return each(wanted, lambda name: _set(group, name, *wanted[name], _fix(wanted)))


def _fix(wanted: Mapping[str, object]) -> str:
    return f"Set {' and '.join(wanted)} in a rds.ClusterParameterGroup of the cluster."


def _set(
    group: Resource | None, name: str, test: Callable[[str], bool], expected: str, fix: str
) -> Outcome:
    value, hidden = None, None
    for parameter in group.elements("parameters") if group is not None else ():
        if isinstance(parameter, Unknown):
            hidden = parameter
        elif parameter["name"] == name:
            value = parameter.text("value")
    if value is not None and test(value):
        return Pass()
    if value is None and hidden is not None:
        raise UnresolvedError(hidden)
    return Fail(f"parameters.{name}", expected, value, fix)
