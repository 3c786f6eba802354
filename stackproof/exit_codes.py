"""The exit codes, the same for every command and for the scenario suite."""

from __future__ import annotations

VERIFIED, FAILED, USAGE, COULD_NOT = 0, 1, 2, 3
# An error of stackproof's own, which says nothing about the stack.
DEFECT = 4
# All is verified, and somebody who should be told of it could not be reached.
NOT_TOLD = 5
# 128 and the signal's number, as shells have it.
INTERRUPTED, PIPE_CLOSED, TERMINATED = 130, 141, 143
