"""Why a defect is not found by `verify` alone, for those that have company."""

from __future__ import annotations

from typing import Final

GONE: Final = "an output's mere name may be another's: what it named is missed with a state only"
PROMISE: Final = "right for others: only the promise of the stack or its state tells"
LOGGED: Final = "shells whose sessions the cluster logs are allowed"
DOOR: Final = "rules may lead on; no control looks for a door that answers by itself"
