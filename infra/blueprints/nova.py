"""The highly available web system: instances and a Fargate service on one MySQL.

internet -> web ACL -> load balancer (public subnets)
         -> web: an Auto Scaling group of C5 instances (private subnets, NAT)
         -> api: a Fargate service (private subnets, NAT)
         -> MySQL, Multi-AZ (isolated subnets, no route to the internet)

Everything that is encrypted on the way is TLS 1.2 or later. What can't be had again is backed up
every night, and copied to a second region.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra.blueprints.nova_delivery import Delivery
from infra.cidr import ANYWHERE, plan_subnets
from infra.components.alarms import Alarms, Watch
from infra.components.artifacts import ArtifactBucket
from infra.components.audit_trail import AuditTrail
from infra.components.autoscaling_group import AutoScalingGroup
from infra.components.backup_plan import BackupPlan
from infra.components.backup_vault import BackupVault
from infra.components.bucket import Bucket, bucket_name, request_log_delivery
from infra.components.cluster import Cluster
from infra.components.dashboard import Dashboard
from infra.components.dns import PublicName
from infra.components.keys import EncryptionKey, for_autoscaling, for_log_groups, for_topics
from infra.components.load_balancer import LoadBalancer, access_log_delivery
from infra.components.logs import FlowLogs, LogGroup, LogPolicy
from infra.components.mysql import MySql
from infra.components.network import Network
from infra.components.replication import Replication, ReplicationKeys
from infra.components.security_groups import SecurityGroup
from infra.components.service import FargateService
from infra.components.task import Surroundings
from infra.components.topic import ALARMS, DATABASE_EVENTS, EVENTS, AlertTopic
from infra.components.waf import WebFirewall
from infra.components.watches import (
    watch_backups,
    watch_error_lines,
    watch_load_balancer,
    watch_mysql,
    watch_service,
    watch_targets,
)
from infra.iam import Statement, allow
from infra.settings.nova import CRITICAL_BUCKETS, FLEET, RETENTION, VPC_CIDR, WEB_TARGETS, Nova
from infra.site import Site

__all__ = ["WebSystem"]

HOSTS = Path(__file__).resolve().parent.parent / "hosts"
SSH = 22


class WebSystem:
    """Everything that the web system is made of; it is protected from deletion throughout."""

    def __init__(self, settings: Nova, site: Site, zones: Sequence[str]) -> None:
        self.settings = settings
        self.site = site
        self._encryption_keys()
        self.alerts = AlertTopic(
            "alerts",
            site,
            publishers=[ALARMS, EVENTS, DATABASE_EVENTS],
            key_arn=self.alerts_key.arn,
            email=settings.config.alert_email,
        )
        self._network(zones)
        self._security_groups()
        self._buckets()
        self._database()
        self._front_door()
        self._web()
        self._api()
        self._backups()
        self.audit_trail = self._audit_trail()
        self._monitoring()
        self.delivery = Delivery(
            site,
            fleet=self.web,
            target_group=self.web_targets,
            artifacts=self.artifacts,
            key_arn=self.storage_key.arn,
            topic_arn=self.alerts.arn,
            logs=self.logs,
        )

    def _encryption_keys(self) -> None:
        """One key per concern, so that access to one kind of data opens no other."""
        site = self.site
        self.database_key = self._key("database-key", "the database and its snapshots")
        self.storage_key = self._key("storage-key", "buckets and source code")
        self.volumes_key = self._key("volumes-key", "the instances' volumes", for_autoscaling(site))
        self.backup_key = self._key("backup-key", "backups")
        self.secrets_key = self._key("secrets-key", "secrets")
        self.logs_key = self._key("logs-key", "log groups", [for_log_groups(site)])
        self.alerts_key = self._key(
            "alerts-key", "alerts", for_topics(site, [ALARMS, EVENTS, DATABASE_EVENTS])
        )
        self.logs = LogPolicy(key_arn=self.logs_key.arn, days=RETENTION.logs)

    def _key(self, name: str, what: str, statements: Sequence[Statement] = ()) -> EncryptionKey:
        return EncryptionKey(
            name,
            self.site,
            purpose=what,
            deletion_days=RETENTION.key_deletion,
            statements=statements,
        )

    def _network(self, zones: Sequence[str]) -> None:
        self.network = Network(
            "network",
            self.site,
            plan=plan_subnets(VPC_CIDR, len(zones)),
            zones=zones,
            nat_gateways="one-per-zone",
        )
        self.private_subnet_ids = [subnet.id for subnet in self.network.private_subnets]
        self.flow_log_group = LogGroup(
            "flow-logs",
            self.site,
            physical_name=f"/aws/vpc/{self.site.name('flow-logs')}",
            logs=self.logs,
        )
        FlowLogs(
            "flow-logs",
            self.site,
            vpc_id=self.network.vpc.id,
            log_group=self.flow_log_group,
        )

    def _security_groups(self) -> None:
        """Each tier is reached from the one before it; what it reaches is not restricted."""
        api_port, database_port = self.settings.api.port, self.settings.database.port
        self.alb_group = self._security_group("alb", "Load balancer, reached from the internet")
        self.web_group = self._security_group("web", "Instances, reached through the ALB")
        self.api_group = self._security_group("api", "Fargate tasks, reached through the ALB")
        self.database_group = self._security_group("database", "Database, reached by both tiers")

        self.alb_group.ingress(80, ANYWHERE, "HTTP from the internet, sent on to HTTPS")
        self.alb_group.ingress(443, ANYWHERE, "HTTPS from the internet")
        allowed = str(self.settings.config.allowed_cidr)
        self.web_group.ingress(SSH, allowed, "SSH from the administrators' network")
        self.web_group.ingress(WEB_TARGETS.port, self.alb_group, "Requests from the load balancer")
        self.api_group.ingress(api_port, self.alb_group, "Requests from the load balancer")
        for group in (self.web_group, self.api_group):
            self.database_group.ingress(database_port, group, "MySQL from the tiers that use it")
        for group in (self.alb_group, self.web_group, self.api_group, self.database_group):
            group.egress_anywhere("Not restricted, where routes lead")

    def _security_group(self, tier: str, purpose: str) -> SecurityGroup:
        return SecurityGroup(
            f"{tier}-security-group", self.site, vpc_id=self.network.vpc.id, purpose=purpose
        )

    def _buckets(self) -> None:
        """The critical buckets, each with its copy in the second region."""
        self.data = Bucket(
            "data",
            self.site,
            expire_days=None,
            keep_on_destroy=True,
            key_arn=self.storage_key.arn,
        )
        self.artifacts = ArtifactBucket("artifacts", self.site, key_arn=self.storage_key.arn)
        self.replica_site = self.site.in_region(
            self.settings.config.cross_region_replication_region
        )
        self.there = pulumi.ResourceOptions(
            providers={"aws": aws.Provider("replica", region=self.replica_site.region)}
        )
        self.replica_key = EncryptionKey(
            "replica-key",
            self.replica_site,
            purpose="copies of critical buckets and backups",
            deletion_days=RETENTION.key_deletion,
            opts=self.there,
        )
        keys = ReplicationKeys(self.storage_key.arn, self.replica_key.arn)
        self.replicas: dict[str, Bucket] = {}
        self.replications: dict[str, Replication] = {}
        for name, source in zip(CRITICAL_BUCKETS, (self.data, self.artifacts), strict=True):
            replica = Bucket(
                f"{name}-replica",
                self.replica_site,
                expire_days=None,
                keep_on_destroy=True,
                key_arn=self.replica_key.arn,
                opts=self.there,
            )
            self.replicas[name] = replica
            self.replications[name] = Replication(
                f"{name}-replication", self.site, source=source, destination=replica, keys=keys
            )

    def _audit_trail(self) -> AuditTrail | None:
        """The trail, unless the stack's configuration names the account's own."""
        if self.settings.config.audit_trail_arn:
            return None
        return AuditTrail(
            "audit",
            self.site,
            logs=self.logs,
            expire_days=RETENTION.access_logs,
            key_deletion_days=RETENTION.key_deletion,
            keep_on_destroy=True,
        )

    def _database(self) -> None:
        self.database = MySql(
            "database",
            self.site,
            settings=self.settings.database,
            subnet_ids=[subnet.id for subnet in self.network.database_subnets],
            security_group_id=self.database_group.id,
            key_arn=self.database_key.arn,
            secrets_key_arn=self.secrets_key.arn,
            logs=self.logs,
            deletion_protection=True,
        )
        self.database.tell(self.alerts.arn)

    def _front_door(self) -> None:
        """A public name, its certificate, the load balancer that answers it, and its guard."""
        config, bucket = self.settings.config, "access-logs"
        self.public_name = PublicName(
            "dns", self.site, domain_name=config.domain_name, hosted_zone_id=config.hosted_zone_id
        )
        self.access_logs = Bucket(
            bucket,
            self.site,
            expire_days=RETENTION.access_logs,
            keep_on_destroy=True,
            statements=[
                access_log_delivery(self.site, bucket_name(self.site, bucket)),
                request_log_delivery(self.site, bucket_name(self.site, bucket)),
            ],
        )
        for kept in (self.data, self.artifacts):
            kept.log_requests_to(self.access_logs)
        self.alb = LoadBalancer(
            "alb",
            self.site,
            vpc_id=self.network.vpc.id,
            subnet_ids=[subnet.id for subnet in self.network.public_subnets],
            security_group_id=self.alb_group.id,
            access_logs=self.access_logs,
            deletion_protection=True,
        )
        self.alb.serve_https(self.public_name.certificate_arn)
        self.public_name.point_to(self.alb.load_balancer)
        self.firewall = WebFirewall(
            "waf", self.site, resource_arn=self.alb.load_balancer.arn, logs=self.logs
        )

    def _web(self) -> None:
        """The instances, which answer whatever the other services don't."""
        self.web_targets = self.alb.target_group("web", "web", WEB_TARGETS)
        self.alb.forward("web", "/*", 100, self.web_targets)
        self.web = AutoScalingGroup(
            "web",
            self.site,
            settings=FLEET,
            subnet_ids=self.private_subnet_ids,
            security_group_id=self.web_group.id,
            target_group=self.web_targets,
            volume_key_arn=self.volumes_key.arn,
            script=(HOSTS / "web.sh").read_text(encoding="utf-8"),
            logs=self.logs,
            topic_arn=self.alerts.arn,
            permissions=[
                self._database_login("web"),
                allow(
                    "FetchRevisions",
                    ["s3:GetObject", "s3:GetObjectVersion"],
                    f"{self.site.bucket_arn(self.artifacts.name)}/*",
                ),
                self._use_storage_key(["kms:Decrypt"]),
            ],
        )

    def _api(self) -> None:
        """The Fargate service, which keeps what users entrust to it in the data bucket."""
        self.cluster = Cluster("cluster", self.site, logs=self.logs)
        database = self.database
        self.api = FargateService(
            self.settings.api,
            self.site,
            cluster=self.cluster.cluster,
            cluster_name=self.cluster.name,
            load_balancer=self.alb,
            subnet_ids=self.private_subnet_ids,
            security_group_id=self.api_group.id,
            logs=self.logs,
            surroundings=Surroundings(
                environment={
                    "ENVIRONMENT": str(self.settings.config.environment),
                    "DATABASE_HOST": database.instance.address,
                    "DATABASE_PORT": str(database.settings.port),
                    "DATABASE_NAME": database.settings.database_name,
                    "DATABASE_SSL_MODE": "VERIFY_IDENTITY",
                    "DATA_BUCKET": self.data.name,
                },
                permissions=[
                    self._database_login("api"),
                    allow(
                        "UseData",
                        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                        f"{self.site.bucket_arn(self.data.name)}/*",
                    ),
                    self._use_storage_key(["kms:Decrypt", "kms:GenerateDataKey"]),
                ],
            ),
        )

    def _database_login(self, user: str) -> Statement:
        """Let a tier log in with IAM as the database user of its own name: without a password."""
        prefix = self.site.arn("rds-db", "dbuser:")
        return allow(
            "DatabaseLogin",
            ["rds-db:connect"],
            pulumi.Output.concat(prefix, self.database.instance.resource_id, "/", user),
        )

    def _use_storage_key(self, actions: Sequence[str]) -> Statement:
        return allow(
            "UseStorageKey",
            actions,
            self.storage_key.arn,
            conditions={"StringEquals": {"kms:ViaService": f"s3.{self.site.region}.amazonaws.com"}},
        )

    def _backups(self) -> None:
        """Back the database up, and every volume of the stack's instances."""
        self.vault = BackupVault("backup-vault", self.site, key_arn=self.backup_key.arn)
        self.replica_vault = BackupVault(
            "backup-vault-replica",
            self.replica_site,
            key_arn=self.replica_key.arn,
            opts=self.there,
        )
        self.backup_plan = BackupPlan(
            "backup-plan",
            self.site,
            retention_days=self.settings.config.db_backup_retention_days,
            vault=self.vault,
            copies=self.replica_vault,
            resources=[self.database.instance.arn, self.site.arn("ec2", "volume/*")],
            tags={key: self.site.tags.base[key] for key in ("Environment", "Project", "Stack")},
        )

    def _monitoring(self) -> None:
        watches = self._watches()
        self.alarms = Alarms("alarms", self.site, watches=watches, topic_arn=self.alerts.arn)
        self.dashboard = Dashboard("overview", self.site, watches=[*self.web.watches, *watches])

    def _watches(self) -> list[Watch]:
        load_balancer = self.alb.load_balancer.arn_suffix
        return [
            *watch_load_balancer("alb", load_balancer),
            *watch_targets("web", load_balancer, self.web_targets.arn_suffix),
            *watch_error_lines("web", *self.web.error_lines),
            *watch_service("api", self.cluster.name, self.api.name, percent=FLEET.busy_percent),
            *watch_targets("api", load_balancer, self.api.target_group.arn_suffix),
            *watch_error_lines("api", *self.api.error_lines),
            *watch_mysql("database", self.database.identifier, self.database.settings),
            *watch_backups("backup", self.vault.name),
            *(self.audit_trail.watches if self.audit_trail else ()),
        ]
