"""An Aurora PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group
from infra.iam import assume_role
from infra.settings.parts import DatabaseSettings
from infra.site import Site

__all__ = ["Database"]

ENGINE = aws.rds.EngineType.AURORA_POSTGRESQL
# Neither a name that everybody would try first nor one that PostgreSQL reserves.
ADMINISTRATOR = "cluster_owner"
MONITORING_SECONDS = 60
# The free tier of Performance Insights keeps a week.
INSIGHTS_DAYS = 7
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
        settings: DatabaseSettings,
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
        subnets = aws.rds.SubnetGroup(
            name,
            name=self.identifier,
            description=f"Database subnets of {self.identifier}",
            subnet_ids=subnet_ids,
            tags=self.tagged(name),
            opts=self.child(),
        )
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
        role_arn = self._monitoring_role_arn() if insights else None
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
                ca_cert_identifier="rds-ca-rsa2048-g1",
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

    def _monitoring_role_arn(self) -> pulumi.Output[str]:
        label = f"{self.label}-monitoring"
        role = aws.iam.Role(
            label,
            name=self.site.name(label),
            description="Lets RDS enhanced monitoring write to its log group",
            assume_role_policy=assume_role("monitoring.rds.amazonaws.com", self.site.account_id),
            tags=self.tagged(label),
            opts=self.child(),
        )
        attachment = aws.iam.RolePolicyAttachment(
            label,
            role=role.name,
            policy_arn=self.site.managed_policy_arn("service-role/AmazonRDSEnhancedMonitoringRole"),
            opts=self.child(),
        )
        # Instances ask for the role when they are made: only once it can do its work.
        return pulumi.Output.all(role.arn, attachment.id).apply(lambda known: str(known[0]))
