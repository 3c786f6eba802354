"""Which service takes on the roles that resources name: each role must trust it."""

from __future__ import annotations

from typing import Final

from stackproof.reasoning.permissions.context import Source
from stackproof.reasoning.permissions.pairs import Pair
from stackproof.reasoning.permissions.table.notices import arn_of
from stackproof.types import tokens as t

# Services say for which account they act, but for Amazon EC2 and Amazon S3.
# Source: IAM User Guide, "The confused deputy problem"; Amazon EC2 User Guide, "IAM roles for
# Amazon EC2"; Amazon S3 User Guide, "Setting up permissions for live replication".
_SAYS: Final = Source("", account=True)
_OWN: Final = Source("{arn}", account=True)
_SILENT: Final = Source(None, account=False)
_PLACE: Final = "{region}:{account}"

# The type, the property that names the role, the service, and for whom it says that it acts.
_TAKEN: Final[tuple[tuple[str, str, str, Source], ...]] = (
    (t.API_INTEGRATION, "credentials_arn", "apigateway", _SAYS),
    (t.APIGATEWAY_INTEGRATION, "credentials", "apigateway", _SAYS),
    (t.BACKUP_SELECTION, "iam_role_arn", "backup", _SAYS),
    (t.CLOUDTRAIL_TRAIL, "cloud_watch_logs_role_arn", "cloudtrail", _OWN),
    (t.CODEBUILD_PROJECT, "service_role", "codebuild", _OWN),
    (t.CODEDEPLOY_GROUP, "service_role_arn", "codedeploy", _SAYS),
    (t.CODEPIPELINE, "role_arn", "codepipeline", _OWN),
    (t.CONFIG_RECORDER, "role_arn", "config", _SAYS),
    (
        t.ECS_TASK_DEFINITION,
        "execution_role_arn",
        "ecs-tasks",
        Source(f"arn:{{partition}}:ecs:{_PLACE}:*", account=True),
    ),
    (
        t.ECS_TASK_DEFINITION,
        "task_role_arn",
        "ecs-tasks",
        Source(f"arn:{{partition}}:ecs:{_PLACE}:*", account=True),
    ),
    (t.EKS_CLUSTER, "role_arn", "eks", _SAYS),
    (t.EKS_NODE_GROUP, "node_role_arn", "ec2", _SILENT),
    (t.EVENT_TARGET, "role_arn", "events", Source(arn_of("rule", t.EVENT_RULE), account=True)),
    (
        t.FLOW_LOG,
        "iam_role_arn",
        "vpc-flow-logs",
        Source(f"arn:{{partition}}:ec2:{_PLACE}:vpc-flow-log/*", account=True),
    ),
    (t.IAM_INSTANCE_PROFILE, "role", "ec2", _SILENT),
    (t.KINESIS_FIREHOSE_DELIVERY_STREAM, "extended_s3_configuration.role_arn", "firehose", _SAYS),
    (t.LAMBDA_FUNCTION, "role", "lambda", _SAYS),
    (t.LOG_SUBSCRIPTION_FILTER, "role_arn", "logs", _SAYS),
    (t.RDS_CLUSTER_INSTANCE, "monitoring_role_arn", "monitoring.rds", _SAYS),
    (t.RDS_INSTANCE, "monitoring_role_arn", "monitoring.rds", _SAYS),
    (t.S3_REPLICATION, "role", "s3", _SILENT),
    (t.SCHEDULER_SCHEDULE, "target.role_arn", "scheduler", _SAYS),
    (t.SFN_STATE_MACHINE, "role_arn", "states", _OWN),
)

TRUST: Final = tuple(
    Pair(
        id=f"trust in {names.replace('_', ' ')}",
        who=who,
        names=names,
        on=t.IAM_ROLE,
        service=f"{service}.amazonaws.com",
        needs=("sts:AssumeRole",),
        source=source,
        beside={"rule": t.EVENT_RULE} if who == t.EVENT_TARGET else {},
        page="IAM User Guide, Create a role to delegate permissions to an AWS service",
    )
    for who, names, service, source in _TAKEN
)
