"""What the embedded AWS takes from the configuration of the AWS provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stackproof.embedded.apply import Settings
from stackproof.embedded.errors import EmbeddedError


def settings(configuration: Mapping[str, Any], region: str | None) -> Settings:
    """Read a provider's settings, by Pulumi's names; `region` counts when none is configured.

    Objects are JSON text here, for Pulumi configuration is flat. Raises EmbeddedError when there
    is no region at all, or the default tags are no map of text.
    """
    where = configuration.get("region") or region
    if not isinstance(where, str) or not where:
        raise EmbeddedError("no region is set for the AWS provider; set aws:region, or AWS_REGION")
    tags = _object(configuration.get("defaultTags") or {})
    tags = _object(tags.get("tags") or {})
    if not all(isinstance(value, str) for value in tags.values()):
        raise _no_tags(tags)
    return Settings(where, tags)


def _object(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise _no_tags(value) from None
    if not isinstance(value, Mapping):
        raise _no_tags(value)
    return value


def _no_tags(value: Any) -> EmbeddedError:
    return EmbeddedError(
        f"defaultTags of the AWS provider holds {value!r}; "
        'it must be like {"tags": {"Owner": "payments"}}'
    )
