"""Whatever the stack: who asks waits for as long as the answer may take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from stackproof.model import Resource, Stack
from stackproof.types import tokens

pytestmark = pytest.mark.performance

# AWS Lambda Developer Guide, "Configure Lambda function timeout".
_TIMEOUT = 3
# Amazon API Gateway Developer Guide, "Quotas for configuring and running a REST API".
_REST_API = 29_000
# Amazon SQS Developer Guide, "Visibility timeout".
_HIDDEN = 30
_FUNCTION: Final = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+")


def called(integration: Resource, live: Stack) -> Resource | None:
    """Give the function that an integration of a REST API calls and waits for."""
    found = _FUNCTION.search(integration.text("uri") or "")
    return live.look_up(found[0], tokens.LAMBDA_FUNCTION) if found else None


def seconds(function: Resource) -> float:
    """Give how long a function may take."""
    return function.number("timeout") or _TIMEOUT


@pytest.mark.types(tokens.APIGATEWAY_INTEGRATION)
def test_rest_apis_wait_for_their_functions(live: Stack) -> None:
    """Each REST API waits for as long as the function behind it may take.

    Who called gets an error while the function goes on, and calls again: twice the work, when
    there is too much of it already.
    """
    for integration in live.all(tokens.APIGATEWAY_INTEGRATION):
        function = called(integration, live)
        if function is not None:
            waits = (integration.number("timeout_milliseconds") or _REST_API) / 1000
            assert seconds(function) <= waits, (
                f"{function.name} may take {seconds(function):g} s, and the API waits {waits:g} s"
            )


def handlers(live: Stack) -> Iterator[tuple[Resource, Resource, Resource]]:
    """Give each function with a queue that it reads, and the mapping between.

    Queues of others are theirs to set.
    """
    for function in live.all(tokens.LAMBDA_FUNCTION):
        for mapping in live.seen_referrers(
            function, tokens.LAMBDA_EVENT_SOURCE_MAPPING, "function_name"
        ):
            queue = live.look_up(mapping.text("event_source_arn") or "", tokens.SQS_QUEUE)
            if queue is not None:
                yield queue, mapping, function


@pytest.mark.types(tokens.LAMBDA_EVENT_SOURCE_MAPPING)
def test_queues_hide_a_message_for_as_long_as_it_is_worked_on(live: Stack) -> None:
    """A queue hides messages for longer than its function may gather and handle a batch.

    A message that shows again while it is handled is handled twice, and may end among the dead
    letters though nothing is wrong with it. AWS advises six times the function's timeout.
    """
    for queue, mapping, function in handlers(live):
        hidden = queue.number("visibility_timeout_seconds")
        hidden = _HIDDEN if hidden is None else hidden
        gathered = mapping.number("maximum_batching_window_in_seconds") or 0
        needed = seconds(function) + gathered
        assert hidden > needed, (
            f"{queue.name} hides messages for {hidden:g} s, {function.name} may take {needed:g} s"
        )


@pytest.mark.types(tokens.LAMBDA_EVENT_SOURCE_MAPPING)
def test_functions_may_run_as_often_as_their_queues_hand_them_work(live: Stack) -> None:
    """A function's reserved concurrency is no less than what its queues may use together.

    What is refused goes back to the queue, is counted as a failure, and ends among the dead
    letters. AWS Lambda Developer Guide, "Configuring maximum concurrency for Amazon SQS".
    """
    used: Counter[str] = Counter()
    functions: dict[str, Resource] = {}
    for _, mapping, function in handlers(live):
        functions[str(function.id)] = function
        most = mapping.number("scaling_config.maximum_concurrency")
        used[str(function.id)] += int(most or 0)
    for id_, most in used.items():
        reserved = functions[id_].number("reserved_concurrent_executions")
        if reserved is not None and reserved >= 0:
            assert most <= reserved, (
                f"queues may use {most} of {functions[id_].name}, which has {reserved:g}"
            )
