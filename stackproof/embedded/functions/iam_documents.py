"""What programs ask the AWS provider about policies: documents and known accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke
from stackproof.types.aws_accounts import LOAD_BALANCERS


@invoke("aws:elb/getServiceAccount:getServiceAccount")
def get_service_account(aws: Cloud, arguments: Properties) -> Properties:
    """Name the account from which load balancers of a region write their access logs."""
    region = arguments.get("region") or aws.region
    account = LOAD_BALANCERS.get(region)
    if account is None:
        raise EmbeddedError(
            f"load balancers of {region} write their logs as a service, not from an account; "
            "allow the principal logdelivery.elasticloadbalancing.amazonaws.com instead"
        )
    return {"id": account, "arn": f"arn:{aws.partition}:iam::{account}:root"}


@invoke("aws:iam/getPolicyDocument:getPolicyDocument")
def get_policy_document(aws: Cloud, arguments: Properties) -> Properties:
    """Write a policy document as the AWS provider does: later statements win by their id."""
    statements: dict[Any, dict[str, Any]] = {}
    for source in arguments.get("source_policy_documents") or ():
        _merge(statements, json.loads(source)["Statement"])
    own = [_statement(statement) for statement in arguments.get("statements") or ()]
    _merge(statements, own)
    for source in arguments.get("override_policy_documents") or ():
        _merge(statements, json.loads(source)["Statement"])
    document: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policy_id"):
        document["Id"] = arguments["policy_id"]
    document["Statement"] = list(statements.values())
    return {
        "json": json.dumps(document, indent=2),
        "minified_json": json.dumps(document, separators=(",", ":")),
    }


def _merge(into: dict[Any, dict[str, Any]], statements: Any) -> None:
    for statement in statements if isinstance(statements, list) else [statements]:
        into[statement.get("Sid") or len(into)] = statement


def _statement(given: Properties) -> dict[str, Any]:
    statement: dict[str, Any] = {}
    if given.get("sid"):
        statement["Sid"] = given["sid"]
    statement["Effect"] = given.get("effect") or "Allow"
    for name, key in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        if given.get(name):
            statement[key] = _one_or_many(given[name])
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if given.get(name):
            statement[key] = _principals(given[name])
    if given.get("conditions"):
        statement["Condition"] = _conditions(given["conditions"])
    return statement


def _principals(given: Sequence[Properties]) -> Any:
    together: dict[str, list[str]] = {}
    for principal in given:
        if principal["type"] == "*":
            return "*"
        together.setdefault(principal["type"], []).extend(principal["identifiers"])
    return {kind: _one_or_many(names) for kind, names in together.items()}


def _conditions(given: Sequence[Properties]) -> Mapping[str, Any]:
    together: dict[str, dict[str, Any]] = {}
    for condition in given:
        values = _one_or_many(condition["values"])
        together.setdefault(condition["test"], {})[condition["variable"]] = values
    return together


def _one_or_many(values: Sequence[str]) -> str | list[str]:
    # The provider sorts what has no order, the last first, and writes a single value as text.
    return str(values[0]) if len(values) == 1 else sorted(values, reverse=True)
