"""Finding: one control's outcome on one resource."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from stackproof.model.control import Control
from stackproof.model.outcome import Outcome
from stackproof.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Finding:
    """A control × a resource × an outcome; `facet` tells apart several answers of one control."""

    control: Control
    resource: Resource
    outcome: Outcome
    facet: str = ""

    @property
    def fingerprint(self) -> str:
        """Give the finding's name across runs: from control, resource and facet only.

        Messages, times and outcomes stay out of it, so a defect keeps its fingerprint from the
        day it is found to the day it is fixed.
        """
        parts = "\0".join((self.control.id, self.resource.identity, self.facet))
        return hashlib.sha256(parts.encode(errors="surrogatepass")).hexdigest()[:32]
