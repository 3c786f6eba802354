"""EKS: taking several tags away at once."""

from __future__ import annotations

from stackproof.embedded.overlay.call import Call
from stackproof.embedded.overlay.registry import handles


@handles("eks", "UntagResource")
def untag_resource(call: Call) -> None:
    """Take all the tags away that are named; moto reads only the first.

    AWS: https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html
    """
    call.backend("eks").untag_resource(call.params["resourceArn"], list(call.params["tagKeys"]))
