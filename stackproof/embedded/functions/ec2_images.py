"""EC2: looking up machine images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.embedded.functions.ec2 import as_text, filters
from stackproof.embedded.functions.lookups import the_one
from stackproof.sights.live.build import own_tags
from stackproof.sights.live.reader import snake


@invoke("aws:ec2/getAmi:getAmi")
def image(aws: Cloud, arguments: Properties) -> Properties:
    """Find the one image that a program describes, or the newest of several."""
    found = _images(aws, arguments)
    if not found:
        names = [f"{item['name']}={','.join(item['values'])}" for item in _given(arguments)]
        filters = "; ".join(names) or "no filter"
        raise EmbeddedError(f"no machine image on the embedded AWS has {filters}")
    if as_text(arguments.get("most_recent") or False) != "true":
        the_one("aws:ec2/getAmi:getAmi without mostRecent", [i["Name"] for i in found], found)
    item = found[0]
    shown = snake(item)
    devices = [
        {
            "device_name": mapping["DeviceName"],
            "ebs": {key: as_text(value) for key, value in snake(mapping.get("Ebs", {})).items()},
            "no_device": mapping.get("NoDevice", ""),
            "virtual_name": mapping.get("VirtualName", ""),
        }
        for mapping in item.get("BlockDeviceMappings", ())
    ]
    roots = [d["ebs"].get("snapshot_id") for d in devices if d["device_name"] == _root(item)]
    return {
        **shown,
        "id": item["ImageId"],
        "arn": f"arn:{aws.partition}:ec2:{aws.region}::image/{item['ImageId']}",
        "block_device_mappings": devices,
        "most_recent": as_text(arguments.get("most_recent") or False) == "true",
        "root_snapshot_id": next(iter(roots), None),
        "tags": own_tags(item.get("Tags")),
    }


@invoke("aws:ec2/getAmiIds:getAmiIds")
def image_ids(aws: Cloud, arguments: Properties) -> Properties:
    """List the images that a program describes, the newest first."""
    ids = [item["ImageId"] for item in _images(aws, arguments)]
    return {"id": aws.region, "ids": ids[::-1] if arguments.get("sort_ascending") else ids}


def _images(aws: Cloud, arguments: Properties) -> list[dict[str, Any]]:
    request: dict[str, Any] = {}
    if arguments.get("owners"):
        request["Owners"] = list(arguments["owners"])
    if wanted := filters(arguments, {}):
        request["Filters"] = wanted
    found = aws.client("ec2").describe_images(**request)["Images"]
    pattern = re.compile(arguments.get("name_regex") or "")
    fitting = [item for item in found if pattern.search(item["Name"])]
    return sorted(fitting, key=lambda item: str(item["CreationDate"]), reverse=True)


def _given(arguments: Properties) -> list[Any]:
    return list(arguments.get("filters") or ())


def _root(item: Mapping[str, Any]) -> Any:
    return item.get("RootDeviceName")
