"""Redirects that are not followed: what is sent is for who was named, and so is a token."""

from __future__ import annotations

import urllib.request
from typing import Any


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: a redirect is the answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Make no further request."""
        return
