"""`cicd-staging` through the real CLI."""

from __future__ import annotations

from stackproof.outputs import Outputs
from tests.integration.cli.conftest import Clients
from tests.integration.cli.lifecycle import Lifecycle


class TestCicd(Lifecycle):
    stack = "cicd-staging"
    regions = ("us-east-1",)
    resources = 110

    @classmethod
    def tamper(cls, client: Clients, exported: Outputs) -> set[tuple[str, str]]:
        images = exported["image_repository_name"]
        group = {
            "applicationName": exported["deployment_application_name"],
            "deploymentGroupName": exported["deployment_group_name"],
        }
        shown = client("codedeploy").get_deployment_group(**group)["deploymentGroupInfo"]
        client("codedeploy").update_deployment_group(
            applicationName=group["applicationName"],
            currentDeploymentGroupName=group["deploymentGroupName"],
            autoRollbackConfiguration={"enabled": False, "events": []},
        )
        client("ecr").put_image_tag_mutability(repositoryName=images, imageTagMutability="MUTABLE")
        return {
            (images, "imageTagMutability"),
            (shown["deploymentGroupId"], "autoRollbackConfiguration"),
        }
