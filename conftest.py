"""What every test of the project shares."""

from __future__ import annotations

from hypothesis import settings

# A shared machine may stall for a moment: properties are judged by their truth, not their time.
settings.register_profile("stackproof", deadline=None)
settings.load_profile("stackproof")
