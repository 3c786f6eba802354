"""Recognise secrets that stand in plain text, by the name they have or by how they look."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from urllib.parse import unquote

from stackproof.model.secret_formats import LOOKS_SECRET, PLACEHOLDER, as_name, looks_secret
from stackproof.types.names import to_snake

# Variables whose name ends so hold a secret; DB_SECRET_ARN or TOKEN_TTL only talk about one.
_NAME = re.compile(
    r"(password|passwd|passphrase|secret|credentials?|masterauth"
    # Of options that write their words together: --requirepass, -storepass, --bindpw, --authtoken
    r"|(^|_|access|admin|api|auth|bearer|bind|db|key|login|master|refresh|require|root|store|user)"
    r"(pwd|pw|pass|token|pat)"
    r"|(api|auth|access|private|signing|encryption|secret)_?key(_?id)?)(_value|_string|_?\d+)?$"
)
# Names of what holds secrets, or of a mode to get them: a value of plain words names one of them.
_NAMES_HOLDER = re.compile(r"credentials?$|(^|_)(db|database|pull|tls)_secret$")
_HOLDER = re.compile(r"[a-z]+(-[a-z]+)+|include|omit|inherit|default")
# A value that is made elsewhere ($(…), ${…}, {{…}}, %…%) is none.
_VALUE = r"[\"']?((?!#\{)[^\s\"'`$<{%;&|][^\s\"'`$<{;&|]*)"
_ASSIGNED = (
    # `NAME: value` of a document, and `NAME = value`
    re.compile(rf"(?m)^\s*(?:export\s+|-\s*)?([A-Za-z_]\w*)\s*[=:]\s*{_VALUE}"),
    # `a && export NAME=value`, `env NAME=value b`, `-e NAME=value`, `--set auth.name=value`
    re.compile(rf"(?:[\s;&|(\"']|\s-D)(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)={_VALUE}"),
    # `--name=value`, `--name value`
    re.compile(rf"(?:^|[\s\"'])--?(?:[A-Za-z][\w-]*\.)*([A-Za-z][\w-]*)(?:=|\s+(?!-)){_VALUE}"),
)
# What a build specification names of the stores of secrets, with all that stands further in.
# Source: AWS CodeBuild User Guide, "Build specification reference", env.
_STORES = re.compile(
    r"(?m)^([ \t]*)(?:secrets-manager|parameter-store):[ \t]*$(?:\n(?:\1[ \t]+\S[^\n]*|[ \t]*$))*"
)
# `docker build --secret id=npm`, `docker service create --secret npm`: it names what is mounted.
# Sources: Docker Docs, "docker buildx build", "docker service create"; podman-run(1).
_MOUNTING = re.compile(r"\b(?:docker|podman|nerdctl|buildah)\b[^\n;&|]*")
_MOUNTED = re.compile(r"\s--secret[= ][A-Za-z][A-Za-z_.-]*(?:,\S*)?(?!\S)")
# `pulumi config set --secret NAME VALUE`: the option is a switch, and the value comes second.
_SWITCH = re.compile(r"(--secret)[ \t]+[A-Za-z][A-Za-z_.:-]*(?=[ \t]+[^\s;&|-])")
# What tools call by a letter. A `-p` of mysql with a space behind it asks for the password.
# Sources: mysql(1), sshpass(1), mongosh, redis-cli, cqlsh, ldapsearch(1), sqlcmd and bcp
# utilities, docker login.
LETTER_OPTION = re.compile(
    r"(?P<before>\b(?:"
    r"(?:mysql|mariadb)[\w-]*\s(?:[^\n;|&]{0,200}?\s)?[\"']?-p"
    r"|(?:sshpass|mongo(?:sh|dump|restore)?|cqlsh|(?:docker|podman|registry)\s+login)\s"
    r"(?:[^\n;|&]{0,200}?\s)?[\"']?-p\s{0,3}"
    r"|(?:sqlcmd|bcp)\s(?:[^\n;|&]{0,200}?\s)?[\"']?-P\s{0,3}"
    r"|redis-cli\s(?:[^\n;|&]{0,200}?\s)?[\"']?-a\s{0,3}"
    r"|ldap\w+\s(?:[^\n;|&]{0,200}?\s)?[\"']?-w\s{0,3}"
    r"))[\"']?(?![$<{*%-]|[\d.]+:\d)(?P<value>[^\s\"'`;|&]{4,})"
)
# Source: curl's manual, `-u, --user`; RFC 9110, "Authorization".
_LOGIN = re.compile(
    r"\bcurl\b[^|;&\n]*?\s(?:-u|--user)[ =]?[\"']?[^\s:\"'$]+:[^\s\"'$<{]{3,}"
    r"|(?i:authorization)[\"']?\s*:\s*[\"']?(?i:bearer|basic|token)\s+[^\s\"'$<{]{8,}"
)
_AUTHORIZATION = re.compile(r"'?(?i:(bearer|basic|token))\s+([\w.~+/-]{12,}=*)'?")
# What stands under such a name and is no secret: a switch (MYSQL_ALLOW_EMPTY_PASSWORD=yes), and
# what only names one: an ARN, an alias, the path of a parameter or of a mounted file, the name of a
# secret with its folders, or a reference that is resolved where it is used, and what is filled in
# later. Sources: curl's manual (@file); Go CDK, "Secrets" (awskms://).
_NO_SECRET = re.compile(
    r"(?i:yes|no|true|false|on|off|enabled|disabled|none|null|0|1)"
    r"|arn:.*"
    r"|alias/.*"
    r"|(/[\w.@{}$-]+){2,}/?"
    r"|[a-z][a-z0-9_-]*(/[a-z][a-z0-9_-]*)+"
    r"|(ssm|ssm-secure|secretsmanager|vault|op|sm|env|file):.+"
    r"|(ref\+)?(aws(kms|sm|ssm|secrets|secretsmanager|parameterstore|ps)|gcp(kms|sm|secretmanager)"
    r"|azurekeyvault|azkms|akv|keyvault|hashivault|k8s|secrets?|bws|doppler|s3|gs)://[^\s@]+"
    r"|\$\{.+\}|\{\{.+\}\}|<[\w -]+>|\$\(.+\)|%\w+%|\*+"
    rf"|{PLACEHOLDER}|<%.+%>"
    r"|-|@-|@[./~][\w./~-]*|@[\w-]+\.txt"
    # What `--secret` of docker mounts.
    r"|([A-Za-z][\w.-]*,)?(id|type|src|source|env|target)=[^,\s]*"
    r"(,(id|type|src|source|env|target|required|uid|gid|mode)=[^,\s]*)*"
    r"|[\w./-]+\.(pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|conf|ini|properties)"
    # What API Gateway, EventBridge and Step Functions put in when they are called.
    r"|\$?(request|context|stageVariables|method\.request|integration\.\w+)\.[\w.-]+"
    r"|\$[.\[].+|\$input\..+"
)
# A variable of a shell, and of a shell behind what resolves its own.
_VARIABLE = re.compile(r"([\"']?)\$?\$([A-Z_][A-Z0-9_]*|\{\w+\})\1")
# The headers of an exporter, the attributes of a connection: NAME=VALUE, one after the other.
# Source: OpenTelemetry, "Protocol Exporter": OTEL_EXPORTER_OTLP_HEADERS, with its values encoded.
_PAIR = r"[\w.-]+=[^\s,;&]+"
_PAIRS = re.compile(rf"{_PAIR}(?:[,;&] ?{_PAIR})*[,;&]?")
# The id of a key is public: who has it can't use the key.
# Source: AWS KMS Developer Guide, "Key identifiers (KeyId)".
_KEY_ID = re.compile(r"(mrk-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def is_secret(name: str, value: str) -> bool:
    """Tell whether a value is a secret: by itself, or by its name where it may be one."""
    if not value:
        return False
    if shows_secret(value):
        return True
    if _NO_SECRET.fullmatch(value) or _VARIABLE.fullmatch(value):
        return False
    plain = re.sub(r"\W+", "_", to_snake(name))
    names_key = plain.endswith("_id") and _KEY_ID.fullmatch(value)
    names_holder = _NAMES_HOLDER.search(plain) and _HOLDER.fullmatch(value)
    if _NAME.search(plain) and not names_key and not names_holder:
        return True
    return bool(_PAIRS.fullmatch(value)) and any(
        is_secret(key, unquote(item))
        for key, _, item in (pair.partition("=") for pair in re.split(r"[,;&] ?", value))
    )


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
    return first_secret(text) is not None


def first_secret(text: str) -> str | None:
    """Tell where a script, a command or a document shows a secret: its line, and its name there.

    The name is that of a variable or an option, where the secret goes by one.
    """
    judged = _STORES.sub(lambda found: "\n" * found[0].count("\n"), text)
    judged = _SWITCH.sub(r"\1", _MOUNTING.sub(lambda found: _MOUNTED.sub("", found[0]), judged))
    places = [
        # Of `-e NAME=VALUE` the second form tells the name, where it knows it.
        (found.start(1 + bool(_PAIRS.fullmatch(found[2]))), as_name(found[1]))
        for form in _ASSIGNED
        for found in form.finditer(judged)
        if is_secret(found[1], found[2])
    ]
    places += [
        (found.start("value"), f"-{found['before'].rstrip()[-1]}")
        for found in LETTER_OPTION.finditer(judged)
        if is_secret("password", found["value"])
    ]
    places += [
        (found.start(), "")
        for found in (LOOKS_SECRET.search(judged), _LOGIN.search(judged))
        if found
    ]
    if not places:
        return None
    start, name = min(places, key=lambda place: (place[0], -len(place[1])))
    line = f"line {judged.count(chr(10), 0, start) + 1}"
    return f"{line}, {name}" if name else line
