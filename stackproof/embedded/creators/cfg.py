"""AWS Config: recorders, their delivery channels, whether they record, and rules."""

from __future__ import annotations

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)
from stackproof.embedded.frame.plain import Call, Plain, table

table(
    Plain(
        type="aws:cfg/recorder:Recorder",
        service="config",
        put=Call(
            "put_configuration_recorder", {"role_arn": "roleARN"}, inside="ConfigurationRecorder"
        ),
        id="{name}",
        delete=Call("delete_configuration_recorder", {"id": "configuration_recorder_name"}),
        replace_on=frozenset({"name"}),
        defaults={"name": "default"},
    ),
    Plain(
        type="aws:cfg/deliveryChannel:DeliveryChannel",
        service="config",
        put=Call(
            "put_delivery_channel",
            {"snapshot_delivery_properties": "config_snapshot_delivery_properties"},
            inside="DeliveryChannel",
        ),
        id="{name}",
        delete=Call("delete_delivery_channel", {"id": "delivery_channel_name"}),
        replace_on=frozenset({"name"}),
        defaults={"name": "default"},
    ),
    Plain(
        type="aws:cfg/rule:Rule",
        service="config",
        put=Call(
            "put_config_rule",
            {"name": "config_rule_name"},
            inside="ConfigRule",
        ),
        id="{name}",
        delete=Call("delete_config_rule", {"id": "config_rule_name"}),
        tagged="arn",
        replace_on=frozenset({"name"}),
        auto_name="name",
        auto_name_limit=128,
    ),
)


@creator
class RecorderStatus(Creator):
    """Whether a recorder records."""

    type = "aws:cfg/recorderStatus:RecorderStatus"
    replace_on = frozenset({"name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Start or stop the recorder."""
        self._set(aws, inputs)
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Start or stop the recorder."""
        self._set(aws, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Stop the recorder."""
        with already_gone():
            aws.client("config").stop_configuration_recorder(ConfigurationRecorderName=id_)

    def _set(self, aws: Cloud, inputs: Properties) -> None:
        config = aws.client("config")
        act = (
            config.start_configuration_recorder
            if inputs["is_enabled"]
            else config.stop_configuration_recorder
        )
        act(ConfigurationRecorderName=inputs["name"])
