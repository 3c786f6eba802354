"""Container registries: what is pushed is looked at, stays what it was, and goes in time."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from stackproof.controls.registry import control
from stackproof.controls.support.account_wide import or_account
from stackproof.controls.support.checks import attempt, expect, expect_that, some
from stackproof.controls.support.documents import not_public
from stackproof.controls.support.keys import customer_key
from stackproof.model import (
    Block,
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.effective import stated
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.reasoning.policy_documents import document_statements
from stackproof.reasoning.relations import referrers
from stackproof.types.tokens import (
    ECR_LIFECYCLE,
    ECR_POLICY,
    ECR_REGISTRY_SCANNING,
    ECR_REPOSITORY,
    KMS_KEY,
)

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)


def _registry(pattern: Any, frequency: str = "CONTINUOUS_SCAN") -> With:
    """Give what the account's registry scans."""
    filters = [{"filter": pattern, "filter_type": "WILDCARD"}]
    rule = {"scan_frequency": frequency, "repository_filters": filters}
    return With(Neighbour("registry", ECR_REGISTRY_SCANNING, {"rules": [rule]}))


@control(
    "ecr-scan-on-push",
    title="Repositories scan images when they are pushed",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECR_REPOSITORY,
    needs=(ECR_REGISTRY_SCANNING,),
    frameworks={
        Framework.FSBP: ("ECR.1",),
        Framework.PCI: ("11.3.1", "6.2.3", "6.2.4"),
        Framework.NIST: ("RA-5",),
    },
    cases=Cases(
        passing=Given(
            ECR_REPOSITORY,
            {"name": "api", "image_scanning_configuration": {"scan_on_push": True}},
        ),
        failing=(
            Change("image_scanning_configuration.scan_on_push", False),
            Remove("image_scanning_configuration"),
            (Remove("image_scanning_configuration"), _registry("web-*")),
            (Remove("image_scanning_configuration"), _registry("*", "MANUAL")),
        ),
        unknown=(
            Hide("image_scanning_configuration"),
            Hide("image_scanning_configuration.scan_on_push"),
        ),
        absent=((Remove("image_scanning_configuration"), _registry(HIDDEN)),),
        also_passing=(
            (Remove("image_scanning_configuration"), _registry("*")),
            (Remove("image_scanning_configuration"), _registry("ap*", "SCAN_ON_PUSH")),
        ),
    ),
)
def scan_on_push(repository: Resource, stack: Stack) -> Outcome:
    """A known hole in a library is found before the image runs, not in the yearly audit.

    What the registry scans needs no setting of the repository, whose own one is deprecated.
    Source: Amazon ECR User Guide, "Scan images for software vulnerabilities in Amazon ECR".
    """
    judged = attempt(
        lambda: expect(
            stated(repository),
            "image_scanning_configuration.scan_on_push",
            True,
            fix="Set image_scanning_configuration.scan_on_push to true.",
        )
    )
    missing = Fail("image_scanning_configuration", "a scan on push", None, "")

    def scanned(registry: Resource) -> Outcome:
        rules = registry.elements("rules")
        return some(rules, lambda rule: _scans(rule, repository, missing), missing)

    return or_account(judged, repository, stack, ECR_REGISTRY_SCANNING, scanned)


def _scans(rule: Block, repository: Resource, otherwise: Fail) -> Outcome:
    if rule["scan_frequency"] not in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN"):
        return otherwise
    name = str(repository["name"] or repository.name)
    return some(
        rule.elements("repository_filters"),
        lambda filter_: Pass() if fnmatchcase(name, filter_["filter"]) else otherwise,
        otherwise,
    )


@control(
    "ecr-immutable-tags",
    title="Repositories do not let a tag move to another image",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=ECR_REPOSITORY,
    frameworks={Framework.FSBP: ("ECR.2",), Framework.NIST: ("CM-2", "CM-8(1)")},
    cases=Cases(
        passing=Given(ECR_REPOSITORY, {"image_tag_mutability": "IMMUTABLE"}),
        failing=(
            Change("image_tag_mutability", "MUTABLE"),
            Remove("image_tag_mutability"),
            Change("image_tag_mutability", "MUTABLE_WITH_EXCLUSION"),
        ),
        unknown=(Hide("image_tag_mutability"),),
        also_passing=(Change("image_tag_mutability", "IMMUTABLE_WITH_EXCLUSION"),),
    ),
)
def immutable_tags(repository: Resource) -> Outcome:
    """A rollback to a tag must bring back what ran under it; exclusions are for `latest`."""
    return expect_that(
        repository,
        "image_tag_mutability",
        lambda value: str(value).startswith("IMMUTABLE"),
        expected="IMMUTABLE",
        fix="Set image_tag_mutability to IMMUTABLE and push each image under a tag of its own.",
    )


