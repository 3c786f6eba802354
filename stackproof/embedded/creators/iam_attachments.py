"""IAM: one policy attached to many roles, users and groups at once."""

from __future__ import annotations

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
)

_HOLDERS = {"groups": "group", "roles": "role", "users": "user"}


@creator
class PolicyAttachment(Creator):
    """All attachments of a managed policy."""

    type = "aws:iam/policyAttachment:PolicyAttachment"
    replace_on = frozenset({"name", "policy_arn"})
    auto_name = "name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Attach the policy to everything that is named."""
        self._change(aws, inputs["policy_arn"], set(), _holders(inputs))
        return Created(inputs["name"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Attach it and detach it where that differs."""
        self._change(aws, new["policy_arn"], _holders(old), _holders(new))

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Detach the policy from everything that is named."""
        self._change(aws, state["policy_arn"], _holders(state), set())

    def _change(
        self, aws: Cloud, arn: str, before: set[tuple[str, str]], now: set[tuple[str, str]]
    ) -> None:
        iam = aws.client("iam")
        for kind, name in before - now:
            holder = {f"{kind.capitalize()}Name": name}
            with already_gone():
                getattr(iam, f"detach_{kind}_policy")(PolicyArn=arn, **holder)
        for kind, name in now - before:
            holder = {f"{kind.capitalize()}Name": name}
            getattr(iam, f"attach_{kind}_policy")(PolicyArn=arn, **holder)


def _holders(inputs: Properties) -> set[tuple[str, str]]:
    return {(kind, name) for key, kind in _HOLDERS.items() for name in inputs.get(key) or ()}
