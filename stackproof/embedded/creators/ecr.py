"""ECR: image repositories and how many images they keep."""

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
    parameters,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table

_REPOSITORY = {"repository": "repository_name"}


@creator
class Repository(Creator):
    """A repository of images."""

    type = "aws:ecr/repository:Repository"
    replace_on = frozenset({"name", "encryption_configurations"})
    auto_name = "name"
    auto_name_limit = 256
    defaults: ClassVar[Properties] = {"image_tag_mutability": "MUTABLE"}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the repository."""
        encryption = inputs.get("encryption_configurations") or [None]
        request = parameters(
            aws,
            "ecr",
            "create_repository",
            {**inputs, "encryption_configuration": encryption[0]},
            rename={"name": "repository_name"},
            omit=["tags"],
        )
        made = aws.client("ecr").create_repository(**request, tags=tag_list(inputs.get("tags")))
        return Created(made["repository"]["repositoryName"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change tag mutability, scanning and tags."""
        ecr = aws.client("ecr")
        named = {**new, "repository_name": id_}
        if changed(old, new, "image_tag_mutability", "image_tag_mutability_exclusion_filters"):
            ecr.put_image_tag_mutability(
                **parameters(aws, "ecr", "put_image_tag_mutability", named)
            )
        if changed(old, new, "image_scanning_configuration"):
            scanning = new.get("image_scanning_configuration") or {}
            ecr.put_image_scanning_configuration(
                repositoryName=id_,
                imageScanningConfiguration={"scanOnPush": bool(scanning.get("scan_on_push"))},
            )
        retag(aws, "ecr", old["arn"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the repository, with its images only when the program says so."""
        with already_gone():
            aws.client("ecr").delete_repository(
                repositoryName=id_, force=bool(state.get("force_delete"))
            )


table(
    Plain(
        type="aws:ecr/lifecyclePolicy:LifecyclePolicy",
        service="ecr",
        create=Call("put_lifecycle_policy", _REPOSITORY | {"policy": "lifecycle_policy_text"}),
        id="{repository}",
        delete=Call("delete_lifecycle_policy", _REPOSITORY),
        # The AWS provider changes neither in place.
        replace_on=frozenset({"policy", "repository"}),
    ),
    Plain(
        type="aws:ecr/repositoryPolicy:RepositoryPolicy",
        service="ecr",
        put=Call("set_repository_policy", _REPOSITORY | {"policy": "policy_text"}),
        id="{repository}",
        delete=Call("delete_repository_policy", _REPOSITORY),
        replace_on=frozenset({"repository"}),
    ),
    Plain(
        type="aws:ecr/registryPolicy:RegistryPolicy",
        service="ecr",
        put=Call("put_registry_policy", {"policy": "policy_text"}),
        id="{account}",
        delete=Call("delete_registry_policy"),
    ),
    Plain(
        type="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
        service="ecr",
        put=Call("put_registry_scanning_configuration"),
        id="{account}",
        # AWS always has one: it goes back to what it was at first.
        delete=Call(
            "put_registry_scanning_configuration", fixed={"scanType": "BASIC", "rules": []}
        ),
    ),
    Plain(
        type="aws:ecr/replicationConfiguration:ReplicationConfiguration",
        service="ecr",
        put=Call("put_replication_configuration"),
        id="{account}",
        delete=Call(
            "put_replication_configuration", fixed={"replicationConfiguration": {"rules": []}}
        ),
    ),
)
