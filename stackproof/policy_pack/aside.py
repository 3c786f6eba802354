"""What settings leave out by resource, kept until it is counted at the end."""

from __future__ import annotations

from typing import Final

from stackproof.model import Control, Resource
from stackproof.settings.settings import Settings

ASIDE: Final = "left-out"


class Aside:
    """Tells which controls are not judged on which resources, and remembers them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._left: set[tuple[str, str]] = set()

    @property
    def wanted(self) -> bool:
        """Tell whether settings choose by resource."""
        return bool(self._settings.by_resource)

    def leaves(self, control: Control, resource: Resource) -> bool:
        """Tell whether a control is not to be judged on a resource."""
        if not self.wanted or self._settings.holds_on(control, resource):
            return False
        self._left.add((resource.urn or resource.name, control.id))
        return True

    def take(self) -> list[tuple[str, str]]:
        """Give one line that counts what was left out, and forget it."""
        if not self._left:
            return []
        resources = len({urn for urn, _ in self._left})
        sentence = self._settings.left_aside(len(self._left), resources)
        self._left.clear()
        return [("", sentence)]
