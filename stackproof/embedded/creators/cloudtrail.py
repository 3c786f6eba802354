"""CloudTrail: trails of what is done in an account."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    tag_changes,
    tag_list,
)

_RENAME = {
    "cloud_watch_logs_group_arn": "cloud_watch_logs_log_group_arn",
    "ends_withs": "ends_with",
    "not_ends_withs": "not_ends_with",
    "not_starts_withs": "not_starts_with",
    "starts_withs": "starts_with",
}
# What takes a setting away again, for AWS keeps those that an update leaves out.
_CLEARED: Properties = {
    "cloud_watch_logs_group_arn": "",
    "cloud_watch_logs_role_arn": "",
    "kms_key_id": "",
    "s3_key_prefix": "",
    "sns_topic_name": "",
}


@creator
class Trail(Creator):
    """A trail, which writes only while it is told to log."""

    type = "aws:cloudtrail/trail:Trail"
    replace_on = frozenset({"name"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {
        "enable_log_file_validation": False,
        "enable_logging": True,
        "include_global_service_events": True,
        "is_multi_region_trail": False,
        "is_organization_trail": False,
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the trail, say what it is to write, and start it."""
        request = parameters(
            aws, "cloudtrail", "create_trail", inputs, rename={**_RENAME, "tags": "tags_list"}
        )
        made = aws.client("cloudtrail").create_trail(**request)
        self._set_apart(aws, {"enable_logging": False}, inputs)
        return Created(made["TrailARN"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change settings, selectors, tags, and whether the trail writes."""
        gone = {name: empty for name, empty in _CLEARED.items() if old.get(name)}
        given = {**gone, **new}
        aws.client("cloudtrail").update_trail(
            **parameters(aws, "cloudtrail", "update_trail", given, rename=_RENAME)
        )
        self._set_apart(aws, old, new)
        added, removed = tag_changes(old, new)
        if removed:
            aws.client("cloudtrail").remove_tags(
                ResourceId=id_, TagsList=[{"Key": key} for key in removed]
            )
        if added:
            aws.client("cloudtrail").add_tags(ResourceId=id_, TagsList=tag_list(added))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the trail."""
        with already_gone():
            aws.client("cloudtrail").delete_trail(Name=state["name"])

    def _set_apart(self, aws: Cloud, old: Properties, new: Properties) -> None:
        client, trail = aws.client("cloudtrail"), {"TrailName": new["name"]}
        if changed(old, new, "event_selectors", "advanced_event_selectors"):
            request = parameters(aws, "cloudtrail", "put_event_selectors", new, rename=_RENAME)
            client.put_event_selectors(**trail, **request)
        if changed(old, new, "insight_selectors"):
            wanted = {"insight_selectors": new.get("insight_selectors") or []}
            request = parameters(aws, "cloudtrail", "put_insight_selectors", wanted)
            client.put_insight_selectors(**trail, **request)
        if bool(old.get("enable_logging")) != bool(new.get("enable_logging")):
            act: Any = client.start_logging if new["enable_logging"] else client.stop_logging
            act(Name=new["name"])
