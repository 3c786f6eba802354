"""Source repositories: whose key they are encrypted with."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.keys import customer_key
from stackproof.model import Category, Family, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.keys import KEY_TYPES
from stackproof.types.tokens import CODECOMMIT_REPOSITORY, KMS_KEY


@control(
    "codecommit-customer-key",
    title="Source repositories are encrypted with a customer managed key",
    severity=Severity.LOW,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=CODECOMMIT_REPOSITORY,
    needs=KEY_TYPES,
    frameworks={Framework.PCI: ("3.5.1",), Framework.NIST: ("SC-28(1)",)},
    cases=Cases(
        passing=Given(
            CODECOMMIT_REPOSITORY,
            {"repository_name": "api", "kms_key_id": Ref("key", "arn")},
            (Neighbour("key", KMS_KEY, {"description": "delivery"}),),
        ),
        failing=(Remove("kms_key_id"), Change("kms_key_id", "alias/aws/codecommit")),
        unknown=(Hide("kms_key_id"),),
        absent=(Without("key"),),
    ),
)
def repository_key(repository: Resource, stack: Stack) -> Outcome:
    """What is in the repository is what will run; the key says who may read it."""
    return customer_key(repository, stack, "kms_key_id")
