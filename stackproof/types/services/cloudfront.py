"""CloudFront: by what a distribution proves to an origin who it is."""

from __future__ import annotations

from stackproof.types.described import Listing, Type
from stackproof.types.tokens import CLOUDFRONT_ORIGIN_ACCESS_CONTROL

ORIGIN_ACCESS_CONTROL = Type(
    token=CLOUDFRONT_ORIGIN_ACCESS_CONTROL,
    service="cloudfront",
    listing=Listing(operation="ListOriginAccessControls", result="OriginAccessControlList.Items"),
    id="{Id}",
    arn="arn:{partition}:cloudfront::{account}:origin-access-control/{Id}",
    name="{Name}",
    unread=frozenset({"etag"}),
    referenced=True,
    regional=False,
    trigger="cloudfront:origin-access-control",
)

TYPES = (ORIGIN_ACCESS_CONTROL,)
