"""The state of a stack that the engine deployed, in the form in which the CLI exports its own.

Source: Pulumi's deployment format, version 3 (`apitype.DeploymentV3`, `apitype.ResourceV3`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackproof.embedded.engine import Deployment, Registered
from stackproof.sights import special
from stackproof.types.wire import to_wire, wire_name


def exported(deployment: Deployment) -> dict[str, Any]:
    """Give what `pulumi stack export` would write of a deployment; secrets without their values."""
    return {
        "version": 3,
        "deployment": {"resources": [_record(made) for made in deployment.resources]},
    }


def _record(made: Registered) -> dict[str, Any]:
    return {
        "urn": made.urn,
        "custom": True,
        "id": made.id,
        "type": made.type,
        "inputs": _properties(made, made.inputs),
        # Providers are not registered here: what they say of the region is said by each resource.
        "outputs": _properties(made, {"region": made.region, **made.state}),
        "propertyDependencies": {
            wire_name(made.type, name): list(urns) for name, urns in made.references.items()
        },
        **({"sourcePosition": made.source} if made.source else {}),
    }


def _properties(made: Registered, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {special.SIGNATURE: special.SECRET} if name in made.secrets else value
        for name, value in to_wire(made.type, inputs).items()
    }
