"""Instances: whose rights they have, and who may end them."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect, expect_set
from stackproof.controls.support.instance_parts import unless_left_out
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
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import EC2_INSTANCE

_ROLE = "iam_instance_profile"
_BY_TEMPLATE = Change("launch_template", {"id": "lt-1", "version": "3"})


@control(
    "ec2-instance-has-role",
    title="Instances have a role of their own instead of stored keys",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=EC2_INSTANCE,
    frameworks={
        Framework.CIS: ("1.17",),
        Framework.PCI: ("7.2.1", "7.2.2"),
        Framework.NIST: ("AC-3", "CM-5(1)"),
    },
    cases=Cases(
        passing=Given(EC2_INSTANCE, {_ROLE: "api"}),
        failing=(Remove(_ROLE), Change(_ROLE, "")),
        unknown=(Hide(_ROLE), (Remove(_ROLE), _BY_TEMPLATE)),
        not_applicable=((Remove(_ROLE), Change("public_ip", "198.51.100.7")),),
    ),
)
def has_role(instance: Resource) -> Outcome:
    """What has no role gets keys from somewhere, which stay when the instance goes.

    One that the internet reaches is judged by `ec2-public-instance-no-role`.
    """
    instance = stated(instance)
    if _is_public(instance) and not instance[_ROLE]:
        return NotApplicable("the internet reaches it")
    judged = expect_set(
        instance, _ROLE, expected="an instance profile", fix=f"Set {_ROLE} to an instance profile."
    )
    return unless_left_out(instance, judged)


@control(
    "ec2-public-instance-no-role",
    title="Instances with a public address hold no role",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=EC2_INSTANCE,
    frameworks={Framework.PCI: ("1.4.1", "7.2.2"), Framework.NIST: ("AC-4", "AC-6")},
    cases=Cases(
        passing=Given(EC2_INSTANCE, {"associate_public_ip_address": True}),
        failing=(
            Change(_ROLE, "api"),
            (
                Remove("associate_public_ip_address"),
                Change("public_ip", "198.51.100.7"),
                Change(_ROLE, "api"),
            ),
        ),
        unknown=(
            Hide(_ROLE),
            (Hide("associate_public_ip_address"), Change(_ROLE, "api")),
            _BY_TEMPLATE,
        ),
        not_applicable=(
            Change("associate_public_ip_address", False),
            Remove("associate_public_ip_address"),
        ),
    ),
)
def public_without_role(instance: Resource) -> Outcome:
    """Who takes over what stands in the open has the role's rights in the same minute.

    What answers the internet stands behind a load balancer and has no address of its own.
    """
    instance = stated(instance)
    if not _is_public(instance):
        return NotApplicable("no public address is asked for")
    if not instance[_ROLE]:
        if instance["launch_template"]:
            return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, _ROLE, "the launch template decides")
        return Pass()
    return Fail(
        _ROLE,
        "no role, or no public address",
        instance[_ROLE],
        "Take the public address away, and reach the instance by a load balancer or Session "
        "Manager.",
    )


def _is_public(instance: Resource) -> bool:
    return bool(instance["public_ip"] or instance["associate_public_ip_address"])


@control(
    "ec2-instance-termination-protected",
    title="Instances that stand alone are protected from termination",
    severity=Severity.LOW,
    category=Category.DR,
    types=EC2_INSTANCE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "CP-10")},
    cases=Cases(
        passing=Given(EC2_INSTANCE, {"disable_api_termination": True}),
        failing=(Change("disable_api_termination", False), Remove("disable_api_termination")),
        unknown=(
            Hide("disable_api_termination"),
            (Remove("disable_api_termination"), _BY_TEMPLATE),
        ),
        not_applicable=(
            Change("tags", {"Environment": "dev"}),
            (Change("disable_api_termination", False), Change("instance_lifecycle", "spot")),
        ),
    ),
)
def termination_protected(instance: Resource) -> Outcome:
    """Ended by mistake, it is gone with what its disks held.

    AWS ends spot instances itself. Source: Amazon EC2 User Guide, "Change instance termination
    protection".
    """
    instance = stated(instance)
    if instance["instance_lifecycle"] == "spot" or instance.raw("instance_market_options"):
        return NotApplicable("a spot instance")
    path = "disable_api_termination"
    return unless_left_out(instance, expect(instance, path, True, fix=f"Set {path} to true."))
