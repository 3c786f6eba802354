"""Recognise secrets that stand in plain text, by the name they have or by how they look."""

from __future__ import annotations

import re

from stackproof.model.secret_formats import LOOKS_SECRET, looks_secret
from stackproof.types.names import to_snake

# Variables whose name ends so hold a secret; DB_SECRET_ARN or TOKEN_TTL only talk about one.
_NAME = re.compile(
    r"(password|passwd|passphrase|secret|apikey|credentials?|(^|_)(pwd|pass|token|pat)"
    r"|(api|auth|access|private|signing|encryption|secret)_key(_id)?)(_value|_string|_?\d+)?$"
)
# `export NAME=value`, `NAME: value`; a value that is made elsewhere ($(…), ${…}, {{…}}) is none.
_ASSIGNED = re.compile(r"(?m)^\s*(?:export\s+|-\s*)?([A-Za-z_]\w*)\s*[=:]\s*[\"']?([^\s\"'`$<{]+)")
# What stands under such a name and is no secret: a switch (MYSQL_ALLOW_EMPTY_PASSWORD=yes), and
# what only names one: an ARN, an alias, the path of a parameter or of a mounted file, the name of a
# secret with its folders, or a reference that is resolved where it is used.
_NO_SECRET = re.compile(
    r"(?i:yes|no|true|false|on|off|enabled|disabled|none|null|0|1)"
    r"|arn:.*"
    r"|alias/.*"
    r"|(/[\w.@{}$-]+){2,}/?"
    r"|[a-z][a-z0-9_-]*(/[a-z][a-z0-9_-]*)+"
    r"|(ssm|ssm-secure|secretsmanager|vault|op|sm|env|file):.+"
    r"|\$\{.+\}|\{\{.+\}\}|<[\w -]+>"
)
# The id of a key is public: who has it can't use the key.
# Source: AWS KMS Developer Guide, "Key identifiers (KeyId)".
_KEY_ID = re.compile(r"(mrk-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def is_secret(name: str, value: str) -> bool:
    """Tell whether a value is a secret: by itself, or by its name where it may be one."""
    if not value:
        return False
    if looks_secret(value):
        return True
    plain = to_snake(name)
    names_key = plain.endswith("_id") and _KEY_ID.fullmatch(value)
    return bool(_NAME.search(plain)) and not (names_key or _NO_SECRET.fullmatch(value))


def has_secret(text: str) -> bool:
    """Tell whether a script or a document shows a secret."""
    return bool(LOOKS_SECRET.search(text)) or any(
        is_secret(name, value) for name, value in _ASSIGNED.findall(text)
    )
