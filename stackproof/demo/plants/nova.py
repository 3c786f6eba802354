"""Defects of the highly available web system."""

from __future__ import annotations

from stackproof.demo.plants.base import Plant, open_to_internet, stop_replication

NOVA = (
    Plant(
        "SSH to the instances opened to the internet",
        "security-group-no-internet-to-admin-ports",
        lambda outputs: str(outputs["web_security_group_id"]),
        open_to_internet(22),
    ),
    Plant(
        "the database's standby taken away",
        "rds-instance-multi-az",
        lambda outputs: str(outputs["database_identifier"]),
        lambda client, database: client("rds").modify_db_instance(
            DBInstanceIdentifier=database, MultiAZ=False, ApplyImmediately=True
        ),
    ),
    Plant(
        "copying of the data bucket to the other region stopped",
        "s3-replication-on",
        lambda outputs: str(outputs["data_bucket_name"]),
        stop_replication,
    ),
    Plant(
        "the web ACL taken off the load balancer",
        "load-balancer-behind-waf",
        lambda outputs: str(outputs["alb_arn"]),
        lambda client, balancer: client("wafv2").disassociate_web_acl(ResourceArn=balancer),
    ),
    Plant(
        "the alarm that makes the group grow silenced",
        "cloudwatch-alarm-has-action",
        lambda outputs: outputs.list("alarm_names")[0],
        lambda client, alarm: client("cloudwatch").disable_alarm_actions(AlarmNames=[alarm]),
    ),
    Plant(
        "backups made deletable",
        "backup-vault-refuses-deletion",
        lambda outputs: str(outputs["backup_vault_name"]),
        lambda client, vault: client("backup").delete_backup_vault_access_policy(
            BackupVaultName=vault
        ),
    ),
)
