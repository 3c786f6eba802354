"""Volumes and snapshots that stand by themselves: nobody reads them off a disk."""

from __future__ import annotations

from stackproof.controls.launch_templates import ENCRYPTED_BY_DEFAULT
from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.controls.support.instance_parts import by_default
from stackproof.model import (
    Category,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import EBS_ENCRYPTION_BY_DEFAULT, EBS_SNAPSHOT, EBS_VOLUME

_FRAMEWORKS = {
    Framework.PCI: ("3.5.1",),
    Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
}
_NOT_BY_DEFAULT = With(Neighbour("account", EBS_ENCRYPTION_BY_DEFAULT, {"enabled": False}))


@control(
    "ebs-volume-encrypted",
    title="Volumes are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=EBS_VOLUME,
    needs=(EBS_ENCRYPTION_BY_DEFAULT,),
    frameworks={Framework.FSBP: ("EC2.3",), **_FRAMEWORKS},
    cases=Cases(
        passing=Given(EBS_VOLUME, {"encrypted": True, "size": 10}),
        failing=(
            Change("encrypted", False),
            Remove("encrypted"),
            (Remove("encrypted"), _NOT_BY_DEFAULT),
        ),
        unknown=(Hide("encrypted"),),
        absent=(Remove("encrypted"),),
        also_passing=(
            (Remove("encrypted"), ENCRYPTED_BY_DEFAULT),
            (Remove("encrypted"), Change("kms_key_id", "arn:aws:kms:us-east-1:1:key/k")),
        ),
    ),
)
def volume_encrypted(volume: Resource, stack: Stack) -> Outcome:
    """A volume outlives its instance, and its snapshots outlive both.

    What names a key is encrypted. Source: Amazon EC2 API Reference, CreateVolume.
    """
    return _encrypted(volume, stack)


def _encrypted(volume: Resource, stack: Stack) -> Outcome:
    volume = stated(volume)
    if volume["encrypted"] is None and volume.raw("kms_key_id"):
        return Pass()
    judged = expect(volume, "encrypted", True, fix="Set encrypted to true.")
    return by_default(judged, volume, stack)


@control(
    "ebs-snapshot-encrypted",
    title="Snapshots of volumes are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=EBS_SNAPSHOT,
    needs=(EBS_VOLUME, EBS_ENCRYPTION_BY_DEFAULT),
    frameworks=_FRAMEWORKS,
    cases=Cases(
        passing=Given(
            EBS_SNAPSHOT,
            {"volume_id": Ref("volume")},
            (Neighbour("volume", EBS_VOLUME, {"encrypted": True}),),
        ),
        failing=(
            Change("encrypted", False),
            Change("encrypted", False, of="volume"),
            Remove("encrypted", of="volume"),
        ),
        unknown=(Hide("encrypted", of="volume"), Hide("volume_id")),
        absent=(Without("volume"),),
        also_passing=(
            (Change("encrypted", True), Without("volume")),
            (Remove("encrypted", of="volume"), ENCRYPTED_BY_DEFAULT),
        ),
    ),
)
def snapshot_encrypted(snapshot: Resource, stack: Stack) -> Outcome:
    """A snapshot is encrypted when its volume is, and copies of it can be shared.

    Source: Amazon EBS User Guide, "Amazon EBS encryption".
    """
    if snapshot["encrypted"] is not None:
        fix = "Copy the snapshot with encryption, and delete this one."
        return expect(snapshot, "encrypted", True, fix=fix)
    volume = stack.follow_one(snapshot, "volume_id", EBS_VOLUME)
    if volume is None:
        return expect(snapshot, "encrypted", True, fix="Take the snapshot of an encrypted volume.")
    return _encrypted(volume, stack)
