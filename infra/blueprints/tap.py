"""The base platform: a network of two tiers, its security groups, storage and logs.

internet -> public subnets (internet gateway, one per availability zone)
         -> private subnets, each through the NAT gateway of its own zone
data bucket -> backup bucket in another region
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.cidr import ANYWHERE, plan_blocks
from infra.components.alarms import Alarms, Watch
from infra.components.bucket import Bucket, bucket_name, request_log_delivery
from infra.components.keys import EncryptionKey, for_log_groups, for_topics
from infra.components.logs import FlowLogs, LogGroup, LogPolicy
from infra.components.network import Network
from infra.components.replication import Replication
from infra.components.security_groups import SecurityGroup
from infra.components.topic import ALARMS, AlertTopic
from infra.settings.tap import Tap
from infra.site import Site

__all__ = ["BasePlatform"]

HTTP, HTTPS, APP, MYSQL, POSTGRESQL, SSH = 80, 443, 8080, 3306, 5432, 22
# Logs say what happened when it is asked for a year later: NIST SP 800-53, AU-11.
LOG_DAYS = 365
LOG_OBJECT_DAYS = 90
KEY_DELETION_DAYS = 30


class BasePlatform:
    """What every application of an environment is built on."""

    def __init__(self, settings: Tap, site: Site) -> None:
        self.settings = settings
        self.site = site
        self._logs()
        self._network(settings.availability_zones)
        self._security_groups()
        self._storage()
        if settings.enable_cross_region_replication:
            self._backup(settings.backup_region)
        self._alarm()

    def _logs(self) -> None:
        key = EncryptionKey(
            "logs-key",
            self.site,
            purpose="log groups",
            deletion_days=KEY_DELETION_DAYS,
            statements=[for_log_groups(self.site)],
        )
        logs = LogPolicy(key_arn=key.arn, days=LOG_DAYS)
        self.log_groups = {
            use: LogGroup(
                f"{use}-logs",
                self.site,
                physical_name=self.site.name(f"{use}-logs"),
                logs=logs,
            )
            for use in ("application", "infrastructure")
        }

    def _network(self, zones: Sequence[str]) -> None:
        self.network = Network(
            "network",
            self.site,
            plan=plan_blocks(self.settings.vpc_cidr, len(zones)),
            zones=zones,
            nat_gateways="one-per-zone",
            public_ips=True,
        )
        if self.settings.enable_flow_logs:
            FlowLogs(
                "flow-logs",
                self.site,
                vpc_id=self.network.vpc.id,
                log_group=self.log_groups["infrastructure"],
            )

    def _security_groups(self) -> None:
        """Each tier is reached from the one before it, and reaches the one after it."""
        web = self._security_group("web", "Web servers, reached from the internet")
        app = self._security_group("app", "Applications, reached from web servers")
        db = self._security_group("db", "Databases, reached from applications")
        ssh = self._security_group("ssh", "Hosts that administrators log in to")
        self.security_groups = {"web": web, "app": app, "db": db, "ssh": ssh}

        web.ingress(HTTP, ANYWHERE, "HTTP from the internet")
        web.ingress(HTTPS, ANYWHERE, "HTTPS from the internet")
        web.egress(APP, app, "Requests to applications")
        app.ingress(APP, web, "Requests from web servers")
        app.egress(HTTPS, ANYWHERE, "AWS APIs and packages")
        for port, database in ((MYSQL, "MySQL"), (POSTGRESQL, "PostgreSQL")):
            app.egress(port, db, database)
            db.ingress(port, app, f"{database} from applications")
        ssh.ingress(SSH, str(self.settings.allowed_cidr), "SSH from the allowed addresses")
        ssh.egress_anywhere("Administrators go on from here, where routes lead")

    def _security_group(self, tier: str, purpose: str) -> SecurityGroup:
        return SecurityGroup(
            f"{tier}-security-group", self.site, vpc_id=self.network.vpc.id, purpose=purpose
        )

    def _storage(self) -> None:
        self.data = Bucket("data", self.site, expire_days=None, keep_on_destroy=True)
        self.logs = Bucket(
            "logs",
            self.site,
            expire_days=LOG_OBJECT_DAYS,
            keep_on_destroy=True,
            statements=[request_log_delivery(self.site, bucket_name(self.site, "logs"))],
        )
        self.data.log_requests_to(self.logs)
        self.buckets = {"data": self.data, "logs": self.logs}

    def _backup(self, region: str) -> None:
        """Copy the data into another region, whose resources a provider of its own makes."""
        there = aws.Provider("backup-region", region=region)
        self.buckets["backup"] = Bucket(
            "backup",
            self.site.in_region(region),
            expire_days=None,
            keep_on_destroy=True,
            opts=pulumi.ResourceOptions(provider=there),
        )
        Replication("replication", self.site, source=self.data, destination=self.buckets["backup"])

    def _alarm(self) -> None:
        """Tell people when the instances of the region are too busy.

        Amazon CloudWatch User Guide, "Get statistics aggregated across resources": counted are
        those with detailed monitoring.
        """
        key = EncryptionKey(
            "alerts-key",
            self.site,
            purpose="alerts",
            deletion_days=KEY_DELETION_DAYS,
            statements=for_topics(self.site, [ALARMS]),
        )
        self.alerts = AlertTopic(
            "alerts",
            self.site,
            publishers=[ALARMS],
            key_arn=key.arn,
            email=self.settings.alert_email,
        )
        high_cpu = Watch(
            label="high-cpu",
            meaning="The instances of the region have used most of their processors for 5 minutes",
            namespace="AWS/EC2",
            metric="CPUUtilization",
            dimensions={},
            statistic="Average",
            threshold=80,
        )
        self.alarms = Alarms("alarms", self.site, watches=[high_cpu], topic_arn=self.alerts.arn)
