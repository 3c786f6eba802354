"""The function has the size and the settings that were promised, and no code but the handler."""

from __future__ import annotations

import re

import pytest

from stackproof.model import Resource
from stackproof.outputs import Outputs

pytestmark = [pytest.mark.performance, pytest.mark.blueprint("serverless")]


@pytest.mark.requirement("4.1")
def test_function_has_the_promised_memory_and_time(function: Resource) -> None:
    """The function has 256 MB at least, and 30 seconds.

    Half the memory is half the CPU as well, and twice the latency.
    """
    assert int(function["memory_size"]) >= 256
    assert int(function["timeout"]) == 30


@pytest.mark.requirement("4.1")
def test_runtime_is_one_that_aws_still_patches(function: Resource, outputs: Outputs) -> None:
    """The function runs on the Python that the stack was told, or a newer one: 3.12 or later.

    AWS stops patching an old runtime first, and then stops deploying to it.
    """
    told, runs = (
        re.fullmatch(r"python3\.(\d+)", runtime)
        for runtime in (outputs.settings["runtime"], function["runtime"])
    )
    assert told is not None
    assert runs is not None
    assert int(runs[1]) >= int(told[1]) >= 12


@pytest.mark.requirement("4.1")
def test_settings_reach_the_code(function: Resource, data: Resource, outputs: Outputs) -> None:
    """The function is told its bucket, environment, log level and itself, and nothing else.

    The handler stops without them; with others it works on somebody else's documents, and some
    names (`AWS_LAMBDA_EXEC_WRAPPER`) run somebody else's code.
    """
    wanted = {
        "BUCKET_NAME": data.id,
        "ENVIRONMENT": outputs.settings["environment"],
        "LOG_LEVEL": outputs.settings["log_level"],
        "SERVICE_NAME": outputs["function_name"],
    }
    assert function["environment"]["variables"] == wanted


@pytest.mark.requirement("4.1")
def test_function_may_run_at_all(function: Resource) -> None:
    """The function has a share of the account's concurrency: none is reserved, or more than none.

    Reserving 0 is how a function is switched off in an emergency, and how it stays off.
    """
    assert int(function["reserved_concurrent_executions"]) != 0


@pytest.mark.requirement("4.1")
def test_function_stands_in_no_network(function: Resource) -> None:
    """The function is attached to no VPC.

    This stack has none: in another one the function finds no way to its bucket.
    """
    assert not function.values("vpc_config.subnet_ids")


@pytest.mark.requirement("4.1")
def test_deployed_code_is_the_programs(function: Resource, outputs: Outputs) -> None:
    """The deployed archive is, to the last bit, the one that the program packed and reviewed.

    What differs was put there by somebody else, and runs with the function's role.
    """
    assert function["package_type"] in (None, "Zip")
    assert function["code_sha256"] == outputs["function_code_sha256"]


@pytest.mark.requirement("4.1")
def test_the_programs_handler_is_called(function: Resource, outputs: Outputs) -> None:
    """Lambda calls the handler of the program, with no layer's code before it.

    A layer, or another entry, is code that no review of this repository has seen.
    """
    assert function["handler"] == outputs["function_handler"]
    assert not function["layers"]
