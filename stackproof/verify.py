"""Verify a deployed stack: read it once, judge it with every control."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from stackproof.controls import catalogue, judge
from stackproof.error_codes import Code
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED, Verdict
from stackproof.model import Fail, Finding, Severity, Sight, Stack, Unknown, outcome_word
from stackproof.model.outcome import OutcomeWord
from stackproof.model.sentences import listed, many
from stackproof.outputs import Outputs, OutputsError
from stackproof.parity.accounting import MOST, Accounting, account
from stackproof.parity.drift import Comparison, compare
from stackproof.parity.naming import Named, Source, elsewhere, named
from stackproof.parity.program_words import with_program_words
from stackproof.parity.twins import Reach
from stackproof.parity.vanished import missing
from stackproof.parity.witnesses import strangers
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.settling import Look, Settling, told
from stackproof.sights.own_tags import identifying, shared_tags
from stackproof.types.described import Type, own_types
from stackproof.types.regions import is_region, partition_of
from stackproof.waivers import Match, Waiver, Waivers

if TYPE_CHECKING:
    from stackproof.model import Resource
    from stackproof.model.gap import Gap
    from stackproof.sights.live.clients import Session
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.snapshot import Snapshot
    from stackproof.sights.state import State

_NAMES_ONLY = (
    "does not say the project and environment that resources are tagged with: what neither it nor "
    "a found resource names was not verified"
)
OUTCOMES: tuple[OutcomeWord, ...] = ("pass", "fail", "unknown", "not_applicable", "waived")


# What says that not all of a stack was looked for, or judged.
_PARTS = (
    *(Code.LEFT_OUT, Code.REGION_GUESSED, Code.ACCOUNT_GUESSED, Code.NO_OWN_TAGS),
    *(Code.HIDDEN_OUTPUTS, Code.OTHER_ACCOUNTS),
)


@dataclass(frozen=True, slots=True)
class Run:
    """The facts of a verification and what it found.

    `calls` counts the API requests sent, by service; `seconds` is the wall time of it all;
    `warnings` are sentences about what was given to the run; with `coverage_all` a resource that no
    control looks at is not verified, nor is what was not read (`gaps`). Failures less severe than
    `fail_on` don't make it fail. `looks` are the readings
    that were made while the stack settled; `waivers` are those of the stack, with what each covers;
    `settings` are those by which it was judged; `secrets` are the properties that the state keeps
    secret, and `sources` the places in the program (`FILE:LINE`), by URN.
    Where nothing could be asked at all, `why_not` says why. With `unnamed` nothing names what is
    there but the listings of those types that are read.
    """

    stack: str
    account: str
    regions: tuple[str, ...]
    endpoint: str | None
    emulated: bool
    calls: Mapping[str, int]
    seconds: float
    resources: int
    findings: Sequence[Finding]
    warnings: Sequence[str] = ()
    accounting: Accounting = field(default_factory=Accounting)
    gaps: Sequence[Gap] = ()
    comparison: Comparison | None = None
    coverage_all: bool = False
    sight: Sight = Sight.LIVE
    looks: Sequence[Look] = ()
    waivers: Sequence[Match] = ()
    fail_on: Severity = Severity.LOW
    why_not: str = ""
    settings: Settings = EVERYTHING
    secrets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    unnamed: bool = False

    @property
    def tolerated(self) -> int:
        """Count the failures that don't make the run fail."""
        return sum(self.tolerates(finding) for finding in self.findings)

    def tolerates(self, finding: Finding) -> bool:
        """Tell whether a finding is a failure that doesn't make the run fail."""
        if not isinstance(finding.outcome, Fail):
            return False
        return not finding.control.severity.at_least(self.fail_on)

    @property
    def summary(self) -> dict[OutcomeWord, int]:
        """Count the findings of each outcome, those that did not occur included."""
        return tally(self.findings)

    @property
    def exit_code(self) -> Verdict:
        """Give 1 for any failure, 3 when something or everything could not be seen, else 0."""
        count = self.summary
        if count["fail"] > self.tolerated:
            return FAILED
        seen = count["pass"] + count["waived"] + count["fail"]
        blind = count["unknown"] or (self.coverage_all and self._unjudged)
        return COULD_NOT if blind or not seen else VERIFIED

    @property
    def verdict(self) -> str:
        """Say in one sentence what the exit code means, and what no control has looked at."""
        return "; ".join([self._judgement, *self._unjudged])

    @property
    def _judgement(self) -> str:
        if self.why_not:
            return f"not verified: {self.why_not}"
        count, below = self.summary, self.tolerated
        lesser = f"{many(below, 'failure')} below {self.fail_on}" if below else ""
        if failures := count["fail"] - below:
            told = ", ".join(filter(None, (many(failures, "failure"), lesser)))
            return f"failed: the stack is not what it claims ({told})"
        if count["unknown"]:
            facts = many(count["unknown"], "finding")
            return f"not verified: not everything could be seen ({facts} unknown)"
        if not count["pass"] + count["waived"] + below:
            return "not verified: there was nothing to judge"
        if self.exit_code == COULD_NOT:
            return "not verified: not everything is covered"
        waived = many(count["waived"], "waived failure") if count["waived"] else ""
        parts = " and ".join(filter(None, (waived, lesser)))
        accepted = f", but for {parts}" if parts else ""
        seen = "everything that can be read" if self.accounting.unreadable else "everything"
        if self._in_part:
            seen = "everything that was looked for"
        elif self.unnamed:
            seen = "everything of the types that are read"
        if self.gaps:
            return f"verified: everything that controls look at was seen and holds{accepted}"
        if self.sight is Sight.STATE:
            seen = f"{seen} in the state"
        return f"verified: {seen} was seen and everything holds{accepted}"

    @property
    def _in_part(self) -> bool:
        """Tell whether a warning says that something was not looked for, or not judged."""
        return any(warning.endswith(f"[{code}]") for warning in self.warnings for code in _PARTS)

    @property
    def not_read(self) -> str:
        """Say which questions AWS did not answer; empty when it answered all."""
        gaps = list(dict.fromkeys(map(str, self.gaps)))
        return f"not read: {listed(gaps, MOST)}" if gaps else ""

    @property
    def _unjudged(self) -> list[str]:
        counted = self.accounting
        told = (self.not_read, counted.unreadable, counted.disputed, counted.uncovered)
        return [sentence for sentence in told if sentence]


