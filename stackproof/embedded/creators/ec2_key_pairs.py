"""EC2 key pairs."""

from __future__ import annotations

from stackproof.embedded.creators.ec2_tags import retag, tag_specifications
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    physical_name,
)


@creator
class KeyPair(Creator):
    """The public half of a key that the program has."""

    type = "aws:ec2/keyPair:KeyPair"
    replace_on = frozenset({"key_name", "key_name_prefix", "public_key"})
    auto_name = "key_name"

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Import the key."""
        name = physical_name(inputs, "key_name")
        aws.client("ec2").import_key_pair(
            KeyName=name,
            PublicKeyMaterial=str(inputs["public_key"]).encode(),
            **tag_specifications("key-pair", inputs),
        )
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change its tags."""
        retag(aws, old["key_pair_id"], old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the key."""
        with already_gone():
            aws.client("ec2").delete_key_pair(KeyName=id_)
