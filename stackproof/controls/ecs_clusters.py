"""ECS clusters: what is measured in them."""

from __future__ import annotations

from functools import partial
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.account_wide import or_account
from stackproof.controls.support.checks import some
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
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, With
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import ECS_ACCOUNT_SETTING, ECS_CLUSTER


def _account(value: Any) -> With:
    """Give what the account's new clusters are like."""
    return With(
        Neighbour("account", ECS_ACCOUNT_SETTING, {"name": "containerInsights", "value": value})
    )


@control(
    "ecs-cluster-container-insights",
    title="ECS clusters have Container Insights",
    severity=Severity.MEDIUM,
    category=Category.MONITORING,
    types=ECS_CLUSTER,
    needs=(ECS_ACCOUNT_SETTING,),
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
        absent=((Remove("settings"), _account(Unknown(Cause.NOT_KNOWN_AT_PREVIEW))),),
        also_passing=(
            Change("settings.0.value", "enhanced"),
            (Remove("settings"), _account("enabled")),
        ),
    ),
)
def container_insights(cluster: Resource, stack: Stack) -> Outcome:
    """Off by default, unless the program sets another default for the account.

    Source: Amazon ECS Developer Guide, "Access Amazon ECS features with account settings".
    """
    fix = "Set settings to name containerInsights, value enabled or enhanced."
    missing = Fail("settings", "containerInsights enabled or enhanced", None, fix)
    own = list(stated(cluster).elements("settings"))
    judged = some(own, partial(_insights, missing), missing)
    if not isinstance(judged, Fail) or _says(own):
        return judged
    return or_account(judged, cluster, stack, ECS_ACCOUNT_SETTING, partial(_insights, missing))


def _says(settings: list[Block | Unknown]) -> bool:
    return any(isinstance(s, Block) and s.raw("name") == "containerInsights" for s in settings)


def _insights(missing: Fail, setting: Block) -> Outcome:
    if setting["name"] != "containerInsights":
        return NotApplicable("another setting")
    if setting["value"] in ("enabled", "enhanced"):
        return Pass()
    return Fail(setting.at("value"), "enabled or enhanced", setting["value"], missing.fix)
