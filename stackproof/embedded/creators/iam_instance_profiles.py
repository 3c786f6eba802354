"""IAM: instance profiles."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    physical_name,
    retag,
    tag_list,
)


@creator
class InstanceProfile(Creator):
    """What gives instances a role."""

    type = "aws:iam/instanceProfile:InstanceProfile"
    replace_on = frozenset({"name", "name_prefix", "path"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {"path": "/"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the profile, then put the role in it."""
        name, iam = physical_name(inputs, limit=128), aws.client("iam")
        iam.create_instance_profile(
            InstanceProfileName=name, Path=inputs["path"], Tags=tag_list(inputs.get("tags"))
        )
        self._put_role(aws, name, {}, inputs)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change role and tags."""
        self._put_role(aws, id_, old, new)
        retag(aws, "iam", id_, old, new, tag="tag_instance_profile", untag="untag_instance_profile")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the role out, then delete the profile."""
        with already_gone():
            self._put_role(aws, id_, state, {})
            aws.client("iam").delete_instance_profile(InstanceProfileName=id_)

    def _put_role(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        if not changed(old, new, "role"):
            return
        iam, profile = aws.client("iam"), {"InstanceProfileName": name}
        if old.get("role"):
            iam.remove_role_from_instance_profile(**profile, RoleName=old["role"])
        if new.get("role"):
            iam.add_role_to_instance_profile(**profile, RoleName=new["role"])
