"""Tags of ECS, as AWS shows them."""

from __future__ import annotations

from typing import Any

from stackproof.sights.live.reader import tag_map


def ecs_tags(tags: Any) -> dict[str, str]:
    """Give ECS's tags as a map, those that AWS itself adds left out."""
    pairs = tag_map(tags, "key", "value")
    return {key: text for key, text in pairs.items() if not key.startswith("aws:")}
