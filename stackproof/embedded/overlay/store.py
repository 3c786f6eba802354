"""What the overlay remembers between calls."""

from __future__ import annotations

from typing import Any

_Key = tuple[str, str, str, str]


class Store:
    """Dictionaries per account, region, service and name; safe to use from several threads."""

    def __init__(self) -> None:
        self._shelves: dict[_Key, dict[str, Any]] = {}

    def shelf(self, account: str, region: str, service: str, name: str) -> dict[str, Any]:
        """Return the dictionary of that name, made empty on first use."""
        return self._shelves.setdefault((account, region, service, name), {})

    def reset(self) -> None:
        """Forget everything."""
        self._shelves.clear()
