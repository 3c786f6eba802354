"""Blue/green delivery, each value of its lines made untrue."""

from __future__ import annotations

import json
from typing import Any

from stackproof.outputs import Outputs
from tests.mutations.alarms import unsubscribe_all
from tests.mutations.delivery import (
    change_action,
    change_buildspec,
    change_deployment_group,
    change_pipeline,
    change_project,
    change_rule,
    disable_rule,
    no_targets,
    project,
)
from tests.mutations.mutation import Act, Aws, Group, Mutation
from tests.mutations.network import (
    close_port,
    close_ways_out,
    internet_gateway,
    let_out,
    no_route_out,
    open_port,
    route_out,
)
from tests.mutations.services import (
    change_listener,
    change_target_group,
    change_task,
    no_insights,
    no_tasks,
)
from tests.mutations.storage import accept_plain_http, encrypt_with, keep_logs, logs_in_plain

_BAD = "correct-horse-battery"


def _tasks(outputs: Outputs) -> str:
    return str(outputs["service_security_group_id"])


def _door(outputs: Outputs) -> str:
    return str(outputs["alb_security_group_id"])


def _task(change: Any = lambda container: None, **changes: Any) -> Act:
    return lambda aws, outputs: change_task(
        aws, outputs["ecs_cluster_name"], outputs["service_name"], change, **changes
    )


def _no_tasks(aws: Aws, outputs: Outputs) -> object:
    return no_tasks(aws, outputs["ecs_cluster_name"], outputs["service_name"])


def _logs_to(group: str) -> Act:
    def change(container: dict[str, Any]) -> None:
        container["logConfiguration"]["options"]["awslogs-group"] = group

    return _task(change)


def _keep_images(number: int) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        ecr, name = aws("ecr"), outputs["image_repository_name"]
        policy = json.loads(ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
        policy["rules"][0]["selection"]["countNumber"] = number
        return ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(policy))

    return act


def _scan(on_push: bool) -> Act:
    return lambda aws, outputs: aws("ecr").put_image_scanning_configuration(
        repositoryName=outputs["image_repository_name"],
        imageScanningConfiguration={"scanOnPush": on_push},
    )


def _check(colour: str, **changes: Any) -> Act:
    return lambda aws, outputs: change_target_group(
        aws, outputs[f"{colour}_target_group_arn"], **changes
    )


def _answer_itself(aws: Aws, outputs: Outputs) -> object:
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    return change_listener(aws, outputs["http_listener_arn"], DefaultActions=[action])


