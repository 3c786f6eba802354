"""EC2: the public machine images of a region, there once somebody looks for one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import patches, validates

_CANONICAL, _DEBIAN, _RED_HAT, _WINDOWS = (
    "099720109477",
    "136693071363",
    "309956199498",
    "801119661308",
)
# Public images that programs look for by name and that moto's own lists lack. The names are the
# publishers': https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/,
# https://wiki.debian.org/Cloud/AmazonEC2Image
_MORE = (
    (_CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-bionic-18.04-{arch}-server-20230607", "/dev/sda1"),
    (_CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-focal-20.04-{arch}-server-20250610", "/dev/sda1"),
    (_CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-20260901", "/dev/sda1"),
    (
        _CANONICAL,
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-20260901",
        "/dev/sda1",
    ),
    (_DEBIAN, "debian-12-{arch}-20260901-2000", "/dev/xvda"),
    (_DEBIAN, "debian-13-{arch}-20260901-2000", "/dev/xvda"),
    (_RED_HAT, "RHEL-9.4.0_HVM-20260901-{arch}-0-Hourly2-GP3", "/dev/sda1"),
    (_WINDOWS, "Windows_Server-2022-English-Full-Base-2026.09.01", "/dev/sda1"),
)
_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_VERSION = re.compile(r"[\d.]*20\d{2}\.?[01]\d\.?[0-3]\d[\d.]*")
_LONG_AGO = datetime(2017, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"20\d{2}\.?[01]\d\.?[0-3]\d")


@validates("ec2", "DescribeImages", "RunInstances")
def load_images(call: Call) -> None:
    """Load the region's public images, which cost too much where nobody looks for one.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/finding-an-ami.html
    """
    backend = call.backend("ec2")
    if getattr(backend, "stackproof_images", False):
        return
    backend.stackproof_images = True
    from moto.ec2.models.amis import Ami

    for image in _newest(call.region):
        loaded = backend.amis[image["ami_id"]] = Ami(backend, **image)
        del backend.snapshots[loaded.ebs_snapshot.id]  # its publisher's, not the account's


def _newest(region: str) -> Iterable[dict[str, Any]]:
    """Give the newest image of each name, dates and versions in it left aside: of some, fifty."""
    newest: dict[str, dict[str, Any]] = {}
    for image in sorted(_images(region), key=lambda image: str(image["creation_date"])):
        newest[_VERSION.sub("", image["name"])] = image
    return newest.values()


def _images(region: str) -> Iterator[dict[str, Any]]:
    from moto.ec2.models.amis import AMIS
    from moto.utilities.utils import load_resource

    listed: list[dict[str, Any]] = list(AMIS)
    for folder in ("latest_amis", "ecs/optimized_amis"):
        try:
            listed += load_resource(f"ec2/resources/{folder}/{region}.json")
        except FileNotFoundError:
            continue  # a region that is younger than moto's lists
    for image in (*listed, *_more(region)):
        # Without a date of its own, an image is as old as its name says.
        yield {"owner_alias": "amazon", **image, "creation_date": _dated(image["name"])}


def _more(region: str) -> Iterator[dict[str, Any]]:
    for owner, pattern, device in _MORE:
        for architecture, short in _ARCHITECTURES.items():
            name = pattern.format(arch=architecture if owner == _RED_HAT else short)
            yield {
                "ami_id": f"ami-0{hashlib.sha256(f'{region}/{name}'.encode()).hexdigest()[:16]}",
                "architecture": architecture,
                "description": name,
                "hypervisor": "xen",
                "image_location": f"amazon/{name}",
                "name": name,
                "owner_id": owner,
                "public": True,
                "root_device_name": device,
                "root_device_type": "ebs",
                "virtualization_type": "hvm",
                **({"platform": "windows"} if owner == _WINDOWS else {}),
            }


def _dated(name: str) -> datetime:
    found = _DATE.findall(name)
    # Of two of a day the Arm one is the older: most programs look for the newest, whatever it is,
    # and start it on an instance type that isn't Arm.
    hour = 0 if "arm64" in name else 1
    try:
        day = datetime.strptime(found[-1].replace(".", ""), "%Y%m%d") if found else _LONG_AGO
    except ValueError:
        day = _LONG_AGO
    return day.replace(hour=hour, tzinfo=UTC)


@patches("ec2")
def images_are_found_by_more_filters() -> None:
    """Filter images by what they are made of as well.

    AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
    """
    from moto.ec2.models.amis import Ami

    image_class: Any = Ami
    original = image_class.get_filter_value
    more = {
        "description": "description",
        "hypervisor": "hypervisor",
        "image-type": "image_type",
        "root-device-name": "root_device_name",
        "root-device-type": "root_device_type",
    }

    def get_filter_value(image: Any, name: str, method: str | None = None) -> Any:
        if name in more:
            return getattr(image, more[name])
        return True if name == "ena-support" else original(image, name, method)

    image_class.get_filter_value = get_filter_value
