"""What AWS says of a type that has a reader comes from the reader, whoever wants to know it.

Creators and functions ask AWS themselves only for what no reader shows, or to decide what to do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from stackproof.embedded import creators, functions

# How boto3 calls the operations that tell what there is.
ASKS = re.compile(r"(describe|get|list|batch_get)_[a-z0-9_]+")
# What is called like that, and isn't a question to AWS.
NONE = {"get_paginator", "get_waiter", "get_password_data", "list_of_tags"}

# Who asks, and why no reader answers that.
NO_READER = "no reader knows the type"
TO_CHANGE = "AWS changes only what is named with the tag of its last version"
TO_DECIDE = "what is there decides what is to be done"
TO_FIND = "a name leads to the id here only, which the reader is then asked about"
FACT = "a fact of AWS, of the account or of a region, and no resource"
VALUE = "a value, which readers never ask for"
ASKED = {
    "creators.account": FACT,
    "creators.apigateway_settings.Account": NO_READER,
    "creators.autoscaling_parts": NO_READER,
    "creators.batch": NO_READER,
    "creators.cloudfront.Distribution": TO_CHANGE,
    "creators.cloudfront_parts.Function": TO_CHANGE,
    "creators.ec2_endpoints.VpcEndpoint": "AWS's own list of a service's addresses",
    "creators.ec2_instances._root_device": "a machine image, which no reader knows",
    "creators.ec2_instances._use_profile": TO_DECIDE,
    "creators.ec2_security_groups._empty": TO_DECIDE,
    "creators.events_destinations": NO_READER,
    "creators.iam.Policy": TO_DECIDE,
    "creators.iam_exclusive.RolePoliciesExclusive": TO_DECIDE,
    "creators.iam_exclusive.RolePolicyAttachmentsExclusive": TO_DECIDE,
    "creators.lb.LoadBalancer": TO_DECIDE,
    "creators.s3._empty": TO_DECIDE,
    "creators.secretsmanager.SecretVersion": TO_DECIDE,
    "creators.secretsmanager.get_random_password": VALUE,
    "creators.servicediscovery._Namespace": NO_READER,
    "functions.ec2_facts": FACT,
    "functions.ec2_images": "machine images, which no reader knows",
    "functions.facts": FACT,
    "functions.services._credentials": VALUE,
    "functions.services.certificate": TO_FIND,
    "functions.services.policy": "policies of AWS's own are in no listing of a reader",
    "functions.services.zone": TO_FIND,
    "functions.values": VALUE,
}


def pieces() -> Iterator[tuple[str, ast.AST]]:
    """Give each definition of the two rooms but those that delete, by its name."""
    for package in (creators, functions):
        (folder,) = package.__path__
        for path in sorted(Path(folder).glob("*.py")):
            module = f"{Path(folder).name}.{path.stem}"
            for statement in ast.parse(path.read_text()).body:
                name = f"{module}.{getattr(statement, 'name', '')}"
                for part in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
                    if getattr(part, "name", "") != "delete":
                        yield name.removesuffix("."), part


def asks(part: ast.AST) -> set[str]:
    """Give the reading operations that a piece of code calls, or has by name."""
    names = {
        node.func.attr
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    } | {
        node.value
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {name for name in names if ASKS.fullmatch(name)} - NONE


def reason(piece: str) -> str | None:
    return ASKED.get(piece) or ASKED.get(piece.rpartition(".")[0])


def test_only_readers_ask_what_a_reader_shows() -> None:
    found = {piece: asks(part) for piece, part in pieces() if asks(part)}
    assert {piece: found[piece] for piece in found if not reason(piece)} == {}
    used = {name for piece in found for name in (piece, piece.rpartition(".")[0])}
    assert ASKED.keys() - used == set(), "asked no more"
