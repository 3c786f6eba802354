"""Whether what an alarm reads is reported: the metric, by its dimensions, of what they name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from stackproof.controls.support.checks import attempt
from stackproof.controls.support.reported_when import set_up
from stackproof.model import (
    Block,
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Stack,
    Unknown,
    worst,
)
from stackproof.reasoning.dimensions import Vanished, kind_of, subjects
from stackproof.reasoning.log_metrics import counted
from stackproof.types.metrics import Metric, Namespace, homes, namespaces, read_on
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    ECS_CLUSTER,
    LB,
    LB_TARGET_GROUP,
)

# The kind of load balancer that each namespace is of.
_BALANCERS: Final = {
    "AWS/ApplicationELB": "application",
    "AWS/GatewayELB": "gateway",
    "AWS/NetworkELB": "network",
}
_INSIGHTS: Final = "ECS/ContainerInsights"
# Source: Amazon EC2 Auto Scaling User Guide, "Enable Auto Scaling group metrics".
_GROUP_METRICS: Final = "AWS/AutoScaling"
# Source: Amazon DynamoDB Developer Guide, "DynamoDB metrics and dimensions", "Operation".
_VALUES: Final = {
    "AWS/DynamoDB Operation": (
        *("PutItem", "DeleteItem", "UpdateItem", "GetItem", "BatchGetItem", "Scan", "Query"),
        *("BatchWriteItem", "TransactWriteItems", "TransactGetItems", "ExecuteTransaction"),
        *("BatchExecuteStatement", "ExecuteStatement", "GetRecords"),
    ),
}
_FIX: Final = "Name a metric as AWS spells it, and the dimensions that it is reported by."


def metrics_of(item: Block) -> tuple[Metric, ...]:
    """Give what the table says of the metric of a query; nothing of one that it doesn't have.

    Raises UnresolvedError when the metric is unknown.
    """
    namespace = namespaces().get(str(item["namespace"]))
    return namespace.metrics.get(str(item["metric_name"]), ()) if namespace else ()


def metric_known(alarm: Resource, item: Block, stack: Stack) -> Outcome:
    """Pass when AWS reports a metric in a namespace, or a metric filter counts in it."""
    namespace, name = str(item["namespace"]), str(item["metric_name"])
    table = namespaces().get(namespace)
    if table is None:
        return _own(alarm, item, namespace, name, stack)
    if name in table.metrics:
        return _at_home(alarm, item, table)
    near = _near(name, table.metrics)
    elsewhere = sorted(homes(name))
    if not near and not elsewhere:
        detail = f"no metric {name} of {namespace} was known on {read_on()}"
        return Unknown(Cause.UNREADABLE, item.at("metric_name"), detail)
    hint = f"{near} ({namespace})" if near else f"{name} of {' or '.join(elsewhere)}"
    known = f"a metric of {namespace} (as of {read_on()}), such as {hint}"
    return Fail(item.at("metric_name"), known, name, _FIX)


def dimensions_reported(item: Block, stack: Stack) -> Outcome:
    """Pass when a metric is reported by just these dimensions."""
    rows = metrics_of(item)
    if not rows:
        return _counted_by(item, stack)
    given = item.mapping("dimensions").keys()
    sets = [row.dimensions for row in rows]
    if None in sets or any(given == dimensions for row in sets if row for dimensions in row):
        return _value_known(item)
    known = sorted(
        {
            ", ".join(sorted(dimensions)) or "none"
            for row in sets
            if row is not None
            for dimensions in row
        }
    )
    return Fail(
        item.at("dimensions"),
        f"the dimensions {' | '.join(known)}",
        ", ".join(sorted(given)) or "none",
        "Name all the dimensions of one set, as AWS reports nothing by others.",
    )


def _value_known(item: Block) -> Outcome:
    """Judge a dimension whose values are AWS's own words."""
    for dimension, value in item.mapping("dimensions").items():
        known = _VALUES.get(f"{item['namespace']} {dimension}")
        if known is not None and isinstance(value, str) and value not in known:
            expected = f"one of {', '.join(known)}"
            return Fail(item.at(f"dimensions.{dimension}"), expected, value, _FIX)
    return Pass()


def things_there(alarm: Resource, item: Block, stack: Stack) -> Outcome:
    """Pass when each thing that dimensions name is there and reports the metric."""
    if item.raw("account_id") not in (None, alarm.account):
        return NotApplicable("of another account")
    rows, namespace = metrics_of(item), str(item["namespace"])
    named = list(subjects(alarm, item, stack))
    if not named:
        return NotApplicable("names nothing")
    there = {d: found for d, found in named if isinstance(found, Resource)}
    outcomes: list[Outcome] = [_there(item, found) for _, found in named]
    outcomes += [attempt(_reports, item, thing, rows) for thing in there.values()]
    outcomes += [attempt(_switched_on, item, namespace, thing) for thing in there.values()]
    outcomes += [attempt(set_up, item, thing, stack) for thing in there.values()]
    outcomes.append(attempt(_together, item, there, stack))
    return worst(*outcomes)


