"""Tags of EC2 resources, which all have them in the same way."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import Cloud, Properties, tag_changes, tag_list


def tag_specifications(kind: str, inputs: Properties) -> dict[str, Any]:
    """Give the parameter that tags a new resource of an EC2 kind (`vpc`, `natgateway`)."""
    tags = tag_list(inputs.get("tags"))
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def retag(aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
    """Change a resource's tags in place."""
    added, removed = tag_changes(old, new)
    if added:
        aws.client("ec2").create_tags(Resources=[id_], Tags=tag_list(added))
    if removed:
        aws.client("ec2").delete_tags(Resources=[id_], Tags=[{"Key": key} for key in removed])
