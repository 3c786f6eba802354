"""An Aurora PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group
from infra.components.rds_parts import (
    CERTIFICATE_AUTHORITY,
    INSIGHTS_DAYS,
    MONITORING_SECONDS,
    monitoring_role_arn,
    subnet_group,
    tell_of_failures,
)
from infra.settings.parts import AuroraSettings
from infra.site import Site

__all__ = ["Database"]

ENGINE = aws.rds.EngineType.AURORA_POSTGRESQL
# Neither a name that everybody would try first nor one that PostgreSQL reserves.
ADMINISTRATOR = "cluster_owner"
# Nothing unencrypted, and a trace of who connected, what was changed and what was slow
# (PCI DSS 4.0, requirements 4.2.1 and 10.2.1).
PARAMETERS = {
    "rds.force_ssl": ("1", "immediate"),
    "log_connections": ("1", "immediate"),
    "log_disconnections": ("1", "immediate"),
    "log_min_duration_statement": ("1000", "immediate"),
    "log_statement": ("ddl", "immediate"),
    "pgaudit.log": ("ddl,role", "immediate"),
    "shared_preload_libraries": ("pg_stat_statements,pgaudit", "pending-reboot"),
}


class Database(Component):
    """An encrypted cluster whose instances are spread over availability zones.

    RDS generates the administrator's password into Secrets Manager and rotates it, so that it
    passes through neither configuration nor state.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        settings: AuroraSettings,
        zones: Sequence[str],
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
        secrets_key_arn: pulumi.Input[str],
        logs: LogPolicy,
        deletion_protection: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Database", name, site, opts)
        self.settings = settings
        self.identifier = site.name(name)
        self.deletion_protection = deletion_protection
        # RDS writes here; made first, or RDS makes it unencrypted and for ever.
        self.log_group = log_group(
            self, name, f"/aws/rds/cluster/{self.identifier}/postgresql", logs
        )
        subnets = subnet_group(self, subnet_ids)
        self.cluster = aws.rds.Cluster(
            name,
            cluster_identifier=self.identifier,
            engine=ENGINE,
            engine_version=settings.engine_version,
            database_name=settings.database_name,
            port=settings.port,
            master_username=ADMINISTRATOR,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=secrets_key_arn,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=key_arn,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=self._parameters().name,
            vpc_security_group_ids=[security_group_id],
            enabled_cloudwatch_logs_exports=["postgresql"],
            backup_retention_period=settings.backup_days,
            preferred_backup_window=settings.backup_window,
            preferred_maintenance_window=settings.maintenance_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not deletion_protection,
            deletion_protection=deletion_protection,
            skip_final_snapshot=not deletion_protection,
            final_snapshot_identifier=(f"{self.identifier}-final" if deletion_protection else None),
            apply_immediately=not deletion_protection,
            tags=self.tagged(name),
            opts=self.child(depends_on=[self.log_group]),
        )
        self.secret_arn = self.cluster.master_user_secrets[0].secret_arn
        self.instances = self._instances(zones, key_arn, subnets)
        self.register_outputs({"endpoint": self.cluster.endpoint})

    def tell(self, topic_arn: pulumi.Input[str]) -> None:
        """Have RDS tell a topic when something happens to it that people must know."""
        tell_of_failures(self, "db-cluster", self.cluster.cluster_identifier, topic_arn)

    def _parameters(self) -> aws.rds.ClusterParameterGroup:
        parameter = aws.rds.ClusterParameterGroupParameterArgs
        return aws.rds.ClusterParameterGroup(
            self.label,
            name=self.identifier,
            family=f"{ENGINE.value}{self.settings.engine_version.partition('.')[0]}",
            description=f"TLS only, with an audit trail, for {self.identifier}",
            parameters=[
                parameter(name=key, value=value, apply_method=method)
                for key, (value, method) in PARAMETERS.items()
            ],
            tags=self.tagged(self.label),
            opts=self.child(),
        )

    def _instances(
        self,
        zones: Sequence[str],
        key_arn: pulumi.Input[str],
        subnets: aws.rds.SubnetGroup,
    ) -> list[aws.rds.ClusterInstance]:
        insights = self.settings.insights
        role_arn = monitoring_role_arn(self) if insights else None
        return [
            aws.rds.ClusterInstance(
                label,
                identifier=self.site.name(label),
                cluster_identifier=self.cluster.id,
                engine=ENGINE,
                engine_version=self.cluster.engine_version,
                instance_class=self.settings.instance_class,
                availability_zone=zones[position % len(zones)],
                promotion_tier=0 if position == 0 else 1,
                db_subnet_group_name=subnets.name,
                publicly_accessible=False,
                ca_cert_identifier=CERTIFICATE_AUTHORITY,
                auto_minor_version_upgrade=True,
                copy_tags_to_snapshot=True,
                performance_insights_enabled=insights,
                performance_insights_kms_key_id=key_arn if insights else None,
                performance_insights_retention_period=INSIGHTS_DAYS if insights else None,
                monitoring_interval=MONITORING_SECONDS if insights else 0,
                monitoring_role_arn=role_arn,
                preferred_maintenance_window=self.settings.maintenance_window,
                apply_immediately=not self.deletion_protection,
                tags=self.tagged(label),
                opts=self.child(),
            )
            for position in range(self.settings.instances)
            for label in [f"{self.label}-{position + 1}"]
        ]
