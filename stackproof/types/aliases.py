"""The other names that the AWS provider gives to some of its types."""

from __future__ import annotations

from typing import Final

# Modules that hold the same resources as another one.
_MODULES: Final = {
    "alb": "lb",
    "applicationloadbalancing": "lb",
    "elasticloadbalancingv2": "lb",
}
# What version 6 of the provider called V2, version 7 has without, and takes by both names.
_OLDER: Final = frozenset(
    {
        "Bucket",
        "BucketAccelerateConfiguration",
        "BucketAcl",
        "BucketCorsConfiguration",
        "BucketLifecycleConfiguration",
        "BucketLogging",
        "BucketObjectLockConfiguration",
        "BucketRequestPaymentConfiguration",
        "BucketServerSideEncryptionConfiguration",
        "BucketVersioning",
        "BucketWebsiteConfiguration",
    }
)


def canonical(type_: str) -> str:
    """Give the name by which controls and the embedded AWS know a type."""
    package, _, rest = type_.partition(":")
    if package != "aws":
        return type_
    module, _, name = rest.partition("/")
    if module in _MODULES:
        return f"aws:{_MODULES[module]}/{name}"
    title = name.rpartition(":")[2]
    if module == "s3" and title.endswith("V2") and title[:-2] in _OLDER:
        return f"aws:s3/{title[0].lower()}{title[1:-2]}:{title[:-2]}"
    return type_
