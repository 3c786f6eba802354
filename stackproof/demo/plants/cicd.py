"""Defects of the delivery system."""

from __future__ import annotations

from stackproof.demo.plants.base import Client, Plant


def _silence_failures(client: Client, pipeline: str) -> None:
    events = client("events")
    for rule in events.list_rules()["Rules"]:
        if f'"{pipeline}"' in rule.get("EventPattern", ""):
            events.disable_rule(Name=rule["Name"])


def _never_go_back(client: Client, group: str) -> None:
    codedeploy = client("codedeploy")
    for application in codedeploy.list_applications()["applications"]:
        groups = codedeploy.list_deployment_groups(applicationName=application)
        if group in groups["deploymentGroups"]:
            codedeploy.update_deployment_group(
                applicationName=application,
                currentDeploymentGroupName=group,
                autoRollbackConfiguration={"enabled": False, "events": []},
            )


def _token_in_the_clear(client: Client, name: str) -> None:
    codebuild = client("codebuild")
    (project,) = codebuild.batch_get_projects(names=[name])["projects"]
    token = {"name": "REGISTRY_PASSWORD", "value": "correct-horse", "type": "PLAINTEXT"}
    environment = project["environment"] | {"environmentVariables": [token]}
    codebuild.update_project(name=name, environment=environment)


def _credentials_in_the_open(client: Client, name: str) -> None:
    ssm = client("ssm")
    ssm.put_parameter(Name=name, Value="correct-horse", Type="String", Overwrite=True)


CICD = (
    Plant(
        "the rule on failed executions of the pipeline disabled",
        "codepipeline-failure-notice",
        lambda outputs: str(outputs["pipeline_name"]),
        _silence_failures,
    ),
    Plant(
        "bad deployments left where they are",
        "codedeploy-rolls-back",
        lambda outputs: str(outputs["deployment_group_name"]),
        _never_go_back,
    ),
    Plant(
        "the registry's token given to builds in the clear",
        "codebuild-no-plain-credentials",
        lambda outputs: str(outputs["build_project_name"]),
        _token_in_the_clear,
    ),
    Plant(
        "the registry's token kept as a plain parameter",
        "ssm-secrets-encrypted",
        lambda outputs: outputs.list("registry_parameter_arns")[1].partition(":parameter")[2],
        _credentials_in_the_open,
    ),
    Plant(
        "images no longer scanned when they are pushed",
        "ecr-scan-on-push",
        lambda outputs: str(outputs["image_repository_name"]),
        lambda client, repository: client("ecr").put_image_scanning_configuration(
            repositoryName=repository, imageScanningConfiguration={"scanOnPush": False}
        ),
    ),
    Plant(
        "the artifact bucket's demand for TLS removed",
        "s3-bucket-tls-only",
        lambda outputs: str(outputs["artifacts_bucket_name"]),
        lambda client, bucket: client("s3").delete_bucket_policy(Bucket=bucket),
    ),
)
