"""One page that shows how the system does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.alarms import Watch
from infra.components.base import Component
from infra.site import Site

__all__ = ["Dashboard"]

# CloudWatch lays widgets out on a grid of 24 columns.
_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 3


class Dashboard(Component):
    """A graph for each thing that is watched, with the alarm's threshold drawn in."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        watches: Sequence[Watch],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Dashboard", name, site, opts)
        self.dashboard = aws.cloudwatch.Dashboard(
            name,
            dashboard_name=site.name(name),
            dashboard_body=pulumi.Output.json_dumps(
                {
                    "widgets": [
                        _widget(watch, position, site.region)
                        for position, watch in enumerate(watches)
                    ]
                }
            ),
            opts=self.child(),
        )
        self.register_outputs({"name": self.dashboard.dashboard_name})


def _widget(watch: Watch, position: int, region: str) -> dict[str, Any]:
    dimensions = [part for pair in watch.dimensions.items() for part in pair]
    return {
        "type": "metric",
        "x": position % _COLUMNS * _WIDTH,
        "y": position // _COLUMNS * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {
            "title": watch.label,
            "region": region,
            "view": "timeSeries",
            "metrics": [[watch.namespace, watch.metric, *dimensions]],
            "stat": watch.statistic,
            "period": watch.period,
            "annotations": {"horizontal": [{"label": "alarm", "value": watch.threshold}]},
        },
    }
