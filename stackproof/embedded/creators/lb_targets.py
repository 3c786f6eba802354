"""Load balancing: the targets of a group, and a listener's further certificates."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    generated_name,
)
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class TargetGroupAttachment(Creator):
    """A target of a group."""

    type = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    replace_on = frozenset({"availability_zone", "port", "target_group_arn", "target_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Register the target."""
        aws.client("elbv2").register_targets(**_target(inputs))
        return Created(generated_name(inputs["target_group_arn"], 255))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Deregister the target."""
        with already_gone("InvalidTarget"):
            aws.client("elbv2").deregister_targets(**_target(state))


def _target(inputs: Properties) -> dict[str, Any]:
    names = {"target_id": "Id", "port": "Port", "availability_zone": "AvailabilityZone"}
    target = {there: inputs[here] for here, there in names.items() if inputs.get(here) is not None}
    return {"TargetGroupArn": inputs["target_group_arn"], "Targets": [target]}


def _certificates(arn: str) -> list[dict[str, str]]:
    # By its own name here: the rename above is of any depth.
    return [{"CertificateArn": arn}]


table(
    Plain(
        type="aws:lb/listenerCertificate:ListenerCertificate",
        service="elbv2",
        create=Call("add_listener_certificates", {"certificate_arn": "certificates"}),
        shapes={"certificate_arn": _certificates},
        id="{listener_arn}_{certificate_arn}",
        delete=Call("remove_listener_certificates", {"certificate_arn": "certificates"}),
        replace_on=frozenset({"certificate_arn", "listener_arn"}),
    ),
)
