"""Delivery to ECS in two colours: from a push to main to the traffic on the new version.

push -> CodePipeline: source (CodeCommit) -> build (CodeBuild: test, scan, image to ECR)
     -> deploy (CodeDeploy: blue or green takes over, and back if an alarm goes off)
internet -> load balancer (public subnets) -> blue or green tasks (private subnets, NAT)
"""

from __future__ import annotations

from collections.abc import Sequence

from infra.cidr import ANYWHERE, plan_blocks
from infra.components.alarms import Alarms, Watch
from infra.components.artifacts import ArtifactBucket
from infra.components.blue_green import HTTP, BlueGreenService
from infra.components.blue_green_delivery import BlueGreenDelivery
from infra.components.bucket import Bucket, bucket_name, request_log_delivery
from infra.components.build_project import BuildProject
from infra.components.cluster import Cluster
from infra.components.credentials import Credentials
from infra.components.delivery_steps import build_step, source_step
from infra.components.image_repository import ImageRepository
from infra.components.keys import EncryptionKey, for_log_groups, for_topics
from infra.components.load_balancer import LoadBalancer, access_log_delivery
from infra.components.logs import FlowLogs, LogGroup, LogPolicy
from infra.components.network import Network
from infra.components.pipeline import Pipeline
from infra.components.security_groups import SecurityGroup
from infra.components.source_repository import SourceRepository
from infra.components.task import Surroundings
from infra.components.topic import ALARMS, EVENTS, AlertTopic
from infra.components.waf import WebFirewall
from infra.components.watches import watch_load_balancer, watch_service, watch_targets
from infra.iam import Statement, allow
from infra.settings.cicd import BUILD_LOG_DAYS, CONTAINER_LOG_DAYS, KEEP_IMAGES, Cicd
from infra.site import Site

__all__ = ["Delivery"]

PUBLISHERS = (ALARMS, EVENTS)


