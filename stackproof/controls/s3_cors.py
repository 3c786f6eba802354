"""Which web sites' scripts may change what is in buckets."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Block,
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import S3_BUCKET, S3_CORS

_CHANGING = {"DELETE", "POST", "PUT"}


@control(
    "s3-cors-names-who-writes",
    title="Buckets name the web sites whose scripts may write to them",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=(S3_CORS, S3_BUCKET),
    frameworks={Framework.NIST: ("AC-4",)},
    cases=Cases(
        passing=Given(
            S3_CORS,
            {
                "bucket": "uploads",
                "cors_rules": [
                    {"allowed_methods": ["PUT"], "allowed_origins": ["https://shop.example.com"]}
                ],
            },
        ),
        failing=(
            Change("cors_rules.0.allowed_origins", ["*"]),
            Change("cors_rules.0.allowed_origins", ["https://a.example.com", "http://*"]),
            (
                Change("cors_rules.0.allowed_origins", ["https://*"]),
                Change("cors_rules.0.allowed_methods", ["GET", "DELETE"]),
            ),
        ),
        unknown=(
            Hide("cors_rules"),
            Hide("cors_rules.0.allowed_methods"),
            Hide("cors_rules.0.allowed_origins"),
        ),
        also_passing=(
            (
                Change("cors_rules.0.allowed_origins", ["*"]),
                Change("cors_rules.0.allowed_methods", ["GET", "HEAD"]),
            ),
            Change("cors_rules.0.allowed_origins", ["https://*.example.com"]),
        ),
        not_applicable=(Remove("cors_rules"),),
    ),
)
def names_who_writes(cors: Resource) -> Outcome:
    """A script of any web site uses what its visitor's browser was given for another one.

    A `*` in an origin stands for any text.
    Source: Amazon S3 User Guide, "Elements of a CORS configuration".
    """
    rules = [*cors.elements("cors_rules")]
    return each(rules, _names) if rules else NotApplicable("lets no scripts of others in")


def _names(rule: Block) -> Outcome:
    if _CHANGING.isdisjoint(map(str, rule.values("allowed_methods"))):
        return Pass()
    for origin in map(str, rule.values("allowed_origins")):
        if origin.rpartition("//")[2] == "*":
            return Fail(
                rule.at("allowed_origins"),
                "named web sites",
                origin,
                "Name the web sites whose scripts write, or allow GET and HEAD only.",
            )
    return Pass()
