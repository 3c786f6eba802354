"""OpenSearch Service: domains."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Answers, Item, Listing, Question, Together, Type
from stackproof.types.tokens import OPENSEARCH_DOMAIN


def _arranged(item: Item, answers: Answers) -> dict[str, Any]:
    domain = answers["domain"]
    # A domain in a VPC has its only address in another member.
    address = domain.get("Endpoint") or (domain.get("Endpoints") or {}).get("vpc")
    published = domain.get("LogPublishingOptions") or {}
    return {
        "dashboard_endpoint": f"{address}/_dashboards" if address else None,
        "endpoint": address,
        "log_publishing_options": [
            {
                "cloudwatch_log_group_arn": options.get("CloudWatchLogsLogGroupArn"),
                "enabled": options.get("Enabled"),
                "log_type": kind,
            }
            for kind, options in sorted(published.items())
        ],
    }


DOMAIN = Type(
    token=OPENSEARCH_DOMAIN,
    service="opensearch",
    listing=Listing(operation="ListDomainNames", result="DomainNames", iam="es:ListDomainNames"),
    id="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    arn="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    name="{DomainName}",
    questions={
        # Six are refused: "Please provide a maximum of 5 domain names to describe."
        "domain": Question(
            operation="DescribeDomains",
            result="DomainStatusList",
            absent=("ResourceNotFoundException",),
            whole=True,
            together=Together(id="{DomainName}", ids="DomainNames", about="DomainName", size=5),
            iam="es:DescribeDomains",
        )
    },
    names={
        "encrypt_at_rest": "EncryptionAtRestOptions",
        "node_to_node_encryption": "NodeToNodeEncryptionOptions",
    },
    unread=frozenset(
        {
            "advanced_security_options.master_user_options",
            "auto_tune_options",
            "dashboard_endpoint_v2",
        }
    ),
    dying=lambda domain: domain.get("Deleted") is True,
    extra=_arranged,
    provides=frozenset({"dashboard_endpoint", "endpoint", "log_publishing_options"}),
)

TYPES = (DOMAIN,)
