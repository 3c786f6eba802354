"""Defects of the payment platform."""

from __future__ import annotations

from stackproof.demo.plants.base import Plant, open_to_internet

SCALEPAYMENTS = (
    Plant(
        "the database's security group opened to the internet",
        "security-group-no-internet-to-data-ports",
        lambda outputs: str(outputs["database_security_group_id"]),
        open_to_internet(5432),
    ),
    Plant(
        "rotation of the database's key switched off",
        "kms-key-rotation",
        lambda outputs: str(outputs["database_kms_key_id"]),
        lambda client, key: client("kms").disable_key_rotation(KeyId=key),
    ),
    Plant(
        "public-access block of the access-log bucket removed",
        "s3-bucket-blocks-public-access",
        lambda outputs: str(outputs["access_logs_bucket_name"]),
        lambda client, bucket: client("s3").delete_public_access_block(Bucket=bucket),
    ),
    Plant(
        "database backups shortened to one day",
        "rds-cluster-backup-retention",
        lambda outputs: str(outputs["database_cluster_identifier"]),
        lambda client, cluster: client("rds").modify_db_cluster(
            DBClusterIdentifier=cluster, BackupRetentionPeriod=1, ApplyImmediately=True
        ),
    ),
    Plant(
        "retention of the api service's logs dropped",
        "cloudwatch-log-retention",
        lambda outputs: outputs.list("service_log_group_names")[0],
        lambda client, group: client("logs").delete_retention_policy(logGroupName=group),
    ),
)
