"""The controls that judge a resource by what names it, beside the catalogue's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from stackproof.controls import catalogue
from stackproof.model import Control
from stackproof.parity.drift import DRIFT
from stackproof.parity.expected import EXPECTED
from stackproof.parity.vanished import EXISTS

_CONTROLS = (DRIFT, EXISTS, EXPECTED)
PARITY: Final[Mapping[str, Control]] = {control.id: control for control in _CONTROLS}


@cache
def every_control() -> Mapping[str, Control]:
    """Give every control by id, in the order of their ids: all that can be listed and waived."""
    return dict(sorted({**catalogue(), **PARITY}.items()))
