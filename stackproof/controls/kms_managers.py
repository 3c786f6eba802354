"""Customer managed keys: their policies leave somebody who can change them."""

from __future__ import annotations

from typing import Final

from stackproof.controls.kms_keys import OWNER_ONLY, POLICY_APART, apart
from stackproof.controls.registry import control
from stackproof.controls.support.checks import some
from stackproof.controls.support.documents import granted
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Json, Ref, Remove
from stackproof.reasoning.access import Grant, Kind, Statement
from stackproof.reasoning.policy_documents import SourcedStatement, resource_policy
from stackproof.types.tokens import KMS_EXTERNAL_KEY, KMS_KEY

_MANAGE: Final = "kms:PutKeyPolicy"
_STATEMENT: Final = "policy.Statement.0"
_DENIED: Final = {"Effect": "Deny", "Principal": "*", "Action": "kms:Put*", "Resource": "*"}
_FOR_USE: Final = Json(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:role/api"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
            }
        ]
    }
)
_ROLE: Final = {"AWS": "arn:aws:iam::123456789012:role/keys"}


@control(
    "kms-key-has-manager",
    title="Key policies let somebody of the account change them",
    severity=Severity.HIGH,
    category=Category.DR,
    types=(KMS_KEY, KMS_EXTERNAL_KEY, *POLICY_APART),
    needs=(KMS_KEY, *POLICY_APART),
    frameworks={Framework.NIST: ("CP-9", "SC-12(1)")},
    cases=Cases(
        passing=Given(KMS_KEY, {"policy": OWNER_ONLY}),
        failing=(
            Change("policy", _FOR_USE),
            (Remove("policy"), apart(Ref("subject"), _FOR_USE)),
            Change(f"{_STATEMENT}.Principal", {"Service": "logs.amazonaws.com"}),
            # What AWS shows of an identity that was deleted.
            Change(f"{_STATEMENT}.Principal", {"AWS": "AROAEXAMPLEID"}),
            Change("policy.Statement", [*OWNER_ONLY.data["Statement"], _DENIED]),
        ),
        unknown=(
            Hide("policy"),
            (Change("policy", _FOR_USE), Hide(f"{_STATEMENT}.Principal")),
        ),
        absent=((Remove("policy"), apart(Unknown(Cause.NOT_KNOWN_AT_PREVIEW), _FOR_USE)),),
        also_passing=(
            (
                Change(f"{_STATEMENT}.Principal", _ROLE),
                Change(f"{_STATEMENT}.Action", ["kms:Describe*", "kms:Put*"]),
            ),
        ),
        not_applicable=(Remove("policy"),),
    ),
)
def has_manager(key: Resource, stack: Stack) -> Outcome:
    """Nobody else can mend it, root neither: AWS Support has to be asked for such a key.

    Nobody of another account can, whatever the policy says. Sources: AWS KMS Developer Guide,
    "Default key policy"; AWS KMS API Reference, PutKeyPolicy.
    """
    items = resource_policy(key, stack)
    if not items:
        return NotApplicable("without a policy AWS gives it to its account")
    missing = Fail(
        "policy",
        f"somebody of the account who is allowed {_MANAGE}",
        "nobody",
        f"Allow the account, or its administrators, {_MANAGE}.",
    )
    known = [item.statement for item in items if isinstance(item, SourcedStatement)]
    if any(_denies_everybody(statement) for statement in known):
        return missing
    return some(granted(items), lambda item: _manages(key, item[1], missing), missing)


def _denies_everybody(statement: Statement) -> bool:
    denied = not statement.allows and statement.acts(_MANAGE)
    return denied and statement.everybody and not statement.conditions


def _manages(key: Resource, grant: Grant, missing: Fail) -> Outcome:
    if not grant.statement.acts(_MANAGE):
        return missing
    if grant.party.kind is Kind.EVERYBODY:
        return Pass()
    # Before deployment the account isn't known: a policy names its own as a rule.
    own = grant.party.kind is Kind.ACCOUNT and key.account in (None, grant.party.name)
    return Pass() if own else missing
