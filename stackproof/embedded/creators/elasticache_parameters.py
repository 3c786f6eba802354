"""ElastiCache: groups of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    retag,
    tag_list,
)

# ModifyCacheParameterGroup takes no more at once (Amazon ElastiCache API reference).
_AT_ONCE = 20


@creator
class ParameterGroup(Creator):
    """A group of parameters of one family of engines."""

    type = "aws:elasticache/parameterGroup:ParameterGroup"
    replace_on = frozenset({"description", "family", "name"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"description": "Managed by Pulumi"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group, then set its parameters."""
        name = str(inputs["name"]).lower()
        made = aws.client("elasticache").create_cache_parameter_group(
            CacheParameterGroupName=name,
            CacheParameterGroupFamily=inputs["family"],
            Description=inputs["description"],
            Tags=tag_list(inputs.get("tags")),
        )["CacheParameterGroup"]
        self._send(aws, "modify", name, _values(inputs))
        return Created(name, {"name": name, "arn": made["ARN"]})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the parameters that changed, and reset those that are no longer named."""
        before, after = _values(old), _values(new)
        self._send(aws, "modify", id_, {n: v for n, v in after.items() if before.get(n) != v})
        self._send(aws, "reset", id_, {n: v for n, v in before.items() if n not in after})
        operations = {"tag": "add_tags_to_resource", "untag": "remove_tags_from_resource"}
        retag(aws, "elasticache", old["arn"], old, new, **operations)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone():
            aws.client("elasticache").delete_cache_parameter_group(CacheParameterGroupName=id_)

    def _send(self, aws: Cloud, how: str, name: str, values: Mapping[str, str]) -> None:
        call = getattr(aws.client("elasticache"), f"{how}_cache_parameter_group")
        items: Sequence[Any] = [
            {"ParameterName": parameter, "ParameterValue": value}
            for parameter, value in values.items()
        ]
        for start in range(0, len(items), _AT_ONCE):
            some = items[start : start + _AT_ONCE]
            call(CacheParameterGroupName=name, ParameterNameValues=some)


def _values(properties: Properties) -> dict[str, str]:
    return {item["name"]: str(item["value"]) for item in properties.get("parameters") or ()}
