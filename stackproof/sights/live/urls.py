"""URLs and settings in sentences: by what somebody logs in is not for reports and logs.

Source: RFC 3986, 3.2.1, User Information, and 7.5, Sensitive Information.
"""

from __future__ import annotations

import re

from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model.secrecy import HIDDEN
from stackproof.model.secret_formats import WHOLE_SECRET

_LOGIN = re.compile(r"(://|^)[^\s\"'<>]*@")
_WHOLE = re.compile(r"^(\w[\w+.-]*://)?.*@", re.DOTALL)
_QUERY = re.compile(r"[?#].+", re.DOTALL)
_QUERY_OF = re.compile(r"(://[^\s\"'<>?#]*[?#])[^\s\"'<>]+")
# What a command that was to give credentials says when it can't: `password=…`, `token: …`.
_ASSIGNED = re.compile(r"""([A-Za-z_][\w.-]*)(["']?\s{0,3}[=:]\s{0,3})["']?([^\s"',;]+)""")


def bare(url: str) -> str:
    """Give a URL, a broken one as well, without name, password, query and fragment."""
    shown = _QUERY.sub(lambda found: f"{found[0][0]}{HIDDEN}", url)
    return _WHOLE.sub(lambda found: found[1] or "", shown)


def public(text: str) -> str:
    """Give a text without the logins and queries of its URLs, and what it calls a secret."""
    shown = _QUERY_OF.sub(rf"\1{HIDDEN}", _LOGIN.sub(r"\1", text))
    return _ASSIGNED.sub(_assigned, WHOLE_SECRET.sub(HIDDEN, shown))


def _assigned(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{HIDDEN}" if is_secret(found[1], found[3]) else found[0]
