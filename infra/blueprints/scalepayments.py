"""The payment platform: three services behind a load balancer, an Aurora and a Redis.

internet -> load balancer (public subnets)
         -> api, payment, notification (private subnets, NAT)
         -> Aurora PostgreSQL and Redis (database subnets, no route to the internet)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from infra.cidr import ANYWHERE, plan_subnets
from infra.components.alarms import Alarms, Watch
from infra.components.audit_trail import AuditTrail
from infra.components.bucket import Bucket, bucket_name
from infra.components.cache import Cache
from infra.components.cluster import Cluster
from infra.components.config_recorder import ConfigRecorder
from infra.components.config_rules import ConfigRules
from infra.components.dashboard import Dashboard
from infra.components.database import Database
from infra.components.dns import PublicName
from infra.components.keys import (
    EncryptionKey,
    for_config_delivery,
    for_log_groups,
    for_topics,
)
from infra.components.load_balancer import LoadBalancer, access_log_delivery
from infra.components.logs import FlowLogs, LogGroup, LogPolicy
from infra.components.network import Network
from infra.components.security_groups import SecurityGroup
from infra.components.service import FargateService
from infra.components.task import SecretSource, Surroundings
from infra.components.threat_detection import ThreatDetection
from infra.components.topic import ALARMS, DATABASE_EVENTS, AlertTopic
from infra.components.waf import WebFirewall
from infra.components.watches import (
    watch_aurora,
    watch_cache,
    watch_error_lines,
    watch_load_balancer,
    watch_service,
    watch_targets,
)
from infra.iam import Statement, allow
from infra.settings.parts import ServiceSettings
from infra.settings.scalepayments import ScalePayments
from infra.site import Site

__all__ = ["Platform"]


class Platform:
    """Everything that one environment of the payment platform is made of."""

    def __init__(self, settings: ScalePayments, site: Site, zones: Sequence[str]) -> None:
        self.settings = settings
        self.site = site
        self.protection = settings.profile.protection
        self.retention = settings.profile.retention

        self._encryption_keys()
        self.alerts = AlertTopic(
            "alerts",
            site,
            publishers=[ALARMS, DATABASE_EVENTS],
            key_arn=self.alerts_key.arn,
            email=settings.config.alert_email,
        )
        self._network(zones)
        self._security_groups()
        self._data_stores(zones)
        self._front_door()
        self.cluster = Cluster("cluster", site, logs=self.logs)
        self.services = [self._service(service) for service in settings.services]
        self._guards()
        self._monitoring()

    def _encryption_keys(self) -> None:
        """One key per concern, so that access to one kind of data opens no other."""
        site, days = self.site, self.retention.key_deletion
        self.database_key = EncryptionKey(
            "database-key", site, purpose="the database and its backups", deletion_days=days
        )
        self.cache_key = EncryptionKey(
            "cache-key", site, purpose="the cache and its snapshots", deletion_days=days
        )
        self.secrets_key = EncryptionKey("secrets-key", site, purpose="secrets", deletion_days=days)
        self.logs_key = EncryptionKey(
            "logs-key",
            site,
            purpose="log groups",
            deletion_days=days,
            statements=[for_log_groups(site)],
        )
        self.alerts_key = EncryptionKey(
            "alerts-key",
            site,
            purpose="alerts",
            deletion_days=days,
            statements=for_topics(site, [ALARMS, DATABASE_EVENTS]),
        )
        self.logs = LogPolicy(key_arn=self.logs_key.arn, days=self.retention.logs)

    def _network(self, zones: Sequence[str]) -> None:
        self.network = Network(
            "network",
            self.site,
            plan=plan_subnets(self.settings.vpc_cidr, len(zones)),
            zones=zones,
            nat_gateways=self.settings.profile.nat_gateways,
        )
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
        """Each tier is reached from the one before it, and reaches the one after it."""
        database_port = self.settings.profile.database.port
        cache_port = self.settings.profile.cache.port
        self.alb_group = self._security_group("alb", "Load balancer, reached from the internet")
        self.service_group = self._security_group("service", "Services, reached through the ALB")
        self.database_group = self._security_group("database", "Database, reached by services")
        self.cache_group = self._security_group("cache", "Cache, reached by services")

        self.alb_group.ingress(80, ANYWHERE, "HTTP from the internet, sent on to HTTPS")
        self.alb_group.ingress(443, ANYWHERE, "HTTPS from the internet")
        for port in sorted({service.port for service in self.settings.services}):
            self.alb_group.egress(port, self.service_group, "Requests and health checks")
            self.service_group.ingress(port, self.alb_group, "Requests from the load balancer")
            self.service_group.ingress(port, self.service_group, "Requests between services")
            self.service_group.egress(port, self.service_group, "Requests between services")
        self.service_group.egress(443, ANYWHERE, "AWS APIs, images and payment networks")
        self.service_group.egress(database_port, self.database_group, "PostgreSQL")
        self.service_group.egress(cache_port, self.cache_group, "Redis")
        self.database_group.ingress(database_port, self.service_group, "PostgreSQL from services")
        self.cache_group.ingress(cache_port, self.service_group, "Redis from services")

    def _security_group(self, tier: str, purpose: str) -> SecurityGroup:
        return SecurityGroup(
            f"{tier}-security-group", self.site, vpc_id=self.network.vpc.id, purpose=purpose
        )

    def _data_stores(self, zones: Sequence[str]) -> None:
        subnet_ids = [subnet.id for subnet in self.network.database_subnets]
        self.database = Database(
            "database",
            self.site,
            settings=self.settings.profile.database,
            zones=zones,
            subnet_ids=subnet_ids,
            security_group_id=self.database_group.id,
            key_arn=self.database_key.arn,
            secrets_key_arn=self.secrets_key.arn,
            logs=self.logs,
            deletion_protection=self.protection.deletion,
        )
        self.database.tell(self.alerts.arn)
        self.redis = Cache(
            "redis",
            self.site,
            settings=self.settings.profile.cache,
            subnet_ids=subnet_ids,
            security_group_id=self.cache_group.id,
            key_arn=self.cache_key.arn,
            secrets_key_arn=self.secrets_key.arn,
            secret_recovery_days=self.retention.secret_recovery,
            logs=self.logs,
        )

    def _front_door(self) -> None:
        """A public name, its certificate, and the load balancer that answers it."""
        config = self.settings.config
        self.public_name = PublicName(
            "dns", self.site, domain_name=config.domain_name, hosted_zone_id=config.hosted_zone_id
        )
        bucket = "access-logs"
        self.access_logs = Bucket(
            bucket,
            self.site,
            expire_days=self.retention.access_logs,
            keep_on_destroy=self.protection.deletion,
            statements=[access_log_delivery(self.site, bucket_name(self.site, bucket))],
        )
        self.alb = LoadBalancer(
            "alb",
            self.site,
            vpc_id=self.network.vpc.id,
            subnet_ids=[subnet.id for subnet in self.network.public_subnets],
            security_group_id=self.alb_group.id,
            access_logs=self.access_logs,
            deletion_protection=self.protection.deletion,
        )
        self.alb.serve_https(self.public_name.certificate_arn)
        self.public_name.point_to(self.alb.load_balancer)

    def _service(self, service: ServiceSettings) -> FargateService:
        return FargateService(
            service,
            self.site,
            cluster=self.cluster.cluster,
            cluster_name=self.cluster.name,
            load_balancer=self.alb,
            subnet_ids=[subnet.id for subnet in self.network.private_subnets],
            security_group_id=self.service_group.id,
            logs=self.logs,
            surroundings=self._surroundings(service),
        )

    def _surroundings(self, service: ServiceSettings) -> Surroundings:
        """Tell a service where things are, and give it only the secrets of what it uses."""
        environment: dict[str, Any] = {
            "ENVIRONMENT": str(self.settings.profile.environment),
        }
        secrets: list[SecretSource] = []
        permissions: list[Statement] = []
        if service.uses_database:
            cluster = self.database.cluster
            environment |= {
                "DATABASE_HOST": cluster.endpoint,
                "DATABASE_READER_HOST": cluster.reader_endpoint,
                "DATABASE_PORT": str(self.settings.profile.database.port),
                "DATABASE_NAME": self.settings.profile.database.database_name,
                "DATABASE_SSLMODE": "verify-full",
            }
            secrets.append(
                SecretSource(
                    self.database.secret_arn,
                    {"DATABASE_USERNAME": "username", "DATABASE_PASSWORD": "password"},
                )
            )
            permissions.append(self._database_login(service.name))
        if service.uses_cache:
            environment |= {
                "REDIS_HOST": self.redis.group.primary_endpoint_address,
                "REDIS_PORT": str(self.settings.profile.cache.port),
                "REDIS_TLS": "true",
            }
            secrets.append(SecretSource(self.redis.secret_arn, {"REDIS_AUTH_TOKEN": ""}))
        return Surroundings(environment, secrets, self.secrets_key.arn, permissions)

    def _database_login(self, user: str) -> Statement:
        """Let a service log in with IAM as the database user of its own name."""
        prefix = self.site.arn("rds-db", "dbuser:")
        return allow(
            "DatabaseLogin",
            ["rds-db:connect"],
            pulumi.Output.concat(prefix, self.database.cluster.cluster_resource_id, "/", user),
        )

    def _monitoring(self) -> None:
        watches = self._watches()
        self.alarms = Alarms("alarms", self.site, watches=watches, topic_arn=self.alerts.arn)
        self.dashboard = Dashboard("overview", self.site, watches=watches)

    def _watches(self) -> list[Watch]:
        load_balancer = self.alb.load_balancer.arn_suffix
        watches = watch_load_balancer("alb", load_balancer)
        for service in self.services:
            name = service.settings.name
            watches += watch_service(name, self.cluster.name, service.name)
            watches += watch_targets(name, load_balancer, service.target_group.arn_suffix)
            watches += watch_error_lines(name, *service.error_lines)
        database = self.settings.profile.database
        watches += watch_aurora("database", self.database.identifier, database)
        watches += watch_cache("redis", self.redis.node_ids)
        return watches + (self.audit_trail.watches if self.audit_trail else [])

    def _guards(self) -> None:
        """What watches for attacks and records changes, where the environment is worth it.

        What the account has already, by the stack's configuration, is not made again.
        """
        config = self.settings.config
        self.firewall = (
            WebFirewall("waf", self.site, resource_arn=self.alb.load_balancer.arn, logs=self.logs)
            if self.protection.waf
            else None
        )
        self.threat_detection: ThreatDetection | None = None
        if self.protection.guardduty and not config.guardduty_detector_id:
            self.threat_detection = ThreatDetection("threats", self.site)
        self.config_key: EncryptionKey | None = None
        self.config_recorder: ConfigRecorder | None = None
        self.config_rules: ConfigRules | None = None
        if self.protection.config:
            self._record_changes()
        self.audit_trail: AuditTrail | None = None
        if self.protection.audit_trail and not config.audit_trail_arn:
            self.audit_trail = AuditTrail(
                "audit",
                self.site,
                logs=self.logs,
                expire_days=self.retention.access_logs,
                key_deletion_days=self.retention.key_deletion,
                keep_on_destroy=self.protection.deletion,
            )

    def _record_changes(self) -> None:
        recorded: list[pulumi.Resource] = []
        if not self.settings.config.config_recorder_name:
            self.config_key = EncryptionKey(
                "config-key",
                self.site,
                purpose="the record of changes",
                deletion_days=self.retention.key_deletion,
                statements=[for_config_delivery(self.site)],
            )
            self.config_recorder = ConfigRecorder(
                "config",
                self.site,
                key_arn=self.config_key.arn,
                expire_days=self.retention.access_logs,
                keep_on_destroy=self.protection.deletion,
            )
            recorded = [self.config_recorder.status]
        self.config_rules = ConfigRules(
            "compliance", self.site, stack=self.settings.stack, recorded=recorded
        )
