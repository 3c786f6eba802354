"""AWS Config's managed rules that ask, between deployments, what the policy pack asks at preview.

The identifiers, their triggers and parameters are those of the AWS Config Developer Guide, "List of
AWS Config Managed Rules"; most rules and their pages are named like the identifier in lower case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.site import Site

__all__ = ["RULES", "ConfigRules", "ManagedRule"]


@dataclass(frozen=True, slots=True)
class ManagedRule:
    """A control of the policy pack, and the managed rule that asks the same of an account.

    `periodic` rules look at the account now and then; the others when a resource has changed,
    and so they can be narrowed to the resources of one stack. `types` are the stack's Pulumi types
    that the rule judges, by service and name.
    """

    control: str
    identifier: str
    types: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    periodic: bool = False

    @property
    def label(self) -> str:
        """The rule's name as AWS's documentation writes it."""
        return _OTHER_NAMES.get(self.identifier, self.identifier.lower().replace("_", "-"))

    @property
    def source(self) -> str:
        """The page of AWS's documentation that describes the rule."""
        return f"https://docs.aws.amazon.com/config/latest/developerguide/{self.label}.html"


_OTHER_NAMES: Mapping[str, str] = {
    "INCOMING_SSH_DISABLED": "restricted-ssh",
    "RESTRICTED_INCOMING_TRAFFIC": "restricted-common-ports",
}
_TASK = ("ecs/TaskDefinition",)
_CACHE = ("elasticache/ReplicationGroup",)
_GROUP = ("ec2/SecurityGroup",)
_BUCKET = ("s3/Bucket",)
_KEY = ("kms/Key",)
_TAGS = ("Project", "Environment", "ManagedBy", "Owner")

