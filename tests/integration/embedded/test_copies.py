"""A copy of the embedded AWS has what its origin has, and is changed apart from it."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import boto3

from stackproof.embedded.server.control import Server, answers, copied

from .test_control import eventually


def sqs(server: Server) -> Any:
    session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
    return session.client("sqs", endpoint_url=server.endpoint)


def queues(server: Server) -> set[str]:
    found = sqs(server).list_queues(QueueNamePrefix="copies-").get("QueueUrls", ())
    return {url.rsplit("-", 1)[1] for url in found}


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_copy_has_what_was_there_and_is_changed_apart(server: Server) -> None:
    with copied(server) as origin:
        sqs(origin).create_queue(QueueName="copies-before")
        with copied(origin) as copy:
            sqs(copy).create_queue(QueueName="copies-copy")
            sqs(origin).create_queue(QueueName="copies-origin")
            with copied(copy) as second:
                url = sqs(second).get_queue_url(QueueName="copies-before")["QueueUrl"]
                sqs(second).delete_queue(QueueUrl=url)
                assert queues(second) == {"copy"}
            assert queues(copy) == {"before", "copy"}
        assert queues(origin) == {"before", "origin"}
    assert queues(server) == set()


def test_a_copy_ends_with_its_block_and_leaves_no_zombie(server: Server) -> None:
    with copied(server) as copy:
        assert copy.pid != server.pid
        assert answers(copy)
    assert not answers(copy)
    assert eventually(lambda: not exists(copy.pid))
    assert answers(server)


def test_a_copy_ends_with_its_origin_however_that_ends(server: Server) -> None:
    with copied(server) as origin, copied(origin) as copy, copied(origin) as other:
        os.kill(origin.pid, signal.SIGKILL)
        assert eventually(lambda: not answers(copy))
        assert eventually(lambda: not answers(other))


def test_copies_are_made_while_others_ask(server: Server) -> None:
    """A lock that a thread holds at that moment would be held in the copy for ever."""
    done = threading.Event()

    def ask() -> None:
        own = sqs(server)
        while not done.is_set():
            own.list_queues()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            with copied(server) as copy:
                assert queues(copy) == set()
    finally:
        done.set()
        for thread in threads:
            thread.join()
