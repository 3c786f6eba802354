"""What AWS tells of one resource at a time: the operations, by the type they are asked about.

That none of them has a form for many is looked up in the models of all operations by a test; where
another operation looks like one, it is told why it isn't.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stackproof.types import tokens as t

ALONE: Final[Mapping[str, tuple[str, ...]]] = {
    t.ACM_CERTIFICATE: ("acm:DescribeCertificate",),
    t.API: (
        *("apigatewayv2:GetAuthorizers", "apigatewayv2:GetIntegrations"),
        *("apigatewayv2:GetRoutes", "apigatewayv2:GetStages"),
    ),
    t.API_DOMAIN: ("apigatewayv2:GetApiMappings",),
    t.API_DOMAIN_V1: ("apigateway:GetBasePathMappings",),
    t.APIGATEWAY_REST_API: (
        *("apigateway:GetAuthorizers", "apigateway:GetDeployments"),
        *("apigateway:GetResources", "apigateway:GetStages"),
    ),
    t.BACKUP_PLAN: ("backup:GetBackupPlan", "backup:ListBackupSelections"),
    t.BACKUP_SELECTION: ("backup:GetBackupSelection",),
    t.BACKUP_VAULT: ("backup:GetBackupVaultAccessPolicy",),
    t.BUDGET: ("budgets:ListTagsForResource",),
    t.CLOUDFRONT_DISTRIBUTION: (
        *("cloudfront:GetDistributionConfig", "cloudfront:ListTagsForResource"),
    ),
    t.CLOUDTRAIL_TRAIL: ("cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"),
    t.CODEDEPLOY_APPLICATION: ("codedeploy:ListDeploymentGroups",),
    t.CODEPIPELINE: ("codepipeline:GetPipeline",),
    t.NOTIFICATION_RULE: ("codestar-notifications:DescribeNotificationRule",),
    t.COGNITO_USER_POOL: (
        *("cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig"),
        "cognito-idp:ListUserPoolClients",
    ),
    t.COGNITO_USER_POOL_CLIENT: ("cognito-idp:DescribeUserPoolClient",),
    t.DASHBOARD: ("cloudwatch:GetDashboard",),
    t.DMS_ENDPOINT: ("dms:ListTagsForResource",),
    t.DMS_REPLICATION_INSTANCE: ("dms:ListTagsForResource",),
    t.DYNAMODB_TABLE: (
        *("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"),
        *("dynamodb:DescribeTimeToLive", "dynamodb:GetResourcePolicy"),
    ),
    t.EBS_SNAPSHOT: ("ec2:DescribeSnapshotAttribute",),
    t.EC2_AMI: ("ec2:DescribeImageAttribute",),
    t.EC2_INSTANCE: ("ec2:DescribeInstanceAttribute",),
    t.ECR_REPOSITORY: ("ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy"),
    t.ECS_CLUSTER: ("ecs:ListServices",),
    t.ECS_TASK_DEFINITION: ("ecs:DescribeTaskDefinition",),
    t.EFS_FILE_SYSTEM: (
        *("efs:DescribeBackupPolicy", "efs:DescribeFileSystemPolicy"),
        *("efs:DescribeLifecycleConfiguration", "efs:DescribeMountTargets"),
    ),
    t.EFS_MOUNT_TARGET: ("efs:DescribeMountTargetSecurityGroups",),
    t.EKS_CLUSTER: ("eks:DescribeCluster", "eks:ListFargateProfiles", "eks:ListNodegroups"),
    t.EKS_FARGATE_PROFILE: ("eks:DescribeFargateProfile",),
    t.EKS_NODE_GROUP: ("eks:DescribeNodegroup",),
    t.EVENT_BUS: ("events:DescribeEventBus", "events:ListRules"),
    t.EVENT_RULE: ("events:ListTargetsByRule",),
    t.GUARDDUTY_DETECTOR: ("guardduty:GetDetector", "guardduty:ListFilters"),
    t.GUARDDUTY_FILTER: ("guardduty:GetFilter",),
    t.IAM_INSTANCE_PROFILE: ("iam:GetInstanceProfile",),  # tags
    t.IAM_OIDC_PROVIDER: ("iam:GetOpenIDConnectProvider",),
    t.IAM_POLICY: ("iam:ListPolicyTags",),
    t.IAM_USER: ("iam:ListAccessKeys",),
    t.KINESIS_FIREHOSE_DELIVERY_STREAM: ("firehose:DescribeDeliveryStream",),
    t.KINESIS_STREAM: ("kinesis:DescribeStreamSummary",),
    t.KMS_KEY: (
        *("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants"),
    ),
    t.LAMBDA_ALIAS: ("lambda:GetPolicy",),
    t.LAMBDA_FUNCTION: (
        *("lambda:GetFunctionConcurrency", "lambda:GetPolicy", "lambda:ListAliases"),
        *("lambda:ListFunctionEventInvokeConfigs", "lambda:ListFunctionUrlConfigs"),
    ),
    t.LAMBDA_LAYER_VERSION: ("lambda:GetLayerVersionByArn",),
    t.LB: ("elbv2:DescribeListeners", "elbv2:DescribeLoadBalancerAttributes"),
    t.LB_LISTENER: ("elbv2:DescribeRules",),
    t.LB_TARGET_GROUP: ("elbv2:DescribeTargetGroupAttributes",),
    t.PREFIX_LIST: ("ec2:GetManagedPrefixListEntries",),
    t.RDS_CLUSTER_PARAMETER_GROUP: ("rds:DescribeDBClusterParameters",),
    t.RDS_CLUSTER_SNAPSHOT: ("rds:DescribeDBClusterSnapshotAttributes",),
    t.RDS_PARAMETER_GROUP: ("rds:DescribeDBParameters",),
    t.RDS_SNAPSHOT: ("rds:DescribeDBSnapshotAttributes",),
    t.REDSHIFT_CLUSTER: ("redshift:DescribeLoggingStatus",),
    t.REDSHIFT_PARAMETER_GROUP: ("redshift:DescribeClusterParameters",),
    t.ROUTE53_ZONE: (
        *("route53:GetDNSSEC", "route53:GetHostedZone", "route53:ListResourceRecordSets"),
    ),
    t.S3_BUCKET: (
        *("s3:GetBucketAcl", "s3:GetBucketCors", "s3:GetBucketEncryption"),
        *("s3:GetBucketLifecycleConfiguration", "s3:GetBucketLogging"),
        *("s3:GetBucketNotificationConfiguration", "s3:GetBucketOwnershipControls"),
        *("s3:GetBucketPolicy", "s3:GetBucketReplication", "s3:GetBucketVersioning"),
        *("s3:GetBucketWebsite", "s3:GetPublicAccessBlock"),
        *("s3:ListBucketAnalyticsConfigurations", "s3:ListBucketInventoryConfigurations"),
    ),
    t.SCHEDULER_SCHEDULE: ("scheduler:GetSchedule",),
    t.SCHEDULER_SCHEDULE_GROUP: ("scheduler:ListTagsForResource",),
    t.SECRET: ("secretsmanager:GetResourcePolicy",),
    t.SFN_STATE_MACHINE: ("stepfunctions:DescribeStateMachine",),
    t.SNS_SUBSCRIPTION: ("sns:GetSubscriptionAttributes",),
    t.SNS_TOPIC: ("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"),
    t.SQS_QUEUE: ("sqs:GetQueueAttributes",),
    t.SSM_DOCUMENT: ("ssm:DescribeDocumentPermission",),
    t.TRANSIT_GATEWAY_ROUTE_TABLE: (
        *("ec2:GetTransitGatewayRouteTableAssociations",),
        *("ec2:GetTransitGatewayRouteTablePropagations", "ec2:SearchTransitGatewayRoutes"),
    ),
    # DNS hostnames and DNS support.
    t.VPC: ("ec2:DescribeVpcAttribute", "ec2:DescribeVpcAttribute"),
    t.WAF_ACL: ("wafv2:GetWebACL", "wafv2:ListResourcesForWebACL"),
}
