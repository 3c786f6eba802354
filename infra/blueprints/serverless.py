"""The serverless API: an HTTP API, a function, and the bucket that it keeps its documents in.

clients -> HTTP API (/, /health, /{proxy+}; throttled, every request logged)
        -> Lambda function (its own role, its own log)
        -> private bucket
errors, failed requests and slow answers -> alarms -> topic -> e-mail
"""

from __future__ import annotations

from infra.components.alarms import Alarms
from infra.components.bucket import Bucket
from infra.components.function import Function
from infra.components.http_api import HttpApi
from infra.components.keys import EncryptionKey, for_log_groups, for_topics
from infra.components.logs import LogPolicy
from infra.components.topic import ALARMS, AlertTopic
from infra.components.watches import watch_function, watch_http_api
from infra.iam import Statement, allow
from infra.settings.serverless import RETENTION, ROUTES, THROTTLE, Serverless
from infra.site import Site

__all__ = ["Api"]


class Api:
    """Everything that the serverless API is made of."""

    def __init__(self, settings: Serverless, site: Site) -> None:
        self.settings = settings
        self.site = site
        self._encryption_keys()
        # Documents stay when the stack goes: they are the only thing that can't be made again.
        self.data = Bucket(
            "data",
            site,
            physical_name=site.name("data"),
            expire_days=None,
            keep_on_destroy=True,
        )
        self.function = self._function()
        self.api = HttpApi(
            "http",
            site,
            function=self.function,
            routes=ROUTES,
            origins=[settings.config.allowed_origin],
            throttle=THROTTLE,
            logs=self.logs,
        )
        self._monitoring()

    def _encryption_keys(self) -> None:
        site, days = self.site, RETENTION.key_deletion
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
            statements=for_topics(site, [ALARMS]),
        )
        self.logs = LogPolicy(key_arn=self.logs_key.arn, days=RETENTION.logs)

    def _function(self) -> Function:
        config = self.settings.config
        return Function(
            "api",
            self.site,
            settings=self.settings.function,
            code="api",
            environment={
                "BUCKET_NAME": self.data.name,
                "ENVIRONMENT": str(config.environment),
                "LOG_LEVEL": config.log_level,
                "SERVICE_NAME": self.site.name("api"),
            },
            permissions=self._own_bucket(),
            logs=self.logs,
        )

    def _own_bucket(self) -> list[Statement]:
        """Let the function reach its documents; listing tells a missing one from a denied one."""
        bucket = self.site.bucket_arn(self.data.name)
        return [
            allow("FindDocuments", ["s3:ListBucket"], bucket),
            allow(
                "KeepDocuments",
                ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                f"{bucket}/documents/*",
            ),
        ]

    def _monitoring(self) -> None:
        self.alerts = AlertTopic(
            "alerts",
            self.site,
            publishers=[ALARMS],
            key_arn=self.alerts_key.arn,
            email=self.settings.config.alert_email,
        )
        self.alarms = Alarms(
            "alarms",
            self.site,
            watches=[
                *watch_function("api", self.function.name, self.settings.function),
                *watch_http_api("http", self.api.api.id),
            ],
            topic_arn=self.alerts.arn,
        )
