"""Tickets: one defect is one ticket, from whatever sight and in however many nights it is seen."""

from __future__ import annotations

import hashlib


def ticket(stack: str, fingerprint: str) -> str:
    """Give the id of a finding's ticket, the same one every night: `SP-` and twelve hex digits."""
    named = "\0".join((stack, fingerprint)).encode()
    return f"SP-{hashlib.sha256(named).hexdigest()[:12]}"
