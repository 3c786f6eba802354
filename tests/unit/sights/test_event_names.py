"""The names of botocore's events are what botocore makes of them, found in less time."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.utils import EVENT_ALIASES

from stackproof.sights.live.clients import _Events

SERVICES = (*EVENT_ALIASES, "ec2", "s3", "x-y")
FORMS = ("{}", "before-call.{}", "request-created.{}.ListThings", "docs.*.{}.list_things.*")


@pytest.mark.parametrize("service", SERVICES)
def test_every_name_is_as_botocore_has_it(service: str) -> None:
    ours: Any = _Events(HierarchicalEmitter())
    botocores: Any = EventAliaser(HierarchicalEmitter())
    for form in FORMS:
        name = form.format(service)
        assert ours._alias_event_name(name) == botocores._alias_event_name(name)
