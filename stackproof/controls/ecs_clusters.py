"""ECS clusters: what is measured in them."""

from __future__ import annotations

from functools import partial

from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.model import (
    Block,
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
from stackproof.types.tokens import ECS_CLUSTER


@control(
    "ecs-cluster-container-insights",
    title="ECS clusters have Container Insights",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=ECS_CLUSTER,
    frameworks={Framework.FSBP: ("ECS.12",), Framework.NIST: ("AU-6(3)", "SI-2")},
    cases=Cases(
        passing=Given(
            ECS_CLUSTER, {"settings": [{"name": "containerInsights", "value": "enabled"}]}
        ),
        failing=(
            Remove("settings"),
            Change("settings", []),
            Change("settings.0.value", "disabled"),
            Change("settings", [{"name": "other", "value": "enabled"}]),
        ),
        unknown=(Hide("settings"), Hide("settings.0.value")),
        also_passing=(Change("settings.0.value", "enhanced"),),
    ),
)
def container_insights(cluster: Resource) -> Outcome:
    """Off by default; an account may set another default, which other accounts do not have."""
    fix = "Set settings to name containerInsights, value enabled or enhanced."
    missing = Fail("settings", "containerInsights enabled or enhanced", None, fix)
    return some(cluster.elements("settings"), partial(_insights, missing), missing)


def _insights(missing: Fail, setting: Block) -> Outcome:
    if setting["name"] != "containerInsights":
        return NotApplicable("another setting")
    if setting["value"] in ("enabled", "enhanced"):
        return Pass()
    return Fail(setting.at("value"), "enabled or enhanced", setting["value"], missing.fix)
