"""What every test of the project shares."""

from __future__ import annotations

import signal

from hypothesis import settings

# A shared machine may stall for a moment: properties are judged by their truth, not their time.
settings.register_profile("stackproof", deadline=None)
settings.load_profile("stackproof")

# What a shell starts in the background ignores SIGINT, and so would all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
