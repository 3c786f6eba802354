"""Fixtures of the scenarios of nightly runs."""

from __future__ import annotations

import pytest

from stackproof.model import Resource, Stack
from stackproof.types import tokens
from tests.scenarios.conftest import Named


@pytest.fixture(scope="session")
def schedule(named: Named) -> Resource:
    """Give the schedule that starts the runs."""
    return named("schedule_arn", tokens.SCHEDULER_SCHEDULE)


@pytest.fixture(scope="session")
def task(schedule: Resource, live: Stack) -> Resource:
    """Give the definition of the task that the schedule starts."""
    arn = str(schedule.text("target.ecs_parameters.task_definition_arn"))
    found = live.look_up(arn, tokens.ECS_TASK_DEFINITION)
    assert found is not None, f"AWS does not have {arn}"
    return found


@pytest.fixture(scope="session")
def history(named: Named) -> Resource:
    """Give the bucket of the records."""
    return named("history_bucket_name", tokens.S3_BUCKET)


@pytest.fixture(scope="session")
def topic(named: Named) -> Resource:
    """Give the topic that is told of trouble."""
    return named("alerts_topic_arn", tokens.SNS_TOPIC)
