"""The function has the size and the settings that were promised, and no code but the handler."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest

from stackproof.model import Resource
from stackproof.outputs import Outputs

pytestmark = [pytest.mark.performance, pytest.mark.blueprint("serverless")]

SOURCE = Path(__file__).resolve().parents[3] / "infra/functions/api"


@pytest.mark.requirement("4.1")
def test_function_has_the_promised_memory_and_time(function: Resource) -> None:
    """The function has 256 MB and 30 seconds.

    Half the memory is half the CPU as well, and twice the latency.
    """
    assert int(function["memory_size"]) == 256
    assert int(function["timeout"]) == 30


@pytest.mark.requirement("4.1")
def test_runtime_is_one_that_aws_still_patches(function: Resource, outputs: Outputs) -> None:
    """The function runs on the Python that the stack was told, which is 3.12 or later.

    AWS stops patching an old runtime first, and then stops deploying to it.
    """
    assert function["runtime"] == outputs.settings["runtime"]
    version = re.fullmatch(r"python3\.(\d+)", function["runtime"])
    assert version is not None
    assert int(version[1]) >= 12


@pytest.mark.requirement("4.1")
def test_settings_reach_the_code(function: Resource, data: Resource, outputs: Outputs) -> None:
    """The function's environment names its bucket, its environment, its log level and itself.

    The handler stops without them.
    """
    variables = function["environment"]["variables"]
    assert variables.keys() == {"BUCKET_NAME", "ENVIRONMENT", "LOG_LEVEL", "SERVICE_NAME"}
    assert variables["BUCKET_NAME"] == data.id
    assert variables["ENVIRONMENT"] == outputs.settings["environment"]
    assert variables["SERVICE_NAME"] == function["name"]
    assert variables["LOG_LEVEL"] == outputs.settings["log_level"]


def test_function_may_run_at_all(function: Resource) -> None:
    """The function has a share of the account's concurrency: none is reserved, or more than none.

    Reserving 0 is how a function is switched off in an emergency, and how it stays off.
    """
    assert int(function["reserved_concurrent_executions"]) != 0


def test_deployed_code_is_one_file_of_the_size_it_should_have(function: Resource) -> None:
    """The deployed archive is as large as the handler alone is when packed.

    What is larger holds what was never reviewed; what is smaller is something else.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SOURCE / "handler.py", "handler.py")
    size = int(function["source_code_size"])
    assert size == pytest.approx(len(packed.getvalue()), rel=0.2)
    digest = base64.b64decode(function["code_sha256"])
    assert len(digest) == hashlib.sha256().digest_size
