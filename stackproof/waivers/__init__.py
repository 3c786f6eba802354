"""Waivers: failures that their owners accept until a day.

A waiver is honest only while it can be seen and while it ends: what it covers stays in every
report, and from the day after `until` the failure is a failure again. What could not be seen is
never waived.
"""

from stackproof.waivers.applied import Match, Waivers
from stackproof.waivers.entry import Waiver, WaiversError
from stackproof.waivers.file import load

__all__ = ["Match", "Waiver", "Waivers", "WaiversError", "load"]
