from __future__ import annotations

import ast
import base64
import hashlib
import io
import os
import sys
import zipfile
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any
from zipimport import zipimporter

import pytest

from infra.components import package
from infra.components.package import packaged
from tests.unit.infra.program import Deployment
from tests.unit.infra.serverless.lambda_events import HANDLER, event

# AWS Lambda Developer Guide, "Runtime dependencies in Python": what the runtime brings along.
BROUGHT_ALONG = {"boto3", "botocore"}


def _archive(deployment: Deployment) -> bytes:
    """Read the zip that is declared for the function."""
    return Path(deployment.only("aws:lambda/function:Function")["code"].path).read_bytes()


def test_archive_holds_the_handler_and_nothing_else(deployment: Deployment) -> None:
    with zipfile.ZipFile(io.BytesIO(_archive(deployment))) as archive:
        assert archive.namelist() == ["handler.py"]
        assert archive.read("handler.py") == HANDLER.read_bytes()


def test_digest_is_that_of_the_archive_in_the_form_of_lambda(deployment: Deployment) -> None:
    digest = base64.b64encode(hashlib.sha256(_archive(deployment)).digest()).decode()
    function = deployment.only("aws:lambda/function:Function")
    assert function["source_code_hash"] == digest
    assert deployment.outputs["function_code_sha256"] == digest


def test_archive_is_the_same_whenever_and_wherever_it_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packaged("api")
    (tmp_path / "api").mkdir()
    (tmp_path / "api/handler.py").write_bytes(HANDLER.read_bytes())
    os.utime(tmp_path / "api/handler.py", (0, 2**31))
    (tmp_path / "api/handler.py").chmod(0o755)
    monkeypatch.setattr(package, "FUNCTIONS", tmp_path)
    monkeypatch.setattr(package, "PACKED", tmp_path / "packed")
    assert packaged("api").sha256 == first.sha256


def test_declared_handler_answers_from_the_archive(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = deployment.only("aws:lambda/function:Function")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name, value in function["environment"]["variables"].items():
        monkeypatch.setenv(name, value)
    (tmp_path / "function.zip").write_bytes(_archive(deployment))
    module_name, _, handler = function["handler"].partition(".")
    spec = zipimporter(str(tmp_path / "function.zip")).find_spec(module_name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    answer: dict[str, Any] = getattr(module, handler)(event("GET", "/"), None)
    assert answer["statusCode"] == 200


def test_handler_needs_nothing_that_lambda_does_not_have() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(HANDLER.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported - sys.stdlib_module_names <= BROUGHT_ALONG


def test_only_python_files_are_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("handler.py", "notes.md", "parts/more.py", "__pycache__/handler.cpython-313.pyc"):
        (tmp_path / "api" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "api" / file).touch()
    monkeypatch.setattr(package, "FUNCTIONS", tmp_path)
    monkeypatch.setattr(package, "PACKED", tmp_path / "packed")
    with zipfile.ZipFile(packaged("api").archive.path) as archive:
        assert archive.namelist() == ["handler.py", "parts/more.py"]
    (only,) = (tmp_path / "packed").iterdir()
    assert only.suffix == ".zip"
