"""Pulumi's special objects: what stands among properties for more than text, numbers and lists.

Source: pulumi/sdk/go/common/resource (properties.go, sig/sig.go, resource_reference.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackproof.model import Cause, Unknown

# The key that marks a special object; the others are its values.
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


def whereabouts(asset: Mapping[str, Any]) -> Any:
    """Give an asset as its path, address or text, and an archive of assets as their names."""
    if "assets" in asset:
        return sorted(asset["assets"])
    held = [asset[key] for key in ("path", "uri", "text") if key in asset]
    return held[0] if held else Unknown(Cause.UNREADABLE, detail="an asset without contents")