@control(
    "ecr-customer-key",
    title="Repositories are encrypted with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=ECR_REPOSITORY,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            ECR_REPOSITORY,
            {
                "encryption_configurations": [
                    {"encryption_type": "KMS", "kms_key": Ref("key", "arn")}
                ]
            },
            (Neighbour("key", KMS_KEY, {"description": "images"}),),
        ),
        failing=(
            Remove("encryption_configurations"),
            Change("encryption_configurations.0.encryption_type", "AES256"),
            Remove("encryption_configurations.0.kms_key"),
        ),
        unknown=(
            Hide("encryption_configurations"),
            Hide("encryption_configurations.0.encryption_type"),
            Hide("encryption_configurations.0.kms_key"),
        ),
        absent=(Without("key"),),
        also_passing=(Change("encryption_configurations.0.encryption_type", "KMS_DSSE"),),
    ),
)
def repository_key(repository: Resource, stack: Stack) -> Outcome:
    """Images hold code and its settings; a key of one's own can be refused to others."""
    path = "encryption_configurations.0.encryption_type"
    if str(repository.get(path)).startswith("KMS"):
        return customer_key(repository, stack, "encryption_configurations.kms_key")
    return Fail(
        path,
        "KMS with a customer managed key",
        repository.get(path),
        "Set encryption_type to KMS and kms_key to a kms.Key; the change replaces the repository.",
    )


@control(
    "ecr-lifecycle",
    title="Repositories drop images that nobody needs any more",
    severity=Severity.LOW,
    category=Category.COST,
    types=ECR_REPOSITORY,
    needs=(ECR_LIFECYCLE,),
    frameworks={Framework.FSBP: ("ECR.3",), Framework.NIST: ("CM-2(2)",)},
    cases=Cases(
        passing=Given(
            ECR_REPOSITORY,
            {"name": "api"},
            (Neighbour("keep", ECR_LIFECYCLE, {"repository": Ref("subject")}),),
        ),
        failing=(Without("keep"), Change("repository", "another", of="keep")),
        unknown=(Hide("repository", of="keep"),),
        absent=(Without("keep"),),
        also_passing=(Change("repository", "api", of="keep"),),
    ),
)
def lifecycle(repository: Resource, stack: Stack) -> Outcome:
    """Images of years are paid for, and the old ones with their holes can still be started."""
    if referrers(repository, stack, ECR_LIFECYCLE, "repository"):
        return Pass()
    return Fail(
        "lifecycle_policy",
        "an ecr.LifecyclePolicy for the repository",
        None,
        "Add an ecr.LifecyclePolicy that keeps the last images.",
    )


@control(
    "ecr-repository-policy-not-public",
    title="Repository policies let no stranger pull or push",
    severity=Severity.CRITICAL,
    category=Category.IAM,
    types=ECR_POLICY,
    frameworks={Framework.PCI: ("7.2.1",), Framework.NIST: ("AC-3", "AC-6")},
    cases=Cases(
        passing=Given(
            ECR_POLICY,
            {
                "policy": Json(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"AWS": "arn:aws:iam::123456789012:role/ci"},
                                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                            }
                        ]
                    }
                )
            },
        ),
        failing=(
            Change("policy.Statement.0.Principal", "*"),
            Change("policy.Statement.0.Principal", {"AWS": ["*"]}),
        ),
        unknown=(Hide("policy"), Hide("policy.Statement.0.Principal")),
        also_passing=(
            (
                Change("policy.Statement.0.Principal", "*"),
                Change(
                    "policy.Statement.0.Condition",
                    {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
                ),
            ),
        ),
    ),
)
def repository_policy_not_public(policy: Resource) -> Outcome:
    """Who may push, decides what runs."""
    return not_public(
        document_statements(policy, "policy"),
        expected="named principals, or a condition on aws:PrincipalOrgID",
        fix="Name the principals in the repository policy.",
    )
