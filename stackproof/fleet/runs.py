"""Runs: one of each target, and what they say together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from stackproof.error_codes import Code
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.fleet.blind import blind_run
from stackproof.fleet.targets import Target
from stackproof.model.sentences import many
from stackproof.outputs import OutputsError
from stackproof.parity.accounting import Status
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws
from stackproof.verify import Run, asking


@dataclass(frozen=True, slots=True)
class Fleet:
    """The runs of several targets, in their order."""

    targets: Sequence[Target]
    runs: Sequence[Run]

    @property
    def exit_code(self) -> int:
        """Give 1 when any failed, 3 when any could not be verified, else 0."""
        codes = {run.exit_code for run in self.runs}
        return next((code for code in (FAILED, COULD_NOT) if code in codes), VERIFIED)

    @property
    def verdict(self) -> str:
        """Count the runs by what they found, and name those that don't hold."""
        words = {
            VERIFIED: "verified",
            FAILED: "failed",
            COULD_NOT: "not verified",
        }
        told = []
        for code, word in words.items():
            found = [run for run in self.runs if run.exit_code == code]
            named = f" ({', '.join(called(run) for run in found)})" if code else ""
            told += [f"{len(found)} {word}{named}"] if found else []
        return f"{many(len(self.runs), 'target')}: {', '.join(told)}"


def called(run: Run) -> str:
    """Give a run by its account, or by its target where that could not be asked."""
    return run.stack if run.why_not else run.account


def verify_each(targets: Iterable[Target], verify: Callable[[Aws], Run]) -> Fleet:
    """Verify one target after the other; one that can't be is a run of its own that says why."""
    asked = tuple(targets)
    return Fleet(asked, _together([_run(target, verify) for target in asked]))


def _together(runs: Sequence[Run]) -> list[Run]:
    """Leave to each run what a state has in its account: the others can't see it, nor need they."""
    accounts = {run.account for run in runs if not run.why_not}
    return [_without(run, accounts - {run.account}) for run in runs]


def _without(run: Run, accounts: Collection[str]) -> Run:
    theirs = {
        entry.resource.identity
        for entry in run.accounting.entries
        if entry.status is Status.UNREADABLE and entry.resource.account in accounts
    }
    entries = [
        replace(
            entry,
            status=Status.FOREIGN,
            unknown=None,
            why=f"it is of account {entry.resource.account}, which is verified beside",
        )
        if entry.resource.identity in theirs
        else entry
        for entry in run.accounting.entries
    ]
    left = [finding for finding in run.findings if finding.resource.identity not in theirs]
    warnings = [told for told in run.warnings if not _is_of(told, accounts)]
    return replace(
        run,
        findings=left,
        accounting=replace(run.accounting, entries=entries),
        warnings=warnings,
    )


def _is_of(warning: str, accounts: Collection[str]) -> bool:
    """Tell whether a warning is of things that outputs name in accounts that were looked at."""
    return warning.endswith(f"[{Code.OTHER_ACCOUNTS}]") and any(
        f"of account {account}, which" in warning for account in accounts
    )


def _run(target: Target, verify: Callable[[Aws], Run]) -> Run:
    began = time.monotonic()
    aws: Aws | None = None
    try:
        aws = asking(session=target.session())
        run = verify(aws)
    except (LiveError, OutputsError) as error:
        seconds = time.monotonic() - began
        return blind_run(target.name, str(error), seconds=seconds, account=target.account, aws=aws)
    return replace(run, stack=f"{run.stack}, {target.name}")
