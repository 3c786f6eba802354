"""Resource Groups Tagging API: pages of as many resources as were asked for."""

from __future__ import annotations

import sys
from typing import Any

from stackproof.embedded.overlay.registry import patches


@patches("resourcegroupstaggingapi")
def pages_count_resources() -> None:
    """Fill a page with resources however many tags they have, unless tags are to be counted.

    AWS: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    backend_class: Any = ResourceGroupsTaggingAPIBackend
    original = backend_class.get_resources

    def get_resources(backend: Any, *, tags_per_page: int, **options: Any) -> Any:
        # moto's own number when the request has none: 100 tags, which is a dozen resources.
        counted = sys.maxsize if tags_per_page == 100 else tags_per_page
        return original(backend, tags_per_page=counted, **options)

    backend_class.get_resources = get_resources
