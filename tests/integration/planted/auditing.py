"""What an auditor finds wrong in any account: the hands of those who meant well."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from tests.integration.planted.hands import key_of, key_says, lent_to
from tests.integration.planted.on_call import for_no_service
from tests.mutations.mutation import Aws

NOBODY = {"Effect": "Deny", "Principal": "*"}
_GITHUB = "token.actions.githubusercontent.com"


def also_allowed(aws: Aws, role: str, *actions: str) -> object:
    """Let a role do something more, everywhere."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return aws("iam").put_role_policy(
        RoleName=role,
        PolicyName=actions[0].replace(":", "-"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def attached(aws: Aws, role: str, policy: str) -> object:
    """Give a role a policy of AWS's own."""
    return aws("iam").attach_role_policy(
        RoleName=role, PolicyArn=f"arn:aws:iam::aws:policy/{policy}"
    )


def unlocked_for_nobody(aws: Aws, key: str) -> object:
    """Deny everybody to use a key; who is denied to look at it as well sees that it is unknown."""
    used = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return key_says(aws, key, {**NOBODY, "Action": used, "Resource": "*"})


def key_called_unlocked_for_nobody(aws: Aws, alias: str) -> object:
    """Deny everybody the key that an alias names."""
    return unlocked_for_nobody(aws, key_of(aws, alias))


def key_without_services(aws: Aws, alias: str) -> object:
    """Take the key that an alias names away from the services that use it."""
    return for_no_service(aws, key_of(aws, alias))


def lent_to_github(aws: Aws, role: str) -> object:
    """Let whatever runs at GitHub take a role."""
    iam = aws("iam")
    document = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    document["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{_GITHUB}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{_GITHUB}:aud": "sts.amazonaws.com"}},
        }
    )
    return iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def contractor(aws: Aws, role: str, name: str) -> object:
    """Make a user with a key of its own, called and tagged as the stack's things are."""
    iam = aws("iam")
    tags = iam.list_role_tags(RoleName=role)["Tags"]
    named = [tag if tag["Key"] != "Name" else {"Key": "Name", "Value": name} for tag in tags]
    iam.create_user(UserName=name, Tags=named)
    return iam.create_access_key(UserName=name)


def unread(aws: Aws, bucket: str) -> object:
    """Deny everybody to read a bucket's objects."""
    objects = {"Action": "s3:Get*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return _bucket_says(aws, bucket, {**NOBODY, **objects})


def logged_to_itself(aws: Aws, bucket: str) -> object:
    """Write the access log of a bucket into it."""
    logging = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    _bucket_says(aws, bucket, logging)
    target = {"TargetBucket": bucket, "TargetPrefix": "log/"}
    return aws("s3").put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target}
    )


def _bucket_says(aws: Aws, bucket: str, statement: dict[str, Any]) -> object:
    """Add a statement to a bucket's policy, or make one: somebody may have deleted it."""
    s3 = aws("s3")
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    with suppress(s3.exceptions.from_code("NoSuchBucketPolicy")):
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"].append(statement)
    return s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def address_reserved(aws: Aws, vpc: str) -> object:
    """Pay for an address that nothing has."""
    ec2 = aws("ec2")
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    tagged = [{"ResourceType": "elastic-ip", "Tags": found["Tags"]}]
    return ec2.allocate_address(Domain="vpc", TagSpecifications=tagged)


def without_errors(aws: Aws, function: str) -> object:
    """Let a function log nothing but what ends it."""
    client = aws("lambda")
    logging = client.get_function_configuration(FunctionName=function)["LoggingConfig"]
    return client.update_function_configuration(
        FunctionName=function,
        LoggingConfig={**logging, "LogFormat": "JSON", "ApplicationLogLevel": "FATAL"},
    )


def half_peered(aws: Aws, vpc: str) -> object:
    """Ask to join another network, which nobody there accepts."""
    ec2 = aws("ec2")
    other = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    tagged = [{"ResourceType": "vpc-peering-connection", "Tags": found["Tags"]}]
    return ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other, TagSpecifications=tagged)


def every_managed_rule_counts(acl: dict[str, Any]) -> None:
    """Let each rule of AWS's groups only count, one by one."""
    for rule in acl["Rules"]:
        group = rule["Statement"].get("ManagedRuleGroupStatement")
        if group:
            group["RuleActionOverrides"] = [
                {"Name": f"Rule{number}", "ActionToUse": {"Count": {}}} for number in range(24)
            ]


def limits_of_one_path(acl: dict[str, Any]) -> None:
    """Let limits on requests look at a path that nobody asks for."""
    for rule in acl["Rules"]:
        limit = rule["Statement"].get("RateBasedStatement")
        if limit:
            limit["ScopeDownStatement"] = {
                "ByteMatchStatement": {
                    "SearchString": b"/never",
                    "FieldToMatch": {"UriPath": {}},
                    "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
                    "PositionalConstraint": "EXACTLY",
                }
            }


def waits_for(aws: Aws, rule: str, branch: str) -> object:
    """Let the rule that starts a pipeline wait for another branch."""
    events = aws("events")
    pattern = json.loads(events.describe_rule(Name=rule)["EventPattern"])
    pattern["detail"]["referenceName"] = [branch]
    return events.put_rule(Name=rule, EventPattern=json.dumps(pattern))


def images_expire(aws: Aws, repository: str) -> object:
    """Let a repository forget every image after a day."""
    selection = {
        "tagStatus": "any",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 1,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return aws("ecr").put_lifecycle_policy(
        repositoryName=repository, lifecyclePolicyText=json.dumps({"rules": [rule]})
    )


def nobody_pulls(aws: Aws, repository: str) -> object:
    """Deny everybody the images of a repository."""
    return aws("ecr").set_repository_policy(
        repositoryName=repository,
        policyText=json.dumps(
            {"Version": "2012-10-17", "Statement": [{**NOBODY, "Action": "ecr:*"}]}
        ),
    )


def taken_by_a_vendor(aws: Aws, role: str) -> object:
    """Let a vendor's account take a role, without the id that tells its customers apart."""
    return lent_to(aws, role, "arn:aws:iam::888888888888:root")
