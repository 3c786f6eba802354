"""Keys stand where they encrypt: also for what is copied to another region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import attempt
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
    UnresolvedError,
    worst,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Ref, Remove, Without
from stackproof.reasoning.effective import inline
from stackproof.reasoning.keys import KEY_TYPES, key_of
from stackproof.reasoning.permissions.targets import leaves
from stackproof.types.tokens import (
    KMS_KEY,
    RDS_CLUSTER,
    RDS_INSTANCE,
    S3_BUCKET,
    S3_ENCRYPTION,
    S3_REPLICATION,
)

_DATABASE_KEY: Final = "kms_key_id"
# What names the source of a copy; one in another region is written as an ARN.
_SOURCES: Final = {
    RDS_CLUSTER: "replication_source_identifier",
    RDS_INSTANCE: "replicate_source_db",
}
_BUCKET_KEY: Final = "rules.apply_server_side_encryption_by_default.kms_master_key_id"
_REPLICA_KEY: Final = "rules.destination.encryption_configuration.replica_kms_key_id"
COPY: Final = Given(
    RDS_INSTANCE,
    {
        "replicate_source_db": "arn:aws:rds:eu-west-1:123456789012:db:orders",
        "storage_encrypted": True,
        "kms_key_id": Ref("key", "arn"),
    },
    (Neighbour("key", KMS_KEY, {"region": "us-east-1"}),),
)
_ELSEWHERE: Final = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"


@control(
    "rds-key-of-its-region",
    title="Databases, copies from other regions too, are encrypted with keys of their own region",
    severity=Severity.HIGH,
    category=Category.DR,
    types=(RDS_INSTANCE, RDS_CLUSTER),
    needs=KEY_TYPES,
    frameworks={Framework.NIST: ("CP-9", "SC-12")},
    cases=Cases(
        passing=COPY,
        failing=(
            Change("region", "eu-west-1", of="key"),
            Change("kms_key_id", _ELSEWHERE),
            Remove("kms_key_id"),
        ),
        unknown=(Hide("kms_key_id"), Change("kms_key_id", "0a1b2c3d")),
        absent=((Without("key"), Hide("kms_key_id")),),
        also_passing=(
            Without("key"),  # its ARN says where it is
            Change("kms_key_id", "alias/aws/rds"),
            Change("kms_key_id", "arn:aws:kms:us-east-1:210987654321:key/0a1b2c3d"),
            Change("kms_key_id", "mrk-0a1b2c3d"),
            (Change("storage_encrypted", False), Remove("kms_key_id")),
        ),
    ),
)
def database_key(database: Resource, stack: Stack) -> Outcome:
    """The key of the source is not there for a copy in another region, and RDS refuses it.

    Source: Amazon RDS User Guide, "Limitations of Amazon RDS encrypted DB instances".
    """
    return worst(_judge(database, _DATABASE_KEY, stack), _named(database))


def _named(database: Resource) -> Outcome:
    """Fail for an encrypted copy of what is in another region that names no key."""
    source = database.raw(_SOURCES[database.type])
    home = _of_arn(source) if isinstance(source, str) else None
    if home in (None, _place(database)):
        return Pass()
    if database.raw("storage_encrypted") is not True or database.raw(_DATABASE_KEY) is not None:
        return Pass()
    return Fail(
        _DATABASE_KEY,
        "the ARN of a key of this region",
        "none, and the source's key is of another region",
        "Make a kms.Key, or a kms.ReplicaKey, with this region's provider and name it.",
    )


COPIED: Final = Given(
    S3_BUCKET,
    {
        "bucket": "orders",
        "region": "us-east-1",
        "server_side_encryption_configuration": {
            "rule": {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": Ref("key", "arn"),
                }
            }
        },
        "replication_configuration": {
            "rules": [
                {
                    "status": "Enabled",
                    "destination": {
                        "bucket": Ref("copy", "arn"),
                        "replica_kms_key_id": Ref("copy-key", "arn"),
                    },
                }
            ]
        },
    },
    (
        Neighbour("key", KMS_KEY, {"region": "us-east-1"}),
        Neighbour("copy", S3_BUCKET, {"bucket": "orders-copy", "region": "eu-west-1"}),
        Neighbour("copy-key", KMS_KEY, {"region": "eu-west-1"}),
    ),
)
_TO_KEY: Final = "replication_configuration.rules.0.destination.replica_kms_key_id"
_OWN_KEY: Final = (
    "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default"
    ".kms_master_key_id"
)


@control(
    "s3-key-of-its-region",
    title="Buckets and their replicas are encrypted with keys of their own region",
    severity=Severity.HIGH,
    category=Category.DR,
    types=(S3_BUCKET, S3_ENCRYPTION, S3_REPLICATION),
    needs=(*KEY_TYPES, S3_BUCKET),
    frameworks={Framework.NIST: ("CP-9", "SC-12")},
    cases=Cases(
        passing=COPIED,
        failing=(
            Change("region", "eu-west-1", of="key"),
            Change("region", "us-east-1", of="copy-key"),
            Change(_TO_KEY, "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"),
            Change(_OWN_KEY, _ELSEWHERE),
        ),
        unknown=(Hide(_OWN_KEY), Hide(_TO_KEY), Change(_TO_KEY, "0a1b2c3d")),
        absent=((Without("key"), Hide(_OWN_KEY)), Without("copy")),
        also_passing=(
            Change(_OWN_KEY, "alias/orders"),
            Change(_TO_KEY, "arn:aws:kms:eu-west-1:210987654321:key/0a1b2c3d"),
        ),
        not_applicable=(
            (
                Remove("server_side_encryption_configuration"),
                Remove("replication_configuration"),
            ),
        ),
    ),
)
def bucket_key(encryption: Resource, stack: Stack) -> Outcome:
    """S3 takes the name of any key, and fails at each object.

    Source: Amazon S3 User Guide, "Specifying server-side encryption with AWS KMS", "Replicating
    encrypted objects".
    """
    return worst(*(attempt(_judge, *sealed, stack) for sealed in _sealed(encryption)))


def _sealed(bucket: Resource) -> Iterator[tuple[Resource, str]]:
    """Give what names keys, each with the property that does."""
    for encryption in inline(bucket, S3_ENCRYPTION):
        yield encryption, _BUCKET_KEY
    for replication in inline(bucket, S3_REPLICATION):
        for rule in replication.blocks("rules"):
            yield (
                replace(replication, data={**replication.data, "rules": [rule.data]}),
                _REPLICA_KEY,
            )


def _judge(holder: Resource, path: str, stack: Stack) -> Outcome:
    named = next(leaves(holder.data, path.split(".")), None)
    if named is None:
        return NotApplicable("no key is named")
    if isinstance(named, str) and named.startswith(("alias/", "mrk-")):
        return Pass()  # there is one of that name in each region, or none
    wanted, found = _regions(holder, stack), _region_of(named, holder, path, stack)
    if found is None or not wanted or None in wanted:
        return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, path, "the region of the key, or its own")
    if found in wanted:
        return Pass()
    here = " or ".join(sorted(region for region in wanted if region))
    return Fail(
        path,
        f"a key in {here}, where it encrypts",
        f"a key in {found}",
        f"Make a kms.Key, or a kms.ReplicaKey, in {here} and name that.",
    )


def _regions(holder: Resource, stack: Stack) -> set[str | None]:
    if holder.type == S3_ENCRYPTION:
        return {_place(bucket) for bucket in stack.follow(holder, "bucket", S3_BUCKET)}
    if holder.type == S3_REPLICATION:
        replicas = stack.follow(holder, "rules.destination.bucket", S3_BUCKET)
        return {_place(bucket) for bucket in replicas}
    return {_place(holder)}


def _region_of(named: str | Unknown, holder: Resource, path: str, stack: Stack) -> str | None:
    try:
        key = key_of(holder, stack, path)
    except UnresolvedError:
        if isinstance(named, str) and named.startswith("arn:"):
            return _of_arn(named)
        raise
    return None if key is None else _place(key)


def _of_arn(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[3] or None if len(parts) > 5 else None


def _place(resource: Resource) -> str | None:
    return resource.text("region") or resource.region
