"""A Redis replication group."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.logs import LogPolicy, log_group
from infra.settings.parts import CacheSettings
from infra.site import Site

__all__ = ["Cache"]

LOGS = ("slow-log", "engine-log")


class Cache(Component):
    """A Redis of one shard, encrypted in transit and at rest, behind a generated token."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        settings: CacheSettings,
        subnet_ids: list[pulumi.Output[str]],
        security_group_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
        secrets_key_arn: pulumi.Input[str],
        secret_recovery_days: int,
        logs: LogPolicy,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("Cache", name, site, opts)
        self.identifier = site.name(name)
        token = self._token(secrets_key_arn, secret_recovery_days)
        self.log_groups = {
            kind: log_group(
                self, f"{name}-{kind}", f"/aws/elasticache/{self.identifier}/{kind}", logs
            )
            for kind in LOGS
        }
        subnets = aws.elasticache.SubnetGroup(
            name,
            name=self.identifier,
            description=f"Cache subnets of {self.identifier}",
            subnet_ids=subnet_ids,
            tags=self.tagged(name),
            opts=self.child(),
        )
        several = settings.nodes > 1
        self.group = aws.elasticache.ReplicationGroup(
            name,
            replication_group_id=self.identifier,
            description=f"Redis of {self.identifier}",
            engine="redis",
            engine_version=settings.engine_version,
            node_type=settings.node_type,
            num_node_groups=1,
            replicas_per_node_group=settings.nodes - 1,
            automatic_failover_enabled=several,
            multi_az_enabled=several,
            port=settings.port,
            subnet_group_name=subnets.name,
            security_group_ids=[security_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=key_arn,
            transit_encryption_enabled=True,
            auth_token=token,
            snapshot_retention_limit=settings.snapshot_days,
            snapshot_window=settings.snapshot_window,
            maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade=True,
            log_delivery_configurations=[
                aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                    destination=group.name,
                    destination_type="cloudwatch-logs",
                    log_format="json",
                    log_type=kind,
                )
                for kind, group in self.log_groups.items()
            ],
            tags=self.tagged(name),
            # A new token is drawn at each run; the one in use stays.
            opts=self.child(ignore_changes=["auth_token"]),
        )
        # ElastiCache numbers a group's nodes; CloudWatch knows nodes only, not the group.
        self.node_ids = [f"{self.identifier}-{node:03d}" for node in range(1, settings.nodes + 1)]
        self.register_outputs({"endpoint": self.group.primary_endpoint_address})

    def _token(self, key_arn: pulumi.Input[str], recovery_days: int) -> pulumi.Output[str]:
        """Generate the token that clients must show, and keep it in Secrets Manager."""
        label = f"{self.label}-auth-token"
        drawn = aws.secretsmanager.get_random_password_output(
            password_length=64, exclude_punctuation=True
        )
        token: pulumi.Output[str] = pulumi.Output.secret(drawn.random_password)
        secret = aws.secretsmanager.Secret(
            label,
            # A prefix: a deleted secret keeps its name until it can't be recovered any more.
            name_prefix=f"{self.site.name(label)}-",
            description=f"Token that clients of {self.identifier} must show",
            kms_key_id=key_arn,
            recovery_window_in_days=recovery_days,
            tags=self.tagged(label),
            opts=self.child(),
        )
        aws.secretsmanager.SecretVersion(
            label,
            secret_id=secret.id,
            secret_string=token,
            opts=self.child(ignore_changes=["secret_string"]),
        )
        self.secret_arn = secret.arn
        return token
