"""Who did what is no longer on record, or the account no longer asks what the pack asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.roles import allow


def _trail(**changes: Any) -> Act:
    return lambda aws, outputs: aws("cloudtrail").update_trail(
        Name=outputs["audit_trail_arn"], **changes
    )


def _stopped(aws: Aws, outputs: Outputs) -> object:
    return aws("cloudtrail").stop_logging(Name=outputs["audit_trail_arn"])


def _elsewhere(aws: Aws, outputs: Outputs) -> object:
    return _trail(S3BucketName=outputs[_OTHER_BUCKET[outputs["blueprint"]]])(aws, outputs)


def _with_another_key(aws: Aws, outputs: Outputs) -> object:
    return _trail(KmsKeyId=outputs["logs_kms_key_arn"])(aws, outputs)


def _to_another_group(aws: Aws, outputs: Outputs) -> object:
    group = outputs["api_log_group_name"]
    arn = f"arn:aws:logs:{outputs['region']}:{outputs['account_id']}:log-group:{group}:*"
    return _trail(CloudWatchLogsLogGroupArn=arn)(aws, outputs)


def _any_trail_delivers(aws: Aws, outputs: Outputs) -> object:
    s3, bucket = aws("s3"), outputs["audit_bucket_name"]
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    for statement in policy["Statement"]:
        if statement["Effect"] == "Allow":
            statement["Condition"]["StringEquals"].pop("aws:SourceArn")
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _role_writes_anywhere(aws: Aws, outputs: Outputs) -> object:
    trail = aws("cloudtrail").get_trail(Name=outputs["audit_trail_arn"])["Trail"]
    role = trail["CloudWatchLogsRoleArn"].rpartition("/")[2]
    return allow(aws, role, "logs:PutLogEvents")


_OTHER_BUCKET = {"nova": "data_bucket_name", "scalepayments": "config_bucket_name"}
TRAIL = (
    Mutation("9.2", "trail stopped", _stopped),
    Mutation("9.2", "trail of one region", _trail(IsMultiRegionTrail=False)),
    Mutation(
        "9.2",
        "trail without the services of all regions",
        _trail(IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False),
    ),
    Mutation("9.2", "trail not signed", _trail(EnableLogFileValidation=False)),
    Mutation("9.2", "trail not encrypted by a key of ours", _trail(KmsKeyId="")),
    Mutation("9.2", "trail with the logs' key", _with_another_key),
    Mutation("9.2", "trail to another bucket", _elsewhere),
    Mutation("9.2", "trail to another log group", _to_another_group),
    Mutation("9.2", "trail to no log group", _trail(CloudWatchLogsLogGroupArn="")),
    Mutation("9.2", "any trail delivers to the bucket", _any_trail_delivers),
    Mutation("9.2", "the trail's role writes anywhere", _role_writes_anywhere),
)


def _rule(identifier: str, change: Callable[[dict[str, Any]], object]) -> Act:
    """Change a managed rule, named by its identifier."""

    def act(aws: Aws, outputs: Outputs) -> object:
        config = aws("config")
        for name in outputs.list("config_rule_names"):
            (rule,) = config.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
            if rule["Source"]["SourceIdentifier"] == identifier:
                change(rule)
                return config.put_config_rule(ConfigRule=rule)
        raise AssertionError(f"no rule {identifier}")

    return act


def _given(**parameters: str | None) -> Callable[[dict[str, Any]], object]:
    """Change a rule's parameters; None takes one away."""

    def change(rule: dict[str, Any]) -> None:
        given = {**json.loads(rule["InputParameters"]), **parameters}
        kept = {key: value for key, value in given.items() if value is not None}
        rule["InputParameters"] = json.dumps(kept)

    return change


RULES = (
    Mutation(
        "9.1",
        "TLS 1.0 is in order",
        _rule(
            "ELBV2_PREDEFINED_SECURITY_POLICY_SSL_CHECK",
            _given(sslPolicies="ELBSecurityPolicy-2016-08"),
        ),
    ),
    Mutation(
        "9.1",
        "the database's port may be open",
        _rule("RESTRICTED_INCOMING_TRAFFIC", _given(blockedPort2=None)),
    ),
    Mutation(
        "9.1",
        "any port may be open",
        _rule("VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", _given(authorizedTcpPorts="0-65535")),
    ),
    Mutation("9.1", "no owner is in order", _rule("REQUIRED_TAGS", _given(tag4Key=None))),
    Mutation(
        "9.1",
        "alarms need no action",
        _rule("CLOUDWATCH_ALARM_ACTION_CHECK", _given(alarmActionRequired="false")),
    ),
    Mutation(
        "9.1",
        "administrators are in order",
        _rule("IAM_POLICY_BLACKLISTED_CHECK", _given(policyArns="arn:aws:iam::aws:policy/None")),
    ),
    Mutation(
        "9.1",
        "secrets by other names",
        _rule("ECS_NO_ENVIRONMENT_SECRETS", _given(secretKeys="AWS_ACCESS_KEY_ID")),
    ),
    Mutation(
        "9.1",
        "a rule about another stack",
        _rule("SNS_ENCRYPTED_KMS", lambda rule: rule["Scope"].update(TagValue="another")),
    ),
    Mutation(
        "9.1",
        "a rule gone",
        lambda aws, outputs: aws("config").delete_config_rule(
            ConfigRuleName=outputs.list("config_rule_names")[-1]
        ),
    ),
)

GROUPS = (
    Group("nova-prod", TRAIL),
    Group("scalepayments-staging", (*TRAIL, *RULES)),
)
