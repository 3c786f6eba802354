"""Snapshots of volumes and databases, and who may restore them."""

from __future__ import annotations

from typing import Any

from stackproof.types.described import Item, Listing, Question, Type
from stackproof.types.tokens import (
    EBS_SNAPSHOT,
    EC2_SNAPSHOT_PERMISSION,
    RDS_CLUSTER_SNAPSHOT,
    RDS_SNAPSHOT,
)

VOLUME = Type(
    token=EBS_SNAPSHOT,
    service="ec2",
    listing=Listing(
        operation="DescribeSnapshots",
        result="Snapshots",
        single={"SnapshotIds": ["{id}"]},
        fixed={"OwnerIds": ["self"]},
        absent=("InvalidSnapshot.NotFound",),
    ),
    id="{SnapshotId}",
    arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    omitted={"storage_tier": "standard"},
    unread=frozenset({"permanent_restore", "temporary_restore_days"}),
    tags="Tags",
    arn_service="ec2:snapshot",
)


def _whom(item: Item) -> str:
    # One account, or the group of all: EC2 API Reference, CreateVolumePermission.
    return str(item.get("UserId") or item["Group"])


PERMISSION = Type(
    token=EC2_SNAPSHOT_PERMISSION,
    service="ec2",
    listing=Listing(
        operation="DescribeSnapshotAttribute",
        result="CreateVolumePermissions",
        parent=EBS_SNAPSHOT,
        by="SnapshotId",
        single={"SnapshotId": "{snapshot_id}"},
        fixed={"Attribute": "createVolumePermission"},
        absent=("InvalidSnapshot.NotFound",),
    ),
    id=lambda item: f"{item['SnapshotId']}-{_whom(item)}",
    names={"snapshot_id": "listed:SnapshotId"},
    extra=lambda item, answers: {"account_id": _whom(item)},
    provides=frozenset({"account_id"}),
    parent_ids=("SnapshotId",),
)


def _restorers(attributes: list[dict[str, Any]]) -> list[str]:
    # `all` among them means everybody: RDS API Reference, DBSnapshotAttribute.
    return [
        account
        for attribute in attributes
        if attribute["AttributeName"] == "restore"
        for account in attribute.get("AttributeValues") or ()
    ]


def _is_deleted(snapshot: Item) -> bool:
    return snapshot.get("Status") == "deleting"


DATABASE = Type(
    token=RDS_SNAPSHOT,
    service="rds",
    listing=Listing(
        operation="DescribeDBSnapshots",
        result="DBSnapshots",
        single={"DBSnapshotIdentifier": "{id}"},
        # RDS and Backup make and remove the others by themselves, and share them with nobody: who
        # wants that copies them first. Amazon RDS User Guide, "Sharing a DB snapshot".
        fixed={"SnapshotType": "manual"},
        absent=("DBSnapshotNotFound", "DBSnapshotNotFoundFault"),
    ),
    id="{DBSnapshotIdentifier}",
    arn="{DBSnapshotArn}",
    name="{DBSnapshotIdentifier}",
    questions={
        "sharing": Question(
            operation="DescribeDBSnapshotAttributes",
            parameters={"DBSnapshotIdentifier": "{DBSnapshotIdentifier}"},
            result="DBSnapshotAttributesResult.DBSnapshotAttributes",
        )
    },
    names={"shared_accounts": ("sharing:", _restorers)},
    tags="TagList",
    dying=_is_deleted,
    arn_service="rds:snapshot",
)

DATABASE_CLUSTER = Type(
    token=RDS_CLUSTER_SNAPSHOT,
    service="rds",
    listing=Listing(
        operation="DescribeDBClusterSnapshots",
        result="DBClusterSnapshots",
        single={"DBClusterSnapshotIdentifier": "{id}"},
        fixed={"SnapshotType": "manual"},
        absent=("DBClusterSnapshotNotFoundFault",),
    ),
    id="{DBClusterSnapshotIdentifier}",
    arn="{DBClusterSnapshotArn}",
    name="{DBClusterSnapshotIdentifier}",
    questions={
        "sharing": Question(
            operation="DescribeDBClusterSnapshotAttributes",
            parameters={"DBClusterSnapshotIdentifier": "{DBClusterSnapshotIdentifier}"},
            result="DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
        )
    },
    names={"shared_accounts": ("sharing:", _restorers)},
    tags="TagList",
    dying=_is_deleted,
    arn_service="rds:cluster-snapshot",
)

TYPES = (VOLUME, PERMISSION, DATABASE, DATABASE_CLUSTER)
