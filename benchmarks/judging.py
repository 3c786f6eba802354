"""How long it takes to judge 10,000 resources of the five stacks' mix with the whole catalogue.

Run it with `python -m benchmarks.judging` on a machine that does nothing else: one process, one
core. Each stack is deployed once on the embedded AWS and read as it is; its copies carry ids,
names and ARNs of their own, so that each finds its neighbours among its like.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks.verify import STACKS
from stackproof.controls import catalogue, judge
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.garbage import collect_seldom
from stackproof.model import Resource, Sight, Stack
from stackproof.outputs import load
from stackproof.types.tokens import LOG_METRIC_FILTER
from stackproof.verify import snapshot_of

NUMBER = 10_000
LIMIT = 5.0


def main() -> None:
    """Print the seconds of processor time that judging takes."""
    collect_seldom()  # as every command does
    catalogue()
    stack = Stack(tuple(islice(_many([_read(name) for name in STACKS]), NUMBER)), Sight.LIVE)
    began = time.process_time()
    findings = judge(stack)
    seconds = time.process_time() - began
    print(
        f"{len(stack)} resources judged by {len(catalogue())} controls, {len(findings)} findings: "
        f"{seconds:.2f} s (at most {LIMIT:.0f} s wanted)"
    )


def _read(name: str) -> Stack:
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, "us-east-1", home=Path(home))
        os.environ.update(environment)
        outputs = Path(home) / "flat-outputs.json"
        deploy = [stackproof, "deploy", name, "--outputs", str(outputs)]
        subprocess.run(deploy, check=True, env=environment)
        return snapshot_of(load(outputs)).stack()


def _many(stacks: list[Stack]) -> Iterator[Resource]:
    """Give the resources of the stacks again and again, each time as others."""
    for number in count():
        for stack in stacks:
            yield from _copied(stack, number)


def _copied(stack: Stack, number: int) -> Iterator[Resource]:
    texts = {text for one in stack for text in (one.id, one.arn, one.name, *_metrics(one)) if text}
    own = {text for text in texts if len(text) > 5}
    known = re.compile("|".join(map(re.escape, sorted(own, key=len, reverse=True))))

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return known.sub(lambda found: f"{found[0]}{number}", value)
        if isinstance(value, Mapping):
            return {name: renamed(item) for name, item in value.items()}
        return [renamed(item) for item in value] if isinstance(value, (list, tuple)) else value

    for one in stack:
        yield replace(
            one,
            data=renamed(one.data),
            id=renamed(one.id),
            arn=renamed(one.arn),
            name=renamed(one.name),
        )


def _metrics(resource: Resource) -> list[str]:
    """Give the namespaces that a metric filter counts in: each stack has its own."""
    made = resource.raw("metric_transformation") if resource.type == LOG_METRIC_FILTER else None
    return [made["namespace"]] if isinstance(made, Mapping) else []


if __name__ == "__main__":
    main()
