"""Try mutations: `python -m tests.mutations [STACK ...] [--number 2.5] [--sample N --seed S]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from random import Random

from tests.mutations.groups import GROUPS
from tests.mutations.harness import Tried, deployment, try_all
from tests.mutations.mutation import Group
from tests.requirements.claims import claims


def main() -> int:
    """Try the chosen mutations; 1 when one is not noticed, or a claim is never turned red."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="only these stacks")
    parser.add_argument("--number", help="only the mutations of this line")
    parser.add_argument("--sample", type=int, metavar="N", help="only N, chosen by the seed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    groups = [g for g in GROUPS if not options.stacks or g.stack in options.stacks]
    chosen = [
        Group(g.stack, tuple(m for m in g.mutations if options.number in (None, m.number)))
        for g in groups
    ]
    whole = options.number is None and options.sample is None
    if options.sample is not None:
        chosen = _sample(chosen, options.sample, Random(options.seed))
    began = time.monotonic()
    tried = {group.stack: _try(group) for group in chosen if group.mutations}
    wrong = [line for results in tried.values() for line in _wrong(results)]
    if whole:
        wrong += _never_red(tried)
    for line in wrong:
        print(line)
    number = sum(len(results) - 1 for results in tried.values())
    print(f"{number} mutations in {time.monotonic() - began:.0f} s, {len(wrong)} problems")
    return bool(wrong)


def _sample(groups: Sequence[Group], number: int, random: Random) -> list[Group]:
    """Choose so many mutations of one stack, which needs one deployment."""
    group = random.choice(groups)
    return [Group(group.stack, tuple(random.sample(group.mutations, number)))]


def _try(group: Group) -> list[Tried]:
    results = []
    with deployment(group.stack) as deployed:
        for result in try_all(group, deployed):
            results.append(result)
            if (mutation := result.mutation) is not None:
                seen = ", ".join(node.rpartition("::")[2] for node in result.red)
                said = f"red: {seen}" if seen else "NOT NOTICED"
                print(f"{group.stack} {mutation.number} {mutation.what}: {result.error or said}")
            sys.stdout.flush()
    return results


def _wrong(results: Sequence[Tried]) -> list[str]:
    before, *after = results
    wrong = [f"red before anything was changed: {node}" for node in before.red]
    wrong += [f"{before.error}" for _ in [before] if before.error]
    for one in after:
        assert one.mutation is not None
        if not one.red:
            said = one.error or f"not noticed by {dict(one.outcomes)}"
            wrong.append(f"{one.mutation.number} {one.mutation.what}: {said}")
    return wrong


def _never_red(tried: dict[str, list[Tried]]) -> list[str]:
    """Name the claims that no mutation of their line turns red."""
    proven = {
        (result.mutation.number, node)
        for results in tried.values()
        for result in results
        if result.mutation is not None
        for node in result.red
    }
    changed = {m.number for group in GROUPS if group.stack in tried for m in group.mutations}
    return [
        f"{claim.number} is claimed by {claim.node}, which no mutation of it turns red"
        for claim in claims()
        if claim.live and claim.number in changed and (claim.number, claim.node) not in proven
    ]


if __name__ == "__main__":
    sys.exit(main())
