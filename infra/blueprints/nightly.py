"""Nightly runs of stackproof: a task that may read the account, and the history of its records.

EventBridge Scheduler -> Fargate task in a private subnet (reads AWS, writes records)
                      -> private bucket of the history
a run that fails -> topic -> e-mail; a day without a run -> alarm -> the same topic
"""

from __future__ import annotations

from collections.abc import Sequence

from infra.cidr import ANYWHERE, plan_blocks
from infra.components.alarms import Alarms
from infra.components.bucket import Bucket, bucket_name, request_log_delivery
from infra.components.cluster import Cluster
from infra.components.image_repository import ImageRepository
from infra.components.keys import EncryptionKey, for_log_groups, for_topics
from infra.components.logs import FlowLogs, LogGroup, LogPolicy
from infra.components.network import Network
from infra.components.nightly import NightlyTask
from infra.components.security_groups import SecurityGroup
from infra.components.task import FargateTask, Surroundings
from infra.components.topic import ALARMS, EVENTS, AlertTopic
from infra.iam import Statement, allow
from infra.settings.nightly import KEEP_IMAGES, RETENTION, Nightly
from infra.site import Site

__all__ = ["NightlyRuns"]

RECORDS = "records"
HTTPS = 443


class NightlyRuns:
    """Everything that the nightly runs are made of."""

    def __init__(self, settings: Nightly, site: Site, zones: Sequence[str]) -> None:
        self.settings = settings
        self.site = site
        self._encryption_keys()
        self._network(zones)
        self._history()
        self._task()
        self._monitoring()

    def _encryption_keys(self) -> None:
        site, days = self.site, RETENTION.key_deletion
        self.data_key = EncryptionKey(
            "data-key", site, purpose="records and the image", deletion_days=days
        )
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
            statements=for_topics(site, [ALARMS, EVENTS]),
        )
        self.logs = LogPolicy(key_arn=self.logs_key.arn, days=RETENTION.logs)

    def _network(self, zones: Sequence[str]) -> None:
        """Give the task a way to AWS's addresses, and nobody a way to the task."""
        self.network = Network(
            "network",
            self.site,
            plan=plan_blocks(self.settings.vpc_cidr, len(zones)),
            zones=zones,
            nat_gateways="one-per-zone",
        )
        flow_logs = LogGroup(
            "flow-logs",
            self.site,
            physical_name=f"/aws/vpc/{self.site.name('flow-logs')}",
            logs=self.logs,
        )
        FlowLogs("flow-logs", self.site, vpc_id=self.network.vpc.id, log_group=flow_logs)
        self.security_group = SecurityGroup(
            "task-security-group",
            self.site,
            vpc_id=self.network.vpc.id,
            purpose="Nightly runs, which nobody reaches",
        )
        self.security_group.egress(HTTPS, ANYWHERE, "AWS APIs and the registry of the image")

    def _history(self) -> None:
        """Keep the records: they are evidence, and stay when the stack goes."""
        self.access_logs = Bucket(
            "access-logs",
            self.site,
            expire_days=RETENTION.access_logs,
            keep_on_destroy=True,
            statements=[request_log_delivery(self.site, bucket_name(self.site, "access-logs"))],
        )
        self.history = Bucket(
            "history",
            self.site,
            expire_days=None,
            keep_on_destroy=True,
            key_arn=self.data_key.arn,
        )
        self.history.log_requests_to(self.access_logs)
        self.location = f"s3://{self.history.name}/{RECORDS}"

    def _task(self) -> None:
        self.cluster = Cluster("cluster", self.site, logs=self.logs)
        self.images = ImageRepository(
            "images", self.site, key_arn=self.data_key.arn, keep_images=KEEP_IMAGES
        )
        self.task = FargateTask(
            self.settings.job(self.images.address, self.location),
            self.site,
            logs=self.logs,
            surroundings=Surroundings(
                environment={"AWS_REGION": self.site.region},
                permissions=[*_reads_the_account(), *self._keeps_records()],
                publishes_metrics=False,
            ),
        )
        self.nightly = NightlyTask(
            "schedule",
            self.site,
            task=self.task,
            schedule=self.settings.config.schedule,
            cluster=self.cluster.cluster,
            subnet_ids=[subnet.id for subnet in self.network.private_subnets],
            security_group=self.security_group,
        )

    def _keeps_records(self) -> list[Statement]:
        """Let the task replace records, but not remove any: old versions stay for a while."""
        bucket = self.site.bucket_arn(self.history.name)
        return [
            allow("FindRecords", ["s3:ListBucket"], bucket),
            allow("KeepRecords", ["s3:GetObject", "s3:PutObject"], f"{bucket}/{RECORDS}/*"),
            allow(
                "SealRecords",
                ["kms:Decrypt", "kms:GenerateDataKey"],
                self.data_key.arn,
                conditions={
                    "StringEquals": {"kms:ViaService": f"s3.{self.site.region}.amazonaws.com"}
                },
            ),
        ]

    def _monitoring(self) -> None:
        self.alerts = AlertTopic(
            "alerts",
            self.site,
            publishers=[ALARMS, EVENTS],
            key_arn=self.alerts_key.arn,
            email=self.settings.config.alert_email,
        )
        self.failure_rule = self.nightly.tell_of_failures(self.alerts.arn)
        self.alarms = Alarms(
            "alarms", self.site, watches=[self.nightly.watch], topic_arn=self.alerts.arn
        )


def _reads_the_account() -> list[Statement]:
    """Give the statements of docs/read-only-policy.json."""
    # The readers take half a second to load, and only this system needs them.
    from stackproof.sights.live.permissions import read_only_policy

    statements: list[Statement] = read_only_policy()["Statement"]
    return statements
