"""What every test of the project shares."""

from __future__ import annotations

import os

from hypothesis import settings

# A shared machine may stall for a moment: properties are judged by their truth, not their time.
settings.register_profile("stackproof", deadline=None)
settings.load_profile("stackproof")

# Tests never reach a real account, even on a machine that has credentials for one.
os.environ["AWS_CONFIG_FILE"] = os.devnull
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ.pop("AWS_PROFILE", None)
