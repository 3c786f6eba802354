"""The one error of the embedded AWS."""

from __future__ import annotations


class EmbeddedError(Exception):
    """Raised when the embedded AWS can't do what was asked: one sentence for the user."""
