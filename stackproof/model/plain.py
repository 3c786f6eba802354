"""Plain data: what JSON and YAML hold."""

from __future__ import annotations

from types import NoneType
from typing import Final

# What holds nothing else. Walks over data ask for these first, then for `dict` and `list`: they are
# nearly all that there is, and to ask for an abstract type (`Mapping`) costs ten times as much.
SCALARS: Final = (str, int, float, NoneType)
