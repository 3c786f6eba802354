"""Access policies of search domains."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.documents import not_public
from stackproof.model import (
    Category,
    Cause,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
    Unknown,
    UnresolvedError,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Neighbour, Remove
from stackproof.reasoning.effective import stated
from stackproof.reasoning.policy_documents import document_statements
from stackproof.types import tokens as t

_DOMAINS = {
    t.OPENSEARCH_DOMAIN_POLICY: t.OPENSEARCH_DOMAIN,
    t.ELASTICSEARCH_DOMAIN_POLICY: t.ELASTICSEARCH_DOMAIN,
}
_STATEMENT = "access_policies.Statement.0"
_EVERYBODY = Change(f"{_STATEMENT}.Principal", "*")
_OURS = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012"},
    "Action": "es:ESHttp*",
    "Resource": "*",
}


@control(
    "opensearch-policy-not-public",
    title="Access policies of search domains on the internet let no stranger in",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=(*_DOMAINS, *_DOMAINS.values()),
    needs=tuple(_DOMAINS.values()),
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(
            t.OPENSEARCH_DOMAIN_POLICY,
            {"domain_name": "orders", "access_policies": Json({"Statement": [_OURS]})},
            (Neighbour("domain", t.OPENSEARCH_DOMAIN, {"domain_name": "orders"}),),
        ),
        failing=(_EVERYBODY, Change(f"{_STATEMENT}.Principal", {"AWS": ["*"]})),
        unknown=(Hide("access_policies"), Hide("vpc_options", of="domain")),
        absent=((_EVERYBODY, Change("domain_name", "elsewhere")),),
        also_passing=(
            (
                _EVERYBODY,
                Change(
                    f"{_STATEMENT}.Condition", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
                ),
            ),
        ),
        not_applicable=(
            Remove("access_policies"),
            (_EVERYBODY, Change("vpc_options", {"subnet_ids": ["subnet-1"]}, of="domain")),
        ),
    ),
)
def policy_not_public(holder: Resource, stack: Stack) -> Outcome:
    """In a VPC an open policy is one way to leave the decision to fine-grained access control.

    Source: Amazon OpenSearch Service Developer Guide, "Identity and access management in Amazon
    OpenSearch Service", "Fine-grained access control".
    """
    type_ = _DOMAINS.get(holder.type)
    domain = holder if type_ is None else _domain(holder, type_, stack)
    if stated(domain)["vpc_options"]:
        return NotApplicable("the domain stands in a VPC")
    return not_public(
        document_statements(holder, "access_policies"),
        expected="named principals, or a condition on their addresses, account or organization",
        fix="Name the principals in the access policy, or put the domain into a VPC.",
    )


def _domain(policy: Resource, type_: str, stack: Stack) -> Resource:
    made_from = policy.references.get("domain_name", ())
    name = policy.raw("domain_name")
    for domain in stack.around(type_):
        if domain.urn in made_from or (isinstance(name, str) and domain["domain_name"] == name):
            return domain
    raise UnresolvedError(Unknown(Cause.NOT_IN_STACK, "domain_name", str(name)))
