"""Defects that an auditor or the one on call would find in the blue/green delivery to ECS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.planted.audited_cicd import AUDITED
from tests.integration.planted.hands import (
    ANYBODY,
    STRANGER,
    acl_for,
    artifacts_elsewhere,
    bucket_says,
    closed_to_all,
    denied,
    door,
    firewall,
    first_rule_counts,
    key_says,
    lent_to,
    no_flow_logs,
    no_policies,
    no_targets_of,
    nobody_deletes,
    one_more_alarm,
    one_more_rule,
    one_more_subnet,
    opened_to_all,
    subscriptions_gone,
    tagged_more,
    topic_says,
)
from tests.integration.planted.on_call import (
    gone_at_once,
    may_start_nothing,
    not_pulled_by,
    targets_checked,
    unlogged,
)
from tests.integration.planted.planting import (
    Field,
    Json,
    Seen,
    all_caught,
    better,
    both,
    call,
    defect,
    missed,
    none_blamed,
    otherwise,
    use,
)
from tests.integration.planted.reasons import LOGGED, PROMISE
from tests.mutations.alarms import change_alarm
from tests.mutations.delivery import (
    change_action,
    change_buildspec,
    change_pipeline,
    change_project,
)
from tests.mutations.roles import allow, forbid
from tests.mutations.services import change_task
from tests.mutations.storage import accept_plain_http

STACK = "cicd-staging"
BUILD, PIPELINE, IMAGES = "$build_project_name", "$pipeline_name", "$image_repository_name"
CLUSTER, SERVICE, ARTIFACTS = "$ecs_cluster_name", "$service_name", "$artifacts_bucket_name"
PASSWORD = "/cicd-registry-staging/password"


def _deployment(**changes: Any) -> Any:
    return call(
        "codedeploy",
        "update_deployment_group",
        applicationName="$deployment_application_name",
        currentDeploymentGroupName="$deployment_group_name",
        **changes,
    )


def _service(**changes: Any) -> Any:
    return call("ecs", "update_service", cluster=CLUSTER, **{"service": SERVICE, **changes})


def _task(change: Callable[[dict[str, Any]], object]) -> Any:
    return use(change_task, CLUSTER, SERVICE, change)


def _alarm(name: str, **changes: Any) -> Any:
    return use(change_alarm, f"cicd-{name}-staging", **changes)


def _stranger(container: dict[str, Any]) -> None:
    container["image"] = "docker.io/somebody/app:latest"


def _key(container: dict[str, Any]) -> None:
    container["environment"] = [{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG"}]


def _privileged(container: dict[str, Any]) -> None:
    container["privileged"] = True


def _other_port(container: dict[str, Any]) -> None:
    for mapped in container["portMappings"]:
        mapped.update(containerPort=9999, hostPort=9999)


def _no_deployment(stages: dict[str, Any]) -> None:
    stages["Deploy"]["actions"][0].update(
        actionTypeId={
            "category": "Approval",
            "owner": "AWS",
            "provider": "Manual",
            "version": "1",
        },
        configuration={},
        inputArtifacts=[],
    )


_ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "computeType": "BUILD_GENERAL1_SMALL",
    "privilegedMode": True,
}
DEFECTS = (
    # The network
    defect(
        "the service's port is open to the internet",
        "$service_security_group_id",
        "security-group-internet-only-to-web-ports",
        use(opened_to_all, "$service_security_group_id", "tcp", 8080, 8080),
    ),
    defect(
        "SSH to the service",
        "$service_security_group_id",
        "security-group-no-internet-to-admin-ports",
        use(opened_to_all, "$service_security_group_id", "tcp", 22, 22),
    ),
    defect(
        "any port of the load balancer",
        "$alb_security_group_id",
        "security-group-data-ports-from-groups",
        use(opened_to_all, "$alb_security_group_id", "-1", -1, -1),
    ),
    defect(
        "the load balancer doesn't reach the service",
        "$http_listener_arn $service_security_group_id $alb_arn targetgroup $service_name",
        "target-group-reached",
        use(closed_to_all, "$service_security_group_id"),
    ),
    defect("flow logs are deleted", "$vpc_id", "vpc-flow-logs", use(no_flow_logs, "$vpc_id")),
    defect(
        "tasks have no way out",
        "$private_route_table_ids $private_subnet_ids $service_name $vpc_id",
        "vpc-tiers-span-zones",
        call(
            "ec2",
            "delete_route",
            RouteTableId="$private_route_table_ids.0",
            DestinationCidrBlock="0.0.0.0/0",
        ),
    ),
    defect(
        "a NAT gateway is deleted",
        "$nat_gateway_ids.0 $private_route_table_ids.0",
        "route-leads-somewhere",
        call("ec2", "delete_nat_gateway", NatGatewayId="$nat_gateway_ids.0"),
    ),
    defect(
        "a network ACL stops the load balancer's requests",
        "$http_listener_arn acl- targetgroup $alb_arn $service_name",
        "target-group-reached",
        use(
            acl_for,
            "$vpc_id",
            "$private_subnet_ids",
            Egress=False,
            Protocol="6",
            PortRange={"From": 8080, "To": 8080},
        ),
    ),
    # The front door
    defect(
        "the load balancer keeps no access log",
        "$alb_arn $access_logs_bucket_name",
        "load-balancer-access-logs",
        use(door, "$alb_arn", access_logs__s3__enabled="false"),
    ),
    defect(
        "malformed headers reach the service",
        "$alb_arn",
        "load-balancer-drops-invalid-headers",
        use(door, "$alb_arn", routing__http__drop_invalid_header_fields__enabled="false"),
    ),
    defect(
        "no firewall before the load balancer",
        "$alb_arn $web_acl_arn",
        "load-balancer-behind-waf",
        call("wafv2", "disassociate_web_acl", ResourceArn="$alb_arn"),
    ),
    defect(
        "a managed rule of the firewall only counts",
        "$web_acl_arn",
        "waf-acl-managed-rules",
        use(firewall, "$web_acl_arn", first_rule_counts),
    ),
    defect(
        "the load balancer answers by itself",
        "$http_listener_arn $blue_target_group_arn $alb_arn",
        "load-balancer-leads-somewhere",
        call(
            "elbv2",
            "modify_listener",
            ListenerArn="$http_listener_arn",
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
            ],
        ),
    ),
    defect(
        "a health check that cannot fail",
        "$blue_target_group_arn",
        "target-group-health-check-can-fail",
        call(
            "elbv2",
            "modify_target_group",
            TargetGroupArn="$blue_target_group_arn",
            Matcher={"HttpCode": "200-499"},
        ),
    ),
    defect(
        "the access logs' bucket takes no logs",
        "$alb_arn $access_logs_bucket_name",
        "load-balancer-may-log",
        call("s3", "delete_bucket_policy", Bucket="$access_logs_bucket_name"),
    ),
    # The service
    defect("no task runs", SERVICE, "ecs-service-several-tasks", _service(desiredCount=0)),
    defect(
        "tasks have public addresses",
        SERVICE,
        "ecs-service-in-private-subnets",
        _service(
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": "$public_subnet_ids",
                    "securityGroups": ["$service_security_group_id"],
                    "assignPublicIp": "ENABLED",
                }
            }
        ),
    ),
    missed("shells in tasks", SERVICE, Seen.DRIFTED, LOGGED, _service(enableExecuteCommand=True)),
    defect("a stranger's image runs", "cicd-app-staging", "ecs-images-known", _task(_stranger)),
    defect(
        "a key of AWS in a task's environment",
        "cicd-app-staging",
        "ecs-no-secrets-in-environment",
        _task(_key),
    ),
    defect(
        "a privileged container",
        "cicd-app-staging",
        "ecs-containers-not-privileged",
        _task(_privileged),
    ),
    defect(
        "nothing listens where the load balancer asks",
        "cicd-app-staging targetgroup",
        "ecs-service-port-mapped",
        _task(_other_port),
    ),
    defect(
        "tasks can't be started: their role may do nothing",
        "~execution_role_arn cicd-app-staging",
        "task-may-start",
        use(no_policies, "~execution_role_arn"),
    ),
    defect(
        "tasks are an administrator",
        "~task_role_arn",
        "iam-no-administrator-attached",
        call(
            "iam",
            "attach_role_policy",
            RoleName="~task_role_arn",
            PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
        ),
    ),
    defect(
        "Container Insights is off",
        CLUSTER,
        "ecs-cluster-container-insights",
        call(
            "ecs",
            "update_cluster_settings",
            cluster=CLUSTER,
            settings=[{"name": "containerInsights", "value": "disabled"}],
        ),
    ),
    # Images
    defect(
        "anybody pulls images",
        IMAGES,
        "ecr-repository-policy-not-public",
        call(
            "ecr",
            "set_repository_policy",
            repositoryName=IMAGES,
            policyText=Json(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                        }
                    ],
                }
            ),
        ),
    ),
    defect(
        "images aren't scanned",
        IMAGES,
        "ecr-scan-on-push",
        call(
            "ecr",
            "put_image_scanning_configuration",
            repositoryName=IMAGES,
            imageScanningConfiguration={"scanOnPush": False},
        ),
    ),
    defect(
        "an image may be replaced under its tag",
        IMAGES,
        "ecr-immutable-tags",
        call(
            "ecr",
            "put_image_tag_mutability",
            repositoryName=IMAGES,
            imageTagMutability="MUTABLE",
        ),
    ),
    defect(
        "images are kept for ever",
        IMAGES,
        "ecr-lifecycle",
        call("ecr", "delete_lifecycle_policy", repositoryName=IMAGES),
    ),
    # The build
    defect(
        "builds run a stranger's image",
        BUILD,
        "codebuild-image-known",
        use(
            change_project,
            BUILD,
            environment={**_ENVIRONMENT, "image": "docker.io/somebody/build:latest"},
        ),
    ),
    defect(
        "a password in the build's environment",
        BUILD,
        "codebuild-no-plain-credentials",
        use(
            change_project,
            BUILD,
            environment={
                **_ENVIRONMENT,
                "image": "aws/codebuild/standard:7.0",
                "environmentVariables": [
                    {
                        "name": "REGISTRY_PASSWORD",
                        "value": "hunter2-hunter2",
                        "type": "PLAINTEXT",
                    }
                ],
            },
        ),
    ),
    defect(
        "builds keep no log",
        BUILD,
        "codebuild-logs",
        use(change_project, BUILD, logsConfig={"cloudWatchLogs": {"status": "DISABLED"}}),
    ),
    defect(
        "build results are encrypted with no key of ours",
        BUILD,
        "codebuild-customer-key",
        use(change_project, BUILD, encryptionKey="arn:aws:kms:us-east-1:123456789012:alias/aws/s3"),
    ),
    missed(
        "builds don't test",
        BUILD,
        Seen.DRIFTED,
        PROMISE,
        use(change_buildspec, BUILD, "pytest", "true"),
    ),
    defect(
        "the registry's password is in plain",
        PASSWORD,
        "ssm-secrets-encrypted",
        both(
            call("ssm", "delete_parameter", Name=PASSWORD),
            call("ssm", "put_parameter", Name=PASSWORD, Value="hunter2", Type="String"),
        ),
    ),
    defect(
        "the registry's password is gone",
        PASSWORD,
        "resource-exists",
        call("ssm", "delete_parameter", Name=PASSWORD),
    ),
    defect(
        "builds may not push",
        "~build_role_arn cicd-build",
        "codebuild-privileged-for-images-only",
        use(forbid, "~build_role_arn", "ecr:PutImage"),
    ),
    defect(
        "builds pass any role",
        "~build_role_arn",
        "iam-pass-role-limited",
        use(allow, "~build_role_arn", "iam:PassRole"),
    ),
    # Delivery
    defect(
        "the pipeline takes another branch",
        PIPELINE,
        "codepipeline-started-by-its-branch",
        use(change_action, PIPELINE, "Source", BranchName="experiment"),
    ),
    missed(
        "the pipeline deploys nothing",
        PIPELINE,
        Seen.DRIFTED,
        PROMISE,
        use(change_pipeline, PIPELINE, _no_deployment),
    ),
    missed(
        "the pipeline builds a project that isn't there",
        PIPELINE,
        Seen.DRIFTED,
        "the project may be another stack's",
        use(change_action, PIPELINE, "Build", ProjectName="cicd-build-old"),
    ),
    defect(
        "the pipeline's role may do nothing",
        "~pipeline_role_arn $pipeline_name",
        "pipeline-may-deliver",
        use(no_policies, "~pipeline_role_arn"),
    ),
    defect(
        "a stranger takes the pipeline's role",
        "~pipeline_role_arn",
        "iam-role-no-external-access",
        use(lent_to, "~pipeline_role_arn", STRANGER),
    ),
    missed(
        "artifacts go to somebody else's bucket",
        PIPELINE,
        Seen.DRIFTED,
        "a bucket's name doesn't say whose it is",
        use(artifacts_elsewhere, PIPELINE, "somebody-elses-bucket"),
    ),
    defect(
        "a bad deployment stays",
        "$deployment_group_name",
        "codedeploy-rolls-back",
        _deployment(autoRollbackConfiguration={"enabled": False}),
    ),
    defect(
        "no alarm stops a deployment",
        "$deployment_group_name",
        "codedeploy-stops-on-alarm",
        _deployment(alarmConfiguration={"enabled": False, "alarms": []}),
    ),
    defect(
        "an alarm that isn't there stops a deployment",
        "$deployment_group_name",
        "deployment-alarm-there",
        _deployment(alarmConfiguration={"enabled": True, "alarms": [{"name": "cicd-old"}]}),
    ),
    defect(
        "blue and green are the same",
        "$deployment_group_name",
        "codedeploy-ecs-blue-green",
        _deployment(
            loadBalancerInfo={
                "targetGroupPairInfoList": [
                    {
                        "targetGroups": [
                            {"name": "cicd-blue-staging"},
                            {"name": "cicd-blue-staging"},
                        ],
                        "prodTrafficRoute": {"listenerArns": ["$http_listener_arn"]},
                    }
                ]
            }
        ),
    ),
    defect(
        "the deploying role may do nothing",
        "~deployment_role_arn $deployment_group_name",
        "deployment-may-run",
        use(no_policies, "~deployment_role_arn"),
    ),
    defect(
        "a push starts nothing",
        "~start_rule_arn",
        "event-rule-enabled",
        call("events", "disable_rule", Name="~start_rule_arn"),
    ),
    defect(
        "a failed pipeline tells nobody",
        "~failure_rule_arn",
        "event-rule-has-target",
        use(no_targets_of, "~failure_rule_arn"),
    ),
    defect(
        "anybody reads artifacts",
        ARTIFACTS,
        "s3-bucket-blocks-public-access",
        use(bucket_says, ARTIFACTS, {**ANYBODY, "Action": "s3:GetObject"}),
    ),
    defect(
        "plain HTTP to artifacts",
        ARTIFACTS,
        "s3-bucket-tls-only",
        use(accept_plain_http, ARTIFACTS),
    ),
    defect(
        "artifacts are encrypted with no key of ours",
        ARTIFACTS,
        "s3-bucket-customer-key",
        call(
            "s3",
            "put_bucket_encryption",
            Bucket=ARTIFACTS,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        ),
    ),
    # Keys, logs, alarms
    defect(
        "the delivery's key is disabled",
        "$delivery_kms_key_id",
        "kms-key-enabled",
        call("kms", "disable_key", KeyId="$delivery_kms_key_id"),
    ),
    defect(
        "the credentials' key is anybody's",
        "$credentials_kms_key_id",
        "kms-key-policy-not-public",
        use(key_says, "$credentials_kms_key_id", {**ANYBODY, "Action": "kms:Decrypt"}),
    ),
    defect(
        "the logs' key isn't rotated",
        "$logs_kms_key_id",
        "kms-key-rotation",
        call("kms", "disable_key_rotation", KeyId="$logs_kms_key_id"),
    ),
    defect(
        "the containers' log is kept for ever",
        "$container_log_group_name",
        "cloudwatch-log-retention",
        call("logs", "delete_retention_policy", logGroupName="$container_log_group_name"),
    ),
    defect(
        "the builds' log is gone",
        "$build_log_group_name $build_project_name",
        "log-group-there",
        call("logs", "delete_log_group", logGroupName="$build_log_group_name"),
    ),
    defect(
        "the firewall's log is in plain",
        "$web_acl_log_group_name",
        "cloudwatch-log-customer-key",
        call("logs", "disassociate_kms_key", logGroupName="$web_acl_log_group_name"),
    ),
    defect(
        "an alarm is muted",
        "cicd-blue-errors-high-staging",
        "cloudwatch-alarm-has-action",
        call("cloudwatch", "disable_alarm_actions", AlarmNames=["cicd-blue-errors-high-staging"]),
    ),
    defect(
        "CPU is too high at 500 %",
        "cicd-app-cpu-high-staging",
        "cloudwatch-alarm-can-go-off",
        _alarm("app-cpu-high", Threshold=500.0),
    ),
    defect(
        "an alarm about a load balancer of old",
        "cicd-alb-errors-high-staging",
        "cloudwatch-alarm-metric-reported",
        _alarm(
            "alb-errors-high",
            Dimensions=[{"Name": "LoadBalancer", "Value": "app/cicd-old/0123456789abcdef"}],
        ),
    ),
    defect(
        "nobody hears the alerts",
        "$alerts_topic_arn",
        "sns-topic-has-subscription",
        use(subscriptions_gone, "$alerts_topic_arn"),
    ),
    defect(
        "events may not send alerts",
        "$alerts_topic_arn ~failure_rule_arn",
        "event-target-may-publish",
        use(
            topic_says,
            "$alerts_topic_arn",
            {"Effect": "Deny", "Principal": {"Service": "events.amazonaws.com"}},
        ),
    ),
    # What the one on call finds
    missed(
        "tasks may not pull what is delivered",
        "$image_repository_name",
        Seen.UNMANAGED,
        "until the first delivery the tasks' image is another one",
        use(not_pulled_by, "$image_repository_name", "$execution_role_arn"),
    ),
    defect(
        "what was replaced is gone at once",
        "$deployment_group_name",
        "codedeploy-ecs-blue-green",
        use(gone_at_once, "$deployment_application_name", "$deployment_group_name"),
    ),
    defect(
        "a push may start nothing",
        "cicd-pipeline-start-staging pipeline",
        "event-target-may-publish",
        use(may_start_nothing, "cicd-pipeline-start-staging"),
    ),
    defect(
        "nobody knows who read artifacts",
        ARTIFACTS,
        "s3-bucket-access-logged",
        use(unlogged, ARTIFACTS),
    ),
    defect(
        "a broken green is found after an hour",
        "$green_target_group_arn",
        "target-group-health-check",
        use(
            targets_checked,
            "$green_target_group_arn",
            HealthCheckIntervalSeconds=300,
            UnhealthyThresholdCount=10,
        ),
    ),
    defect(
        "the load balancer hangs up after a second",
        "$alb_arn",
        "load-balancer-waits",
        call(
            "elbv2",
            "modify_load_balancer_attributes",
            LoadBalancerArn="$alb_arn",
            Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "1"}],
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
            logGroupName="$container_log_group_name",
            retentionInDays=731,
        ),
    ),
    better(
        "a build's log kept longer",
        call(
            "logs",
            "put_retention_policy",
            logGroupName="$build_log_group_name",
            retentionInDays=731,
        ),
    ),
    better(
        "a second alarm",
        use(one_more_alarm, "cicd-app-cpu-high-staging", "cicd-app-cpu-higher-staging"),
    ),
    better(
        "a third zone",
        use(one_more_subnet, "$public_subnet_ids.0", "10.21.250.0/24", "us-east-1c"),
    ),
    better("one more tag", use(tagged_more, "$vpc_id")),
    better("artifacts that nobody deletes", use(nobody_deletes, ARTIFACTS)),
    better("a role that may do less", use(denied, "~task_role_arn", "iam:*")),
    better("the firewall stops more", use(firewall, "$web_acl_arn", one_more_rule)),
    otherwise("builds give up sooner", use(change_project, BUILD, timeoutInMinutes=15)),
    better(
        "blue is kept longer",
        _deployment(
            blueGreenDeploymentConfiguration={
                "terminateBlueInstancesOnDeploymentSuccess": {
                    "action": "TERMINATE",
                    "terminationWaitTimeInMinutes": 60,
                },
                "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
            }
        ),
    ),
    better(
        "keys rotated twice a year",
        call("kms", "enable_key_rotation", KeyId="$delivery_kms_key_id", RotationPeriodInDays=180),
    ),
    otherwise(
        "the load balancer may not be deleted",
        use(door, "$alb_arn", deletion_protection__enabled="true"),
    ),
    better("more tasks", _service(desiredCount=4)),
)


def test_defects_are_caught(field: Field) -> None:
    all_caught(field, DEFECTS)


def test_improvements_are_not_blamed(field: Field) -> None:
    none_blamed(field, IMPROVEMENTS)
