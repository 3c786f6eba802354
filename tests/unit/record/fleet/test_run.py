"""Which tasks are handed out when: by a client that keeps them until they are let go."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from stackproof.record.fleet import work
from stackproof.record.fleet.form import FleetForm, Rate
from stackproof.record.fleet.plan import plans
from stackproof.record.fleet.run import Counts, Driver
from stackproof.record.fleet.work import Job
from stackproof.record.form import Record
from stackproof.record.held import held_in
from stackproof.sights.live.pace import Pace

FLEET = {
    "defaults": {"regions": ["eu-west-1", "eu-west-2", "eu-west-3"]},
    "accounts": [{"account": "1" * 12}, {"account": "2" * 12}],
}


class Future:
    """One that has ended as soon as it is asked for."""

    def __init__(self, key: str, value: Any) -> None:
        self.key, self._value = key, value
        self.status = "error" if isinstance(value, BaseException) else "finished"

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        call(self)

    def result(self) -> Any:
        return self._value

    def exception(self) -> BaseException:
        if isinstance(self._value, CancelledError):
            raise self._value
        return self._value  # type: ignore[no-any-return]


class Client:
    """Answers tasks by their keys; for None the account was judged."""

    status = "running"

    def __init__(self, answers: Callable[[str], Any]) -> None:
        self._answers, self.keys = answers, list[str]()

    def submit(self, function: Any, job: Job, *_: Any, key: str, **__: Any) -> Future:
        self.keys.append(key)
        made = self._answers(key)
        if made is None:
            made = work.blind(job.plan, "judged", held_in(Path(job.folder)))
        return Future(key, made)

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        return {"workers": {}}


def records(client: Client, folder: Path, at_once: int = 2) -> list[Record]:
    made = plans(FleetForm.model_validate(FLEET))
    return list(Driver(client, Rate(at_once=at_once), folder, Counts()).records(made))


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_no_more_of_an_account_is_out_at_once_than_is_allowed(tmp_path: Path, at_once: int) -> None:
    out: list[str] = []
    most = 0

    class Slow(Future):
        def add_done_callback(self, call: Callable[[Any], None]) -> None:
            nonlocal most
            if self.key.startswith("judge"):
                call(self)
                return
            out.append(self.key)
            most = max(most, sum(key.startswith("read-0") for key in out))

            def end() -> None:
                out.remove(self.key)
                call(self)

            Thread(target=end).start()

    class Slowly(Client):
        def submit(self, function: Any, job: Job, *a: Any, key: str, **k: Any) -> Future:
            made = super().submit(function, job, *a, key=key, **k)
            return Slow(key, made.result())

    client = Slowly(lambda key: None if key.startswith("judge") else "part")
    assert len(records(client, tmp_path, at_once)) == 2
    assert most <= at_once
    assert len(client.keys) == 2 * 4


@pytest.mark.parametrize("error", [RuntimeError("killed"), CancelledError()])
def test_task_that_has_no_result_is_an_account_that_could_not_be_verified(
    tmp_path: Path, error: BaseException
) -> None:
    client = Client(lambda key: error if key == "judge-0-" else None if "judge" in key else "part")
    first, second = records(client, tmp_path)
    assert first.run.account == "1" * 12
    assert f"its task failed: {type(error).__name__}" in first.run.verdict
    assert second.run.verdict == "not verified: judged"


def test_region_whose_task_failed_is_handed_to_the_judge_as_lost(tmp_path: Path) -> None:
    seen: list[Any] = []

    class Judge(Client):
        def submit(self, function: Any, job: Job, *a: Any, key: str, **k: Any) -> Future:
            if key.startswith("judge"):
                seen.append(a[0])
            return super().submit(function, job, *a, key=key, **k)

    lost = "read-0-eu-west-2"
    client = Judge(
        lambda key: ValueError("x") if key == lost else None if "judge" in key else "part"
    )
    assert len(records(client, tmp_path)) == 2
    assert isinstance(seen[0][1], work.Lost)
    assert (seen[0][1].region, seen[0][1].why) == ("eu-west-2", "its task failed: ValueError: x")
    assert not any(isinstance(part, work.Lost) for part in seen[1])


def test_requests_of_a_task_leave_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("stackproof.sights.live.pace.time.monotonic", lambda: 100.0)
    monkeypatch.setattr("stackproof.sights.live.pace.time.sleep", slept.append)
    pace = Pace(4)
    for _ in range(3):
        pace.wait()
    assert slept == [0.0, 0.25, 0.5]
