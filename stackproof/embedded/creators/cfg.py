"""AWS Config: recorders, their delivery channels, and whether they record."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
)

_GONE = ("NoSuchConfigurationRecorderException", "NoSuchDeliveryChannelException")


@creator
class Recorder(Creator):
    """The recorder of a region."""

    type = "aws:cfg/recorder:Recorder"
    replace_on = frozenset({"name"})
    defaults: ClassVar[Properties] = {"name": "default"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the recorder; it records only once a RecorderStatus says so."""
        self._put(aws, inputs)
        return Created(inputs["name"], {})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the recorder anew."""
        self._put(aws, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the recorder."""
        with already_gone(*_GONE):
            aws.client("config").delete_configuration_recorder(ConfigurationRecorderName=id_)

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        recorder: dict[str, Any] = {"configuration_recorder": inputs}
        request = parameters(
            aws, "config", "put_configuration_recorder", recorder, rename={"role_arn": "roleARN"}
        )
        aws.client("config").put_configuration_recorder(**request)


@creator
class DeliveryChannel(Creator):
    """Where a region's recorder delivers."""

    type = "aws:cfg/deliveryChannel:DeliveryChannel"
    replace_on = frozenset({"name"})
    defaults: ClassVar[Properties] = {"name": "default"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the channel."""
        self._put(aws, inputs)
        return Created(inputs["name"], {})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the channel anew."""
        self._put(aws, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the channel."""
        with already_gone(*_GONE):
            aws.client("config").delete_delivery_channel(DeliveryChannelName=id_)

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        request = parameters(
            aws,
            "config",
            "put_delivery_channel",
            {"delivery_channel": inputs},
            rename={"snapshot_delivery_properties": "configSnapshotDeliveryProperties"},
        )
        aws.client("config").put_delivery_channel(**request)


@creator
class RecorderStatus(Creator):
    """Whether a recorder records."""

    type = "aws:cfg/recorderStatus:RecorderStatus"
    replace_on = frozenset({"name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Start or stop the recorder."""
        self._set(aws, inputs)
        return Created(inputs["name"], {})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Start or stop the recorder."""
        self._set(aws, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Stop the recorder."""
        with already_gone(*_GONE):
            aws.client("config").stop_configuration_recorder(ConfigurationRecorderName=id_)

    def _set(self, aws: Cloud, inputs: Properties) -> None:
        config = aws.client("config")
        act = (
            config.start_configuration_recorder
            if inputs["is_enabled"]
            else config.stop_configuration_recorder
        )
        act(ConfigurationRecorderName=inputs["name"])
