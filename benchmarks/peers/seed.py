"""An account to compare tools on: 148 resources of many services, some well kept, some not."""

from __future__ import annotations

import sys
from itertools import count

from benchmarks.peers import seed_data as data
from benchmarks.peers import seed_machines as machines
from benchmarks.peers.seeding import Make


def seed(times: int = 1) -> int:
    """Fill the account that the environment points to; give how many resources were made.

    Every other resource is as it should be, so that tools have both to find. What else AWS makes
    (keys of its own, the secrets of databases) comes on top.
    """
    numbers = count()
    made = 0
    for number, make in _plan():
        for _ in range(number * times):
            make(next(numbers))
        made += number * times
    return made


def _plan() -> list[tuple[int, Make]]:
    """Give how many of each kind an account of 148 resources has, in the order of their making."""
    return [
        (2, machines.vpc()),
        (16, machines.security_group()),
        (10, machines.volume()),
        (6, machines.instance()),
        (6, data.bucket()),
        (14, data.queue()),
        (10, data.topic()),
        (6, data.key()),
        (8, data.table()),
        (8, machines.role()),
        (6, machines.function()),
        (4, machines.user()),
        (20, data.log_group()),
        (16, data.alarm()),
        (4, machines.database()),
        (4, data.repository()),
        (4, data.secret()),
        (2, machines.load_balancer()),
        (2, data.stream()),
    ]


if __name__ == "__main__":
    print(seed(int(sys.argv[1])))
