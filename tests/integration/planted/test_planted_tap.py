"""Defects that an auditor or the one on call would find in the base platform."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.audited_tap import AUDITED
from tests.integration.planted.hands import (
    ANYBODY,
    STRANGER,
    a_nat_gateway_less,
    acl_for,
    bucket_says,
    closed_to_all,
    default_group_opened,
    denied,
    key_called,
    key_called_says,
    lent_to,
    no_flow_logs,
    no_policies,
    no_route_out,
    nobody_deletes,
    one_more_alarm,
    one_more_subnet,
    opened_to,
    opened_to_all,
    out_through_the_gateway,
    replication,
    subscriptions_gone,
    tagged_more,
    topic_says,
)
from tests.integration.planted.on_call import notices_filtered, only_rejects, unlogged
from tests.integration.planted.planting import (
    Field,
    Seen,
    all_caught,
    better,
    call,
    defect,
    missed,
    none_blamed,
    otherwise,
    use,
)
from tests.integration.planted.reasons import GONE
from tests.mutations.alarms import change_alarm
from tests.mutations.network import close_ways_out, share_route_table
from tests.mutations.roles import allow
from tests.mutations.storage import accept_plain_http, change_lifecycle

STACK = "tap-production"
DATA, BACKUP, LOGS = (f"$s3_bucket_names.{use}" for use in ("data", "backup", "logs"))
APPLICATION, INFRASTRUCTURE = (
    f"$cloudwatch_log_groups.{use}" for use in ("application", "infrastructure")
)
WEB, APP, DB, SSH = (f"$security_group_ids.{use}" for use in ("web", "app", "db", "ssh"))
ALARM = "tap-high-cpu-production"
FLOWS, COPIES = "tap-flow-logs-production", "tap-replication-production"
LOGS_KEY, ALERTS_KEY = "tap-logs-key-production", "tap-alerts-key-production"


def _alarm(**changes: Any) -> Any:
    return use(change_alarm, ALARM, **changes)


def _opened(what: str, group: str, protocol: str, first: int, last: int) -> Any:
    return defect(
        what,
        group,
        "security-group-internet-only-to-web-ports",
        use(opened_to_all, group, protocol, first, last),
    )


def _another_account(rule: dict[str, Any]) -> None:
    rule["Destination"]["Bucket"] = "arn:aws:s3:::somebody-elses-bucket"


DEFECTS = (
    # Security groups
    _opened("SSH from anywhere", SSH, "tcp", 22, 22),
    _opened("MySQL from anywhere", DB, "tcp", 3306, 3306),
    _opened("Redis beside the databases, from anywhere", DB, "tcp", 6379, 6379),
    _opened("remote desktop on web servers", WEB, "tcp", 3389, 3389),
    _opened("every port of the applications", APP, "tcp", 0, 65535),
    _opened("DNS of the applications answers everybody", APP, "udp", 53, 53),
    _opened("everything reaches web servers", WEB, "-1", -1, -1),
    defect(
        "the default group is open",
        "default",
        "default-security-group-empty",
        use(default_group_opened, "$vpc_id"),
    ),
    defect(
        "nobody reaches the databases",
        f"{DB} {APP} db-security-group",
        "security-group-rules-meet",
        use(closed_to_all, DB),
    ),
    defect(
        "web servers reach no application",
        f"{WEB} {APP} web-security-group",
        "security-group-rules-meet",
        use(close_ways_out, WEB),
    ),
    # The network
    defect("flow logs are deleted", "$vpc_id", "vpc-flow-logs", use(no_flow_logs, "$vpc_id")),
    defect(
        "a private subnet has no way out",
        "rtb- $private_subnet_ids.0 $vpc_id",
        "vpc-tiers-span-zones",
        use(no_route_out, "$private_subnet_ids.0"),
    ),
    defect(
        "a public subnet has no way out",
        "nat-",
        "nat-gateway-in-public-subnet",
        use(no_route_out, "$public_subnet_ids.0"),
    ),
    defect(
        "a private subnet is public",
        "rtb- $private_subnet_ids.1 $vpc_id",
        "vpc-tiers-span-zones",
        use(out_through_the_gateway, "$vpc_id", "$private_subnet_ids.1"),
    ),
    defect(
        "one NAT gateway for two zones",
        "rtb- $private_subnet_ids $vpc_id nat-",
        "subnet-nat-in-same-zone",
        use(share_route_table, "$private_subnet_ids.0", "$private_subnet_ids.1"),
    ),
    defect(
        "a NAT gateway is deleted",
        "rtb- nat-",
        "route-leads-somewhere",
        use(a_nat_gateway_less, "$vpc_id"),
    ),
    defect(
        "what starts in a private subnet has a public address",
        "$private_subnet_ids.0",
        "subnet-no-public-addresses",
        call(
            "ec2",
            "modify_subnet_attribute",
            SubnetId="$private_subnet_ids.0",
            MapPublicIpOnLaunch={"Value": True},
        ),
    ),
    defect(
        "the VPC has no DNS",
        "$vpc_id",
        "vpc-dns",
        call("ec2", "modify_vpc_attribute", VpcId="$vpc_id", EnableDnsSupport={"Value": False}),
    ),
    defect(
        "a network ACL stops answers to private subnets",
        "acl- $private_subnet_ids",
        "subnet-hears-answers",
        use(
            acl_for,
            "$vpc_id",
            "$private_subnet_ids",
            Egress=False,
            Protocol="6",
            PortRange={"From": 1024, "To": 65535},
        ),
    ),
    defect(
        "a subnet is deleted",
        "$public_subnet_ids.1",
        "resource-exists",
        call("ec2", "delete_subnet", SubnetId="$public_subnet_ids.1"),
    ),
    # Buckets
    defect(
        "anybody reads the data",
        DATA,
        "s3-bucket-policy-not-public",
        use(bucket_says, DATA, {**ANYBODY, "Action": "s3:GetObject"}),
    ),
    defect(
        "a stranger's account reads the logs",
        LOGS,
        "s3-bucket-no-external-access",
        use(
            bucket_says,
            LOGS,
            {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "s3:GetObject"},
        ),
    ),
    defect(
        "anybody writes backups",
        BACKUP,
        "s3-bucket-policy-not-public",
        use(bucket_says, BACKUP, {**ANYBODY, "Action": "s3:PutObject"}, region="$backup_region"),
    ),
    defect("plain HTTP to the data", DATA, "s3-bucket-tls-only", use(accept_plain_http, DATA)),
    defect(
        "the logs may be made public",
        LOGS,
        "s3-bucket-blocks-public-access",
        call("s3", "delete_public_access_block", Bucket=LOGS),
    ),
    defect(
        "the data is owned by who writes it",
        DATA,
        "s3-bucket-acls-off",
        call(
            "s3",
            "put_bucket_ownership_controls",
            Bucket=DATA,
            OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        ),
    ),
    defect(
        "the backups keep no versions",
        f"{BACKUP} {DATA}",
        "s3-bucket-versioned",
        call(
            "s3 $backup_region",
            "put_bucket_versioning",
            Bucket=BACKUP,
            VersioningConfiguration={"Status": "Suspended"},
        ),
    ),
    defect(
        "copying is switched off",
        DATA,
        "s3-replication-on",
        use(replication, DATA, lambda rule: rule.update(Status="Disabled")),
    ),
    defect(
        "a part of the data is copied",
        DATA,
        "s3-replication-whole",
        use(replication, DATA, lambda rule: rule.update(Filter={"Prefix": "tmp/"})),
    ),
    missed(
        "the data is copied to somebody else",
        DATA,
        Seen.DRIFTED,
        "a bucket's ARN doesn't say whose it is",
        use(replication, DATA, _another_account),
    ),
    defect(
        "the copying role may do nothing",
        f"{COPIES} {DATA}",
        "replication-may-copy",
        use(no_policies, COPIES),
    ),
    missed(
        "the backup bucket is gone",
        BACKUP,
        Seen.VANISHED,
        GONE,
        call("s3 $backup_region", "delete_bucket", Bucket=BACKUP),
    ),
    defect(
        "logs are kept for ever",
        LOGS,
        "s3-bucket-lifecycle",
        call("s3", "delete_bucket_lifecycle", Bucket=LOGS),
    ),
    defect(
        "the rule that expires logs is off",
        LOGS,
        "s3-bucket-lifecycle",
        use(change_lifecycle, LOGS, lambda rule: rule.update(Status="Disabled")),
    ),
    defect(
        "data is expired after a day",
        DATA,
        "s3-copied-data-kept",
        use(change_lifecycle, DATA, lambda rule: rule.update(Expiration={"Days": 1})),
    ),
    # Roles and keys
    defect(
        "flow logs' role may do nothing",
        f"{FLOWS} fl-",
        "flow-log-may-write",
        use(no_policies, FLOWS),
    ),
    defect(
        "flow logs' role writes to every log",
        FLOWS,
        "iam-no-whole-service",
        use(allow, FLOWS, "logs:*"),
    ),
    defect(
        "flow logs' role is an administrator",
        FLOWS,
        "iam-no-administrator-attached",
        call(
            "iam",
            "attach_role_policy",
            RoleName=FLOWS,
            PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
        ),
    ),
    defect(
        "a stranger takes the copying role",
        COPIES,
        "iam-role-no-external-access",
        use(lent_to, COPIES, STRANGER),
    ),
    defect(
        "anybody takes flow logs' role", FLOWS, "iam-role-trust-not-open", use(lent_to, FLOWS, "*")
    ),
    defect(
        "the copying role reads every bucket",
        COPIES,
        "iam-no-whole-service",
        use(allow, COPIES, "s3:*"),
    ),
    defect(
        "the logs' key isn't rotated",
        "key",
        "kms-key-rotation",
        use(key_called, LOGS_KEY, "disable_key_rotation"),
    ),
    defect(
        "the logs' key is disabled",
        f"kms/key {INFRASTRUCTURE}",
        "kms-key-enabled",
        use(key_called, LOGS_KEY, "disable_key"),
    ),
    defect(
        "the alerts' key is about to be deleted",
        "kms/key $alerts_topic_arn",
        "kms-key-enabled",
        use(key_called, ALERTS_KEY, "schedule_key_deletion", PendingWindowInDays=7),
    ),
    defect(
        "the logs' key is anybody's",
        "kms/key",
        "kms-key-policy-not-public",
        use(key_called_says, LOGS_KEY, {**ANYBODY, "Action": "kms:Decrypt"}),
    ),
    defect(
        "a stranger was granted the logs' key",
        "kms/key kms/grant",
        "kms-grant-no-external-access",
        use(
            key_called,
            LOGS_KEY,
            "create_grant",
            GranteePrincipal=STRANGER,
            Operations=["Decrypt"],
        ),
    ),
    # Logs and alarms
    defect(
        "the application's log is in plain",
        APPLICATION,
        "cloudwatch-log-customer-key",
        call("logs", "disassociate_kms_key", logGroupName=APPLICATION),
    ),
    defect(
        "the application's log is kept for ever",
        APPLICATION,
        "cloudwatch-log-retention",
        call("logs", "delete_retention_policy", logGroupName=APPLICATION),
    ),
    defect(
        "flow logs are kept for a day",
        INFRASTRUCTURE,
        "cloudwatch-log-retention",
        call("logs", "put_retention_policy", logGroupName=INFRASTRUCTURE, retentionInDays=1),
    ),
    defect(
        "flow logs go to a group that is gone",
        f"{INFRASTRUCTURE} fl-",
        "log-group-there",
        call("logs", "delete_log_group", logGroupName=INFRASTRUCTURE),
    ),
    defect(
        "the alarm is muted",
        ALARM,
        "cloudwatch-alarm-has-action",
        call("cloudwatch", "disable_alarm_actions", AlarmNames=[ALARM]),
    ),
    defect(
        "CPU is too high at 200 %", ALARM, "cloudwatch-alarm-can-go-off", _alarm(Threshold=200.0)
    ),
    defect(
        "the alarm rings when all is well",
        ALARM,
        "cloudwatch-alarm-can-go-off",
        _alarm(ComparisonOperator="LessThanThreshold"),
    ),
    defect("the alarm tells nobody", ALARM, "cloudwatch-alarm-has-action", _alarm(AlarmActions=[])),
    defect(
        "the alarm waits a day",
        ALARM,
        "cloudwatch-alarm-can-go-off",
        _alarm(Period=3600, EvaluationPeriods=24),
    ),
    missed(
        "the alarm is gone",
        ALARM,
        Seen.VANISHED,
        GONE,
        call("cloudwatch", "delete_alarms", AlarmNames=[ALARM]),
    ),
    defect(
        "nobody hears the alerts",
        "$alerts_topic_arn",
        "sns-topic-has-subscription",
        use(subscriptions_gone, "$alerts_topic_arn"),
    ),
    defect(
        "anybody sends alerts",
        "$alerts_topic_arn",
        "sns-topic-policy-not-public",
        use(topic_says, "$alerts_topic_arn", {"Effect": "Allow", "Principal": {"AWS": "*"}}),
    ),
    defect(
        "alarms may not send alerts",
        f"$alerts_topic_arn {ALARM}",
        "alarm-may-notify",
        use(
            topic_says,
            "$alerts_topic_arn",
            {"Effect": "Deny", "Principal": {"Service": "cloudwatch.amazonaws.com"}},
        ),
    ),
    defect(
        "alerts are in plain",
        "$alerts_topic_arn",
        "sns-topic-encrypted",
        call(
            "sns",
            "set_topic_attributes",
            TopicArn="$alerts_topic_arn",
            AttributeName="KmsMasterKeyId",
            AttributeValue="",
        ),
    ),
    defect(
        "nobody knows who pays for the data",
        DATA,
        "tags-required",
        call(
            "s3",
            "put_bucket_tagging",
            Bucket=DATA,
            Tagging={
                "TagSet": [
                    {"Key": "Project", "Value": "tap"},
                    {"Key": "Environment", "Value": "production"},
                ]
            },
        ),
    ),
    # What the one on call finds
    defect(
        "flow logs record refusals only",
        "$vpc_id",
        "vpc-flow-logs",
        use(only_rejects, "$vpc_id"),
    ),
    defect(
        "all alerts are filtered out",
        f"{ALARM} $alerts_topic_arn",
        "cloudwatch-alarm-reaches-somebody",
        use(notices_filtered, "$alerts_topic_arn"),
    ),
    defect(
        "the alarm looks at the least busy moment",
        ALARM,
        "cloudwatch-alarm-can-go-off",
        _alarm(Statistic="Minimum"),
    ),
    defect("nobody knows who read the data", DATA, "s3-bucket-access-logged", use(unlogged, DATA)),
    missed(
        "the data is a web site",
        DATA,
        Seen.UNMANAGED,
        "what nobody may read is served to nobody",
        call(
            "s3",
            "put_bucket_website",
            Bucket=DATA,
            WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}},
        ),
    ),
    *AUDITED,
)
IMPROVEMENTS = (
    better(
        "a log kept longer",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$cloudwatch_log_groups.application",
            retentionInDays=731,
        ),
    ),
    better(
        "flow logs kept longer",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$cloudwatch_log_groups.infrastructure",
            retentionInDays=731,
        ),
    ),
    better("a second alarm", use(one_more_alarm, ALARM, "tap-higher-cpu-production")),
    otherwise(
        "a third zone",
        use(one_more_subnet, "$public_subnet_ids.0", "10.0.250.0/24", "us-east-1c"),
    ),
    better("one more tag", use(tagged_more, "$vpc_id")),
    better("one more tag of a group", use(tagged_more, WEB)),
    better("data that nobody deletes", use(nobody_deletes, DATA)),
    better("backups that nobody deletes", use(nobody_deletes, BACKUP, region="$backup_region")),
    better("a role that may do less", use(denied, FLOWS, "iam:*")),
    better(
        "keys rotated twice a year",
        use(key_called, LOGS_KEY, "enable_key_rotation", RotationPeriodInDays=180),
    ),
    better("SSH from fewer addresses", use(opened_to, SSH, 22, "10.20.30.0/28")),
    better(
        "one more reader of the alerts",
        call(
            "sns",
            "subscribe",
            TopicArn="$alerts_topic_arn",
            Protocol="email",
            Endpoint="second@example.com",
        ),
    ),
)


def test_defects_are_caught(field: Field) -> None:
    all_caught(field, DEFECTS)


def test_improvements_are_not_blamed(field: Field) -> None:
    none_blamed(field, IMPROVEMENTS)
