"""Groups of machines: some stay when AWS takes its spare capacity back, and there is room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stackproof.controls.autoscaling_groups import DEV, MIXED
from stackproof.controls.eks_clusters import NODES
from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, at_least, some
from stackproof.model import (
    Block,
    Category,
    Cause,
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
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.types.tokens import (
    AUTOSCALING_GROUP,
    EKS_CLUSTER,
    EKS_FARGATE_PROFILE,
    EKS_NODE_GROUP,
    LAUNCH_TEMPLATE,
)

_DISTRIBUTION: Final = "mixed_instances_policy.instances_distribution"
_BASE: Final = f"{_DISTRIBUTION}.on_demand_base_capacity"
_SHARE: Final = f"{_DISTRIBUTION}.on_demand_percentage_above_base_capacity"
_MARKET: Final = "instance_market_options.market_type"
_NIST: Final = {Framework.NIST: ("CP-10", "SC-5(2)")}
_TEMPLATE: Final = (
    Remove("mixed_instances_policy"),
    Change("launch_template", {"id": Ref("template")}),
    With(Neighbour("template", LAUNCH_TEMPLATE, {"name": "web"})),
)
_ALL_SPOT: Final = (Change(_BASE, 0), Change(_SHARE, 0))


@control(
    "autoscaling-group-not-only-spot",
    title="Auto Scaling groups don't run on Spot Instances alone",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=AUTOSCALING_GROUP,
    needs=(LAUNCH_TEMPLATE,),
    tolerated_in=NON_PRODUCTION,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(
            AUTOSCALING_GROUP,
            {
                "min_size": 2,
                "mixed_instances_policy": {
                    "instances_distribution": {
                        "on_demand_base_capacity": 2,
                        "on_demand_percentage_above_base_capacity": 0,
                    }
                },
            },
        ),
        failing=(
            Change(_BASE, 0),
            Remove(_BASE),
            (*_TEMPLATE, Change(_MARKET.split(".")[0], {"market_type": "spot"}, of="template")),
        ),
        unknown=(
            Hide("mixed_instances_policy"),
            Hide(_BASE),
            (Change(_BASE, 0), Hide(_SHARE)),
            (*_TEMPLATE, Hide(_MARKET.split(".")[0], of="template")),
        ),
        absent=((*_TEMPLATE, Without("template")),),
        also_passing=(
            (Change(_BASE, 0), Change(_SHARE, 50)),
            # All above the base is on demand by default.
            (Change(_BASE, 0), Remove(_SHARE)),
            MIXED,
            _TEMPLATE,
        ),
        not_applicable=(
            Remove("mixed_instances_policy"),
            (*_ALL_SPOT, DEV),
        ),
    ),
)
def group_not_only_spot(group: Resource, stack: Stack) -> Outcome:
    """Spot Instances are stopped at two minutes' notice, all at once when capacity is wanted.

    Source: Amazon EC2 Auto Scaling API Reference, InstancesDistribution; Amazon EC2 User Guide,
    "Spot Instance interruptions".
    """
    if group["mixed_instances_policy"]:
        base, share = group.number(_BASE), group.number(_SHARE)
        if base or share is None or share > 0:
            return Pass()
        fix = "Set on_demand_base_capacity to what has to stay."
        return Fail(_BASE, "some instances on demand", "Spot Instances alone", fix)
    if not group["launch_template"]:
        return NotApplicable("no launch template and no distribution asks for Spot Instances")
    template = _template(group, stack)
    if template is None or template.get(_MARKET) != "spot":
        return Pass()
    fix = "Leave the market out of the template, and set mixed_instances_policy with a base."
    return Fail("launch_template", "some instances on demand", "Spot Instances alone", fix)


def _template(group: Resource, stack: Stack) -> Resource | None:
    """Give the launch template that a group names, by its id or its name."""
    by_id = stack.follow_one(group, "launch_template.id", LAUNCH_TEMPLATE)
    return by_id or stack.follow_one(group, "launch_template.name", LAUNCH_TEMPLATE)


_OTHER: Final = Neighbour(
    "other", EKS_NODE_GROUP, {"cluster_name": "payments", "capacity_type": "ON_DEMAND"}
)
_SPOT_NODES: Final = Change("capacity_type", "SPOT")
_CLUSTER: Final = Neighbour("cluster", EKS_CLUSTER, {"name": "payments"})
_ALONE: Final = (_SPOT_NODES, Without("other"))
_AUTO_MODE: Final = {"enabled": True, "node_pools": ["general-purpose", "system"]}
_FARGATE: Final = With(
    Neighbour("fargate", EKS_FARGATE_PROFILE, {"cluster_name": "payments"}),
)
# How nodes that nobody but their owner manages say whose they are.
_OWNED: Final = "kubernetes.io/cluster/{}"
_OWN_NODES: Final = With(
    Neighbour(
        "own",
        AUTOSCALING_GROUP,
        {
            "tags": [{"key": _OWNED.format("payments"), "value": "owned"}],
            "mixed_instances_policy": {
                "instances_distribution": {
                    "on_demand_base_capacity": 1,
                    "on_demand_percentage_above_base_capacity": 0,
                }
            },
        },
    )
)


@control(
    "eks-nodes-not-only-spot",
    title="Clusters don't run on Spot Instances alone",
    severity=Severity.MEDIUM,
    category=Category.HA,
    types=EKS_NODE_GROUP,
    needs=(
        EKS_NODE_GROUP,
        EKS_CLUSTER,
        EKS_FARGATE_PROFILE,
        AUTOSCALING_GROUP,
        LAUNCH_TEMPLATE,
    ),
    tolerated_in=NON_PRODUCTION,
    frameworks=_NIST,
    cases=Cases(
        passing=Given(EKS_NODE_GROUP, NODES.properties, (_OTHER, _CLUSTER)),
        failing=(
            (_SPOT_NODES, Change("capacity_type", "SPOT", of="other")),
            (_SPOT_NODES, Change("cluster_name", "orders", of="other")),
            (*_ALONE, Change("compute_config", {"enabled": True, "node_pools": []}, of="cluster")),
            (*_ALONE, Change("compute_config", {"enabled": False}, of="cluster")),
            (*_ALONE, _FARGATE, Change("cluster_name", "orders", of="fargate")),
            (*_ALONE, _OWN_NODES, Change("tags", [], of="own")),
            (*_ALONE, _OWN_NODES, Change(_BASE, 0, of="own")),
        ),
        unknown=(
            Hide("capacity_type"),
            (_SPOT_NODES, Hide("capacity_type", of="other")),
            (_SPOT_NODES, Hide("cluster_name")),
            (*_ALONE, Without("cluster")),
            (*_ALONE, Hide("compute_config", of="cluster")),
            (*_ALONE, _FARGATE, Hide("cluster_name", of="fargate")),
            (*_ALONE, _OWN_NODES, Hide("tags", of="own")),
            (*_ALONE, _OWN_NODES, Hide(_BASE, of="own")),
        ),
        absent=(_ALONE,),
        also_passing=(
            _SPOT_NODES,
            (_SPOT_NODES, Remove("capacity_type", of="other")),
            (_SPOT_NODES, Without("cluster")),
            (*_ALONE, Change("compute_config", _AUTO_MODE, of="cluster")),
            (*_ALONE, _FARGATE),
            (*_ALONE, _OWN_NODES),
            (*_ALONE, _OWN_NODES, Remove("mixed_instances_policy", of="own")),
        ),
        not_applicable=((_SPOT_NODES, Change("tags", {"Environment": "dev"})),),
    ),
)
def nodes_not_only_spot(nodes: Resource, stack: Stack) -> Outcome:
    """Nodes on Spot go all at once when the capacity is wanted; on demand is the default.

    What stays may also be on Fargate, on nodes of one's own, or in Auto Mode's own pools ("only
    on-demand EC2 capacity"). Pools of Karpenter, and those added to Auto Mode, are objects of
    Kubernetes that no sight shows: with nothing else but Spot the cluster fails. Sources: Amazon
    EKS User Guide, "Managed node group capacity types", "Enable or Disable Built-in NodePools",
    "Create self-managed Amazon Linux nodes" (the tag kubernetes.io/cluster/NAME).
    """
    if nodes["capacity_type"] != "SPOT":
        return Pass()
    cluster = nodes["cluster_name"]
    fix = "Add a node group of the cluster with capacity_type ON_DEMAND for what has to stay."
    only_spot = Fail("capacity_type", "a node group of the cluster on demand", "SPOT", fix)
    return some(
        _capacity_of(cluster, stack),
        lambda other: Pass() if _stays(other, cluster, stack) else only_spot,
        only_spot,
    )


def _capacity_of(cluster: str, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give what may hold capacity of a cluster, an Unknown for each kind that can't be seen."""
    for type_ in (EKS_NODE_GROUP, EKS_FARGATE_PROFILE, AUTOSCALING_GROUP):
        try:
            yield from stack.around(type_)
        except UnresolvedError as error:
            yield error.unknown
    try:
        found = stack.look_up(cluster, EKS_CLUSTER)
    except UnresolvedError as error:
        yield error.unknown
        return
    yield found or Unknown(Cause.NOT_IN_STACK, "cluster_name", cluster)


def _stays(other: Resource, cluster: str, stack: Stack) -> bool:
    """Tell whether something holds capacity of a cluster that AWS doesn't take back."""
    match other.type:
        case t if t == EKS_NODE_GROUP:
            return bool(other["cluster_name"] == cluster and other["capacity_type"] != "SPOT")
        case t if t == EKS_FARGATE_PROFILE:
            return bool(other["cluster_name"] == cluster)
        case t if t == AUTOSCALING_GROUP:
            owned = any(tag["key"] == _OWNED.format(cluster) for tag in other.blocks("tags"))
            return owned and not isinstance(group_not_only_spot(other, stack), Fail)
    return other.get("compute_config.enabled") is True and bool(
        other.values("compute_config.node_pools")
    )


@control(
    "eks-nodes-have-room",
    title="Node groups can grow beyond their minimum",
    severity=Severity.MEDIUM,
    category=Category.SCALING,
    types=EKS_NODE_GROUP,
    frameworks={Framework.NIST: ("CP-2(2)", "SC-5(2)")},
    cases=Cases(
        passing=NODES,
        failing=(
            Change("scaling_config.max_size", 2),
            Change("scaling_config.min_size", 6),
        ),
        unknown=(
            Hide("scaling_config"),
            Hide("scaling_config.max_size"),
            Hide("scaling_config.min_size"),
        ),
        not_applicable=(Remove("scaling_config"),),
    ),
)
def nodes_have_room(nodes: Resource) -> Outcome:
    """A maximum equal to the minimum is no scaling at all."""
    scaling: Block | None = next(nodes.blocks("scaling_config"), None)
    if scaling is None:
        return NotApplicable("AWS decides")
    floor = (scaling.number("min_size") or 0) + 1
    return at_least(scaling, "max_size", floor, fix="Set scaling_config.max_size above min_size.")
