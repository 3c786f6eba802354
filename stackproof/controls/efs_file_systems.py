"""File systems: encrypted, backed up, and open to each user for his own part only."""

from __future__ import annotations

from stackproof.controls.backup_coverage import covered_by_plan
from stackproof.controls.registry import control
from stackproof.controls.support.checks import (
    NON_PRODUCTION,
    attempt,
    expect,
    expect_that,
    some,
)
from stackproof.model import (
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, With, Without
from stackproof.reasoning.relations import referrers_or_unknown
from stackproof.types.tokens import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    EFS_ACCESS_POINT,
    EFS_BACKUP_POLICY,
    EFS_FILE_SYSTEM,
    EFS_MOUNT_TARGET,
    SUBNET,
)


@control(
    "efs-encrypted",
    title="File systems are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=EFS_FILE_SYSTEM,
    frameworks={
        Framework.FSBP: ("EFS.1", "EFS.8"),
        Framework.CIS: ("2.3.1",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-13", "SC-28", "SC-28(1)"),
    },
    cases=Cases(
        passing=Given(EFS_FILE_SYSTEM, {"encrypted": True}),
        failing=(Change("encrypted", False), Remove("encrypted")),
        unknown=(Hide("encrypted"),),
    ),
)
def encrypted(system: Resource) -> Outcome:
    """A program that doesn't ask for it gets a file system in plain text; the console encrypts.

    Source: Amazon EFS User Guide, "Encrypting data at rest".
    """
    return expect(
        system,
        "encrypted",
        True,
        fix="Set encrypted to true; the change replaces the file system, so copy its files.",
    )


POLICY = Neighbour(
    "policy",
    EFS_BACKUP_POLICY,
    {"file_system_id": Ref("subject"), "backup_policy": {"status": "ENABLED"}},
)
PLANNED = (
    Without("policy"),
    With(Neighbour("plan", BACKUP_PLAN, {"name": "daily"})),
    With(
        Neighbour(
            "chosen",
            BACKUP_SELECTION,
            {"plan_id": Ref("plan"), "resources": [Ref("subject", "arn")]},
        )
    ),
)


@control(
    "efs-backed-up",
    title="File systems are backed up",
    severity=Severity.MEDIUM,
    category=Category.DR,
    types=EFS_FILE_SYSTEM,
    needs=(EFS_BACKUP_POLICY, BACKUP_PLAN, BACKUP_SELECTION),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CP-9", "CP-10", "SI-13(5)")},
    in_part={Framework.FSBP: ("EFS.2", "EFS.7")},
    cases=Cases(
        passing=Given(EFS_FILE_SYSTEM, {"encrypted": True}, (POLICY,)),
        failing=(
            Change("backup_policy.status", "DISABLED", of="policy"),
            (*PLANNED, Change("resources", ["arn:aws:rds:*:*:db:*"], of="chosen")),
            (
                Change("availability_zone_name", "us-east-1a"),
                Change("backup_policy.status", "DISABLED", of="policy"),
            ),
        ),
        unknown=(
            Hide("backup_policy", of="policy"),
            Hide("file_system_id", of="policy"),
            (*PLANNED, Hide("resources", of="chosen")),
        ),
        absent=(Without("policy"),),
        also_passing=(
            PLANNED,
            (Without("policy"), Change("availability_zone_name", "us-east-1a")),
        ),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def backed_up(system: Resource, stack: Stack) -> Outcome:
    """Files that were deleted by mistake are gone from every zone at once.

    File systems of one zone are backed up unless that is switched off. Source: Amazon EFS User
    Guide, "Backing up EFS file systems".
    """
    missing = Fail(
        "backup_policy.status",
        "ENABLED, or a backup.Selection that chooses the file system",
        None,
        "Add an aws.efs.BackupPolicy with the status ENABLED.",
    )
    policies = list(referrers_or_unknown(system, stack, EFS_BACKUP_POLICY, "file_system_id"))
    if not policies and system["availability_zone_name"]:
        return Pass()
    own = some(policies, lambda policy: _is_on(policy, missing), missing)
    if isinstance(own, Pass):
        return own
    planned = attempt(covered_by_plan, system, stack)
    if isinstance(planned, Pass):
        return planned
    return planned if isinstance(planned, Unknown) else own


def _is_on(policy: Resource, missing: Fail) -> Outcome:
    return Pass() if policy.get("backup_policy.status") in ("ENABLED", "ENABLING") else missing


@control(
    "efs-access-point-own-root",
    title="Access points show a directory of their own, not the whole file system",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=EFS_ACCESS_POINT,
    frameworks={Framework.FSBP: ("EFS.3",), Framework.NIST: ("AC-6(10)",)},
    cases=Cases(
        passing=Given(EFS_ACCESS_POINT, {"root_directory": {"path": "/orders"}}),
        failing=(
            Change("root_directory.path", "/"),
            Remove("root_directory.path"),
            Remove("root_directory"),
        ),
        unknown=(Hide("root_directory"), Hide("root_directory.path")),
    ),
)
def own_root(point: Resource) -> Outcome:
    """Through an access point without one a program reads and writes everybody's files.

    Source: Amazon EFS User Guide, "Working with access points": the root is the default.
    """
    return expect_that(
        point,
        "root_directory.path",
        lambda value: value not in (None, "", "/"),
        expected="a directory below the root",
        fix="Set root_directory.path to a directory of this program's own.",
    )


@control(
    "efs-access-point-own-user",
    title="Access points fix the user by which files are read and written",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=EFS_ACCESS_POINT,
    frameworks={
        Framework.FSBP: ("EFS.4",),
        Framework.PCI: ("7.3.1",),
        Framework.NIST: ("AC-6(2)",),
    },
    cases=Cases(
        passing=Given(EFS_ACCESS_POINT, {"posix_user": {"uid": 1000, "gid": 1000}}),
        failing=(Remove("posix_user"), Change("posix_user", {})),
        unknown=(Hide("posix_user"), Hide("posix_user.uid")),
        also_passing=(Change("posix_user.uid", 0),),
    ),
)
def own_user(point: Resource) -> Outcome:
    """Otherwise a client says itself which user it is, and may say root."""
    return expect_that(
        point,
        "posix_user.uid",
        lambda value: value is not None,
        expected="the number of a user",
        fix="Set posix_user with the uid and gid of the program that mounts it.",
    )


@control(
    "efs-mount-target-private",
    title="Mount targets stand in no subnet that gives out public addresses",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    types=EFS_MOUNT_TARGET,
    needs=(SUBNET,),
    frameworks={Framework.FSBP: ("EFS.6",), Framework.NIST: ("AC-4", "SC-7")},
    cases=Cases(
        passing=Given(
            EFS_MOUNT_TARGET,
            {"subnet_id": Ref("subnet")},
            (Neighbour("subnet", SUBNET, {"map_public_ip_on_launch": False}),),
        ),
        failing=(Change("map_public_ip_on_launch", True, of="subnet"),),
        unknown=(Hide("subnet_id"), Hide("map_public_ip_on_launch", of="subnet")),
        absent=(Without("subnet"),),
        also_passing=(Remove("map_public_ip_on_launch", of="subnet"),),
    ),
)
def mount_target_private(target: Resource, stack: Stack) -> Outcome:
    """Files belong where programs and databases are, not where the internet arrives."""
    subnet = stack.follow_one(target, "subnet_id", SUBNET)
    if subnet is None:
        return NotApplicable("no subnet is said")
    if not subnet["map_public_ip_on_launch"]:
        return Pass()
    return Fail(
        "subnet_id",
        "a subnet that gives out no public addresses",
        subnet.name,
        "Put the mount target into a private subnet of the same zone.",
    )