def tally(findings: Sequence[Finding]) -> dict[OutcomeWord, int]:
    """Count findings by the word of their outcome."""
    counts = Counter(outcome_word(finding.outcome) for finding in findings)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def snapshot_of(
    outputs: Outputs,
    state: State | None = None,
    aws: Aws | None = None,
    regions: Sequence[str] = (),
) -> Snapshot:
    """Read everything that belongs to the stack; URNs come from the state when given.

    It is looked for in some `regions`, or where outputs and state say. What is named and no
    listing shows is asked for by itself. With `aws`, what that was answered before is not asked
    again. Raises LiveError when nothing can be verified, and OutputsError when `regions` leave out
    one in which the stack has something.
    """
    from stackproof.parity.twins import Twins, with_urns
    from stackproof.sights.live.asking import ask
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.snapshot import take

    aws = aws or asking()
    stack_regions = _told_regions(outputs, state)
    if regions and (left := [region for region in stack_regions if region not in regions]):
        raise OutputsError(
            f"the stack has something in {listed(left, MOST)}, and --region names "
            f"{listed(regions, MOST)} only: what is not looked for must not be called gone; name "
            "each region, or none",
            Code.REGION_LEFT_OUT,
        )
    snapshot = take(
        aws,
        readers(),
        regions=tuple(regions) or stack_regions or regions_of(outputs, state, aws.region),
        keys=outputs.keys,
        names=outputs.names,
        own_tags=own_tags_of(outputs, state),
        account=outputs.account or _account_of(state),
        state=None if state is None else state.stack,
        search=outputs.by_tags,
    )
    names = named_by(outputs, state, snapshot)
    twins = Twins((*snapshot.resources, *snapshot.foreign), reach())
    missing = [
        (entry.resource, entry.types)
        for entry in names
        if twins.of(entry) is None
        and not (entry.foreign or entry.unseen)
        # A mere address is nothing to ask by.
        and not (entry.open and entry.host)
        and entry.resource.arn not in snapshot.made_by_aws
        and reach().readable.intersection(entry.types) - snapshot.gaps.keys()
    ]
    snapshot = ask(aws, readers(), snapshot, missing)
    return replace(
        snapshot,
        resources=with_program_words(with_urns(snapshot.resources, names, reach()), state),
        foreign=with_urns(snapshot.foreign, names, reach()),
        guessed=not (regions or stack_regions),
    )


