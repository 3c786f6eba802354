from __future__ import annotations

import ast
import io
import sys
import zipfile
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any
from zipimport import zipimporter

import pytest

from infra.components import function
from infra.components.function import packaged
from stackproof.embedded.archives import zipped
from tests.unit.infra.program import Deployment
from tests.unit.infra.serverless.lambda_events import HANDLER, event

# AWS Lambda Developer Guide, "Runtime dependencies in Python": what the runtime brings along.
BROUGHT_ALONG = {"boto3", "botocore"}


def _archive(deployment: Deployment) -> bytes:
    """Zip the code that is declared for the function."""
    assets = deployment.one("aws:lambda/function:Function")["code"].assets
    return zipped({"assets": {name: {"path": asset.path} for name, asset in assets.items()}})


def test_archive_holds_the_handler_and_nothing_else(deployment: Deployment) -> None:
    with zipfile.ZipFile(io.BytesIO(_archive(deployment))) as archive:
        assert archive.namelist() == ["handler.py"]
        assert archive.read("handler.py") == HANDLER.read_bytes()


def test_archive_is_the_same_every_time(deployment: Deployment) -> None:
    assert _archive(deployment) == _archive(deployment)


def test_declared_handler_answers_from_the_archive(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = deployment.one("aws:lambda/function:Function")
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
    monkeypatch.setattr(function, "FUNCTIONS", tmp_path)
    assert set(packaged("api").assets) == {"handler.py", "parts/more.py"}
