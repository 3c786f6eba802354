"""Queues on the embedded AWS show all of the attributes that they were given."""

from __future__ import annotations

import json

import pytest

from .conftest import Clients

ALLOWED = json.dumps({"redrivePermission": "denyAll"})


@pytest.mark.parametrize("asked", ["All", "RedriveAllowPolicy"])
def test_who_may_send_dead_letters_is_shown_when_asked_for(aws: Clients, asked: str) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="dead", Attributes={"RedriveAllowPolicy": ALLOWED})["QueueUrl"]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])["Attributes"]
    assert json.loads(shown["RedriveAllowPolicy"]) == json.loads(ALLOWED)


def test_queue_that_never_said_so_does_not_show_it(aws: Clients) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="plain")["QueueUrl"]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "RedriveAllowPolicy" not in shown
