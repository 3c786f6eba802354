"""What IAM answers, as several readers and the invokes of programs need it."""

from __future__ import annotations

import json
from typing import Any

from stackproof.sights.live.reader import Item

# What the account has of its own, in one question for all readers.
OWN_IDENTITIES = {"Filter": ["Role", "LocalManagedPolicy", "User", "Group"]}


def document_text(document: Any) -> str:
    """Give a policy document as the JSON text that programs write; botocore parses it."""
    return document if isinstance(document, str) else json.dumps(document)


def policy_properties(item: Item) -> dict[str, Any]:
    """Translate what IAM says of one managed policy, wherever it says it."""
    return {
        "arn": item["Arn"],
        "description": item.get("Description", ""),
        "name": item["PolicyName"],
        "path": item["Path"],
        "policy_id": item["PolicyId"],
    }