def _own(alarm: Resource, item: Block, namespace: str, name: str, stack: Stack) -> Outcome:
    near = _near(namespace, namespaces())
    if near:
        return Fail(item.at("namespace"), near, namespace, _FIX)
    if namespace.startswith("AWS/"):
        detail = f"the metrics of {namespace} are not known here"
        return Unknown(Cause.UNREADABLE, item.at("namespace"), detail)
    filters = list(counted(namespace, stack))
    hidden = next(
        (transformation for transformation in filters if isinstance(transformation, Unknown)), None
    )
    names = {
        transformation["name"] for transformation in filters if isinstance(transformation, Block)
    }
    if name in names:
        return Pass()
    if hidden is not None:
        return hidden
    if not names:
        return NotApplicable("a metric of the application's own")
    known = f"a metric that a filter counts: {', '.join(sorted(map(str, names)))}"
    return Fail(item.at("metric_name"), known, name, "Name the metric of a LogMetricFilter.")


def _at_home(alarm: Resource, item: Block, table: Namespace) -> Outcome:
    if table.region is None or alarm.region in (None, table.region):
        return Pass()
    return Fail(
        item.at("namespace"),
        f"an alarm in {table.region}, where alone {table.name} is reported",
        alarm.region,
        f"Make the alarm in {table.region}.",
    )


def _counted_by(item: Block, stack: Stack) -> Outcome:
    name, given = item["metric_name"], item.mapping("dimensions").keys()
    same = [
        transformation
        for transformation in counted(str(item["namespace"]), stack)
        if isinstance(transformation, Block) and transformation["name"] == name
    ]
    if not same:
        return NotApplicable("not known by which dimensions it is reported")
    sets = [metric.mapping("dimensions").keys() for metric in same]
    if given in sets:
        return Pass()
    return Fail(
        item.at("dimensions"),
        " | ".join(", ".join(sorted(keys)) or "none" for keys in sets),
        ", ".join(sorted(given)) or "none",
        "Name the dimensions that the LogMetricFilter counts by.",
    )


def _there(item: Block, found: Resource | Vanished | Unknown) -> Outcome:
    if isinstance(found, Unknown):
        return found
    if isinstance(found, Resource):
        return Pass()
    kinds = " or ".join(type_.rpartition(":")[2] for type_ in found.types)
    return Fail(
        item.at(f"dimensions.{found.dimension}"),
        f"a {kinds} that is there",
        found.value,
        "Name what the alarm is to watch, or delete the alarm with it.",
    )


def _reports(item: Block, thing: Resource, rows: Iterable[Metric]) -> Outcome:
    balancer = _BALANCERS.get(str(item["namespace"]))
    if balancer is not None and thing.type == LB:
        kind = thing["load_balancer_type"] or "application"
        if kind != balancer:
            return Fail(item.at("namespace"), f"the namespace of a {kind} one", balancer, _FIX)
    if any(row.only is None and row.but is None for row in rows):
        return Pass()
    kind = kind_of(thing)
    if not rows or any(row.reported_of(kind) for row in rows):
        return Pass()
    expected = f"a metric that is reported of {kind} ones"
    return Fail(item.at("metric_name"), expected, item["metric_name"], _FIX)


def _switched_on(item: Block, namespace: str, thing: Resource) -> Outcome:
    """Judge what a thing reports only when it is told to."""
    if namespace == _INSIGHTS and thing.type == ECS_CLUSTER:
        settings = {s["name"]: s["value"] for s in thing.blocks("settings")}
        on = settings.get("containerInsights")
        if on in ("enabled", "enhanced"):
            return Pass()
        fix = "Set containerInsights to enabled in the settings of the cluster."
        return Fail(item.at("namespace"), "a cluster with Container Insights", on, fix)
    if namespace == _GROUP_METRICS and thing.type == AUTOSCALING_GROUP:
        metrics = thing.values("enabled_metrics")
        if item["metric_name"] in metrics or str(item["metric_name"]).startswith("Predictive"):
            return Pass()
        fix = "Name the metric in enabled_metrics of the group."
        return Fail(item.at("metric_name"), "a metric that the group reports", metrics, fix)
    return Pass()


def _together(item: Block, there: dict[str, Resource], stack: Stack) -> Outcome:
    """Judge whether a target group is that of the load balancer beside it."""
    group, balancer = there.get("TargetGroup"), there.get("LoadBalancer")
    if group is None or balancer is None or group.type != LB_TARGET_GROUP or not balancer.arn:
        return Pass()
    if balancer.arn in (arns := group.values("load_balancer_arns")) or not arns:
        return Pass()
    return Fail(
        item.at("dimensions.TargetGroup"),
        "a target group of the load balancer that is named beside it",
        group.raw("name") or group.name,
        "Name the target group and the load balancer that lead to each other.",
    )


def _near(name: str, known: Iterable[str]) -> str | None:
    by_letters = {metric.casefold(): metric for metric in known}
    if name in by_letters.values():
        return None
    found = get_close_matches(name.casefold(), by_letters, 1, 0.75)
    return by_letters[found[0]] if found else None
