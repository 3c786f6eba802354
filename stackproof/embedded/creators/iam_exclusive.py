"""IAM: the whole of what a role has, where a program wants nothing else there."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.embedded.frame.base import Cloud, Created, Creator, Properties, creator


class _Exclusive(Creator):
    """All policies of one kind that a role has; the others are taken away."""

    replace_on = frozenset({"role_name"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Take away what isn't wanted."""
        self.update(aws, inputs["role_name"], {}, inputs)
        return Created(inputs["role_name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Take away what isn't wanted any more."""
        raise NotImplementedError

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Leave the role what it has: nothing is exclusive any longer."""


@creator
class RolePolicyAttachmentsExclusive(_Exclusive):
    """All managed policies of a role."""

    type = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Attach what is wanted and detach the rest."""
        iam, wanted = aws.client("iam"), {*(new.get("policy_arns") or ())}
        listed = iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]
        there = {policy["PolicyArn"] for policy in listed}
        for arn in sorted(wanted - there):
            iam.attach_role_policy(RoleName=id_, PolicyArn=arn)
        for arn in sorted(there - wanted):
            iam.detach_role_policy(RoleName=id_, PolicyArn=arn)


@creator
class RolePoliciesExclusive(_Exclusive):
    """All inline policies of a role."""

    type = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Delete what isn't named."""
        iam = aws.client("iam")
        there: Iterable[str] = iam.list_role_policies(RoleName=id_)["PolicyNames"]
        for name in sorted({*there} - {*(new.get("policy_names") or ())}):
            iam.delete_role_policy(RoleName=id_, PolicyName=name)
