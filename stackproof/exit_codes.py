"""The exit codes, the same for every command and for the scenario suite."""

from __future__ import annotations

VERIFIED, FAILED, USAGE, COULD_NOT = 0, 1, 2, 3
