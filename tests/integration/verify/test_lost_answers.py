"""Whatever goes wrong while a stack is read, nothing is lost silently and nothing passes unseen.

Each operation that the snapshot of a reference system sends fails in turn, in each way that AWS
or the network can fail; the findings are compared with those of an undisturbed run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from stackproof import waivers
from stackproof.controls import catalogue
from stackproof.embedded import faults
from stackproof.embedded.faults import Fault, Kind
from stackproof.model import Cause, Finding, NotApplicable, Unknown
from stackproof.parity.accounting import Status
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.fetch import Aws, Fetched, Missing
from stackproof.sights.live.readers import readers
from stackproof.sights.live.snapshot import guard, take
from stackproof.types.companions import ACCOUNT_WIDE
from stackproof.verify import Run, judged
from tests.integration.deployments import ROOT, Deployed, Deployments
from tests.integration.verify.recording import Recorder, Replayer
from tests.integration.verify.spoiling import spoilt

STACKS = ("scalepayments-staging", "tap-production", "serverless-prod", "cicd-staging", "nova-prod")

CAUSES: dict[Kind, set[Cause]] = {
    "deny": {Cause.ACCESS_DENIED},
    "throttle": {Cause.THROTTLED},
    "server_error": {Cause.UNAVAILABLE},
    "drop": {Cause.UNAVAILABLE},
    "unsupported": {Cause.UNSUPPORTED},
}

# What an account says for resources that don't say it themselves: those of the stacks all do. What
# a control asks of the account itself is not known to be somebody else's without an answer.
_JUDGED = {type_ for control in catalogue().values() for type_ in control.types}
FOR_THE_SILENT = {
    reader.listing.name
    for reader in readers()
    for setting in ACCOUNT_WIDE
    if setting.type in reader.types and setting.type not in _JUDGED
}
# What `pulumi refresh` compares and no control judges on any of the stacks: descriptions and
# session lengths of roles, sites and what browsers may do with a bucket, and the platform of a
# deployment's application. The first stack that asks for schedules is one that may be scaled to
# nothing at night.
NOT_JUDGED = FOR_THE_SILENT | {
    "application-autoscaling:DescribeScheduledActions",
    "codedeploy:BatchGetApplications",
    "iam:ListRoles",
    "s3:GetBucketWebsite",
}
# What is AWS's own way to say "there is none", and so no spoilt answer.
SAYS_NONE = {
    ("lambda:GetFunctionConcurrency", "{}"),
    ("s3:GetBucketLogging", "an empty root"),
    ("s3:GetBucketNotificationConfiguration", "an empty root"),
    ("s3:GetBucketVersioning", "an empty root"),
    ("sqs:ListQueues", "{}"),
}
WAIVED = waivers.load(ROOT / "waivers.yaml")
# Without who is asking nothing is verified at all.
IDENTITY = ("sts", "GetCallerIdentity")
# What is read by an operation, as its listing or as a detail.
READ_BY: dict[str, set[str]] = {}
for one_reader in readers():
    for ask in (one_reader.listing, *(detail.ask for detail in one_reader.details.values())):
        READ_BY.setdefault(ask.name, set()).update(one_reader.types)


class Without(Aws):
    """Asks one operation (or region) anew and answers all else from an undisturbed run.

    Every answer came over HTTP, once; asking them all again for each of some hundred faults
    would take a quarter of an hour and could show no more. `clients` are shared with others that
    are disturbed: making them is a seventh of what a fault takes.
    """

    def __init__(
        self,
        before: Aws,
        *operation: str,
        region: str | None = None,
        clients: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        super().__init__(before._allowed, before.endpoint)
        if clients is not None:
            self._clients._clients = clients
        self._answers = {
            key: answer
            for key, answer in before._answers.items()
            if key[:2] != operation and key[3] != region
        }


class Emptied(Without):
    """Answers one operation with "there is none", and all else from an undisturbed run."""

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        return Missing()


@dataclass(frozen=True, slots=True)
class Calm:
    """A verification with nothing in the way, and the operations that it sent."""

    aws: Recorder
    run: Run
    operations: Sequence[tuple[str, str]]
    disturbed: dict[tuple[str, str], Any]


@pytest.fixture(scope="module", params=STACKS)
def deployed(request: pytest.FixtureRequest, deployments: Deployments) -> Iterator[Deployed]:
    """Give one reference system after the other."""
    with deployments.copy(request.param) as running:
        yield running


@pytest.fixture(scope="module")
def broken() -> set[tuple[str, str]]:
    """Remember what was broken, and how, from stack to stack."""
    return set()


def judged_by(aws: Aws, deployed: Deployed) -> Run:
    snapshot = take(
        aws,
        readers(),
        regions=deployed.outputs.regions,
        keys=deployed.outputs.keys,
        own_tags=deployed.outputs.own_tags,
        account=deployed.outputs.account,
    )
    return judged(deployed.outputs, snapshot, 0.0, WAIVED)


@pytest.fixture(scope="module")
def calm(deployed: Deployed) -> Calm:
    """Verify the stack with nothing in the way."""
    faults.clear(deployed.server)
    faults.forget_calls(deployed.server)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in deployed.environment.items():
            patch.setenv(name, value)
        aws = Recorder(guard(readers()))
        run = judged_by(aws, deployed)
    sent = {(call.service, call.operation) for call in faults.calls(deployed.server)}
    assert run.exit_code == 0
    assert run.gaps == ()
    assert len(sent) > 30
    return Calm(aws, run, sorted(sent, key=lambda ask: (":".join(ask) in NOT_JUDGED, ask)), {})


def by_fingerprint(run: Run) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in run.findings}


def unknown_controls(run: Run) -> set[str]:
    return {f.control.id for f in run.findings if isinstance(f.outcome, Unknown)}


def under(fault: Fault, deployed: Deployed, aws: Aws) -> Run:
    faults.inject(deployed.server, fault)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # A fault that lasts outlives every retry; waiting for them would only cost time.
            patch.setenv("AWS_MAX_ATTEMPTS", "1")
            return judged_by(aws, deployed)
    finally:
        faults.clear(deployed.server)


def assert_only_unknown(kind: Kind, run: Run, before: Mapping[str, Finding]) -> None:
    """Assert that what was judged is judged alike, and that all else is Unknown with its cause."""
    after = by_fingerprint(run)
    for fingerprint, finding in after.items():
        if isinstance(finding.outcome, Unknown):
            assert finding.outcome.cause in CAUSES[kind] | {Cause.NOT_IN_STACK}
        elif fingerprint not in before:
            # A policy of which nothing is known: it is its resource that is judged.
            assert isinstance(finding.outcome, NotApplicable), (finding.control.id, finding.outcome)
        elif not isinstance(finding.outcome, NotApplicable):
            assert finding.outcome == before[fingerprint].outcome, finding.control.id
        else:
            # Why nothing is asked of it may be another reason when its tags aren't known.
            assert isinstance(before[fingerprint].outcome, NotApplicable), finding.control.id
    # A resource that was not found leaves an Unknown for every control that judged it.
    lost = {before[f].control.id for f in before.keys() - after.keys()}
    assert lost <= unknown_controls(run), sorted(lost - unknown_controls(run))


def assert_unknown_where_it_matters(run: Run, emptied: Run, before: Mapping[str, Finding]) -> None:
    """Assert that whatever "there is none" would change is Unknown where nobody could look."""
    if emptied.resources < run.resources:
        return  # it is known to be there without this answer: "none" says that it is deleted
    shown, unknown = by_fingerprint(run), unknown_controls(run)
    for fingerprint, finding in by_fingerprint(emptied).items():
        held, seen = before.get(fingerprint), shown.get(fingerprint)
        if held is not None and held.outcome == finding.outcome:
            continue
        if seen is not None:
            assert isinstance(seen.outcome, Unknown), finding.control.id
        elif not isinstance(finding.outcome, (NotApplicable, Unknown)):
            assert finding.control.id in unknown


def assert_nothing_invented(run: Run, calm: Run) -> None:
    """Assert that nothing is said to be read that is not there when everything answers."""
    there = {entry.resource.identity for entry in calm.accounting.entries}
    read = [e for e in run.accounting.entries if e.status is not Status.UNREADABLE]
    assert {entry.resource.identity for entry in read} <= there


def assert_told(run: Run, service: str, operation: str) -> None:
    """Assert that a question without an answer is named, whether or not a control needed it."""
    assert f"{service}:{operation}" in {gap.operation for gap in run.gaps}
    assert f"{service}:{operation} (" in run.verdict
    assert "everything was seen" not in run.verdict
    assert replace(run, coverage_all=True).exit_code == 3


@pytest.mark.parametrize("kind", CAUSES)
def test_failing_operation_makes_what_needs_it_unknown_and_nothing_else(
    kind: Kind,
    deployed: Deployed,
    calm: Calm,
    broken: set[tuple[str, str]],
    subtests: pytest.Subtests,
) -> None:
    before = by_fingerprint(calm.run)
    for service, operation in calm.operations:
        # How it fails is told alike for a whole service, but for what an endpoint lacks, and on
        # every stack; where it is denied, each control that needs the answer has its turn.
        examples = {f"{service}:{operation}" if kind in ("deny", "unsupported") else service}
        if kind == "deny":
            read = READ_BY.get(f"{service}:{operation}", set())
            needing = {
                finding.control.id
                for finding in calm.run.findings
                if read & {*finding.control.types, *finding.control.needs}
            }
            examples |= {f"{service}:{operation} {id_}" for id_ in needing}
        new = {(kind, example) for example in examples} - broken
        if not new:
            continue
        broken |= new
        with subtests.test(msg=f"{service}:{operation}"):
            fault = Fault(kind, service, operation)
            # A client that was throttled is slow for a while.
            shared = None if kind == "throttle" else calm.disturbed
            aws = Without(calm.aws, service, operation, clients=shared)
            if (service, operation) == IDENTITY:
                with pytest.raises(LiveError):
                    under(fault, deployed, aws)
                continue
            run = under(fault, deployed, aws)
            assert_only_unknown(kind, run, before)
            assert_nothing_invented(run, calm.run)
            assert_told(run, service, operation)
            # Every bucket has an access list: AWS never says that there is none.
            if kind == "deny" and operation != "GetBucketAcl":
                emptied = judged_by(Emptied(calm.aws, service, operation), deployed)
                assert_unknown_where_it_matters(run, emptied, before)
            # A fact that nobody needs would not be worth a call.
            needed = f"{service}:{operation}" not in NOT_JUDGED
            assert run.exit_code == (3 if needed else 0)


def test_spoilt_answer_is_not_taken_for_an_answer(
    deployed: Deployed,
    calm: Calm,
    broken: set[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What makes an answer Unknown is shown here; what Unknown makes of a run, above."""
    for name, value in {**deployed.environment, "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    again = Replayer(guard(readers()))
    taken = []
    for asked in calm.aws.asked:
        example = f"{asked.ask.name} {asked.ask.result}"
        if ("spoil", example) in broken or asked.answers[0].status != 200:
            continue
        broken.add(("spoil", example))
        assert not isinstance(again.ask(asked, asked.answers), Unknown), asked.ask.name
        for way, answers in spoilt(asked.answers[0], asked.ask):
            seen = again.ask(asked, answers)
            if not isinstance(seen, Unknown):
                taken.append((asked.ask.name, way))
            else:
                # What S3 sends cut off, botocore itself takes for a failure of the service.
                assert seen.cause in (Cause.UNREADABLE, Cause.UNAVAILABLE)
                assert seen.detail.startswith(asked.ask.name)
    assert set(taken) <= SAYS_NONE


def test_region_that_denies_everything_hides_what_is_in_it_and_nothing_else(
    deployed: Deployed, calm: Calm
) -> None:
    before = by_fingerprint(calm.run)
    for region in deployed.outputs.regions[1:]:
        run = under(Fault("deny", region=region), deployed, Without(calm.aws, region=region))
        assert_only_unknown("deny", run, before)
        assert run.exit_code == 3
