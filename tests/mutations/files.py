"""Mutations of files: what is about no deployed value, made untrue in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.mutations.mutation import FileMutation, Tried, worst
from tests.requirements.claims import claims
from tests.requirements.lines import ROOT

_ENDED = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) (tests/\S+?::\w+)", re.MULTILINE)
_OUTCOMES = {"PASSED": "passed", "FAILED": "failed", "ERROR": "failed", "SKIPPED": "skipped"}
_PYTEST = (sys.executable, "-m", "pytest", "-rA", "-q", "--tb=no", "-p", "no:cacheprovider")
# They deploy and drive the command line: minutes each.
_SLOW = "tests/integration/"


_CI = ".github/workflows/ci.yml"
_DEPLOY = ".github/workflows/deploy.yml"
_DEPLOY_STACK = ".github/workflows/deploy-stack.yml"
_NIGHTLY = ".github/workflows/nightly.yml"
_ROLLBACK = "tools/ci/rollback.sh"
_VERIFY = "tools/ci/verify.sh"

FILES = (
    FileMutation(
        "1.12", "an unknown key", "infra/buildspecs/web-test.yml", "commands:", "command:"
    ),
    FileMutation(
        "1.13", "instances of another family", "infra/settings/nova.py", '"c5.large"', '"t3.large"'
    ),
    FileMutation(
        "1.13", "no standby", "infra/components/mysql.py", "multi_az=True", "multi_az=False"
    ),
    FileMutation("2.8", "nothing is linted", _CI, "      - run: make lint\n", "      - run: ls\n"),
    FileMutation("2.8", "nothing is tested", _CI, "      - run: make test\n", "      - run: ls\n"),
    FileMutation("2.8", "deployed unchecked", _DEPLOY, "  dev:\n    needs: checks\n", "  dev:\n"),
    FileMutation(
        "2.8",
        "no policy pack at preview",
        _DEPLOY_STACK,
        "preview --policy-pack policies --diff",
        "preview --diff",
    ),
    FileMutation(
        "2.8", "no preview first", _DEPLOY_STACK, "  deploy:\n    needs: preview\n", "  deploy:\n"
    ),
    FileMutation(
        "2.8",
        "no rollback",
        _DEPLOY_STACK,
        'run: tools/ci/rollback.sh "$STACK"',
        'run: ls "$STACK"',
    ),
    FileMutation(
        "2.8",
        "Slack hears of failures only",
        _DEPLOY_STACK,
        "needs: [preview, deploy]\n    if: always()",
        "needs: [preview, deploy]\n    if: failure()",
    ),
    FileMutation("2.8", "a rollback cancels nothing", _ROLLBACK, "if ! pulumi cancel", "if ! true"),
    FileMutation(
        "2.8",
        "a rollback deploys the same commit",
        _ROLLBACK,
        '"refs/tags/$tag^{commit}"',
        '"HEAD"',
    ),
    FileMutation(
        "2.8",
        "a role written down",
        _DEPLOY,
        "${{ secrets.AWS_DEPLOY_ROLE_ARN }}",
        "arn:aws:iam::123456789012:role/deploy",
    ),
    FileMutation(
        "3.1",
        "no profile for prod",
        "infra/settings/scalepayments.py",
        "for profile in (DEV, STAGING, PROD)}",
        "for profile in (DEV, STAGING)}",
    ),
    FileMutation(
        "3.21",
        "tiers share addresses",
        "infra/cidr.py",
        "database=tuple(islice(units[1].subnets",
        "database=tuple(islice(units[0].subnets",
    ),
    FileMutation("5.7", "an unknown key", _DEPLOY, "jobs:\n", "job:\n"),
    FileMutation(
        "5.7",
        "one environment for all stacks",
        _DEPLOY_STACK,
        "environment: ${{ inputs.stack }}\n",
        "environment: production\n",
    ),
    FileMutation(
        "5.8",
        "checked every 30 s",
        "infra/settings/parts.py",
        "interval: int = Field(default=15",
        "interval: int = Field(default=30",
    ),
    FileMutation(
        "7.1",
        "found in another folder",
        "stackproof/outputs.py",
        'Path("cfn-outputs/flat-outputs.json")',
        'Path("outputs/flat-outputs.json")',
    ),
    FileMutation("8.1", "weekly", _NIGHTLY, "17 3 * * *", "17 3 * * 1"),
    FileMutation("8.1", "no report for machines", _VERIFY, '--report "$reports/verify.json"', ""),
)


def try_files(mutations: Sequence[FileMutation] = FILES) -> Iterator[Tried]:
    """Run the claimed unit tests on an unchanged copy first, then on one for each mutation."""
    numbers = {mutation.number for mutation in mutations}
    yield _tried(None, _nodes(numbers))
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        yield from side_by_side.map(
            lambda mutation: _tried(mutation, _nodes({mutation.number})), mutations
        )


def _nodes(numbers: set[str]) -> list[str]:
    found = {c.node for c in claims() if c.number in numbers and not c.live}
    return sorted(node for node in found if not node.startswith(_SLOW))


def _tried(mutation: FileMutation | None, nodes: Sequence[str]) -> Tried:
    with _copy() as folder:
        if mutation is not None:
            file = folder / mutation.path
            text = file.read_text(encoding="utf-8")
            if mutation.old not in text:
                return Tried(mutation, {}, f"{mutation.path} has no {mutation.old!r}")
            file.write_text(text.replace(mutation.old, mutation.new, 1), encoding="utf-8")
        done = subprocess.run(
            [*_PYTEST, *nodes],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    outcomes: dict[str, str] = {}
    for word, node in _ENDED.findall(done.stdout):
        said = _OUTCOMES[word]
        outcomes[node] = worst(said, outcomes.get(node, said))
    return Tried(mutation, outcomes, "" if outcomes else done.stdout[-300:])


@contextmanager
def _copy() -> Iterator[Path]:
    """Give a copy of what git knows of the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="stackproof-") as folder:
        for name in filter(None, listed):
            copy = Path(folder) / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)
        yield Path(folder)
