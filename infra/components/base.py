"""What all components share."""

from __future__ import annotations

import pulumi

from infra.site import Site
from infra.tags import for_iam

__all__ = ["Component"]


class Component(pulumi.ComponentResource):
    """A component resource that knows its site and what its children's options are."""

    def __init__(self, kind: str, name: str, site: Site, opts: pulumi.ResourceOptions | None):
        super().__init__(f"stackproof:infra:{kind}", name, None, opts)
        self.site = site
        self.label = name

    def child(
        self,
        *,
        depends_on: list[pulumi.Resource] | None = None,
        ignore_changes: list[str] | None = None,
    ) -> pulumi.ResourceOptions:
        """Return the options of a resource that belongs to this component."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=depends_on, ignore_changes=ignore_changes
        )

    def tagged(self, label: str) -> dict[str, str]:
        """Return the tags of this component's resource that `label` names."""
        return self.site.tagged(self.label, label)

    def iam_tagged(self, label: str) -> dict[str, str]:
        """Return the tags of this component's role or other IAM resource that `label` names."""
        return for_iam(self.tagged(label))
