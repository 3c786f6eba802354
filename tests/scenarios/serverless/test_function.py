"""The function has the size that was promised, and runs the code of this checkout."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest

from stackproof.model import Resource

pytestmark = [pytest.mark.performance, pytest.mark.blueprint("serverless")]

SOURCE = Path(__file__).resolve().parents[3] / "infra/functions/api"


def test_function_has_the_promised_memory_and_time(function: Resource) -> None:
    """The function has 256 MB and 30 seconds.

    Half the memory is half the CPU as well, and twice the latency.
    """
    assert int(function["memory_size"]) == 256
    assert int(function["timeout"]) == 30


def test_runtime_is_one_that_aws_still_patches(function: Resource) -> None:
    """The function runs on Python 3.12 or later.

    AWS stops patching an old runtime first, and then stops deploying to it.
    """
    version = re.fullmatch(r"python3\.(\d+)", function["runtime"])
    assert version is not None
    assert int(version[1]) >= 12


def test_settings_reach_the_code(function: Resource, data: Resource) -> None:
    """The function's environment names its bucket, its environment and its log level.

    The handler stops without them.
    """
    variables = function["environment"]["variables"]
    assert variables["BUCKET_NAME"] == data.id
    assert {"ENVIRONMENT", "LOG_LEVEL", "SERVICE_NAME"} <= variables.keys()


def test_deployed_code_is_one_file_of_the_size_it_should_have(function: Resource) -> None:
    """The deployed archive is as small as the handler alone is when packed.

    Whatever else is in there was never reviewed, and slows every cold start.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SOURCE / "handler.py", "handler.py")
    size = int(function["source_code_size"])
    assert 0 < size <= 1.2 * len(packed.getvalue())
    digest = base64.b64decode(function["code_sha256"])
    assert len(digest) == hashlib.sha256().digest_size