RULES: tuple[ManagedRule, ...] = (
    ManagedRule("certificate-strong-key", "ACM_CERTIFICATE_RSA_CHECK", ("acm/Certificate",)),
    ManagedRule(
        "cloudwatch-alarm-has-action",
        "CLOUDWATCH_ALARM_ACTION_CHECK",
        ("cloudwatch/MetricAlarm",),
        {
            "alarmActionRequired": "true",
            "insufficientDataActionRequired": "false",
            "okActionRequired": "false",
        },
    ),
    ManagedRule(
        "cloudwatch-log-customer-key",
        "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
        ("cloudwatch/LogGroup",),
        periodic=True,
    ),
    ManagedRule(
        "default-security-group-empty",
        "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
        ("ec2/DefaultSecurityGroup",),
    ),
    ManagedRule("ecs-containers-log", "ECS_TASK_DEFINITION_LOG_CONFIGURATION", _TASK),
    ManagedRule("ecs-containers-not-privileged", "ECS_CONTAINERS_NONPRIVILEGED", _TASK),
    ManagedRule("ecs-containers-read-only-root", "ECS_CONTAINERS_READONLY_ACCESS", _TASK),
    ManagedRule(
        "ecs-no-secrets-in-environment",
        "ECS_NO_ENVIRONMENT_SECRETS",
        _TASK,
        {"secretKeys": "AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,DATABASE_PASSWORD"},
    ),
    ManagedRule("ecs-task-no-host-namespaces", "ECS_TASK_DEFINITION_PID_MODE_CHECK", _TASK),
    ManagedRule(
        "elasticache-automatic-failover",
        "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",
        _CACHE,
        periodic=True,
    ),
    ManagedRule(
        "elasticache-encrypted-at-rest",
        "ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST",
        _CACHE,
        periodic=True,
    ),
    ManagedRule(
        "elasticache-encrypted-in-transit",
        "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT",
        _CACHE,
        periodic=True,
    ),
    ManagedRule(
        "guardduty-detector-enabled",
        "GUARDDUTY_ENABLED_CENTRALIZED",
        ("guardduty/Detector",),
        periodic=True,
    ),
    ManagedRule(
        "iam-no-administrator-attached",
        "IAM_POLICY_BLACKLISTED_CHECK",
        ("iam/Role",),
        {"policyArns": "arn:aws:iam::aws:policy/AdministratorAccess"},
    ),
    ManagedRule("kms-key-policy-not-public", "KMS_KEY_POLICY_NO_PUBLIC_ACCESS", _KEY),
    ManagedRule("kms-key-rotation", "CMK_BACKING_KEY_ROTATION_ENABLED", _KEY, periodic=True),
    ManagedRule(
        "listener-http-redirects",
        "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",
        ("lb/LoadBalancer",),
        periodic=True,
    ),
    ManagedRule(
        "listener-tls-version",
        "ELBV2_PREDEFINED_SECURITY_POLICY_SSL_CHECK",
        ("lb/Listener",),
        {"sslPolicies": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
    ),
    ManagedRule(
        "load-balancer-has-tls-listener",
        "ELBV2_ACM_CERTIFICATE_REQUIRED",
        ("lb/LoadBalancer",),
        periodic=True,
    ),
    ManagedRule(
        "rds-cluster-reader-in-another-zone", "RDS_CLUSTER_MULTI_AZ_ENABLED", ("rds/Cluster",)
    ),
    ManagedRule("rds-cluster-storage-encrypted", "RDS_CLUSTER_ENCRYPTED_AT_REST", ("rds/Cluster",)),
    ManagedRule(
        "rds-copies-tags-to-snapshots",
        "RDS_PGSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK",
        ("rds/Cluster",),
    ),
    ManagedRule(
        "rds-instance-minor-upgrades",
        "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
        ("rds/ClusterInstance",),
    ),
    ManagedRule(
        "rds-instance-not-public", "RDS_INSTANCE_PUBLIC_ACCESS_CHECK", ("rds/ClusterInstance",)
    ),
    ManagedRule("s3-bucket-acl-not-public", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", _BUCKET),
    ManagedRule(
        "s3-bucket-blocks-public-access", "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", _BUCKET
    ),
    ManagedRule("s3-bucket-policy-not-public", "S3_BUCKET_PUBLIC_READ_PROHIBITED", _BUCKET),
    ManagedRule("s3-bucket-tls-only", "S3_BUCKET_SSL_REQUESTS_ONLY", _BUCKET),
    ManagedRule(
        "secretsmanager-customer-key", "SECRETSMANAGER_USING_CMK", ("secretsmanager/Secret",)
    ),
    ManagedRule(
        "security-group-internet-only-to-web-ports",
        "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
        _GROUP,
        {"authorizedTcpPorts": "80,443"},
    ),
    ManagedRule("security-group-no-internet-to-admin-ports", "INCOMING_SSH_DISABLED", _GROUP),
    ManagedRule(
        "security-group-no-internet-to-data-ports",
        "RESTRICTED_INCOMING_TRAFFIC",
        _GROUP,
        {
            "blockedPort1": "3306",
            "blockedPort2": "5432",
            "blockedPort3": "6379",
            "blockedPort4": "3389",
            "blockedPort5": "27017",
        },
    ),
    ManagedRule("sns-topic-encrypted", "SNS_ENCRYPTED_KMS", ("sns/Topic",)),
    ManagedRule("sns-topic-policy-not-public", "SNS_TOPIC_NO_PUBLIC_ACCESS", ("sns/Topic",)),
    ManagedRule(
        "tags-required",
        "REQUIRED_TAGS",
        (
            "acm/Certificate",
            "ec2/SecurityGroup",
            "ec2/Subnet",
            "ec2/Vpc",
            "lb/LoadBalancer",
            "rds/ClusterInstance",
            "rds/SubnetGroup",
            "s3/Bucket",
        ),
        {f"tag{number}Key": key for number, key in enumerate(_TAGS, 1)},
    ),
)


class ConfigRules(Component):
    """The managed rules, each narrowed to the stack's own resources where AWS Config can do that.

    Several stacks of an account then judge their own, by whichever recorder the account has;
    `recorded` is what must stand before a rule may be made.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        stack: str,
        recorded: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ConfigRules", name, site, opts)
        own = aws.cfg.RuleScopeArgs(tag_key="Stack", tag_value=stack)
        self.rules = [
            aws.cfg.Rule(
                rule.label,
                name=site.name(rule.label),
                description=f"Asks what the control {rule.control} asks at preview",
                source=aws.cfg.RuleSourceArgs(owner="AWS", source_identifier=rule.identifier),
                input_parameters=json.dumps(dict(rule.parameters)) if rule.parameters else None,
                scope=None if rule.periodic else own,
                tags=self.tagged(rule.label),
                opts=self.child(depends_on=[*recorded]),
            )
            for rule in RULES
        ]
        self.register_outputs({})
