"""RDS: database instances that are no cluster's, and their parameter groups."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.creators.rds_common import Parameters, final_snapshot, log_types, retag
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
    tag_list,
)

# Ways to make an instance out of another one.
_COPIES = (
    "replicate_source_db",
    "restore_to_point_in_time",
    "s3_import",
    "snapshot_identifier",
)


@creator
class Instance(Creator):
    """A database instance, whose id is the one that AWS gives it."""

    type = "aws:rds/instance:Instance"
    joined_later = frozenset({"replicas"})
    replace_on = frozenset(
        {
            *_COPIES,
            "availability_zone",
            "backup_target",
            "character_set_name",
            "db_name",
            "engine",
            "identifier_prefix",
            "kms_key_id",
            "nchar_character_set_name",
            "performance_insights_kms_key_id",
            "storage_encrypted",
            "timezone",
            "username",
        }
    )
    auto_name = "identifier"
    auto_name_limit = 63
    defaults: ClassVar[Properties] = {
        "auto_minor_version_upgrade": True,
        "copy_tags_to_snapshot": False,
        "delete_automated_backups": True,
        "monitoring_interval": 0,
        "performance_insights_enabled": False,
        "publicly_accessible": False,
        "skip_final_snapshot": False,
    }
    secret_outputs = frozenset({"password"})
    _rename: ClassVar = {
        "backup_window": "PreferredBackupWindow",
        "ca_cert_identifier": "CACertificateIdentifier",
        "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
        "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
        "identifier": "DBInstanceIdentifier",
        "instance_class": "DBInstanceClass",
        "maintenance_window": "PreferredMaintenanceWindow",
        "parameter_group_name": "DBParameterGroupName",
        "password": "MasterUserPassword",
        "performance_insights_enabled": "EnablePerformanceInsights",
        "username": "MasterUsername",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the instance."""
        for name in _COPIES:
            if inputs.get(name):
                raise EmbeddedError(
                    f"{self.type} with {name} is not available on the embedded AWS, which makes "
                    "new databases only"
                )
        named = {**inputs, "identifier": physical_name(inputs, "identifier", 63).lower()}
        request = parameters(
            aws, "rds", "create_db_instance", named, rename=self._rename, omit=["tags"]
        )
        rds = aws.client("rds")
        made = rds.create_db_instance(**request, Tags=tag_list(inputs.get("tags")))["DBInstance"]
        # Its id leads to no instance: the name does.
        return Created(made["DbiResourceId"], {"identifier": made["DBInstanceIdentifier"]})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the settings that differ, at once whether or not the program waits."""
        different = {key: value for key, value in new.items() if old.get(key) != value}
        request = parameters(
            aws,
            "rds",
            "modify_db_instance",
            different,
            rename={**self._rename, "identifier": "NewDBInstanceIdentifier"},
            omit=["tags"],
        )
        if "port" in different:
            request["DBPortNumber"] = int(different["port"])
        logs = log_types(old, new)
        if any(logs.values()):
            request["CloudwatchLogsExportConfiguration"] = logs
        if request.keys() - {"ApplyImmediately"}:
            request |= {"DBInstanceIdentifier": old["identifier"], "ApplyImmediately": True}
            aws.client("rds").modify_db_instance(**request)
        name = new.get("identifier") or old["identifier"]
        retag(aws, {**old, "arn": aws.arn("rds", f"db:{name}")}, new)
        return {"identifier": name}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the instance, with a final snapshot unless the program does without."""
        with already_gone():
            aws.client("rds").delete_db_instance(
                DBInstanceIdentifier=state["identifier"],
                DeleteAutomatedBackups=state.get("delete_automated_backups", True),
                **final_snapshot(state),
            )


@creator
class ParameterGroup(Parameters):
    """Engine settings of an instance."""

    type = "aws:rds/parameterGroup:ParameterGroup"
    kind = "DBParameterGroup"
    operations = "db_parameter_group"
    defaults: ClassVar[Properties] = {**Parameters.defaults, "skip_destroy": False}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group, unless the program wants it kept."""
        if not state.get("skip_destroy"):
            super().delete(aws, id_, state)
