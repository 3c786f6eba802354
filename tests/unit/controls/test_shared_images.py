"""An image that everybody may launch is public at every sight, however the sight shows it."""

from __future__ import annotations

import pytest

from stackproof.controls import judge
from stackproof.model import Cause, Fail, NotApplicable, Outcome, Resource, Sight, Stack, Unknown
from stackproof.types.tokens import AMI_LAUNCH_PERMISSION, EC2_AMI


@pytest.mark.parametrize("sight", [Sight.STATE, Sight.LIVE])
@pytest.mark.parametrize(
    ("type_", "data", "outcome"),
    [
        (EC2_AMI, {"name": "web", "public": True}, Fail),
        (EC2_AMI, {"name": "web", "public": False}, NotApplicable),
        (EC2_AMI, {"name": "web", "public": Unknown(Cause.NOT_KNOWN_AT_PREVIEW)}, Unknown),
        (AMI_LAUNCH_PERMISSION, {"image_id": "ami-1", "group": "all"}, Fail),
    ],
)
def test_public_image_fails(
    type_: str, data: dict[str, object], outcome: type[Outcome], sight: Sight
) -> None:
    found = judge(Stack((Resource(data=data, type=type_, name="web"),), sight))
    (judged,) = (f.outcome for f in found if f.control.id == "ec2-image-not-public")
    assert isinstance(judged, outcome)
