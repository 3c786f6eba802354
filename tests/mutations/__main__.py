"""Try mutations: `python -m tests.mutations [STACK ...]`; `--help` says which can be chosen."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from stackproof.embedded.server.state import Server
from stackproof.outputs import load
from tests.mutations.files import FILES, try_files
from tests.mutations.groups import GROUPS
from tests.mutations.harness import Deployed, deployment, try_all
from tests.mutations.mutation import FileMutation, Group, Tried
from tests.mutations.verdict import never_red, sampled, unnoticed
from tests.requirements.claims import claims


def main() -> int:
    """Try the chosen mutations; 1 when one is not noticed, or a claim is never turned red."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="only these stacks")
    parser.add_argument("--files", action="store_true", help="only those of files")
    parser.add_argument("--number", help="only the mutations of this line")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of each stack")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument(
        "--outputs", type=Path, help="of the one stack, deployed already at AWS_ENDPOINT_URL"
    )
    options = parser.parse_args()
    only = {*options.stacks} or {group.stack for group in GROUPS if not options.files}
    groups = [group for group in GROUPS if group.stack in only]
    files: Sequence[FileMutation] = () if options.stacks or options.sample else FILES
    if options.number:
        groups = [
            replace(
                g,
                mutations=tuple(m for m in g.mutations if m.number == options.number),
                improvements=tuple(i for i in g.improvements if i.number == options.number),
            )
            for g in groups
        ]
        files = [mutation for mutation in files if mutation.number == options.number]
    if options.sample:
        groups = [sampled(group, options.sample, options.seed) for group in groups]
    began = time.monotonic()
    tried = {
        group.stack: _try(group, options.outputs)
        for group in groups
        if group.mutations or group.improvements
    }
    if files:
        tried["files"] = _told("files", try_files(files))
    wrong = [f"{s}: {line}" for s, results in tried.items() for line in unnoticed(results)]
    if not (options.number or options.sample):
        wrong += never_red(tried, GROUPS, claims())
    for line in wrong:
        print(line)
    number = sum(len(results) - 1 for results in tried.values())
    print(f"{number} mutations in {time.monotonic() - began:.0f} s, {len(wrong)} problems")
    return bool(wrong)


def _try(group: Group, outputs: Path | None) -> list[Tried]:
    with _there(outputs) if outputs else deployment(group.stack) as deployed:
        return _told(group.stack, try_all(group, deployed))


def _told(where: str, tried: Iterable[Tried]) -> list[Tried]:
    """Give the results, and say each as it comes."""
    results = []
    for result in tried:
        results.append(result)
        if (mutation := result.mutation) is not None:
            seen = ", ".join(node.rpartition("::")[2] for node in result.red)
            said = f"red: {seen}" if seen else "nothing red"
            print(f"{where} {mutation.number} {mutation.what}: {result.error or said}", flush=True)
    return results


@contextmanager
def _there(outputs: Path) -> Iterator[Deployed]:
    port = urlsplit(os.environ["AWS_ENDPOINT_URL"]).port
    assert port is not None
    # Copies are asked for at the address; whose process it is doesn't matter.
    yield Deployed(Server.at(port, pid=0), load(outputs.resolve()))


if __name__ == "__main__":
    sys.exit(main())
