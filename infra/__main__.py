"""Deploy the blueprint that the stack's configuration names; Pulumi runs this file."""

from __future__ import annotations

import atexit
import gc
import sys
from pathlib import Path

# What the SDKs make stays: looking for garbage in it, and freeing it at the end, is a third of a
# preview's processor time.
gc.set_threshold(200_000, 20, 100)
atexit.register(gc.freeze)

# Pulumi runs this folder as a script, so that only the folder itself is importable; the package
# is imported by its name, as everywhere else.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from infra.program import deploy  # noqa: E402

deploy()
