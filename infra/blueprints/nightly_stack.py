"""From a stack's configuration to deployed nightly runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.blueprints import shared_outputs
from infra.blueprints.nightly import NightlyRuns
from infra.settings.nightly import ZONES, Nightly
from infra.site import build_site, first_zones

__all__ = ["deploy"]


def deploy(stack: str) -> Mapping[str, Any]:
    """Check everything that can be wrong, then deploy the runs and return their outputs.

    Raises `SettingsError` before the first resource.
    """
    settings = Nightly.load(stack)
    config = settings.config
    zones = first_zones(ZONES, stack, config.region)
    site = build_site(config.names, config.tags(stack), config.region)
    return _outputs(NightlyRuns(settings, site, zones))


def _outputs(runs: NightlyRuns) -> dict[str, Any]:
    settings, task = runs.settings, runs.task
    return {
        **shared_outputs.identity("nightly", settings.stack, settings.config, runs.site),
        **shared_outputs.network(runs.network),
        "task_security_group_id": runs.security_group.id,
        "cluster_name": runs.cluster.cluster.name,
        "task_definition_arn": task.definition.arn,
        "task_role_arn": task.task_role.arn,
        "task_log_group_name": task.log_group.name,
        "schedule_arn": runs.nightly.schedule.arn,
        "history_bucket_name": runs.history.bucket.id,
        "history": runs.location,
        "image_repository_name": runs.images.repository.name,
        "image_repository_url": runs.images.repository.repository_url,
        "access_log_bucket_name": runs.access_logs.bucket.id,
        "failure_rule_arn": runs.failure_rule.arn,
        "alerts_topic_arn": runs.alerts.arn,
        **shared_outputs.alarms(runs.alarms.alarms),
        **shared_outputs.keys(
            {"data": runs.data_key, "logs": runs.logs_key, "alerts": runs.alerts_key}
        ),
    }
