"""AWS's words for settings that Pulumi calls otherwise, where readers and creators both need them.

Maps go from Pulumi's name to AWS's, unless said otherwise.
"""

from __future__ import annotations

BUILD_PROJECT_NAMES = {
    "build_timeout": "timeout_in_minutes",
    "cloudwatch_logs": "cloud_watch_logs",
    "compute_types_alloweds": "compute_types_allowed",
    "queued_timeout": "queued_timeout_in_minutes",
}
DEPLOYMENT_NAMES = {
    "app_name": "application_name",
    "autoscaling_groups": "auto_scaling_groups",
    "blue_green_deployment_config": "blue_green_deployment_configuration",
    "elb_infos": "elb_info_list",
    "target_group_infos": "target_group_info_list",
}
PIPELINE_NAMES = {"condition": "conditions", "pull_requests": "pull_request", "pushes": "push"}

SNS_TOPIC_ATTRIBUTES = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "delivery_policy": "DeliveryPolicy",
    "display_name": "DisplayName",
    "fifo_topic": "FifoTopic",
    "kms_master_key_id": "KmsMasterKeyId",
    "policy": "Policy",
    "signature_version": "SignatureVersion",
    "tracing_config": "TracingConfig",
}
SNS_SUBSCRIPTION_ATTRIBUTES = {
    "delivery_policy": "DeliveryPolicy",
    "filter_policy": "FilterPolicy",
    "filter_policy_scope": "FilterPolicyScope",
    "raw_message_delivery": "RawMessageDelivery",
    "redrive_policy": "RedrivePolicy",
    "subscription_role_arn": "SubscriptionRoleArn",
}
SQS_QUEUE_ATTRIBUTES = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "delay_seconds": "DelaySeconds",
    "fifo_queue": "FifoQueue",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "kms_data_key_reuse_period_seconds": "KmsDataKeyReusePeriodSeconds",
    "kms_master_key_id": "KmsMasterKeyId",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "redrive_policy": "RedrivePolicy",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
    "visibility_timeout_seconds": "VisibilityTimeout",
}

# Settings of a target that Pulumi has under another name; AWS's to Pulumi's.
EVENT_TARGET_NAMES = {
    "AppSyncParameters": "appsync_target",
    "DeadLetterConfig": "dead_letter_config",
    "KinesisParameters": "kinesis_target",
    "RedshiftDataParameters": "redshift_target",
    "RetryPolicy": "retry_policy",
    "SageMakerPipelineParameters": "sagemaker_pipeline_target",
    "SqsParameters": "sqs_target",
}
# The same within them, from AWS's words in snake_case.
EVENT_TARGET_PARTS = {
    "capacity_provider_strategy": "capacity_provider_strategies",
    "graph_ql_operation": "graphql_operation",
    "pipeline_parameter_list": "pipeline_parameter_lists",
    "placement_strategy": "ordered_placement_strategies",
    "secret_manager_arn": "secrets_manager_arn",
}

# IANA, "Assigned Internet Protocol Numbers": those that programs call by name.
IP_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
