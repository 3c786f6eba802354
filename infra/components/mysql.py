"""A MySQL database with a standby in another zone."""

from __future__ import annotations

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
from infra.settings.parts import MySqlSettings
from infra.site import Site

__all__ = ["MySql"]

# Not a name that everybody would try first.
ADMINISTRATOR = "instance_owner"
LOGS = ("error", "slowquery")
# Nothing unencrypted, nothing older than TLS 1.2, and a trace of what was slow.
PARAMETERS = {
    "require_secure_transport": "1",
    "tls_version": "TLSv1.2,TLSv1.3",
    "slow_query_log": "1",
    "long_query_time": "1",
    "log_output": "FILE",
}
STATIC_PARAMETERS = frozenset({"tls_version"})


class MySql(Component):
    """An encrypted instance that fails over to its standby by itself.

    RDS generates the administrator's password into Secrets Manager and rotates it, so that it
    passes through neither configuration nor state.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        settings: MySqlSettings,
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
        secrets_key_arn: pulumi.Input[str],
        logs: LogPolicy,
        deletion_protection: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("MySql", name, site, opts)
        self.settings = settings
        self.identifier = site.name(name)
        # RDS writes here; made first, or RDS makes them unencrypted and for ever.
        self.log_groups = [
            log_group(self, f"{name}-{kind}", f"/aws/rds/instance/{self.identifier}/{kind}", logs)
            for kind in LOGS
        ]
        insights = settings.insights
        self.instance = aws.rds.Instance(
            name,
            identifier=self.identifier,
            engine="mysql",
            engine_version=settings.engine_version,
            instance_class=settings.instance_class,
            db_name=settings.database_name,
            port=settings.port,
            multi_az=True,
            allocated_storage=settings.storage,
            max_allocated_storage=settings.storage_limit,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=key_arn,
            username=ADMINISTRATOR,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=secrets_key_arn,
            iam_database_authentication_enabled=True,
            ca_cert_identifier=CERTIFICATE_AUTHORITY,
            db_subnet_group_name=subnet_group(self, subnet_ids).name,
            parameter_group_name=self._parameters().name,
            vpc_security_group_ids=[security_group_id],
            publicly_accessible=False,
            enabled_cloudwatch_logs_exports=list(LOGS),
            performance_insights_enabled=insights,
            performance_insights_kms_key_id=key_arn if insights else None,
            performance_insights_retention_period=INSIGHTS_DAYS if insights else None,
            monitoring_interval=MONITORING_SECONDS if insights else 0,
            monitoring_role_arn=monitoring_role_arn(self) if insights else None,
            backup_retention_period=settings.backup_days,
            backup_window=settings.backup_window,
            maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade=True,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not deletion_protection,
            deletion_protection=deletion_protection,
            skip_final_snapshot=not deletion_protection,
            final_snapshot_identifier=(f"{self.identifier}-final" if deletion_protection else None),
            apply_immediately=not deletion_protection,
            tags=self.tagged(name),
            opts=self.child(depends_on=[*self.log_groups]),
        )
        self.secret_arn = self.instance.master_user_secrets[0].secret_arn
        self.register_outputs({"endpoint": self.instance.address})

    def tell(self, topic_arn: pulumi.Input[str]) -> None:
        """Have RDS tell a topic when something happens to it that people must know."""
        tell_of_failures(self, "db-instance", self.instance.identifier, topic_arn)

    def _parameters(self) -> aws.rds.ParameterGroup:
        major, minor, *_ = self.settings.engine_version.split(".")
        return aws.rds.ParameterGroup(
            self.label,
            name=self.identifier,
            family=f"mysql{major}.{minor}",
            description=f"TLS only, with a log of slow queries, for {self.identifier}",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(
                    name=key,
                    value=value,
                    apply_method="pending-reboot" if key in STATIC_PARAMETERS else "immediate",
                )
                for key, value in PARAMETERS.items()
            ],
            tags=self.tagged(self.label),
            opts=self.child(),
        )
