"""Fixtures of the serverless API's scenarios."""

from __future__ import annotations

import pytest

from stackproof.model import Resource
from stackproof.types import tokens
from tests.scenarios.conftest import Named


@pytest.fixture(scope="session")
def function(named: Named) -> Resource:
    """Give the function behind the API."""
    return named("function_arn", tokens.LAMBDA_FUNCTION)


@pytest.fixture(scope="session")
def api(named: Named) -> Resource:
    """Give the HTTP API."""
    return named("api_id", tokens.API)


@pytest.fixture(scope="session")
def data(named: Named) -> Resource:
    """Give the bucket of the documents."""
    return named("data_bucket_name", tokens.S3_BUCKET)