def asking(
    profile: str | None = None,
    session: Session | None = None,
) -> Aws:
    """Give what asks AWS: by a session, by a profile of the configuration files, or as usual."""
    from stackproof.sights.live.fetch import Aws
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.snapshot import guard

    return Aws(guard(readers()), session=session, profile=profile)


def regions_of(outputs: Outputs, state: State | None, usual: str | None = None) -> tuple[str, ...]:
    """Give every region in which the stack has something, its own first.

    Where nothing says one it is the `usual` one of whoever asks. Raises OutputsError when there is
    none either, or what is said is none.
    """
    if told := _told_regions(outputs, state):
        return told
    if usual is not None and is_region(usual):
        return (usual,)
    hint = "" if state is None else ", and none of the state's resources is said to be in one"
    odd = "" if usual is None else f" (it is {usual!r}, which is not an AWS region's name)"
    or_else = "--all-regions" if outputs.by_tags else "export the output 'region' from the stack"
    raise OutputsError(
        f"{outputs.path} names no region{hint}; give --region NAME, set AWS_REGION{odd}, choose a "
        f"profile that has one, or {or_else}",
        Code.NO_REGION,
    )


def _told_regions(outputs: Outputs, state: State | None) -> tuple[str, ...]:
    """Give the regions that outputs and state say: the outputs' own, or the state's most used."""
    held = Counter(r.region for r in (state.stack if state else ()) if r.region)
    if odd := [region for region in held if not is_region(region)]:
        raise OutputsError(
            f"the state has resources in the region {odd[0]!r}, which is not an AWS region's name",
            Code.STATE_REGION,
        )
    by_number = [region for region, _ in held.most_common()]
    own = outputs.get("region")
    first = [own] if own else by_number[:1]
    named = tuple(dict.fromkeys([*first, *outputs.regions, *sorted(by_number)]))
    # Credentials are for one partition: what is in others is another account's.
    return tuple(r for r in named if partition_of(r) == partition_of(named[0]))


def left_open(outputs: Outputs, state: State | None, snapshot: Snapshot) -> list[str]:
    """Say what outputs and state leave open of where the stack is and what is its own."""
    return [
        *_unsaid(outputs, state, snapshot),
        *(_unseen(outputs, snapshot) if state is None else ()),
        *_untold(outputs, state),
    ]


def _unseen(outputs: Outputs, snapshot: Snapshot) -> list[str]:
    """Say what outputs hide, or name in another account: without a state nobody knows whose."""
    told: list[str] = []
    if hidden := outputs.hidden:
        told += Code.HIDDEN_OUTPUTS.on(
            f"{outputs.path} hides {many(len(hidden), 'output')} ({listed(hidden, MOST)}): what is "
            "named there was not looked for"
        )
    names = named_by(outputs, None, snapshot)
    abroad = {
        name.resource.arn or name.resource.name: account
        for name in names
        if name.source is Source.OUTPUTS
        and (account := name.resource.account) not in (None, snapshot.account)
    }
    for other in sorted({account for account in abroad.values() if account}):
        arns = sorted(arn for arn, account in abroad.items() if account == other)
        told += Code.OTHER_ACCOUNTS.on(
            f"{outputs.path} names {many(len(arns), 'thing')} of account {other}, which "
            f"{'was' if len(arns) == 1 else 'were'} not looked at: {listed(arns, MOST)}"
        )
    return told


def _unsaid(outputs: Outputs, state: State | None, snapshot: Snapshot) -> list[str]:
    """Say what the stack does not say of where it is, and what was taken for it."""
    warnings = guessed_region(str(outputs.path), snapshot)
    told = outputs.account or _account_of(state)
    if told is None and outputs.accounts and snapshot.account not in outputs.accounts:
        warnings += Code.ACCOUNT_GUESSED.on(
            f"all ARNs in {outputs.path} are of account {' or '.join(sorted(outputs.accounts))}, "
            f"but the credentials are for {snapshot.account}: what has a mere name was judged there"
        )
    return warnings


def guessed_region(scope: str, snapshot: Snapshot) -> list[str]:
    """Say that what tells what is looked at tells no region, where it doesn't."""
    if not snapshot.guessed:
        return []
    return Code.REGION_GUESSED.on(
        f"{scope} names no region: what is regional was looked for in {snapshot.regions[0]} only, "
        "which AWS_REGION or the profile chooses"
    )


