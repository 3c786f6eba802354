"""Dashboards that show something."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json
from stackproof.types.tokens import DASHBOARD

ALARM_ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu"


@control(
    "cloudwatch-dashboard-shows-metrics",
    title="Dashboards show metrics",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=DASHBOARD,
    frameworks={Framework.NIST: ("CA-7",)},
    cases=Cases(
        passing=Given(
            DASHBOARD,
            {
                "dashboard_body": Json(
                    {
                        "widgets": [
                            {
                                "type": "metric",
                                "properties": {"metrics": [["AWS/RDS", "CPUUtilization"]]},
                            }
                        ]
                    }
                )
            },
        ),
        failing=(
            Change("dashboard_body.widgets", []),
            Change("dashboard_body.widgets.0.type", "text"),
            Change("dashboard_body.widgets.0.properties.metrics", []),
        ),
        unknown=(Hide("dashboard_body"), Change("dashboard_body", "not JSON")),
        also_passing=(
            Change("dashboard_body.widgets.0.properties", {"annotations": {"alarms": [ALARM_ARN]}}),
        ),
    ),
)
def shows_metrics(dashboard: Resource) -> Outcome:
    """CloudWatch accepts and keeps an empty page."""
    body = dashboard.document("dashboard_body")
    widgets = body.get("widgets") if isinstance(body, dict) else None
    if not isinstance(widgets, list):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "dashboard_body", "has no list of widgets"))
    if not all(isinstance(widget, dict) for widget in widgets):
        raise UnresolvedError(Unknown(Cause.UNREADABLE, "dashboard_body", "has an odd widget"))
    if any(_shows(widget) for widget in widgets):
        return Pass()
    return Fail(
        "dashboard_body",
        "at least one widget with metrics or alarms",
        f"{len(widgets)} widgets without",
        "Add metric widgets to the dashboard.",
    )


def _shows(widget: dict[str, object]) -> bool:
    properties = widget.get("properties")
    shown = properties if isinstance(properties, dict) else {}
    kinds = ("metrics", "annotations", "alarms")
    return widget.get("type") in ("metric", "alarm") and any(shown.get(kind) for kind in kinds)
