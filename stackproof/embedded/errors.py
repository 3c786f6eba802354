"""The one error of the embedded AWS."""

from __future__ import annotations

from stackproof.error_codes import Code
from stackproof.errors import StackproofError


class EmbeddedError(StackproofError):
    """Raised when the embedded AWS can't do what was asked: one sentence for the user."""

    code = Code.EMBEDDED
