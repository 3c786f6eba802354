"""ECS: capacity providers that are gone."""

from __future__ import annotations

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import validates


@validates("ecs", "DeleteCapacityProvider", "UpdateCapacityProvider")
def refuse_unknown_provider(call: Call) -> None:
    """Refuse a provider that isn't there, where moto breaks down.

    AWS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCapacityProvider.html
    """
    name = call.params.get("capacityProvider") or call.params.get("name")
    known = call.backend("ecs").capacity_providers.values()
    if not any(name in (provider.name, provider.capacity_provider_arn) for provider in known):
        raise AwsError("ClientException", "The specified capacity provider does not exist.")
