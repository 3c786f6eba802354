"""Container registries and what they keep, as AWS shows them."""

from __future__ import annotations

from collections.abc import Iterable

from stackproof.model import Resource
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.build import shown
from stackproof.sights.live.reader import Detail, Details, Item, Key, Reader, snake
from stackproof.sights.live.scope import Scope
from stackproof.types.tokens import ECR_LIFECYCLE, ECR_POLICY, ECR_REPOSITORY

# The texts that a repository has, each a resource of its own, and the details that ask for them.
_POLICIES = {"lifecycle": ECR_LIFECYCLE, "policy": ECR_POLICY}


def _named(item: Item) -> dict[str, str]:
    return {"repositoryName": item["repositoryName"]}


def _build(item: Item, details: Details, scope: Scope) -> Iterable[Resource]:
    arn, name, registry = item["repositoryArn"], item["repositoryName"], item["registryId"]
    encryption = item.get("encryptionConfiguration")
    data = {
        "encryption_configurations": [snake(encryption)] if encryption else [],
        "image_scanning_configuration": snake(item.get("imageScanningConfiguration")),
        "image_tag_mutability": item.get("imageTagMutability"),
        "image_tag_mutability_exclusion_filters": snake(
            item.get("imageTagMutabilityExclusionFilters") or []
        ),
        "name": name,
        "registry_id": registry,
        "repository_url": item["repositoryUri"],
        "tags": scope.tags_of(arn),
    }
    yield shown(scope, ECR_REPOSITORY, name, data, arn=arn, name=name)
    for detail, type_ in _POLICIES.items():
        policy = details[detail]
        if isinstance(policy, str):
            kept = {"policy": policy, "registry_id": registry, "repository": name}
            yield shown(scope, type_, name, kept)


READERS = (
    Reader(
        types=(ECR_REPOSITORY, *_POLICIES.values()),
        listing=Ask("ecr", "DescribeRepositories", "repositories"),
        get_parameters=lambda id_, state: {"repositoryNames": [id_]},
        key=lambda item, scope: Key(item["repositoryName"], item["repositoryArn"], shared=True),
        details={
            "lifecycle": Detail(
                Ask("ecr", "GetLifecyclePolicy", "lifecyclePolicyText"),
                _named,
                provides=(ECR_LIFECYCLE,),
            ),
            "policy": Detail(
                # RepositoryPolicyNotFoundException: Amazon ECR API Reference, GetRepositoryPolicy.
                Ask("ecr", "GetRepositoryPolicy", "policyText"),
                _named,
                provides=(ECR_POLICY,),
            ),
        },
        build=_build,
        arn_service="ecr",
    ),
)
