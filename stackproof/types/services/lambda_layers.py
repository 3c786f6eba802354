"""Lambda: versions of layers."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import LAMBDA_LAYER_VERSION

LAYER_VERSION = Type(
    token=LAMBDA_LAYER_VERSION,
    service="lambda",
    listing=Listing(
        operation="GetLayerVersionByArn",
        result=None,
        named=r"lambda:layer:[^:]+:\d+",
        by="Arn",
        single={"Arn": "{id}"},
        absent=("ResourceNotFoundException",),
        iam="lambda:GetLayerVersion",
    ),
    id="{LayerVersionArn}",
    arn="{LayerVersionArn}",
    name=lambda item: str(item["LayerArn"].rpartition(":")[2]),
    names={
        "code_sha256": "Content.CodeSha256",
        "layer_name": ("LayerArn", lambda arn: arn.rpartition(":")[2]),
        "signing_job_arn": "Content.SigningJobArn",
        "signing_profile_version_arn": "Content.SigningProfileVersionArn",
        "source_code_size": "Content.CodeSize",
    },
    # The code itself is behind an address with a signature in it.
    unread=frozenset(
        {"code", "s3_bucket", "s3_key", "s3_object_version", "skip_destroy", "source_code_hash"}
    ),
    referenced=True,
    arn_service="lambda:layer",
)

TYPES = (LAYER_VERSION,)
