"""What AWS has of a thing and no type of Pulumi's stands for, so that nothing here looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.types import tokens as t

# By the type of the thing, what of it is never seen.
UNSHOWN: Final[Mapping[str, str]] = {
    t.APIGATEWAY_DEPLOYMENT: "which methods it holds: one changed since is not deployed",
    t.CODECOMMIT_REPOSITORY: "its branches",
}
