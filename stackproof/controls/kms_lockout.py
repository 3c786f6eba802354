"""Customer managed keys: somebody stays able to manage them."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect, unsaid
from stackproof.model import Category, Framework, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import KMS_EXTERNAL_KEY, KMS_KEY, KMS_KEY_POLICY

_BYPASS = "bypass_policy_lockout_safety_check"


@control(
    "kms-key-policy-lockout-check",
    title="Keys are made with the check that keeps somebody able to manage them",
    severity=Severity.HIGH,
    category=Category.DR,
    types=(KMS_KEY, KMS_EXTERNAL_KEY, KMS_KEY_POLICY),
    frameworks={Framework.NIST: ("CP-9", "SC-12(1)")},
    cases=Cases(
        passing=Given(KMS_KEY, {_BYPASS: False}),
        failing=(Change(_BYPASS, True),),
        unknown=(Hide(_BYPASS),),
        not_applicable=(Remove(_BYPASS),),
    ),
)
def lockout_check(key: Resource) -> Outcome:
    """A policy that lets nobody change it makes a key that only AWS Support may bring back.

    The check is on by default, and what was asked of it is not shown afterwards. Source: AWS KMS
    API Reference, PutKeyPolicy, BypassPolicyLockoutSafetyCheck.
    """
    if key[_BYPASS] is None:
        return unsaid("it checks by default")
    return expect(key, _BYPASS, False, fix=f"Leave {_BYPASS} out.")
