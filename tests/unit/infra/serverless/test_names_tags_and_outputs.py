from __future__ import annotations

import re

from infra.components.package import packaged
from tests.unit.infra.facts import outputs_tell_the_alarms, taggable
from tests.unit.infra.program import ACCOUNT, Deployment, run_program
from tests.unit.infra.serverless.conftest import STACK, Configured

# Names inside another resource, which needn't be told apart from those of other stacks.
INNER = {"aws:iam/rolePolicy:RolePolicy", "aws:apigatewayv2/stage:Stage"}
HERE = f"us-west-2:{ACCOUNT}"


def _own_names(deployment: Deployment) -> list[str]:
    """Give the physical names, without the folders that some services put them in."""
    return [
        resource.inputs[key].rpartition("/")[2]
        for resource in deployment.custom
        if resource.type not in INNER
        for key in ("name", "bucket")
        if key in resource.inputs and resource.inputs[key] != "Bucket-data"
    ]


def test_every_taggable_resource_says_whose_it_is(deployment: Deployment) -> None:
    found = [resource for resource in deployment.custom if taggable(resource)]
    assert len(found) == 13
    for resource in found:
        name = resource["tags"]["Name"]
        assert re.fullmatch(r"prod-nova-.+-k7q2", name)
        assert resource["tags"] == {
            "Project": "nova-serverless",
            "Environment": "prod",
            "ManagedBy": "Pulumi",
            "Stack": STACK,
            "Owner": "nova-team",
            "Component": resource["tags"]["Component"],
            "Name": name,
        }


def test_names_say_environment_component_and_suffix(deployment: Deployment) -> None:
    names = _own_names(deployment)
    assert len(names) == 12
    assert [name for name in names if not re.fullmatch(r"prod-nova-.+-k7q2", name)] == []


def test_two_stacks_share_no_name(deployment: Deployment, configured: Configured) -> None:
    others = _own_names(configured(environment_suffix="pr-17"))
    assert set(others).isdisjoint(_own_names(deployment))
    assert all(name.endswith("-pr-17") for name in others)


def test_outputs_are_exactly_these(deployment: Deployment) -> None:
    assert deployment.secret_outputs == set()
    assert outputs_tell_the_alarms(deployment)
    assert {key: value for key, value in deployment.outputs.items() if key != "alarm_settings"} == {
        "project": "nova-serverless",
        "environment": "prod",
        "stack": STACK,
        "blueprint": "serverless",
        "region": "us-west-2",
        "account_id": ACCOUNT,
        "settings": {
            "aws:region": "us-west-2",
            "environment": "prod",
            "environment_suffix": "k7q2",
            "owner": "nova-team",
            "alert_email": "nova-oncall@example.com",
            "allowed_origin": "https://app.nova.example.com",
            "log_level": "INFO",
            "runtime": "python3.13",
        },
        "api_id": "Api-http",
        "api_url": "https://http.execute-api.us-west-2.amazonaws.com/",
        "api_routes": [
            "GET /",
            "GET /health",
            "GET /{proxy+}",
            "PUT /{proxy+}",
            "DELETE /{proxy+}",
        ],
        "function_name": "prod-nova-api-k7q2",
        "function_arn": f"arn:aws:lambda:{HERE}:function/prod-nova-api-k7q2",
        "function_handler": "handler.handle",
        "function_code_sha256": packaged("api").sha256,
        "function_role_arn": f"arn:aws:iam:{HERE}:role/prod-nova-api-k7q2",
        "function_log_group_name": "/aws/lambda/prod-nova-api-k7q2",
        "access_log_group_name": "/aws/apigateway/prod-nova-http-k7q2",
        "data_bucket_name": "Bucket-data",
        "alerts_topic_arn": f"arn:aws:sns:{HERE}:topic/prod-nova-alerts-k7q2",
        "alarm_names": [
            "prod-nova-api-errors-k7q2",
            "prod-nova-api-slow-k7q2",
            "prod-nova-http-server-errors-k7q2",
        ],
        "logs_kms_key_arn": f"arn:aws:kms:{HERE}:key/logs-key",
        "alerts_kms_key_arn": f"arn:aws:kms:{HERE}:key/alerts-key",
    }


def test_a_first_preview_declares_the_same_resources(deployment: Deployment) -> None:
    preview = run_program(STACK, preview=True)
    declared = {(resource.type, resource.name) for resource in preview.resources}
    assert declared == {(resource.type, resource.name) for resource in deployment.resources}
    # What names decide can be judged before anything exists.
    assert preview.only("aws:iam/rolePolicy:RolePolicy").policy()
    assert preview.only("aws:s3/bucketPolicy:BucketPolicy").policy()


def test_settings_that_are_kept_secret_are_no_outputs() -> None:
    secret = run_program(STACK, secret_keys=["stackproof:alert_email"])
    assert "alert_email" not in secret.outputs["settings"]
    assert secret.outputs["settings"]["owner"] == "nova-team"
