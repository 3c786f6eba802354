from __future__ import annotations

import pytest

from stackproof.embedded.creators import creators
from stackproof.embedded.provider.servicer import Provider
from stackproof.types.tokens import SQS_QUEUE
from tests.unit.embedded.provider_world import Engine, Thing


@pytest.fixture
def thing(monkeypatch: pytest.MonkeyPatch) -> Thing:
    """The creator of the only type there is."""
    made = Thing()
    monkeypatch.setitem(creators(), SQS_QUEUE, made)
    return made


@pytest.fixture
def engine(thing: Thing) -> Engine:
    """An engine whose provider is configured for us-east-1."""
    asked = Engine(Provider({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}))
    asked.configure(region="us-east-1")
    return asked
