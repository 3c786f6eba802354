"""Recognise secrets that stand in plain text, by the name they have or by how they look."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

from stackproof.model.secret_formats import LOOKS_SECRET, looks_secret
from stackproof.types.names import to_snake

# Variables whose name ends so hold a secret; DB_SECRET_ARN or TOKEN_TTL only talk about one.
_NAME = re.compile(
    r"(password|passwd|passphrase|secret|apikey|credentials?|(^|_)(pwd|pass|token|pat)"
    r"|(api|auth|access|private|signing|encryption|secret)_key(_id)?)(_value|_string|_?\d+)?$"
)
# A value that is made elsewhere ($(…), ${…}, {{…}}, %…%) is none.
_VALUE = r"[\"']?([^\s\"'`$<{%;&|][^\s\"'`$<{;&|]*)"
_ASSIGNED = (
    # `NAME: value` of a document, and `NAME = value`
    re.compile(rf"(?m)^\s*(?:export\s+|-\s*)?([A-Za-z_]\w*)\s*[=:]\s*{_VALUE}"),
    # `a && export NAME=value`, `env NAME=value b`, `-e NAME=value`, `--set auth.name=value`
    re.compile(rf"(?:[\s;&|(\"']|\s-D)(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)={_VALUE}"),
    # `--name=value`, `--name value`
    re.compile(rf"(?:^|[\s\"'])--?(?:[A-Za-z][\w-]*\.)*([A-Za-z][\w-]*)(?:=|\s+(?!-)){_VALUE}"),
)
# Source: curl's manual, `-u, --user`; RFC 9110, "Authorization".
_LOGIN = re.compile(
    r"\bcurl\b[^|;&\n]*?\s(?:-u|--user)[ =]?[\"']?[^\s:\"'$]+:[^\s\"'$<{]{3,}"
    r"|(?i:authorization)[\"']?\s*:\s*[\"']?(?i:bearer|basic|token)\s+[^\s\"'$<{]{8,}"
)
_AUTHORIZATION = re.compile(r"'?(?i:(bearer|basic|token))\s+([\w.~+/-]{12,}=*)'?")
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
    r"|\$\{.+\}|\{\{.+\}\}|<[\w -]+>|\$\(.+\)|%\w+%|\*+"
    r"|[\w./-]+\.(pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|conf|ini|properties)"
    # What API Gateway, EventBridge and Step Functions put in when they are called.
    r"|\$?(request|context|stageVariables|method\.request|integration\.\w+)\.[\w.-]+"
    r"|\$[.\[].+|\$input\..+"
)
# A variable of a shell.
_VARIABLE = re.compile(r"\$[A-Z_][A-Z0-9_]*")
# The id of a key is public: who has it can't use the key.
# Source: AWS KMS Developer Guide, "Key identifiers (KeyId)".
_KEY_ID = re.compile(r"(mrk-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def is_secret(name: str, value: str) -> bool:
    """Tell whether a value is a secret: by itself, or by its name where it may be one."""
    if not value:
        return False
    if shows_secret(value):
        return True
    plain = re.sub(r"\W+", "_", to_snake(name))
    names_key = plain.endswith("_id") and _KEY_ID.fullmatch(value)
    none = names_key or _NO_SECRET.fullmatch(value) or _VARIABLE.fullmatch(value)
    return bool(_NAME.search(plain)) and not none


def shows_secret(value: str) -> bool:
    """Tell whether a value is a secret by itself: by its format, or as what proves who asks."""
    if looks_secret(value):
        return True
    found = _AUTHORIZATION.fullmatch(value.strip())
    return found is not None and _proves(found[1].lower(), found[2])


def _proves(scheme: str, proof: str) -> bool:
    """Tell whether what follows a scheme of `Authorization` is a login or a token."""
    if scheme != "basic":
        return any(map(str.isdigit, proof)) or len(proof) >= 32
    try:
        return b":" in b64decode(proof, validate=True)
    except binascii.Error:
        return False


def has_secret(text: str) -> bool:
    """Tell whether a script, a command or a document shows a secret."""
    return bool(LOOKS_SECRET.search(text) or _LOGIN.search(text)) or any(
        is_secret(name, value) for form in _ASSIGNED for name, value in form.findall(text)
    )