def _own_rule(aws: Aws, outputs: Outputs) -> object:
    return aws("elbv2").create_rule(
        ListenerArn=outputs["http_listener_arn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )


def _private_door(aws: Aws, outputs: Outputs) -> object:
    return aws("elbv2").set_subnets(
        LoadBalancerArn=outputs["alb_arn"], Subnets=outputs.list("private_subnet_ids")
    )


def _pipeline(stage: str, **configuration: str) -> Act:
    return lambda aws, outputs: change_action(aws, outputs["pipeline_name"], stage, **configuration)


def _notices_say_nothing(aws: Aws, outputs: Outputs) -> object:
    events, rule = aws("events"), str(outputs["failure_rule_arn"]).rpartition("/")[2]
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    return events.put_targets(Rule=rule, Targets=[{**each, "Input": "{}"} for each in targets])


def _deploy_the_source(aws: Aws, outputs: Outputs) -> object:
    def change(stages: dict[str, Any]) -> None:
        (source,) = stages["Source"]["actions"]
        (deploy,) = stages["Deploy"]["actions"]
        deploy["inputArtifacts"] = source["outputArtifacts"]

    return change_pipeline(aws, outputs["pipeline_name"], change)


def _build(old: str, new: str) -> Act:
    return lambda aws, outputs: change_buildspec(aws, outputs["build_project_name"], old, new)


def _variable(variable_name: str, **changes: str) -> Act:
    def act(aws: Aws, outputs: Outputs) -> object:
        environment = project(aws, outputs["build_project_name"])["environment"]
        for variable in environment["environmentVariables"]:
            if variable["name"] == variable_name:
                variable.update(changes)
        return change_project(aws, outputs["build_project_name"], environment=environment)

    return act


def _log_elsewhere(aws: Aws, outputs: Outputs) -> object:
    logs = {"cloudWatchLogs": {"status": "ENABLED", "groupName": "other"}}
    return change_project(aws, outputs["build_project_name"], logsConfig=logs)


def _plain_parameter(aws: Aws, outputs: Outputs) -> object:
    name = outputs.list("registry_parameter_arns")[0].partition(":parameter")[2]
    return aws("ssm").put_parameter(Name=name, Value=_BAD, Type="String", Overwrite=True)


def _deployment(**changes: Any) -> Act:
    return lambda aws, outputs: change_deployment_group(
        aws, outputs["deployment_group_name"], **changes
    )


def _other_pair(aws: Aws, outputs: Outputs) -> object:
    pair = {
        "targetGroups": [{"name": "other-1"}, {"name": "other-2"}],
        "prodTrafficRoute": {"listenerArns": [outputs["http_listener_arn"]]},
    }
    return _deployment(loadBalancerInfo={"targetGroupPairInfoList": [pair]})(aws, outputs)


def _other_service(aws: Aws, outputs: Outputs) -> object:
    service = {"clusterName": outputs["ecs_cluster_name"], "serviceName": "other"}
    return _deployment(ecsServices=[service])(aws, outputs)


def _notice(change: Any) -> Act:
    return lambda aws, outputs: change_rule(aws, outputs["failure_rule_arn"], change)


def _start(change: Any) -> Act:
    return lambda aws, outputs: change_rule(aws, outputs["start_rule_arn"], change)


def _of_state(state: str) -> Any:
    return lambda pattern: pattern["detail"].update(state=[state])


def _strangers_only(aws: Aws, outputs: Outputs) -> object:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": outputs["alerts_topic_arn"],
        "Condition": {"StringEquals": {"aws:SourceAccount": outputs["account_id"]}},
    }
    return aws("sns").set_topic_attributes(
        TopicArn=outputs["alerts_topic_arn"],
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _nameless(aws: Aws, outputs: Outputs) -> None:
    """Make a topic whose name doesn't say the environment."""
    tags = aws("sns").list_tags_for_resource(ResourceArn=outputs["alerts_topic_arn"])["Tags"]
    aws("sns").create_topic(Name="other", Tags=tags)


def _key_in_a_task(aws: Aws, outputs: Outputs) -> object:
    def change(container: dict[str, Any]) -> None:
        container["environment"].append({"name": "KEY", "value": "AKIA" + 16 * "A"})

    return _task(change)(aws, outputs)


GROUPS = (
    Group(
        "cicd-staging",
        (
            Mutation(
                "5.1",
                "a private subnet leads to the internet",
                lambda aws, outputs: route_out(
                    aws,
                    outputs.list("private_subnet_ids")[0],
                    GatewayId=internet_gateway(aws, outputs["vpc_id"]),
                ),
            ),
            Mutation(
                "5.1",
                "public subnets lead nowhere",
                lambda aws, outputs: no_route_out(aws, outputs.list("public_subnet_ids")[0]),
            ),
            Mutation(
                "5.1",
                "tasks reached from anywhere",
                lambda aws, outputs: open_port(aws, _tasks(outputs), 8080),
            ),
            Mutation(
                "5.1",
                "the load balancer doesn't reach tasks",
                lambda aws, outputs: close_port(aws, _tasks(outputs), 8080),
            ),
            Mutation(
                "5.1",
                "the load balancer closed",
                lambda aws, outputs: close_port(aws, _door(outputs), 80),
            ),
            Mutation(
                "5.1",
                "tasks may call anybody",
                lambda aws, outputs: let_out(aws, _tasks(outputs)),
            ),
            Mutation(
                "5.1",
                "the load balancer may call nobody",
                lambda aws, outputs: close_ways_out(aws, _door(outputs)),
            ),
            Mutation("5.2", "one image more kept", _keep_images(11)),
            Mutation("5.2", "images not scanned", _scan(on_push=False)),
            Mutation(
                "5.2",
                "no Container Insights",
                lambda aws, outputs: no_insights(aws, outputs["ecs_cluster_name"]),
            ),
            Mutation("5.2", "half the CPU", _task(cpu="256")),
            Mutation("5.2", "twice the memory", _task(memory="2048")),
            Mutation("5.2", "another log", _logs_to("other")),
            Mutation(
                "5.2",
                "the build's role runs tasks",
                lambda aws, outputs: _task(taskRoleArn=outputs["build_role_arn"])(aws, outputs),
            ),
            Mutation(
                "5.2",
                "the build's role starts tasks",
                lambda aws, outputs: _task(executionRoleArn=outputs["build_role_arn"])(
                    aws, outputs
                ),
            ),
            Mutation(
                "5.2",
                "container logs kept two weeks",
                lambda aws, outputs: keep_logs(aws, outputs["container_log_group_name"], 14),
            ),
            Mutation(
                "5.2",
                "container logs in plain",
                lambda aws, outputs: logs_in_plain(aws, outputs["container_log_group_name"]),
            ),
            Mutation("5.3", "load balancer in private subnets", _private_door),
            Mutation(
                "5.3", "blue checked every 30 s", _check("blue", HealthCheckIntervalSeconds=30)
            ),
            Mutation(
                "5.3", "green healthy after 2 checks", _check("green", HealthyThresholdCount=2)
            ),
            Mutation("5.3", "no task runs", _no_tasks),
            Mutation("5.3", "the listener answers by itself", _answer_itself),
            Mutation("5.3", "a rule takes all paths", _own_rule),
            Mutation(
                "5.3",
                "listener on another port",
                lambda aws, outputs: change_listener(aws, outputs["http_listener_arn"], Port=8080),
            ),
            Mutation("5.3", "two other target groups", _other_pair),
            Mutation("5.4", "another branch", _pipeline("Source", BranchName="other")),
            Mutation("5.4", "another repository", _pipeline("Source", RepositoryName="other")),
            Mutation("5.4", "another build", _pipeline("Build", ProjectName="other")),
            Mutation("5.4", "another deployment", _pipeline("Deploy", ApplicationName="other")),
            Mutation("5.4", "the source is deployed", _deploy_the_source),
            Mutation(
                "5.4",
                "a push starts nothing",
                lambda aws, outputs: disable_rule(aws, outputs["start_rule_arn"]),
            ),
            Mutation(
                "5.4",
                "a push to another branch starts it",
                _start(lambda pattern: pattern["detail"].update(referenceName=["other"])),
            ),
            Mutation(
                "5.4",
                "a push to any branch starts it",
                _start(lambda pattern: pattern["detail"].pop("referenceName")),
            ),
            Mutation("5.4", "no tests", _build("python -m pytest", "echo python -m pytest")),
            Mutation("5.4", "no bandit", _build("python -m bandit", "echo bandit")),
            Mutation("5.4", "tests may fail", _build("tests.xml\n", "tests.xml || true\n")),
            Mutation("5.4", "no image", _build("docker build", "echo docker build")),
            Mutation("5.4", "no push", _build("docker push", "echo docker push")),
            Mutation("5.4", "builds go on after errors", _build("ABORT", "CONTINUE")),
            Mutation("5.4", "build logs elsewhere", _log_elsewhere),
            Mutation(
                "5.4",
                "build logs kept a week",
                lambda aws, outputs: keep_logs(aws, outputs["build_log_group_name"], 7),
            ),
            Mutation(
                "5.4",
                "password in the clear",
                _variable("REGISTRY_PASSWORD", type="PLAINTEXT", value=_BAD),
            ),
            Mutation("5.4", "a plain parameter", _plain_parameter),
            Mutation(
                "5.4",
                "bad versions stay",
                _deployment(autoRollbackConfiguration={"enabled": False, "events": []}),
            ),
            Mutation(
                "5.4",
                "no alarm stops a deployment",
                _deployment(alarmConfiguration={"enabled": False}),
            ),
            Mutation(
                "5.4",
                "no service",
                lambda aws, outputs: aws("ecs").delete_service(
                    cluster=outputs["ecs_cluster_name"],
                    service=outputs["service_name"],
                    force=True,
                ),
            ),
            Mutation("5.4", "another service deployed", _other_service),
            Mutation(
                "5.4",
                "deployed in place",
                _deployment(
                    deploymentStyle={
                        "deploymentType": "IN_PLACE",
                        "deploymentOption": "WITHOUT_TRAFFIC_CONTROL",
                    }
                ),
            ),
            Mutation(
                "5.4",
                "artifacts encrypted by S3",
                lambda aws, outputs: encrypt_with(aws, outputs["artifacts_bucket_name"], "AES256"),
            ),
            Mutation(
                "5.4",
                "artifacts over plain HTTP",
                lambda aws, outputs: accept_plain_http(aws, outputs["artifacts_bucket_name"]),
            ),
            Mutation(
                "5.5",
                "failures not noticed",
                lambda aws, outputs: disable_rule(aws, outputs["failure_rule_arn"]),
            ),
            Mutation("5.5", "successes noticed", _notice(_of_state("SUCCEEDED"))),
            Mutation(
                "5.5",
                "every pipeline's failures",
                _notice(
                    lambda pattern: (
                        pattern.pop("resources", 0),
                        pattern["detail"].pop("pipeline", 0),
                    )
                ),
            ),
            Mutation("5.5", "notices say nothing", _notices_say_nothing),
            Mutation(
                "5.5",
                "notices go nowhere",
                lambda aws, outputs: no_targets(aws, outputs["failure_rule_arn"]),
            ),
            Mutation("5.5", "EventBridge may not publish", _strangers_only),
            Mutation(
                "5.5",
                "nobody reads the topic",
                lambda aws, outputs: unsubscribe_all(aws, outputs["alerts_topic_arn"]),
            ),
            Mutation(
                "5.6",
                "a token in the clear",
                _variable("TASK_FAMILY", name="REGISTRY_TOKEN", value=_BAD),
            ),
            Mutation("5.6", "a plain parameter", _plain_parameter),
            Mutation("5.6", "a key in a task", _key_in_a_task),
            Mutation(
                "5.6", "a key in the buildspec", _build("python -m pytest", "# AKIA" + 16 * "A")
            ),
            Mutation("5.6", "a name without the environment", _nameless),
        ),
    ),
)
