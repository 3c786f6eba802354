"""AWS Config's managed rules that staging and prod must have, and what each is given.

AWS Config Developer Guide, "List of AWS Config Managed Rules". They ask between deployments what
the mandatory controls of the policy pack ask at preview.
"""

from __future__ import annotations

COMPLIANCE: dict[str, dict[str, str]] = {
    "ACM_CERTIFICATE_RSA_CHECK": {},
    "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK": {},
    "CLOUDWATCH_ALARM_ACTION_CHECK": {
        "alarmActionRequired": "true",
        "insufficientDataActionRequired": "false",
        "okActionRequired": "false",
    },
    "CLOUDWATCH_LOG_GROUP_ENCRYPTED": {},
    "CMK_BACKING_KEY_ROTATION_ENABLED": {},
    "ECS_CONTAINERS_NONPRIVILEGED": {},
    "ECS_CONTAINERS_READONLY_ACCESS": {},
    "ECS_NO_ENVIRONMENT_SECRETS": {
        "secretKeys": "AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,DATABASE_PASSWORD"
    },
    "ECS_TASK_DEFINITION_LOG_CONFIGURATION": {},
    "ECS_TASK_DEFINITION_PID_MODE_CHECK": {},
    "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED": {},
    "ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST": {},
    "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT": {},
    "ELBV2_ACM_CERTIFICATE_REQUIRED": {},
    "ELBV2_PREDEFINED_SECURITY_POLICY_SSL_CHECK": {
        "sslPolicies": "ELBSecurityPolicy-TLS13-1-2-2021-06"
    },
    "GUARDDUTY_ENABLED_CENTRALIZED": {},
    "IAM_POLICY_BLACKLISTED_CHECK": {"policyArns": "arn:aws:iam::aws:policy/AdministratorAccess"},
    "INCOMING_SSH_DISABLED": {},
    "KMS_KEY_POLICY_NO_PUBLIC_ACCESS": {},
    "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED": {},
    "RDS_CLUSTER_ENCRYPTED_AT_REST": {},
    "RDS_CLUSTER_MULTI_AZ_ENABLED": {},
    "RDS_INSTANCE_PUBLIC_ACCESS_CHECK": {},
    "RDS_PGSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK": {},
    "REQUIRED_TAGS": {
        "tag1Key": "Project",
        "tag2Key": "Environment",
        "tag3Key": "ManagedBy",
        "tag4Key": "Owner",
    },
    "RESTRICTED_INCOMING_TRAFFIC": {
        "blockedPort1": "3306",
        "blockedPort2": "5432",
        "blockedPort3": "6379",
        "blockedPort4": "3389",
        "blockedPort5": "27017",
    },
    "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED": {},
    "S3_BUCKET_PUBLIC_READ_PROHIBITED": {},
    "S3_BUCKET_PUBLIC_WRITE_PROHIBITED": {},
    "S3_BUCKET_SSL_REQUESTS_ONLY": {},
    "SECRETSMANAGER_USING_CMK": {},
    "SNS_ENCRYPTED_KMS": {},
    "SNS_TOPIC_NO_PUBLIC_ACCESS": {},
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED": {},
    "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS": {"authorizedTcpPorts": "80,443"},
}
# These run now and then over the whole account; the others are about one stack's resources.
PERIODIC = {
    "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",
    "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
    "CMK_BACKING_KEY_ROTATION_ENABLED",
    "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",
    "ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST",
    "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT",
    "ELBV2_ACM_CERTIFICATE_REQUIRED",
    "GUARDDUTY_ENABLED_CENTRALIZED",
}
