"""Which program a container runs: its image, and what is started in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def command_digest(container: Mapping[str, Any]) -> str:
    """Give the digest of a container's command, in the form of the outputs."""
    return hashlib.sha256(json.dumps(container.get("command") or []).encode()).hexdigest()


def told(container: Mapping[str, Any]) -> dict[str, str]:
    """Give the variables that a container is told in the clear."""
    return {pair["name"]: pair["value"] for pair in container.get("environment") or ()}
