"""Hand out a fleet's tasks, never more of one account at once than its rate allows.

Where a worker dies its tasks are done by another, and what it held is read again: Dask does both.
Which task comes next is decided here, so that an account is asked no faster for more workers.
"""

from __future__ import annotations

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from stackproof.record.checkout import checkout
from stackproof.record.fleet import work
from stackproof.record.fleet.form import Rate
from stackproof.record.fleet.plan import Plan
from stackproof.record.fleet.work import Job, Lost
from stackproof.record.form import Record
from stackproof.record.held import Held, held_in

_LOOK: Final = 5.0  # seconds between two looks whether there still are workers
PATIENCE: Final = 300.0  # seconds without any worker until what is left is given up


@dataclass(slots=True)
class Counts:
    """How far a fleet is: tasks that were done, of those that are known by now, and workers."""

    done: int = 0
    known: int = 0
    workers: int = 0

    def __str__(self) -> str:
        """Say it in a few words."""
        return f"{self.done} of {self.known} tasks, {self.workers} workers"


class What(StrEnum):
    """What a task does."""

    REGIONS = "regions"
    READ = "read"
    JUDGE = "judge"
    LOOK = "look"


@dataclass(slots=True)
class _Course:
    """How far one plan is: its regions (None until they are known), and what was read of them."""

    job: Job
    number: int
    regions: tuple[str, ...] | None
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Task:
    course: _Course
    what: What
    region: str = ""


class Driver:
    """Makes the records of some plans on the workers of a Dask client.

    `counts` tells how far it is. `folder` is the fleet file's.
    """

    def __init__(self, client: Any, rate: Rate, folder: Path, counts: Counts) -> None:
        self._client, self._rate, self._folder, self._counts = client, rate, folder, counts
        self._rules: dict[str | None, Held] = {}
        self._open: dict[int, _Course] = {}
        self._waiting: dict[str, deque[_Task]] = {}
        self._busy: Counter[str] = Counter()
        self._running: dict[str, tuple[_Task, Any]] = {}
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._alone_since: float | None = None

    def records(self, plans: Sequence[Plan]) -> Iterator[Record]:
        """Give the record of each plan when it is made, one for each whatever happens.

        Raises SettingsError or WaiversError for files that are no good, before anything is asked.
        """
        for profile in {plan.profile for plan in plans}:
            self._rules[profile] = held_in(self._folder, profile)
        at = checkout(self._folder)
        for number, plan in enumerate(plans):
            rate = self._rate.requests_per_second / self._rate.at_once
            job = Job(plan, str(self._folder), self._rules[plan.profile].digest, rate)
            self._begin(_Course(job, number, plan.regions))
        for account in list(self._waiting):
            self._fill(account)
        for record in self._made():
            stands = {"commit": at.commit, "folder": at.folder}
            run = record.run.model_copy(update=stands)
            yield record.model_copy(update={"run": run})

    def _made(self) -> Iterator[Record]:
        while self._running and (future := self._next()) is not None:
            task, _ = self._running.pop(future.key)
            self._counts.done += 1
            account = task.course.job.plan.account
            if task.what is not What.JUDGE:
                self._busy[account] -= 1
            record = self._goes_on(task, future)
            self._fill(account)
            if record is not None:
                del self._open[task.course.number]
                yield record
        for course in self._open.values():
            yield self._blind(course, "the workers are gone, and none came back")

    def _begin(self, course: _Course) -> None:
        self._open[course.number] = course
        if course.job.plan.stack is not None:
            self._wait_for(_Task(course, What.LOOK))
        elif course.regions is None:
            self._wait_for(_Task(course, What.REGIONS))
        else:
            self._read_all(course, course.regions)

    def _read_all(self, course: _Course, regions: tuple[str, ...]) -> None:
        course.regions = regions
        for region in regions:
            self._wait_for(_Task(course, What.READ, region))
        self._counts.known += 1  # judging them

    def _wait_for(self, task: _Task) -> None:
        self._waiting.setdefault(task.course.job.plan.account, deque()).append(task)
        self._counts.known += 1

    def _fill(self, account: str) -> None:
        """Hand out what an account has waiting, as far as its rate allows."""
        waiting = self._waiting[account]
        while waiting and self._busy[account] < self._rate.at_once:
            self._busy[account] += 1
            self._submit(waiting.popleft())

    def _submit(self, task: _Task) -> None:
        course = task.course
        job, regions = course.job, course.regions or ()
        match task.what:
            case What.REGIONS:
                asked: tuple[Any, ...] = (work.regions_of, job)
            case What.READ:
                asked = (work.read, job, task.region, regions[0])
            case What.JUDGE:
                asked = (work.judge, job, [course.parts[region] for region in regions])
            case What.LOOK:
                asked = (work.look, job)
        key = f"{task.what}-{course.number}-{task.region}"
        # What is begun is ended first: what was read of an account is held until it is judged.
        future = self._client.submit(*asked, key=key, priority=-course.number, pure=False)
        self._running[key] = task, future
        future.add_done_callback(self._ended.put)

    def _next(self) -> Any:
        """Wait until a task has ended, and give its future; None when nobody is there to end it."""
        while True:
            with suppress(queue.Empty):
                return self._ended.get(timeout=_LOOK)
            workers = 0
            if self._client.status == "running":
                workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
            self._counts.workers = workers
            if workers:
                self._alone_since = None
            else:
                self._alone_since = self._alone_since or time.monotonic()
                if time.monotonic() - self._alone_since > PATIENCE:
                    return None

    def _goes_on(self, task: _Task, future: Any) -> Record | None:
        course, what = task.course, task.what
        failed = _why(future)
        if what is What.READ:
            course.parts[task.region] = Lost(task.region, failed) if failed else future
        elif failed:
            return self._blind(course, failed)
        else:
            made = future.result()
            if isinstance(made, Record):
                return made
            if isinstance(made, Lost):
                return self._blind(course, made.why)
            self._read_all(course, made)
        if course.regions and len(course.parts) == len(course.regions):
            self._submit(_Task(course, What.JUDGE))
        return None

    def _blind(self, course: _Course, why: str) -> Record:
        plan = course.job.plan
        return work.blind(plan, why, self._rules[plan.profile])


def _why(future: Any) -> str:
    """Give why a task has no result; empty where it has one."""
    if future.status == "finished":
        return ""
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    message = " ".join(str(error).split())
    return f"its task failed: {type(error).__name__}{f': {message}' if message else ''}"
