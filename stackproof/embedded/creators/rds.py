"""RDS: subnet groups, cluster parameter groups, Aurora clusters and their instances."""

from __future__ import annotations

from typing import ClassVar

from stackproof.embedded.asking import listed
from stackproof.embedded.creators.rds_common import Parameters, final_snapshot, log_types, retag
from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    changed,
    creator,
    parameters,
    physical_name,
    tag_list,
)
from stackproof.types.tokens import RDS_CLUSTER


@creator
class SubnetGroup(Creator):
    """The subnets that databases may use."""

    type = "aws:rds/subnetGroup:SubnetGroup"
    replace_on = frozenset({"name", "name_prefix"})
    auto_name = "name"
    defaults: ClassVar[Properties] = {"description": "Managed by Pulumi"}
    _rename: ClassVar = {
        "name": "DBSubnetGroupName",
        "description": "DBSubnetGroupDescription",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the group."""
        named = {**inputs, "name": physical_name(inputs).lower()}
        request = parameters(aws, "rds", "create_db_subnet_group", named, rename=self._rename)
        request["Tags"] = tag_list(inputs.get("tags"))
        made = aws.client("rds").create_db_subnet_group(**request)
        return Created(made["DBSubnetGroup"]["DBSubnetGroupName"])

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change description, subnets and tags."""
        request = parameters(aws, "rds", "modify_db_subnet_group", new, rename=self._rename)
        request["DBSubnetGroupName"] = id_
        aws.client("rds").modify_db_subnet_group(**request)
        retag(aws, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the group."""
        with already_gone():
            aws.client("rds").delete_db_subnet_group(DBSubnetGroupName=id_)


@creator
class ClusterParameterGroup(Parameters):
    """Engine settings of a cluster."""

    type = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
    kind = "DBClusterParameterGroup"
    operations = "db_cluster_parameter_group"


@creator
class Cluster(Creator):
    """An Aurora cluster."""

    type = "aws:rds/cluster:Cluster"
    joined_later = frozenset({"cluster_members"})
    replace_on = frozenset(
        {
            "availability_zones",
            "cluster_identifier",
            "cluster_identifier_prefix",
            "database_name",
            "db_subnet_group_name",
            "engine",
            "engine_mode",
            "kms_key_id",
            "master_username",
            "snapshot_identifier",
            "storage_encrypted",
        }
    )
    auto_name = "cluster_identifier"
    auto_name_limit = 63
    defaults: ClassVar[Properties] = {
        "backup_retention_period": 1,
        "copy_tags_to_snapshot": False,
        "delete_automated_backups": True,
        "engine_mode": "provisioned",
        "skip_final_snapshot": False,
    }
    secret_outputs = frozenset({"master_password"})
    _rename: ClassVar = {
        "cluster_identifier": "DBClusterIdentifier",
        "enable_http_endpoint": "EnableHttpEndpoint",
        "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
        "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
        "master_password": "MasterUserPassword",
        "performance_insights_enabled": "EnablePerformanceInsights",
        "serverlessv2_scaling_configuration": "ServerlessV2ScalingConfiguration",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the cluster."""
        named = {
            **inputs,
            "cluster_identifier": physical_name(inputs, "cluster_identifier", 63).lower(),
        }
        request = parameters(
            aws, "rds", "create_db_cluster", named, rename=self._rename, omit=["tags"]
        )
        rds = aws.client("rds")
        made = rds.create_db_cluster(**request, Tags=tag_list(inputs.get("tags")))["DBCluster"]
        name = made["DBClusterIdentifier"]
        for role in inputs.get("iam_roles") or ():
            rds.add_role_to_db_cluster(DBClusterIdentifier=name, RoleArn=role)
        return Created(name)

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Change the settings that differ."""
        different = {key: value for key, value in new.items() if old.get(key) != value}
        request = parameters(
            aws,
            "rds",
            "modify_db_cluster",
            different,
            rename=self._rename,
            omit=["tags", "engine_mode"],
        )
        if changed(old, new, "enabled_cloudwatch_logs_exports"):
            request["CloudwatchLogsExportConfiguration"] = log_types(old, new)
        if request.keys() - {"ApplyImmediately"}:
            request |= {"DBClusterIdentifier": id_, "ApplyImmediately": True}
            aws.client("rds").modify_db_cluster(**request)
        retag(aws, old, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the cluster, with a final snapshot unless the program does without."""
        request = {
            "DBClusterIdentifier": id_,
            "DeleteAutomatedBackups": state.get("delete_automated_backups", True),
            **final_snapshot(state),
        }
        with already_gone():
            aws.client("rds").delete_db_cluster(**request)


@creator
class ClusterInstance(Creator):
    """An instance of an Aurora cluster."""

    type = "aws:rds/clusterInstance:ClusterInstance"
    replace_on = frozenset(
        {
            "availability_zone",
            "cluster_identifier",
            "custom_iam_instance_profile",
            "db_subnet_group_name",
            "engine",
            "identifier",
            "identifier_prefix",
            "performance_insights_kms_key_id",
        }
    )
    auto_name = "identifier"
    auto_name_limit = 63
    defaults: ClassVar[Properties] = {
        "auto_minor_version_upgrade": True,
        "copy_tags_to_snapshot": False,
        "force_destroy": False,
        "monitoring_interval": 0,
        "promotion_tier": 0,
    }
    _rename: ClassVar = {
        "ca_cert_identifier": "CACertificateIdentifier",
        "cluster_identifier": "DBClusterIdentifier",
        "identifier": "DBInstanceIdentifier",
        "instance_class": "DBInstanceClass",
        "performance_insights_enabled": "EnablePerformanceInsights",
    }

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the instance."""
        named = {**inputs, "identifier": physical_name(inputs, "identifier", 63).lower()}
        request = parameters(
            aws, "rds", "create_db_instance", named, rename=self._rename, omit=["tags"]
        )
        rds = aws.client("rds")
        made = rds.create_db_instance(**request, Tags=tag_list(inputs.get("tags")))["DBInstance"]
        return Created(made["DBInstanceIdentifier"], self._outputs(aws, made))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the settings that differ."""
        different = {key: value for key, value in new.items() if old.get(key) != value}
        request = parameters(
            aws, "rds", "modify_db_instance", different, rename=self._rename, omit=["tags"]
        )
        if request.keys() - {"ApplyImmediately"}:
            request |= {"DBInstanceIdentifier": id_, "ApplyImmediately": True}
            aws.client("rds").modify_db_instance(**request)
        retag(aws, old, new)
        named = {"DBInstanceIdentifier": id_, "DBClusterIdentifier": new["cluster_identifier"]}
        return self._outputs(aws, named)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the instance; the data is the cluster's."""
        with already_gone():
            aws.client("rds").delete_db_instance(DBInstanceIdentifier=id_, SkipFinalSnapshot=True)

    def _outputs(self, aws: Cloud, made: Properties) -> Properties:
        whose = {"DBClusterIdentifier": made["DBClusterIdentifier"]}
        ((_, cluster),) = listed(aws, RDS_CLUSTER, whose)
        writers = [
            member["DBInstanceIdentifier"]
            for member in cluster["DBClusterMembers"]
            if member["IsClusterWriter"]
        ]
        return {"writer": made["DBInstanceIdentifier"] in writers}