def _account_of(state: State | None) -> str | None:
    """Give the one account that a state's ARNs name; None where they name none or several.

    Names are the same in every account: with the credentials of another, its roles, queues and log
    groups would be judged as the stack's.
    """
    named = {r.account for r in state.stack if r.account} if state else set()
    return named.pop() if len(named) == 1 else None


def own_tags_of(outputs: Outputs, state: State | None) -> dict[str, str]:
    """Give the tags that only the stack's resources carry: as outputs or as the state tells."""
    return outputs.own_tags or (identifying(shared_tags(state.stack)) if state else {})


def _untold(outputs: Outputs, state: State | None) -> list[str]:
    """Say what was not looked for because no tags tell the stack's resources from others'."""
    if own_tags_of(outputs, state):
        return []
    if state is None:
        return Code.NO_OWN_TAGS.on(f"{outputs.path} {_NAMES_ONLY}")
    shared = ", ".join(shared_tags(state.stack)) or "none"
    return Code.NO_OWN_TAGS.on(
        f"the tags that the state's resources share ({shared}) name no project and environment, so "
        "others' may have them as well: nothing was looked for by its tags"
    )


def named_by(outputs: Outputs, state: State | None, snapshot: Snapshot) -> tuple[Named, ...]:
    """Give every resource that the state, the outputs or the stack's tags name."""
    return named(state, outputs.keys, snapshot.tagged, snapshot.account, snapshot.partition)


def reach() -> Reach:
    """Give the types that this version, and the project's own descriptions, read and judge."""
    return _reach(own_types())


@cache
def _reach(own: tuple[Type, ...]) -> Reach:
    # `own` is what readers there are goes by: a process may be told of others.
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.unread import UNREAD

    everywhere = (reader.types for reader in readers() if not reader.regional)
    return Reach(
        readable=frozenset(type_ for reader in readers() for type_ in reader.types),
        covered=frozenset(
            type_ for item in catalogue().values() for type_ in (*item.types, *item.needs)
        ),
        worldwide=frozenset(type_ for types in everywhere for type_ in types),
        shown_in={type_: unread.shown_as for type_, unread in UNREAD.items() if unread.shown_as},
    )


def covered_by(settings: Settings) -> Reach:
    """Give the types that this version reads, and those that the chosen controls judge.

    What a control looks at beside what it judges is not passed over either.
    """
    chosen = settings.chosen
    types = frozenset(type_ for item in chosen for type_ in (*item.types, *item.needs))
    return replace(reach(), covered=types)


def accounting_of(
    outputs: Outputs, state: State | None, snapshot: Snapshot, settings: Settings = EVERYTHING
) -> Accounting:
    """Account for every resource that is named or was read."""
    names = named_by(outputs, state, snapshot)
    accounting = account(
        names,
        snapshot.resources,
        covered_by(settings),
        unsure=snapshot.unsure,
        foreign=snapshot.foreign,
        gaps=snapshot.gaps,
        answers=snapshot.answers,
        made_by_aws=snapshot.made_by_aws,
        dying=snapshot.dying,
        elsewhere=elsewhere(state),
        own_tags=own_tags_of(outputs, state),
        called=outputs.keys,
        stateful=state is not None,
        guessed=snapshot.regions if snapshot.guessed else (),
        strangers=strangers(snapshot.witnesses, (*snapshot.resources, *snapshot.foreign), names),
    )
    return replace(accounting, selected=bool(settings.left_out))


def compared(
    accounting: Accounting,
    snapshot: Snapshot,
    comparison: Comparison | None,
    settings: Settings = EVERYTHING,
) -> list[Finding]:
    """Give the findings about what is named beside what is there: gone, unreadable, drifted."""
    drifted = comparison.findings if comparison else ()
    # What stands for what may be there is judged itself.
    unsure = {r.type for r in snapshot.resources if r.identity_on_aws in snapshot.unsure}
    told = unsure | snapshot.gaps.keys()
    return [*missing(accounting, settings.chosen, told), *drifted]


