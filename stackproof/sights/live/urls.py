"""URLs in sentences: with which name and password somebody logs in is not for reports and logs.

Source: RFC 3986, 3.2.1, User Information, and 7.5, Sensitive Information.
"""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(://|^)[^\s\"'<>]*@")
_WHOLE = re.compile(r"^(\w[\w+.-]*://)?.*@", re.DOTALL)


def bare(url: str) -> str:
    """Give a URL, a broken one as well, without the name and the password in it."""
    return _WHOLE.sub(lambda found: found[1] or "", url)


def public(text: str) -> str:
    """Give a text without the names and passwords of the URLs in it."""
    return _LOGIN.sub(r"\1", text)
