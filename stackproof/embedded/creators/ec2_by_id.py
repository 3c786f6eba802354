"""EC2: what one operation creates, CreateTags tags and its id deletes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    parameters,
)
from stackproof.types.table import has


class CreatedById(Creator):
    """Created by one operation, tagged by CreateTags, deleted by its id.

    `kind` is the one that tags and ARNs call it by; `result` the member of the answer that holds
    it, where the answer is not it; `member` the one that is its id.
    """

    making: ClassVar[str]
    deleting: ClassVar[str]
    kind: ClassVar[str]
    member: ClassVar[str]
    result: ClassVar[str | None] = None
    rename: ClassVar[Mapping[str, str]] = {}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create it."""
        request = parameters(aws, "ec2", self.making, inputs, rename=self.rename, omit=["tags"])
        tagged = tag_specifications(self.kind, inputs)
        answer = getattr(aws.client("ec2"), self.making)(**request, **tagged)
        made = answer[self.result] if self.result else answer
        id_ = str(made[self.member])
        named = {"arn": aws.arn("ec2", f"{self.kind}/{id_}")} if has(self.type, "arn") else {}
        return Created(id_, named | self.outputs(aws, made, inputs))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change its tags."""
        retag(aws, id_, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete it."""
        with already_gone():
            getattr(aws.client("ec2"), self.deleting)(**{self.member: id_})

    def outputs(self, aws: Cloud, made: Properties, inputs: Properties) -> dict[str, Any]:
        """Give what AWS filled in."""
        return {}