def compared_with(state: State | None, snapshot: Snapshot) -> Comparison | None:
    """Compare what was read with a state, when there is one.

    What the state names and waits for its deletion has vanished, and isn't compared.
    """
    if state is None:
        return None
    there = [
        resource
        for resource in snapshot.there
        if resource.urn is None or resource.identity_on_aws not in snapshot.dying
    ]
    compared = compare(state, there)
    names = named(state, (), (), snapshot.account, snapshot.partition)
    unread = strangers(snapshot.witnesses, (*snapshot.resources, *snapshot.foreign), names)
    return replace(compared, unmanaged=[*compared.unmanaged, *unread])


def verify(
    outputs: Outputs,
    state: State | None = None,
    waived: Sequence[Waiver] = (),
    settle: float = 0.0,
    settings: Settings = EVERYTHING,
    *,
    aws: Aws | None = None,
    regions: Sequence[str] = (),
) -> Run:
    """Judge a deployed stack with every control of the catalogue.

    What does not hold is read again for `settle` seconds. Given `regions` are those of the stack.
    """
    snapshot, run = settled(outputs, state, waived, settle, aws, settings=settings, regions=regions)
    return replace(run, warnings=[*run.warnings, *left_open(outputs, state, snapshot)])


def settled(
    outputs: Outputs,
    state: State | None,
    waived: Sequence[Waiver],
    seconds: float,
    aws: Aws | None = None,
    *,
    settings: Settings = EVERYTHING,
    regions: Sequence[str] = (),
) -> tuple[Snapshot, Run]:
    """Read and judge a stack until everything holds or the time is up; give the last reading.

    Only what is asked of the services of what did not hold, and tags, is asked again.
    """
    began = time.monotonic()
    asked = aws or asking()

    def read(before: tuple[Snapshot, Run] | None) -> tuple[Snapshot, Run]:
        if before is not None:
            asked.forget(_services(before[1]))
        snapshot = snapshot_of(outputs, state, asked, regions)
        return snapshot, judged(outputs, snapshot, began, waived, state, settings=settings)

    settling = Settling(read, lambda found: _open(found[1]), lambda found: _shown(found[0]))
    snapshot, run = settling.wait(seconds)
    looks = settling.looks
    return snapshot, replace(
        run, looks=looks, warnings=[*Code.READ_AGAIN.on(*told(looks)), *run.warnings]
    )


def _broken(run: Run) -> list[Finding]:
    return [finding for finding in run.findings if isinstance(finding.outcome, (Fail, Unknown))]


def _open(run: Run) -> list[str]:
    """Name what does not hold."""
    named = [
        " ".join(filter(None, (finding.control.id, "on", finding.resource.name, finding.facet)))
        for finding in _broken(run)
    ]
    return named or (["there was nothing to judge"] if run.exit_code else [])


