"""Parameters of the Parameter Store: secrets are encrypted, and with a key of one's own."""

from __future__ import annotations

import re

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.controls.support.keys import customer_key
from stackproof.controls.support.plain_secrets import is_secret
from stackproof.model import (
    Category,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import KMS_KEY, SSM_PARAMETER

_DESCRIBED = re.compile(r"\b(password|passphrase|secret|api key|token|credentials?)\b", re.I)
# What only names a secret may be read by everybody.
_NAMES_ONE = re.compile(r"(arn|name|id|path|url|version)$", re.I)


@control(
    "ssm-secrets-encrypted",
    title="Parameters that hold a secret are of the type SecureString",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SSM_PARAMETER,
    frameworks={Framework.PCI: ("3.5.1", "8.3.2"), Framework.NIST: ("IA-5(7)", "SC-28")},
    cases=Cases(
        passing=Given(SSM_PARAMETER, {"name": "/ci/docker/password", "type": "SecureString"}),
        failing=(
            Change("type", "String"),
            (Change("type", "String"), Change("name", "/ci/github-token")),
            (
                Change("type", "String"),
                Change("name", "/ci/registry"),
                Change("description", "The password of the registry"),
            ),
            (
                Change("type", "String"),
                Change("name", "/ci/origin"),
                Change("value", "https://me:correct-horse@example.com"),
            ),
        ),
        unknown=(Hide("type"), (Change("type", "String"), Hide("name"))),
        not_applicable=(
            (Change("type", "String"), Change("name", "/ci/image-tag")),
            (
                Change("type", "String"),
                Change("name", "/ci/registry-arn"),
                Change("description", "The secret with the credentials of the registry"),
            ),
        ),
    ),
)
def secrets_encrypted(parameter: Resource) -> Outcome:
    """Strings are plain text for whoever may read parameters.

    The value is looked at, where it can be seen, and never repeated.
    """
    if parameter["type"] == "SecureString":
        return Pass()
    if not _says_secret(parameter):
        return NotApplicable("does not look like a secret")
    return expect(parameter, "type", "SecureString", fix="Set type to SecureString.")


def _says_secret(parameter: Resource) -> bool:
    name = re.split(r"[/.]", str(parameter["name"] or ""))[-1].replace("-", "_")
    value = parameter.raw("value")
    shown = str(value) if value is not None and not isinstance(value, Unknown) else "unseen"
    if is_secret(name, shown):
        return True
    return not _NAMES_ONE.search(name) and bool(_DESCRIBED.search(str(parameter["description"])))


@control(
    "ssm-secrets-customer-key",
    title="SecureString parameters are encrypted with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=SSM_PARAMETER,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1", "3.7.1"), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            SSM_PARAMETER,
            {"type": "SecureString", "key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "ci"}),),
        ),
        failing=(Remove("key_id"), Change("key_id", "alias/aws/ssm")),
        unknown=(Hide("key_id"), Hide("type")),
        absent=(Without("key"),),
        not_applicable=(Change("type", "String"),),
    ),
)
def parameter_key(parameter: Resource, stack: Stack) -> Outcome:
    """With the key of AWS whoever may read parameters in the account reads the secret."""
    if parameter["type"] != "SecureString":
        return NotApplicable("not encrypted: see ssm-secrets-encrypted")
    return customer_key(parameter, stack, "key_id")
