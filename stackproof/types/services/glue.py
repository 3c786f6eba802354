"""Glue: connections to where data are."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import GLUE_CONNECTION

CONNECTION = Type(
    token=GLUE_CONNECTION,
    service="glue",
    # Passwords are among the properties of a connection: AWS leaves them out when told to.
    listing=Listing(
        operation="GetConnections", result="ConnectionList", fixed={"HidePassword": True}
    ),
    id="{account}:{Name}",
    arn="arn:{partition}:glue:{region}:{account}:connection/{Name}",
    name="{Name}",
    omitted={"connection_type": "JDBC"},
    unread=frozenset(
        {
            "authentication_configuration.basic_authentication_credentials",
            "authentication_configuration.custom_authentication_credentials",
            "authentication_configuration.oauth2_properties.authorization_code_properties",
            "authentication_configuration.oauth2_properties.oauth2_credentials",
            "catalog_id",
        }
    ),
)

TYPES = (CONNECTION,)
