"""The defects that the demonstration plants, by blueprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stackproof.demo.plants.base import Plant
from stackproof.demo.plants.cicd import CICD
from stackproof.demo.plants.nightly import NIGHTLY
from stackproof.demo.plants.nova import NOVA
from stackproof.demo.plants.scalepayments import SCALEPAYMENTS
from stackproof.demo.plants.serverless import SERVERLESS
from stackproof.demo.plants.tap import TAP

__all__ = ["PLANTS", "Plant"]

PLANTS: Mapping[str, Sequence[Plant]] = {
    "cicd": CICD,
    "nightly": NIGHTLY,
    "nova": NOVA,
    "scalepayments": SCALEPAYMENTS,
    "serverless": SERVERLESS,
    "tap": TAP,
}
