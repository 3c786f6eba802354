"""Connections to repositories elsewhere, by the service's older name and by its newer one.

Source: Developer Tools console User Guide, "Connections rename": both names show all connections,
each by the ARN of the name that it was made by.
"""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import CODECONNECTIONS_CONNECTION, CODESTAR_CONNECTION


def _connection(token: str, service: str) -> Type:
    return Type(
        token=token,
        service=service,
        listing=Listing(operation="ListConnections", result="Connections"),
        id="{ConnectionArn}",
        arn="{ConnectionArn}",
        name="{ConnectionName}",
        names={"name": "ConnectionName"},
        foreign=lambda item: f":{service}:" not in item["ConnectionArn"],
        arn_service=service,
    )


TYPES = (
    _connection(CODESTAR_CONNECTION, "codestar-connections"),
    _connection(CODECONNECTIONS_CONNECTION, "codeconnections"),
)
