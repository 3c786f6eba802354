"""EC2: volumes, and what they are attached to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from stackproof.embedded.creators.ec2_by_id import CreatedById
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
)
from stackproof.model.ids import volume_attachment_id
from stackproof.types.tokens import VOLUME_ATTACHMENT


@creator
class Volume(CreatedById):
    """A volume, which may be attached to an instance."""

    type = "aws:ebs/volume:Volume"
    replace_on = frozenset(
        {"availability_zone", "encrypted", "kms_key_id", "outpost_arn", "snapshot_id"}
    )
    making, deleting = "create_volume", "delete_volume"
    kind, member = "volume", "VolumeId"
    rename: ClassVar[Mapping[str, str]] = {"type": "volume_type"}

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change size, speed, type and tags in place."""
        sized = ("iops", "multi_attach_enabled", "size", "throughput", "type")
        if changed(old, new, *sized):
            wanted = {name: new[name] for name in sized if new.get(name) is not None}
            request = parameters(aws, "ec2", "modify_volume", wanted, rename=self.rename)
            aws.client("ec2").modify_volume(VolumeId=id_, **request)
        super().update(aws, id_, old, new)


@creator
class VolumeAttachment(Creator):
    """A volume at an instance."""

    type = VOLUME_ATTACHMENT
    replace_on = frozenset({"device_name", "instance_id", "volume_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Attach the volume."""
        device, instance, volume = (inputs[n] for n in ("device_name", "instance_id", "volume_id"))
        aws.client("ec2").attach_volume(Device=device, InstanceId=instance, VolumeId=volume)
        return Created(volume_attachment_id(device, instance, volume))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change only what matters when the volume is detached."""

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Detach the volume, unless the program wants it left."""
        if state.get("skip_destroy"):
            return
        with already_gone("IncorrectState", "InvalidAttachment.NotFound"):
            aws.client("ec2").detach_volume(
                Device=state["device_name"],
                Force=bool(state.get("force_detach")),
                InstanceId=state["instance_id"],
                VolumeId=state["volume_id"],
            )
