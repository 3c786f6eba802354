"""What an auditor finds in the API without servers besides."""

from __future__ import annotations

from typing import Any

from tests.integration.planted.auditing import (
    NOBODY,
    also_allowed,
    attached,
    contractor,
    lent_to_github,
    taken_by_a_vendor,
    unlocked_for_nobody,
    unread,
    without_errors,
)
from tests.integration.planted.hands import topic_says
from tests.integration.planted.planting import call, defect, use

FUNCTION, BUCKET, ROLE = "$function_name", "$data_bucket_name", "~function_role_arn"
USER = "prod-nova-contractor-k7q2"


def _function(**changes: Any) -> Any:
    return call("lambda", "update_function_configuration", FunctionName=FUNCTION, **changes)


AUDITED = (
    defect(
        "nobody reads the data",
        BUCKET,
        "resource-policy-lets-use",
        use(unread, BUCKET),
    ),
    defect(
        "nobody sends alerts",
        "$alerts_topic_arn",
        "resource-policy-lets-use",
        use(topic_says, "$alerts_topic_arn", NOBODY),
    ),
    defect(
        "nobody may use the alerts' key",
        "~alerts_kms_key_arn",
        "resource-policy-lets-use",
        use(unlocked_for_nobody, "$alerts_kms_key_arn"),
    ),
    defect(
        "the function has all of DynamoDB by AWS's policy",
        ROLE,
        "iam-no-wide-policy-attached",
        use(attached, ROLE, "AmazonDynamoDBFullAccess"),
    ),
    defect(
        "the function reads every secret by AWS's policy",
        ROLE,
        "iam-no-wide-policy-attached",
        use(attached, ROLE, "SecretsManagerReadWrite"),
    ),
    defect(
        "the function lets others call any function",
        ROLE,
        "iam-gives-access-to-named-things",
        use(also_allowed, ROLE, "lambda:AddPermission"),
    ),
    defect(
        "the function takes any role",
        ROLE,
        "iam-no-escalation",
        use(also_allowed, ROLE, "sts:AssumeRole"),
    ),
    defect(
        "the function logs no errors",
        FUNCTION,
        "lambda-logs-errors",
        use(without_errors, FUNCTION),
    ),
    defect(
        "a contractor has a key that is not taken back",
        USER,
        "iam-user-no-access-key",
        use(contractor, ROLE, USER),
    ),
    defect(
        "whatever runs at GitHub takes the role",
        ROLE,
        "iam-role-trust-not-open",
        use(lent_to_github, ROLE),
    ),
    defect(
        "a vendor takes the role without an id",
        ROLE,
        "iam-role-other-accounts-with-external-id",
        use(taken_by_a_vendor, ROLE),
    ),
)
