"""Which of AWS's own policies identities have attached, and how wide these are."""

from __future__ import annotations

from typing import Final

from stackproof.controls.iam_policies import LEAST_PRIVILEGE
from stackproof.controls.registry import control
from stackproof.controls.support.checks import each
from stackproof.model import (
    Category,
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
from stackproof.model.sentences import listed
from stackproof.reasoning.aws_managed import is_aws_managed, widely_allowed
from stackproof.types.tokens import (
    IAM_GROUP_POLICY_ATTACHMENT,
    IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE,
    IAM_POLICY_ATTACHMENT,
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
    IAM_USER_POLICY_ATTACHMENT,
    IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE,
)

_ATTACHING: Final = (
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    IAM_ROLE_POLICY_ATTACHMENTS_EXCLUSIVE,
    IAM_USER_POLICY_ATTACHMENT,
    IAM_USER_POLICY_ATTACHMENTS_EXCLUSIVE,
    IAM_GROUP_POLICY_ATTACHMENT,
    IAM_GROUP_POLICY_ATTACHMENTS_EXCLUSIVE,
    IAM_POLICY_ATTACHMENT,
)
_AWS: Final = "arn:aws:iam::aws:policy/"
_POWERFUL = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


@control(
    "iam-no-administrator-attached",
    title="Identities have no administrator policy of AWS attached",
    severity=Severity.HIGH,
    category=Category.IAM,
    types=_ATTACHING,
    frameworks=LEAST_PRIVILEGE,
    in_part={Framework.CIS: ("1.15",)},
    cases=Cases(
        passing=Given(
            IAM_ROLE_POLICY_ATTACHMENT,
            {"policy_arn": "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"},
        ),
        failing=(
            *(Change("policy_arn", f"arn:aws:iam::aws:policy/{name}") for name in _POWERFUL),
            Change("policy_arn", "arn:aws-cn:iam::aws:policy/AdministratorAccess"),
            (
                Remove("policy_arn"),
                Change("managed_policy_arns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
            ),
            (
                Remove("policy_arn"),
                Change("policy_arns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
            ),
        ),
        unknown=(Hide("policy_arn"),),
        also_passing=(
            Change("policy_arn", "arn:aws:iam::123456789012:policy/AdministratorAccessOfShifts"),
        ),
        not_applicable=(Remove("policy_arn"),),
    ),
)
def no_administrator_attached(holder: Resource) -> Outcome:
    """A service that is an administrator makes every flaw in it a flaw of the account."""
    return each(_attached(holder), _not_powerful)


def _attached(holder: Resource) -> list[tuple[str, str] | Unknown]:
    names = ("policy_arn", "policy_arns", "managed_policy_arns")
    return [item for name in names for item in _named(holder, name)]


def _named(holder: Resource, name: str) -> list[tuple[str, str] | Unknown]:
    value = holder.raw(name)
    items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    return [item.at(name) if isinstance(item, Unknown) else (name, str(item)) for item in items]


def _not_powerful(attached: tuple[str, str]) -> Outcome:
    name, arn = attached
    owner, _, policy = arn.partition(":policy/")
    if not owner.endswith(":iam::aws") or policy not in _POWERFUL:
        return Pass()
    return Fail(
        name,
        f"none of {', '.join(_POWERFUL)}",
        arn,
        "Attach a policy with the actions and ARNs that the role needs.",
    )


# Those that AWS writes for the work of one service, but not for the instances of one.
_FOR_SERVICES: Final = (
    "service-role/",
    "AWSBackupServiceRolePolicyForS3",
    "AWSCodeDeployRoleForECS",
)
_FOR_INSTANCES: Final = ("AmazonEC2Role", "EC2Role")
_WIDE: Final = (
    "AmazonEC2FullAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AWSCloudFormationFullAccess",
    "AWSOrganizationsFullAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "job-function/SystemAdministrator",
    "service-role/AmazonElasticMapReduceforEC2Role",
)


@control(
    "iam-no-wide-policy-attached",
    title="Identities have no policy of AWS attached that reaches everything of a service",
    severity=Severity.MEDIUM,
    category=Category.IAM,
    types=_ATTACHING,
    frameworks=LEAST_PRIVILEGE,
    cases=Cases(
        passing=Given(IAM_ROLE_POLICY_ATTACHMENT, {"policy_arn": f"{_AWS}SecurityAudit"}),
        failing=(
            *(Change("policy_arn", f"{_AWS}{name}") for name in _WIDE),
            (Remove("policy_arn"), Change("managed_policy_arns", [f"{_AWS}{_WIDE[0]}"])),
            (Remove("policy_arn"), Change("policy_arns", [f"{_AWS}{_WIDE[0]}"])),
        ),
        unknown=(Hide("policy_arn"), Change("policy_arn", f"{_AWS}MadeTomorrow")),
        also_passing=(
            Change("policy_arn", "arn:aws:iam::123456789012:policy/AmazonS3FullAccess"),
            Change("policy_arn", f"{_AWS}service-role/AWSLambdaBasicExecutionRole"),
            Change("policy_arn", f"{_AWS}service-role/AWSGlueServiceRole"),
            Change("policy_arn", f"{_AWS}AmazonSSMManagedInstanceCore"),
        ),
        not_applicable=(Remove("policy_arn"), Change("policy_arn", f"{_AWS}AdministratorAccess")),
    ),
)
def no_wide_policy_attached(holder: Resource) -> Outcome:
    """It is written for every account, and so names nothing of this one.

    What it says is taken from a table of AWS's policies; one that came later is unknown. Those for
    the role of one service are what that service needs. Sources: AWS Managed Policy Reference; IAM
    User Guide, "AWS managed policies" (start with them, and move toward least privilege).
    """
    return each(_attached(holder), _not_wide)


def _not_wide(attached: tuple[str, str]) -> Outcome:
    name, arn = attached
    policy = arn.partition(":policy/")[2]
    if not is_aws_managed(arn) or _of_a_service(policy):
        return Pass()
    if policy in _POWERFUL:
        return NotApplicable("an administrator's, which another control says")
    if not (wide := widely_allowed(arn)):
        return Pass()
    return Fail(
        name,
        "a policy that names what the identity needs",
        f"{policy}, which allows {listed(wide, 3)} on everything",
        "Write a policy with the actions and ARNs that the identity needs.",
    )


def _of_a_service(policy: str) -> bool:
    return policy.startswith(_FOR_SERVICES) and not any(name in policy for name in _FOR_INSTANCES)
