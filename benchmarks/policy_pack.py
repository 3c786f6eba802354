"""What the policy pack adds to `pulumi preview`: paired runs with it and with an empty pack.

Run it with `python -m benchmarks.policy_pack [PAIRS]` on a machine that does nothing else. The
program is this project's `scalepayments-prod`, the cloud is the embedded AWS. The processor time
(of the CLI, the program, the pack and the provider together) says more on a busy machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from stackproof.embedded import pulumi_env
from stackproof.embedded.run import command_environment
from stackproof.embedded.server.control import embedded_aws

ROOT = Path(__file__).parents[1]
STACK = "scalepayments-prod"
LIMIT = 1.08

EMPTY_PACK = """
from pulumi_policy import PolicyPack, ResourceValidationPolicy

PolicyPack("empty", [ResourceValidationPolicy("nothing", "Nothing", lambda args, report: None)])
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one preview took, in seconds."""

    wall: float
    processor: float


def main() -> None:
    """Print the seconds of each pair and what the pack adds."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder, embedded_aws() as server:
        state = Path(folder)
        empty = _empty_pack(state)
        env = command_environment(os.environ, server, state, with_cli=True)
        with pulumi_env.config_kept(ROOT, STACK):
            pulumi_env.ensure_stack(STACK, ROOT, env)
            _preview(empty, env)
            measured = [_pair(number, empty, env) for number in range(pairs)]
    for with_pack, without in measured:
        print(
            f"with the pack {with_pack.wall:5.2f} s ({with_pack.processor:5.2f} s of processor), "
            f"with an empty one {without.wall:5.2f} s ({without.processor:5.2f} s)"
        )
    wall = median(ours.wall / theirs.wall for ours, theirs in measured)
    processor = median(ours.processor / theirs.processor for ours, theirs in measured)
    print(
        f"the pack adds {wall - 1:+.0%} of time, {processor - 1:+.0%} of processor time "
        f"(median of {pairs} pairs; at most {LIMIT - 1:.0%} is wanted)"
    )


def _empty_pack(state: Path) -> Path:
    folder = state / "empty"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
    (folder / "__main__.py").write_text(EMPTY_PACK)
    return folder


def _pair(number: int, empty: Path, env: Mapping[str, str]) -> tuple[Cost, Cost]:
    # By turns, so that a machine that gets slower or faster favours neither.
    if number % 2:
        without = _preview(empty, env)
        return _preview(ROOT / "policies", env), without
    return _preview(ROOT / "policies", env), _preview(empty, env)


def _preview(pack: Path, env: Mapping[str, str]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        ["pulumi", "preview", "--stack", STACK, "--policy-pack", str(pack), "--non-interactive"],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
