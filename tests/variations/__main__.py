"""Try stacks of other legal settings: `python -m tests.variations [BLUEPRINT ...]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from functools import partial
from random import Random

from tests.mutations.forked import side_by_side
from tests.variations.changes import MOOT
from tests.variations.choices import CHOICES
from tests.variations.covering import rows
from tests.variations.judging import problems

# A blueprint, a number, the settings that are changed, and those of them that are made untrue.
Chosen = tuple[str, int, frozenset[str], list[str]]


def main() -> int:
    """Try the chosen stacks; 1 when one is red as it is, or green with a setting made untrue."""
    parser = argparse.ArgumentParser(prog="python -m tests.variations", description=__doc__)
    parser.add_argument("blueprints", nargs="*", metavar="BLUEPRINT", help="only stacks of these")
    parser.add_argument(
        "--sample", action="store_true", help="only one stack of each, and one of its settings"
    )
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    options = parser.parse_args()
    began = time.monotonic()
    stacks = [
        (blueprint, number, row, sorted(row))
        for blueprint in options.blueprints or CHOICES
        for number, row in enumerate(rows(list(CHOICES[blueprint].others)))
    ]
    if options.sample:
        stacks = _sampled(stacks, Random(options.seed))
    red = 0
    for name, found in side_by_side(
        (f"{blueprint}-{number}", partial(problems, blueprint, row, settings))
        for blueprint, number, row, settings in stacks
    ):
        red += bool(found)
        print(f"{name}: {'; '.join(found) or 'judged by its settings'}", flush=True)
    print(f"{len(stacks)} stacks in {time.monotonic() - began:.0f} s, {red} with problems")
    return bool(red)


def _sampled(stacks: Sequence[Chosen], chosen: Random) -> list[Chosen]:
    blueprints = dict.fromkeys(blueprint for blueprint, *_ in stacks)
    some = [chosen.choice([s for s in stacks if s[0] == blueprint]) for blueprint in blueprints]
    return [
        (blueprint, number, row, [chosen.choice(sorted(row - MOOT.keys()))])
        for blueprint, number, row, _ in some
    ]


if __name__ == "__main__":
    sys.exit(main())
