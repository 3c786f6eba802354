"""Route 53: health checks."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    tag_changes,
    tag_list,
)

_RENAME = {
    "child_health_threshold": "health_threshold",
    "child_healthchecks": "child_health_checks",
    "fqdn": "fully_qualified_domain_name",
    "invert_healthcheck": "inverted",
}


@creator
class HealthCheck(Creator):
    """A check of whether something answers, or of what other checks and alarms say."""

    type = "aws:route53/healthCheck:HealthCheck"
    replace_on = frozenset(
        {
            "measure_latency",
            "reference_name",
            "request_interval",
            "routing_control_arn",
            "type",
        }
    )
    defaults: ClassVar[Properties] = {
        "disabled": False,
        "invert_healthcheck": False,
        "measure_latency": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the check; AWS wants a reference of the caller's own."""
        reference = f"{inputs.get('reference_name', 'terraform-')}{secrets.token_hex(8)}"
        request = parameters(
            aws,
            "route53",
            "create_health_check",
            {"health_check_config": _config(inputs), "caller_reference": reference},
            rename=_RENAME,
        )
        id_ = aws.client("route53").create_health_check(**request)["HealthCheck"]["Id"]
        self._tag(aws, id_, {}, inputs)
        return Created(id_)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the check and its tags."""
        config = {name: value for name, value in _config(new).items() if name != "type"}
        request = parameters(aws, "route53", "update_health_check", config, rename=_RENAME)
        aws.client("route53").update_health_check(**request, HealthCheckId=id_)
        self._tag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the check."""
        with already_gone():
            aws.client("route53").delete_health_check(HealthCheckId=id_)

    def _tag(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        added, gone = tag_changes(old, new)
        request: dict[str, Any] = {"AddTags": tag_list(added)} if added else {}
        request |= {"RemoveTagKeys": gone} if gone else {}
        if request:
            aws.client("route53").change_tags_for_resource(
                ResourceType="healthcheck", ResourceId=id_, **request
            )


def _config(inputs: Properties) -> dict[str, Any]:
    config = {name: value for name, value in inputs.items() if name not in ("tags", "triggers")}
    if inputs.get("cloudwatch_alarm_name"):
        config["alarm_identifier"] = {
            "name": inputs["cloudwatch_alarm_name"],
            "region": inputs["cloudwatch_alarm_region"],
        }
    return config
