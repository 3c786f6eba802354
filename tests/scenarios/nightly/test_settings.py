"""What the nightly stack was told is what runs."""

from __future__ import annotations

import pytest

from stackproof.model import Resource
from stackproof.outputs import Outputs
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [pytest.mark.output_validation, pytest.mark.blueprint("nightly")]


def test_runs_are_of_the_version_that_was_named(
    task: Resource, named: Named, outputs: Outputs
) -> None:
    """The task runs the image of the stack's own repository with the tag that the stack was told.

    Another version has other controls: its verdicts answer a question that nobody asked.
    """
    repository = named("image_repository_name", tokens.ECR_REPOSITORY)
    images = [container["image"] for container in task.document("container_definitions")]
    assert images == [f"{repository['repository_url']}:{outputs.settings['image_tag']}"]


@pytest.mark.settings("vpc_cidr")
def test_network_is_the_one_that_was_planned(named: Named, outputs: Outputs) -> None:
    """The network has the addresses that the stack was told.

    What overlaps with another network can never be connected to it.
    """
    assert named("vpc_id", tokens.VPC)["cidr_block"] == outputs.settings["vpc_cidr"]
