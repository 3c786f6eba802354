"""Glue: connections go."""

from __future__ import annotations

from stackproof.embedded.overlay.call import AwsError, Call
from stackproof.embedded.overlay.registry import handles


@handles("glue", "DeleteConnection")
def delete_connection(call: Call) -> None:
    """Delete a connection.

    AWS: https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteConnection.html
    """
    name = call.params["ConnectionName"]
    if call.backend("glue").connections.pop(name, None) is None:
        raise AwsError("EntityNotFoundException", f"Connection {name} not found.")
