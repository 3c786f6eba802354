"""IAM: roles, inline and managed policies, and their attachments."""

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
    physical_name,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table


@creator
class Role(Creator):
    """A role."""

    type = "aws:iam/role:Role"
    replace_on = frozenset({"name", "name_prefix", "path"})
    auto_name = "name"
    auto_name_limit = 64
    defaults: ClassVar[Properties] = {
        "force_detach_policies": False,
        "max_session_duration": 3600,
        "path": "/",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the role with the policies that are given in it."""
        iam = aws.client("iam")
        name = physical_name(inputs, limit=64)
        request = parameters(
            aws,
            "iam",
            "create_role",
            {**inputs, "name": name},
            rename={"name": "RoleName", "assume_role_policy": "AssumeRolePolicyDocument"},
            omit=["tags"],
        )
        iam.create_role(**request, Tags=tag_list(inputs.get("tags")))
        self._put_policies(aws, name, {}, inputs)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the role in place."""
        iam = aws.client("iam")
        if changed(old, new, "assume_role_policy"):
            iam.update_assume_role_policy(RoleName=id_, PolicyDocument=new["assume_role_policy"])
        if changed(old, new, "description", "max_session_duration"):
            iam.update_role(
                RoleName=id_,
                Description=new.get("description") or "",
                MaxSessionDuration=int(new["max_session_duration"]),
            )
        if changed(old, new, "permissions_boundary"):
            if new.get("permissions_boundary"):
                iam.put_role_permissions_boundary(
                    RoleName=id_, PermissionsBoundary=new["permissions_boundary"]
                )
            else:
                iam.delete_role_permissions_boundary(RoleName=id_)
        self._put_policies(aws, id_, old, new)
        retag(aws, "iam", id_, old, new, tag="tag_role", untag="untag_role")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the role and what is given in it; with force, also what others attached."""
        iam = aws.client("iam")
        with already_gone():
            self._put_policies(aws, id_, state, {})
            if state.get("force_detach_policies"):
                for attached in iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]:
                    iam.detach_role_policy(RoleName=id_, PolicyArn=attached["PolicyArn"])
                for policy in iam.list_role_policies(RoleName=id_)["PolicyNames"]:
                    iam.delete_role_policy(RoleName=id_, PolicyName=policy)
            iam.delete_role(RoleName=id_)

    def _put_policies(self, aws: Cloud, name: str, old: Properties, new: Properties) -> None:
        iam = aws.client("iam")
        before = {p["name"]: p["policy"] for p in old.get("inline_policies") or () if p.get("name")}
        after = {p["name"]: p["policy"] for p in new.get("inline_policies") or () if p.get("name")}
        for policy in before.keys() - after.keys():
            with already_gone():
                iam.delete_role_policy(RoleName=name, PolicyName=policy)
        for policy, document in after.items():
            if before.get(policy) != document:
                iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
        attached = set(old.get("managed_policy_arns") or ())
        wanted = set(new.get("managed_policy_arns") or ())
        for arn in attached - wanted:
            with already_gone():
                iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in wanted - attached:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)


@creator
class RolePolicy(Creator):
    """A policy inside a role."""

    type = "aws:iam/rolePolicy:RolePolicy"
    replace_on = frozenset({"name", "name_prefix", "role"})
    auto_name = "name"
    auto_name_limit = 128

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the policy."""
        name = physical_name(inputs, limit=128)
        self._put(aws, inputs["role"], name, inputs)
        return Created(f"{inputs['role']}:{name}", {"name": name})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Put the policy anew."""
        role, name = id_.split(":")
        self._put(aws, role, name, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the policy."""
        role, name = id_.split(":")
        with already_gone():
            aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)

    def _put(self, aws: Cloud, role: str, name: str, inputs: Properties) -> None:
        aws.client("iam").put_role_policy(
            RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"]
        )


table(
    Plain(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        service="iam",
        create=Call("attach_role_policy", {"role": "role_name"}),
        id="{role}/{policy_arn}",
        delete=Call("detach_role_policy", {"role": "role_name"}),
        replace_on=frozenset({"policy_arn", "role"}),
    )
)


@creator
class Policy(Creator):
    """A managed policy of the account."""

    type = "aws:iam/policy:Policy"
    replace_on = frozenset({"description", "name", "name_prefix", "path"})
    auto_name = "name"
    auto_name_limit = 128
    defaults: ClassVar[Properties] = {"path": "/"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the policy."""
        request: dict[str, Any] = {
            "PolicyName": physical_name(inputs, limit=128),
            "PolicyDocument": inputs["policy"],
            "Path": inputs["path"],
            "Tags": tag_list(inputs.get("tags")),
        }
        if inputs.get("description"):
            request["Description"] = inputs["description"]
        made = aws.client("iam").create_policy(**request)["Policy"]
        return Created(made["Arn"], {"attachment_count": 0})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Make a new version the one that counts; AWS keeps five, so the oldest goes first."""
        iam = aws.client("iam")
        if changed(old, new, "policy"):
            versions = iam.list_policy_versions(PolicyArn=id_)["Versions"]
            if len(versions) >= 5:
                oldest = min(
                    (v for v in versions if not v["IsDefaultVersion"]),
                    key=lambda version: int(version["VersionId"][1:]),
                )
                iam.delete_policy_version(PolicyArn=id_, VersionId=oldest["VersionId"])
            iam.create_policy_version(
                PolicyArn=id_, PolicyDocument=new["policy"], SetAsDefault=True
            )
        retag(aws, "iam", id_, old, new, tag="tag_policy", untag="untag_policy")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the policy and its older versions."""
        iam = aws.client("iam")
        with already_gone():
            for version in iam.list_policy_versions(PolicyArn=id_)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=id_, VersionId=version["VersionId"])
            iam.delete_policy(PolicyArn=id_)
