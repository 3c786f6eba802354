"""Other spellings of the same: how AWS writes a text, a policy or a list that a program wrote."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stackproof.model.json_text import parse

# AWS keeps these in lower case, whatever was asked for. Amazon RDS, ElastiCache and Redshift API
# References ("stored as a lowercase string"); Route 53 Developer Guide, "DNS domain name format";
# EC2 API Reference, IpPermission (protocols).
_FOLDED: Final = frozenset(
    {
        *("cluster_identifier", "db_cluster_identifier", "identifier", "replication_group_id"),
        *("db_subnet_group_name", "subnet_group_name", "db_parameter_group_name", "family"),
        *("parameter_group_name", "db_cluster_parameter_group_name", "engine", "username"),
        *("domain", "domain_name", "fqdn", "zone_name", "aliases", "ip_protocol", "protocol"),
        *("subject_alternative_names", "target_domain_name"),
    }
)
# A name of many things, which AWS folds for these types only.
_FOLDED_NAMES: Final = ("aws:rds/", "aws:elasticache/", "aws:redshift/", "aws:route53/")
# What is written with a word for whatever it stands for: AWS shows what it stands for.
_PLACEHOLDERS: Final = ("$", "resolve:ssm:", "alias/", "{{resolve:", "arn:aws:kms:::alias")
# IANA's numbers, and AWS's words for all protocols. EC2 API Reference, IpPermission.
_PROTOCOLS: Final = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}


def spelled_alike(type_: str, name: str, live: str, stored: str) -> bool:
    """Tell whether two texts of a property mean the same to AWS."""
    if live == stored or stored.startswith(_PLACEHOLDERS):
        return True
    folds = name in _FOLDED or (name == "name" and type_.startswith(_FOLDED_NAMES))
    left, other = (text.removesuffix(".") for text in (live, stored))
    if folds:
        left, other = (_PROTOCOLS.get(text, text) for text in (left.lower(), other.lower()))
    return (
        left == other
        or _names(left, other)
        or _names(other, left)
        or (name.endswith("version") and left.startswith(f"{other}."))
        or (
            type_ == "aws:route53/record:Record" and name == "name" and left.startswith(f"{other}.")
        )
        or _decoded(left) == other
        or _decoded(other) == left
    )


def _names(arn: str, name: str) -> bool:
    """Tell whether an ARN is that of a name or an id."""
    if not arn.startswith("arn:") or not name:
        return False
    plain = arn.removesuffix(":*")
    return plain == name.removesuffix(":*") or plain.endswith((f"/{name}", f":{name}"))


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def document(text: Any) -> Any:
    """Give what a JSON text says, policies in one spelling; the value itself if it is no JSON."""
    if not isinstance(text, str) or text[:1] not in ("{", "["):
        return text
    try:
        document_ = parse(text)
    except ValueError:
        return text
    return (
        policy(document_)
        if isinstance(document_, Mapping) and "Statement" in document_
        else document_
    )


def policy(document_: Mapping[str, Any]) -> dict[str, Any]:
    """Give a policy as a set of statements with lists of everything that may be one or many.

    AWS keeps neither the order of statements nor that of their lists, and writes an account as its
    root. IAM User Guide, "Grammar of the IAM JSON policy language".
    """
    statements = document_["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return {
        "Version": document_.get("Version", "2008-10-17"),
        "Statement": sorted((_statement(statement) for statement in listed), key=repr),
    }


def _statement(statement: Any) -> Any:
    if not isinstance(statement, Mapping):
        return statement
    parts = {key: _part(key, value) for key, value in statement.items() if value not in ("", None)}
    return dict(sorted(parts.items()))


def _part(key: str, value: Any) -> Any:
    if key in ("Principal", "NotPrincipal"):
        by_kind = value if isinstance(value, Mapping) else {"AWS": value}
        return {kind: sorted({_principal(principal) for principal in _many(who)}) for kind, who in
                sorted(by_kind.items())}  # fmt: skip
    if key == "Condition" and isinstance(value, Mapping):
        return {
            operator: {name.lower(): _texts(wanted) for name, wanted in sorted(tests.items())}
            if isinstance(tests, Mapping)
            else tests
            for operator, tests in sorted(value.items())
        }
    return value if key in ("Effect", "Sid") else _texts(value)


def _principal(who: Any) -> str:
    text = str(who)
    return f"arn:aws:iam::{text}:root" if len(text) == 12 and text.isdigit() else text


def _texts(value: Any) -> list[str]:
    return sorted(
        {
            str(element).lower() if isinstance(element, bool) else str(element)
            for element in _many(value)
        }
    )


def _many(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]
