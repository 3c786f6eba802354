"""What workers do: read a region of an account, judge what was read, look at a stack.

Each asks as who it is there: what is handed from process to process names roles, and holds no
credentials.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, FAILED
from stackproof.fleet.account import judged_account
from stackproof.fleet.blind import NOT_KNOWN, blind_run
from stackproof.fleet.tagged import verify_tagged
from stackproof.model import Cause, Unknown
from stackproof.model.gap import gathered
from stackproof.record import reading
from stackproof.record.fleet.plan import Plan, StackPlan
from stackproof.record.form import Record
from stackproof.record.held import Held, held_in
from stackproof.record.made import record_of
from stackproof.record.nightly.night import NOT_TRIED
from stackproof.record.nightly.run import looked_at
from stackproof.record.redaction import scrubbed
from stackproof.scratch import scratch
from stackproof.settings.nightly_form import NightlyStack
from stackproof.sights.live.account import Account, enabled_regions, take_account, together
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.pace import Pace
from stackproof.sights.live.readers import readers
from stackproof.verify import Run, asking

T = TypeVar("T")

# Whom to ask which regions are enabled, where nobody has a region.
_HOME: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class Job:
    """What each task of a plan is told.

    `folder` is the fleet file's, `held` a digest of what holds there, `rate` how many requests a
    second the task may send.
    """

    plan: Plan
    folder: str
    held: str
    rate: float

    def aws(self) -> Aws:
        """Give what asks AWS for the plan; raise LiveError when it can't be asked."""
        session = self.plan.target.session()
        Pace(self.rate).hold(session)
        return asking(session=session)

    def rules(self) -> Held:
        """Give what holds; raise StackproofError when it isn't what holds where it was planned."""
        rules = held_in(Path(self.folder), self.plan.profile)
        if rules.digest != self.held:
            raise StackproofError(
                f"settings, waivers or the version of stackproof are not the same on the worker as "
                f"where the fleet was started; bring both {self.folder} and stackproof to the same",
                Code.FLEET,
            )
        return rules


@dataclass(frozen=True, slots=True)
class Lost:
    """A region that could not be read, and why."""

    region: str
    why: str


def regions_of(job: Job) -> tuple[str, ...] | Lost:
    """Give the regions that are enabled for an account, one that is its own first."""

    def ask() -> tuple[str, ...]:
        aws = job.aws()
        return enabled_regions(aws, aws.region or _HOME)

    return _tried(_HOME, ask)


def read(job: Job, region: str, home: str) -> Account | Lost:
    """Read all that an account has in a region, in `home` also what has no region."""

    def take() -> Account:
        account = take_account(job.aws(), readers(), (region,), home)
        _is_of(job.plan, account.snapshot.account)
        return account

    return _tried(region, take)


def judge(job: Job, parts: Sequence[Account | Lost]) -> Record:
    """Judge an account by what was read of its regions; what wasn't is unknown, and is said."""
    began = time.monotonic()
    read = [part for part in parts if isinstance(part, Account)]
    lost = [part for part in parts if isinstance(part, Lost)]
    if not read:
        return blind(job.plan, "; ".join(dict.fromkeys(part.why for part in lost)), job.rules())
    rules = job.rules()
    account = together(read)
    if lost:
        account = _with_gaps(account, lost, parts[0] in lost)
    run = judged_account(account, began, rules.waived, rules.settings)
    run = replace(run, seconds=account.snapshot.seconds + run.seconds)
    record = _untried(_record(job.plan, run))
    return _told(record, lost) if lost else record


def look(job: Job) -> Record:
    """Look at one stack of an account: as `nightly` does where outputs or a state say what it is.

    Of what only tags say, no scenarios are tried.
    """
    plan = job.plan
    rules = job.rules()
    if plan.stack is None:
        raise ValueError(f"{plan.label} is no stack")
    try:
        if not plan.stack.tags:
            return _night(job, plan.stack, rules)
        run = _tagged(job, plan.stack, rules)
        _is_of(plan, run.account)
    except StackproofError as error:
        return blind(plan, str(error), rules)
    return _untried(_record(plan, run))


