"""Where a fleet's tasks run: workers of this machine, or those of a Dask scheduler.

Both are the same to who hands out tasks: Dask.distributed's documentation, "Client" and
"LocalCluster".
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.record.fleet.file import FleetError
from stackproof.scratch import scratch

_PATIENCE: Final = 60  # seconds for a scheduler to answer, and for a first worker
_SETTINGS: Final = {
    # What was read of an account is not written to a disk.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    # Nobody else looks at it: a scheduler would tell of its tasks by HTTP.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.diagnostics.nvml": False,
}


@contextmanager
def connected(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Give a Dask client of a scheduler at an address, else of workers that end with the block.

    Raises FleetError where the extra, the scheduler or its workers are not there.
    """
    try:
        distributed, dask = import_module("distributed"), import_module("dask")
    except ImportError:
        raise FleetError(
            "there is no dask.distributed: this needs `pip install stackproof[fleet]`",
            Code.NO_EXTRA,
        ) from None
    with ExitStack() as held:
        held.enter_context(dask.config.set(_SETTINGS))
        if scheduler is None:
            place: Any = held.enter_context(
                distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                    local_directory=str(held.enter_context(scratch())),
                    silence_logs=logging.CRITICAL,
                )
            )
        else:
            place = scheduler
        yield held.enter_context(_client(distributed, place))


@contextmanager
def _client(distributed: Any, place: Any) -> Iterator[Any]:
    try:
        client = distributed.Client(place, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = " ".join(str(error).split())
        raise FleetError(f"the scheduler at {place} cannot be reached: {message}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise FleetError(f"the scheduler at {place} has no workers") from None
        yield client
