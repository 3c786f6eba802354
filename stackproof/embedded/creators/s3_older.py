"""S3: the types that the provider's version 6 called V2, and version 7 still takes."""

from __future__ import annotations

from stackproof.embedded.creators.base import creator
from stackproof.embedded.creators.s3 import Bucket
from stackproof.embedded.creators.s3_publishing import (
    BucketAcl,
    BucketCorsConfiguration,
    BucketWebsiteConfiguration,
)
from stackproof.embedded.creators.s3_settings import (
    BucketLifecycleConfiguration,
    BucketLogging,
    BucketServerSideEncryptionConfiguration,
    BucketVersioning,
)

for _now in (
    Bucket,
    BucketAcl,
    BucketCorsConfiguration,
    BucketLifecycleConfiguration,
    BucketLogging,
    BucketServerSideEncryptionConfiguration,
    BucketVersioning,
    BucketWebsiteConfiguration,
):
    _module, _, _name = _now.type.rpartition(":")
    creator(type(f"{_name}V2", (_now,), {"type": f"{_module}V2:{_name}V2"}))
