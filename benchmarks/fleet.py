"""How long many accounts take: measured for 50 by 1, 2 and 4 workers, and reckoned for 1,000.

Run it with `python -m benchmarks.fleet` on a machine that does nothing else; `--only-reckoned`
measures one account alone. The embedded AWS answers about 200 requests a second, and shares the
processors with the workers: what is measured ends there, or where the processors do.
"""

from __future__ import annotations

import heapq
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console
from rich.table import Table

from stackproof.embedded.faults import calls, forget_calls
from stackproof.embedded.server.control import embedded_aws, environment
from stackproof.embedded.server.state import Server
from stackproof.record.fleet import work
from stackproof.record.fleet.cluster import connected
from stackproof.record.fleet.form import FleetForm
from stackproof.record.fleet.plan import Plan, plans
from stackproof.record.fleet.run import Counts, Driver
from stackproof.record.held import held_in

HOME, OTHER = "us-east-1", "eu-west-1"
ACCOUNTS, WORKERS, KEYS = 50, (1, 2, 4), 5
MANY, REGIONS = 1_000, 17  # as many regions as are on in a new account
LATENCY = 0.05  # seconds that AWS takes to answer
THREADS = 16  # that read one region

# Requests that a bucket holds, and how many more there are every second. Of EC2 and Elastic Load
# Balancing: Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API" (per account,
# region and action; of most that describe); Elastic Load Balancing User Guide, "Request throttling
# for the Elastic Load Balancing API" (per account and region, of all that describe).
EC2 = (100, 20)
BALANCERS = (40, 10)
# Of all that assume roles: IAM User Guide, "IAM and AWS STS quotas", per account and region.
ASSUMING = 600


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading one region takes: requests by operation, and seconds of a processor."""

    asked: Mapping[tuple[str, str], int]
    processor: float

    @property
    def requests(self) -> int:
        """Count the requests."""
        return sum(self.asked.values())

    def limits(self, rate: float) -> dict[str, float]:
        """Give the least seconds that it takes by each limit."""
        ec2 = max((n for (service, _), n in self.asked.items() if service == "ec2"), default=0)
        balancers = sum(n for (service, _), n in self.asked.items() if service == "elbv2")
        return {
            "the account's rate": self.requests / rate,
            "the processors": self.processor,
            "AWS's answers": self.requests * LATENCY / THREADS,
            "AWS's limit of EC2": (ec2 - EC2[0]) / EC2[1],
            "AWS's limit of balancers": (balancers - BALANCERS[0]) / BALANCERS[1],
        }


def main() -> None:
    """Print what is measured, and what is reckoned."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="stackproof-") as held, embedded_aws() as server:
        folder = Path(held)
        os.chdir(folder)
        os.environ.update(environment(server, HOME, home=folder))
        form = FleetForm.model_validate(_fleet())
        measures = "--only-reckoned" not in sys.argv
        for plan in plans(form)[: None if measures else 1]:
            _fill(plan.target.role or "")
        costs = [_cost(server, folder, plans(form)[0], region) for region in (HOME, OTHER)]
        if measures:
            console.print(_measured(form, folder))
    console.print(_reckoned(*costs))


def _fleet() -> dict[str, Any]:
    return {
        "defaults": {"role": "audit", "regions": [HOME]},
        "rate": {"requests_per_second": 1_000},
        "accounts": [{"account": f"{number:012d}"} for number in range(1, ACCOUNTS + 1)],
    }


def _fill(role: str) -> None:
    held = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="fill")["Credentials"]
    session = boto3.Session(held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"])
    for region in (HOME, OTHER):
        kms: Any = session.client("kms", region_name=region)
        for _ in range(KEYS):
            kms.create_key()


def _cost(server: Server, folder: Path, plan: Plan, region: str) -> Cost:
    job = work.Job(plan, str(folder), held_in(folder).digest, 1_000)
    work.read(job, region, HOME)  # loads what only a worker's first task has to
    forget_calls(server)
    began = time.process_time()
    work.judge(job, [work.read(job, region, HOME)])
    spent = time.process_time() - began
    asked = Counter((call.service, call.operation) for call in calls(server))
    return Cost(asked, spent)


def _measured(form: FleetForm, folder: Path) -> Table:
    table = Table("workers", "seconds", "accounts a minute", title=f"{ACCOUNTS} accounts, measured")
    for workers in WORKERS:
        with connected(None, workers) as client:
            began = time.monotonic()
            driver = Driver(client, form.rate, folder, Counts())
            made = [record.run.exit_code for record in driver.records(plans(form))]
            seconds = time.monotonic() - began
        assert len(made) == ACCOUNTS
        table.add_row(str(workers), f"{seconds:.0f}", f"{ACCOUNTS * 60 / seconds:.0f}")
    return table


def _reckoned(home: Cost, other: Cost) -> Table:
    table = Table(
        "workers",
        "requests a second of an account",
        "at once",
        "minutes",
        "limited by",
        title=f"{MANY:,} accounts in {REGIONS} regions, reckoned: {home.requests} requests and "
        f"{home.processor:.1f} s of a processor in the first region, {other.requests} and "
        f"{other.processor:.1f} s in each other",
    )
    for rate, at_once in ((20, 2), (60, 4)):
        for workers in (1, 4, 16, 64, 256, 2_000):
            seconds, why = simulated([home] + [other] * (REGIONS - 1), workers, rate, at_once)
            table.add_row(str(workers), str(rate), str(at_once), f"{seconds / 60:.0f}", why)
    return table


def simulated(
    regions: Sequence[Cost], workers: int, rate: float, at_once: int, accounts: int = MANY
) -> tuple[float, str]:
    """Give the seconds that accounts take, and what limits them, worker by worker.

    Each worker takes the next task of which its account has less than `at_once` out, the accounts
    in their order, as the fleet's driver hands them out.
    """
    spans = [max(cost.limits(rate / at_once).items(), key=lambda told: told[1]) for cost in regions]
    left = [len(regions)] * accounts
    ready = [(number, slot) for number in range(accounts) for slot in range(at_once)]
    heapq.heapify(ready)
    busy: list[tuple[float, int, int]] = []
    clock, free, assumed = 0.0, workers, 0.0
    while ready or busy:
        while ready and free:
            number, slot = heapq.heappop(ready)
            if not left[number]:
                continue
            left[number] -= 1
            free -= 1
            # Who assumes roles is one account: its limit holds for all.
            assumed = max(assumed, clock) + 1 / ASSUMING
            span = spans[len(regions) - 1 - left[number]][1]
            heapq.heappush(busy, (assumed + span, number, slot))
        if not busy:
            break
        clock, number, slot = heapq.heappop(busy)
        free += 1
        heapq.heappush(ready, (number, slot))
    alone = sum(span for _, span in spans) / at_once
    if clock < 2 * alone:
        return clock, f"one account: {spans[-1][0]}"
    if accounts * len(regions) / ASSUMING > clock / 2:
        return clock, "AWS's limit of assuming roles"
    return clock, f"workers, each by {spans[-1][0]}"


if __name__ == "__main__":
    main()