def _night(job: Job, stack: StackPlan, rules: Held) -> Record:
    plan, target = job.plan, job.plan.target
    entry = NightlyStack(
        name=plan.label,
        outputs=stack.outputs,
        state=stack.state,
        profile=plan.profile,
        aws_profile=target.profile,
        role=target.role,
        external_id=target.external_id,
    )
    with scratch() as folder:
        file = looked_at(entry, Path(job.folder), rules.settings, folder, job.rate)
        record = reading.read(file.read_bytes())
    facts: dict[str, Any] = {"owner": plan.owner}
    if record.run.account == NOT_KNOWN:
        regions = plan.regions or (NOT_KNOWN,)
        facts |= {"account": plan.account, "region": regions[0], "regions": list(regions)}
    else:
        _is_of(plan, record.run.account)
    return record.model_copy(update={"run": record.run.model_copy(update=facts)})


def _tagged(job: Job, stack: StackPlan, rules: Held) -> Run:
    aws = job.aws()
    return verify_tagged(
        aws,
        dict(stack.tags),
        job.plan.regions or (aws.region or _HOME,),
        all_regions=job.plan.regions is None,
        waived=rules.waived,
        settings=rules.settings,
    )


def blind(plan: Plan, why: str, rules: Held) -> Record:
    """Give the record of what could not be looked at at all."""
    run = replace(
        blind_run(plan.label, why, rules.settings),
        account=plan.account,
        regions=plan.regions or (NOT_KNOWN,),
    )
    return _record(plan, run)


def _record(plan: Plan, run: Run) -> Record:
    made = record_of(replace(run, stack=plan.label))
    return made.model_copy(update={"run": made.run.model_copy(update={"owner": plan.owner})})


def _untried(record: Record) -> Record:
    """Let a record say what is not done of what neither outputs nor a state tell."""
    verdict = f"{record.run.verdict}; {NOT_TRIED}"
    warnings = Code.NO_SCENARIOS.on(
        f"{NOT_TRIED}, and nothing was compared with a state: the fleet file names neither outputs "
        f"nor a state of {record.run.stack}"
    )
    return record.model_copy(
        update={
            "run": record.run.model_copy(update={"verdict": verdict}),
            "warnings": [*record.warnings, *warnings],
        }
    )


def _tried(region: str, do: Callable[[], T]) -> T | Lost:
    try:
        return do()
    except StackproofError as error:
        return Lost(region, scrubbed(str(error)))


def _is_of(plan: Plan, account: str) -> None:
    if account != plan.account:
        raise LiveError(
            f"the credentials are for account {account}, and {plan.label} is of {plan.account}",
            Code.OTHER_ACCOUNT,
        )


def _with_gaps(account: Account, lost: Sequence[Lost], home: bool) -> Account:
    """Let all that may be in regions that were not read be unknown, not absent."""
    types = [type_ for reader in readers() if reader.regional or home for type_ in reader.types]
    found = account.snapshot
    gaps, untold = dict(found.gaps), list(found.lost)
    for part in lost:
        why = Unknown(Cause.UNAVAILABLE, detail=f"{part.region} was not read: {part.why}")
        gaps |= dict.fromkeys(types, why)
        untold += gathered(((type_, why) for type_ in types), part.region)
    return replace(account, snapshot=replace(found, gaps=gaps, lost=tuple(untold)))


def _told(record: Record, lost: Sequence[Lost]) -> Record:
    not_read = [f"{part.region}: {part.why}" for part in lost]
    code = FAILED if record.run.exit_code == FAILED else COULD_NOT
    verdict = "; ".join(
        [record.run.verdict, *(f"not looked at: {sentence}" for sentence in not_read)]
    )
    facts = {"exit_code": code, "verdict": verdict}
    return record.model_copy(
        update={
            "run": record.run.model_copy(update=facts),
            "errors": [*record.errors, *not_read],
        }
    )