class Delivery:
    """Everything that one environment of the delivery system is made of."""

    def __init__(self, settings: Cicd, site: Site, zones: Sequence[str]) -> None:
        self.settings = settings
        self.site = site

        self._encryption_keys()
        self.alerts = AlertTopic(
            "alerts",
            site,
            publishers=PUBLISHERS,
            key_arn=self.alerts_key.arn,
            email=settings.config.alert_email,
        )
        self._network(zones)
        self._security_groups()
        self._load_balancer()
        self._repositories()
        self._service()
        self._monitoring()
        self._build()
        self._pipeline()

    def _encryption_keys(self) -> None:
        """One key per concern, so that access to one kind of data opens no other."""
        site = self.site
        self.logs_key = self._key("logs-key", "log groups", [for_log_groups(site)])
        self.alerts_key = self._key("alerts-key", "alerts", for_topics(site, PUBLISHERS))
        self.delivery_key = self._key("delivery-key", "source code, artifacts and images")
        self.credentials_key = self._key("credentials-key", "credentials of other systems")
        self.history = self._logs(self.settings.profile.history)

    def _key(self, name: str, purpose: str, statements: Sequence[Statement] = ()) -> EncryptionKey:
        return EncryptionKey(
            name,
            self.site,
            purpose=purpose,
            deletion_days=self.settings.profile.key_deletion,
            statements=statements,
        )

    def _logs(self, days: int) -> LogPolicy:
        return LogPolicy(key_arn=self.logs_key.arn, days=days)

    def _network(self, zones: Sequence[str]) -> None:
        self.network = Network(
            "network",
            self.site,
            plan=plan_blocks(self.settings.vpc_cidr, len(zones)),
            zones=zones,
            nat_gateways=self.settings.profile.nat_gateways,
        )
        self.flow_log_group = LogGroup(
            "flow-logs",
            self.site,
            physical_name=f"/aws/vpc/{self.site.name('flow-logs')}",
            logs=self.history,
        )
        FlowLogs("flow-logs", self.site, vpc_id=self.network.vpc.id, log_group=self.flow_log_group)

    def _security_groups(self) -> None:
        """The internet reaches the load balancer, and only that reaches the tasks."""
        port = self.settings.service.port
        vpc_id = self.network.vpc.id
        self.alb_group = SecurityGroup(
            "alb-security-group",
            self.site,
            vpc_id=vpc_id,
            purpose="Load balancer, reached from the internet",
        )
        self.service_group = SecurityGroup(
            "service-security-group",
            self.site,
            vpc_id=vpc_id,
            purpose="Tasks of both colours, reached through the load balancer",
        )
        self.alb_group.ingress(HTTP, ANYWHERE, "HTTP from the internet")
        self.alb_group.egress(port, self.service_group, "Requests and health checks")
        self.service_group.ingress(port, self.alb_group, "Requests from the load balancer")
        self.service_group.egress(443, ANYWHERE, "AWS APIs and images")

    def _load_balancer(self) -> None:
        profile, bucket = self.settings.profile, "access-logs"
        self.access_logs = Bucket(
            bucket,
            self.site,
            expire_days=profile.history,
            keep_on_destroy=profile.deletion_protection,
            statements=[
                access_log_delivery(self.site, bucket_name(self.site, bucket)),
                request_log_delivery(self.site, bucket_name(self.site, bucket)),
            ],
        )
        self.alb = LoadBalancer(
            "alb",
            self.site,
            vpc_id=self.network.vpc.id,
            subnet_ids=[subnet.id for subnet in self.network.public_subnets],
            security_group_id=self.alb_group.id,
            access_logs=self.access_logs,
            deletion_protection=profile.deletion_protection,
        )
        self.firewall = (
            WebFirewall(
                "waf", self.site, resource_arn=self.alb.load_balancer.arn, logs=self.history
            )
            if profile.waf
            else None
        )

    def _repositories(self) -> None:
        """Where the source comes in, where images are kept, and what steps hand on."""
        site, key_arn = self.site, self.delivery_key.arn
        self.source = SourceRepository(
            "source", site, purpose="The application that is delivered", key_arn=key_arn
        )
        self.images = ImageRepository("images", site, key_arn=key_arn, keep_images=KEEP_IMAGES)
        self.artifacts = ArtifactBucket("artifacts", site, key_arn=key_arn)
        self.artifacts.log_requests_to(self.access_logs)

    def _service(self) -> None:
        self.cluster = Cluster("cluster", self.site, logs=self.history)
        service = self.settings.service
        self.service = BlueGreenService(
            service,
            self.site,
            cluster=self.cluster.cluster,
            cluster_name=self.cluster.name,
            load_balancer=self.alb,
            subnet_ids=[subnet.id for subnet in self.network.private_subnets],
            security_group_id=self.service_group.id,
            logs=self._logs(CONTAINER_LOG_DAYS),
            surroundings=Surroundings(
                environment={
                    "ENVIRONMENT": str(self.settings.profile.environment),
                },
                # What runs after the first delivery.
                images=[self.images.address],
            ),
        )

    def _monitoring(self) -> None:
        """A deployment stops at what customers feel; the rest is told to people only."""
        load_balancer = self.alb.load_balancer.arn_suffix
        felt: list[Watch] = watch_load_balancer("alb", load_balancer)
        for colour, group in (("blue", self.service.blue), ("green", self.service.green)):
            felt += watch_targets(colour, load_balancer, group.arn_suffix)
        told = watch_service("app", self.cluster.name, self.service.name)
        self.traffic_alarms = Alarms(
            "traffic-alarms", self.site, watches=felt, topic_arn=self.alerts.arn
        )
        self.service_alarms = Alarms(
            "service-alarms", self.site, watches=told, topic_arn=self.alerts.arn
        )

    def _build(self) -> None:
        self.registry = Credentials(
            "registry",
            self.site,
            meanings={
                "username": "User of the registry that base images come from",
                "password": "Access token of that user",
            },
            key_arn=self.credentials_key.arn,
        )
        service = self.settings.service
        self.build = BuildProject(
            "build",
            self.site,
            purpose="Tests a commit, and builds and pushes its image",
            buildspec="cicd.yml",
            artifacts=self.artifacts,
            logs=self._logs(BUILD_LOG_DAYS),
            variables={
                "CONTAINER_NAME": service.name,
                "CONTAINER_PORT": str(service.port),
                "IMAGE_REPOSITORY": self.images.repository.repository_url,
                "TASK_FAMILY": self.service.task.name,
            },
            credentials={
                "REGISTRY_USERNAME": self.registry.names["username"],
                "REGISTRY_PASSWORD": self.registry.names["password"],
            },
            builds_images=True,
            permissions=[
                *self.registry.read_statements,
                *self.images.push_statements,
                # Service Authorization Reference, Amazon ECS: no resource to name.
                allow("ReadTaskDefinition", ["ecs:DescribeTaskDefinition"], "*"),
            ],
        )

    def _pipeline(self) -> None:
        self.deployment = BlueGreenDelivery(
            "deployment",
            self.site,
            target=self.service,
            alarms=[alarm.made for alarm in self.traffic_alarms.alarms],
        )
        self.pipeline = Pipeline(
            "pipeline",
            self.site,
            artifacts=self.artifacts,
            steps=[
                source_step("Source", self.source, makes="source"),
                build_step("Build", self.build, takes="source", makes="build"),
                self.deployment.step("Deploy", takes="build"),
            ],
        )
        self.start_rule = self.pipeline.start_on_push(self.source)
        self.failure_rule = self.pipeline.tell_of_failures(self.alerts.arn)
