"""Recognise secrets that stand in plain text, by the name they have or by how they look."""

from __future__ import annotations

import re

from stackproof.types.names import to_snake

# Variables whose name ends so hold a secret; DB_SECRET_ARN or TOKEN_TTL only talk about one.
_NAME = re.compile(
    r"(password|passwd|passphrase|secret|apikey|credentials?|(^|_)(pwd|pass|token|pat)"
    r"|(api|auth|access|private|signing|encryption|secret)_key(_id)?)(_value|_string|_?\d+)?$"
)
_VALUE = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS access key ids
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(ghp|gho|github_pat|xox[abp]|sk_live)[-_]\w{10,}"
    r"|://[^/\s:@]+:[^/\s:@]+@"  # user:password@host
)
# `export NAME=value`, `NAME: value`; a value that is made elsewhere ($(…), ${…}, {{…}}) is none.
_ASSIGNED = re.compile(r"(?m)^\s*(?:export\s+|-\s*)?([A-Za-z_]\w*)\s*[=:]\s*[\"']?([^\s\"'`$<{]+)")


def is_secret(name: str, value: str) -> bool:
    """Tell whether a value is a secret, by its name or by itself; an ARN only names one."""
    if not value or value.startswith("arn:"):
        return False
    return bool(_NAME.search(to_snake(name)) or _VALUE.search(value))


def has_secret(text: str) -> bool:
    """Tell whether a script or a document shows a secret."""
    return bool(_VALUE.search(text)) or any(
        is_secret(name, value) for name, value in _ASSIGNED.findall(text)
    )