def _shown(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(f"{resource.type} {resource.identity}" for resource in snapshot.there)


def _services(run: Run) -> set[str] | None:
    """Give the services that say more of what does not hold; None for all of them."""
    from stackproof.sights.live.readers import readers
    from stackproof.sights.live.tagging import TAGGED

    types = {
        type_
        for finding in _broken(run)
        for type_ in (finding.resource.type, *finding.control.types, *finding.control.needs)
    }
    types |= {type_ for gap in run.gaps for type_ in gap.types}
    concerned = [reader for reader in readers() if not types.isdisjoint(reader.types)]
    asks = [ask for r in concerned for ask in (r.listing, *(d.ask for d in r.details.values()))]
    return {TAGGED.service, *(ask.service for ask in asks)} if concerned else None


def verify_state(
    state: State, name: str, waived: Sequence[Waiver] = (), settings: Settings = EVERYTHING
) -> Run:
    """Judge what a state says, without any cloud access; `name` is the stack's if it says none."""
    began = time.monotonic()
    stack = state.stack
    resources = [*stack, *stack.foreign]
    accounts = sorted({resource.account for resource in resources if resource.account})
    regions = sorted({resource.region for resource in resources if resource.region})
    waivers = Waivers(waived, _named_in(resources), held=_held(state))
    covered = covered_by(settings).covered
    judged, aside = settings.kept(judge_by(settings, stack))
    findings, matches = _under(waivers, judged)
    names = named(state, (), (), account=None)
    own = {entry.resource.urn for entry in names if not entry.foreign}
    return Run(
        stack=waivers.stack or name,
        account=", ".join(accounts) or "not said",
        regions=tuple(regions) or ("not said",),
        endpoint=None,
        emulated=False,
        calls={},
        seconds=time.monotonic() - began,
        resources=len(stack),
        findings=findings,
        warnings=[
            *Code.LEFT_OUT.on(*_left_out(settings), *aside),
            *Code.WAIVER_IDLE.on(*waivers.unmatched(findings)),
            *Code.STATE_OPEN.on(*state.notes),
        ],
        accounting=replace(
            account(
                names,
                [resource for resource in stack if resource.urn in own],
                Reach(stack.types, covered),
                gaps={},
                answers={},
                foreign=stack.foreign,
                elsewhere=elsewhere(state),
            ),
            selected=bool(settings.left_out),
        ),
        sight=Sight.STATE,
        waivers=matches,
        fail_on=settings.fail_on,
        settings=settings,
        sources=state.sources,
    )


def judged(
    outputs: Outputs,
    snapshot: Snapshot,
    began: float,
    waived: Sequence[Waiver] = (),
    state: State | None = None,
    *,
    settings: Settings = EVERYTHING,
) -> Run:
    """Judge a snapshot; `began` is the monotonic time at which the work started."""
    waivers = waivers_of(outputs, snapshot, waived, state)
    accounting = accounting_of(outputs, state, snapshot, settings)
    comparison = compared_with(state, snapshot)
    beside = compared(accounting, snapshot, comparison, settings)
    judged, aside = settings.kept(judge_by(settings, snapshot.stack()))
    findings, matches = _under(waivers, [*judged, *beside])
    return Run(
        stack=waivers.stack or str(outputs.path),
        account=snapshot.account,
        regions=snapshot.regions,
        endpoint=snapshot.endpoint,
        emulated=snapshot.emulated,
        calls=snapshot.calls,
        seconds=time.monotonic() - began,
        resources=len(snapshot.there),
        findings=findings,
        warnings=[
            *Code.LEFT_OUT.on(*_left_out(settings), *aside),
            *Code.WAIVER_IDLE.on(*waivers.unmatched(findings)),
            *Code.STATE_OPEN.on(*(state.notes if state else ())),
        ],
        accounting=accounting,
        gaps=snapshot.lost,
        comparison=comparison,
        waivers=matches,
        fail_on=settings.fail_on,
        settings=settings,
        secrets={} if state is None else state.secrets,
        sources={} if state is None else state.sources,
    )


def judge_by(settings: Settings, stack: Stack) -> list[Finding]:
    """Judge a stack with the controls that settings choose, as they say."""
    chosen = settings.chosen
    return judge(stack, chosen, settings.told_all(chosen))


def _left_out(settings: Settings) -> list[str]:
    sentence = settings.left_out
    return [sentence] if sentence else []


def waivers_of(
    outputs: Outputs, snapshot: Snapshot, waived: Sequence[Waiver], state: State | None
) -> Waivers:
    """Give the waivers of a file as they stand for a deployed stack."""
    return Waivers(waived, stack_name(outputs, snapshot.resources), held=_held(state))


def _held(state: State | None) -> frozenset[str] | None:
    """Give the URNs that a state knows; None without a state."""
    return None if state is None else frozenset(r.urn for r in state.stack if r.urn)


def about_waivers(
    waivers: Waivers, stack: Stack, beside: Sequence[Finding], settings: Settings = EVERYTHING
) -> list[Finding]:
    """Give the findings about waivers that cover more or fewer resources than they expect."""
    if all(waiver.expect is None for waiver in waivers.entries):
        return []
    judged = [*settings.kept(judge_by(settings, stack))[0], *beside]
    return [finding for match in waivers.matches(judged) if (finding := match.finding)]


def _under(waivers: Waivers, found: Sequence[Finding]) -> tuple[list[Finding], list[Match]]:
    """Give the findings under waivers, those about the waivers included, and what each covers."""
    findings = waivers.apply(found)
    matches = waivers.matches(findings)
    return [*findings, *(finding for match in matches if (finding := match.finding))], matches


def stack_name(outputs: Outputs, resources: Iterable[Resource] = ()) -> str | None:
    """Give the stack's name, by its outputs or by its resources' URNs; None when neither says."""
    if "stack" in outputs.values:
        return str(outputs["stack"])
    return _named_in(resources)


def _named_in(resources: Iterable[Resource]) -> str | None:
    urn = next((resource.urn for resource in resources if resource.urn), None)
    return None if urn is None else urn.split("::")[0].removeprefix("urn:pulumi:")
