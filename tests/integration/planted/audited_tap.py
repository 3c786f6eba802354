"""What an auditor finds in the base platform besides."""

from __future__ import annotations

from tests.integration.planted.auditing import (
    NOBODY,
    address_reserved,
    also_allowed,
    attached,
    contractor,
    half_peered,
    key_called_unlocked_for_nobody,
    key_without_services,
    lent_to_github,
    logged_to_itself,
    taken_by_a_vendor,
    unread,
)
from tests.integration.planted.hands import topic_says
from tests.integration.planted.planting import defect, use
from tests.mutations.storage import change_lifecycle

DATA, BACKUP = "$s3_bucket_names.data", "$s3_bucket_names.backup"
FLOWS, COPIES = "tap-flow-logs-production", "tap-replication-production"
LOGS_KEY, ALERTS_KEY = "tap-logs-key-production", "tap-alerts-key-production"

AUDITED = (
    defect(
        "nobody reads the data",
        DATA,
        "resource-policy-lets-use",
        use(unread, DATA),
    ),
    defect(
        "nobody may use the alerts' key",
        "kms/key",
        "resource-policy-lets-use",
        use(key_called_unlocked_for_nobody, ALERTS_KEY),
    ),
    defect(
        "services may not use the logs' key",
        "$cloudwatch_log_groups.application",
        "log-group-may-use-key",
        use(key_without_services, LOGS_KEY),
    ),
    defect(
        "nobody sends alerts",
        "$alerts_topic_arn",
        "resource-policy-lets-use",
        use(topic_says, "$alerts_topic_arn", NOBODY),
    ),
    defect(
        "the copying role has all of S3 by AWS's policy",
        COPIES,
        "iam-no-wide-policy-attached",
        use(attached, COPIES, "AmazonS3FullAccess"),
    ),
    defect(
        "flow logs' role grants any key to anybody",
        FLOWS,
        "iam-gives-access-to-named-things",
        use(also_allowed, FLOWS, "kms:CreateGrant"),
    ),
    defect(
        "copies are expired after a week",
        BACKUP,
        "s3-copied-data-kept",
        use(
            change_lifecycle,
            BACKUP,
            lambda rule: rule.update(Expiration={"Days": 7}),
            region="$backup_region",
        ),
    ),
    defect(
        "the data's access log goes to the data",
        DATA,
        "s3-bucket-access-logged",
        use(logged_to_itself, DATA),
    ),
    defect(
        "an address that nothing has",
        "eipalloc-",
        "ec2-address-in-use",
        use(address_reserved, "$vpc_id"),
    ),
    defect(
        "a network is to be joined, and nobody accepts",
        "pcx-",
        "vpc-peering-accepted",
        use(half_peered, "$vpc_id"),
    ),
    defect(
        "a contractor has a key that is not taken back",
        "tap-contractor",
        "iam-user-no-access-key",
        use(contractor, COPIES, "tap-contractor"),
    ),
    defect(
        "whatever runs at GitHub takes the copying role",
        COPIES,
        "iam-role-trust-not-open",
        use(lent_to_github, COPIES),
    ),
    defect(
        "a vendor takes flow logs' role without an id",
        FLOWS,
        "iam-role-other-accounts-with-external-id",
        use(taken_by_a_vendor, FLOWS),
    ),
)
