"""A run's verdict: what makes it verified, failed, or neither."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from stackproof.controls import catalogue
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Cause, Pass, Resource, Severity, Sight, Stack, Unknown, outcome_word
from stackproof.model.gap import Gap
from stackproof.outputs import Outputs, OutputsError
from stackproof.parity.accounting import NO_READER, Accounting, Entry, Status
from stackproof.record import record_of
from stackproof.reports import parity
from stackproof.reports.junit import as_junit
from stackproof.settings.selector import Selector
from stackproof.settings.settings import Settings
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.snapshot import Snapshot
from stackproof.sights.state import State, load_state
from stackproof.types.tokens import IAM_ROLE, KMS_KEY, S3_CORS, SQS_QUEUE
from stackproof.verify import (
    OUTCOMES,
    judged,
    left_open,
    own_tags_of,
    reach,
    regions_of,
    snapshot_of,
    stack_name,
    verify,
)
from stackproof.waivers import Waiver
from tests.unit.reports import made
from tests.unit.sights.answering import ACCOUNT, REGION, Answering


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), COULD_NOT),
        (("pass",), VERIFIED),
        (("waived",), VERIFIED),
        (("not_applicable",), COULD_NOT),
        (("unknown",), COULD_NOT),
        (("fail",), FAILED),
        (("pass", "not_applicable", "waived"), VERIFIED),
        (("pass", "unknown"), COULD_NOT),
        (("pass", "unknown", "fail"), FAILED),
    ],
)
def test_exit_code(words: tuple[str, ...], code: int) -> None:
    assert made.run(*(made.finding(made.OUTCOMES[word]) for word in words)).exit_code == code


@given(st.lists(st.sampled_from(OUTCOMES)))
def test_unknown_is_never_verified(words: list[str]) -> None:
    run = made.run(*(made.finding(made.OUTCOMES[word]) for word in words))
    assert run.summary == {word: words.count(word) for word in OUTCOMES}
    assert (run.exit_code == VERIFIED) == run.verdict.startswith("verified")
    if "unknown" in words or "fail" in words:
        assert run.exit_code != VERIFIED


def snapshot(*resources: Resource, gaps: Mapping[str, Unknown] | None = None) -> Snapshot:
    return Snapshot(resources, gaps or {}, "123456789012", ("eu-west-1",), None, {"kms": 1}, 0.1)


def outputs(**values: Any) -> Outputs:
    return Outputs({"region": "eu-west-1"} | values, Path("flat-outputs.json"))


def test_empty_stack_is_not_verified() -> None:
    run = judged(outputs(stack="dev"), snapshot(), began=0)
    assert run.findings == []
    assert run.exit_code == COULD_NOT
    assert run.verdict == "not verified: there was nothing to judge"


def test_type_that_could_not_be_listed_is_unknown_for_each_of_its_controls() -> None:
    run = judged(outputs(), snapshot(gaps={KMS_KEY: Unknown(Cause.ACCESS_DENIED)}), began=0)
    assert run.summary["unknown"] == len(run.findings) > 1
    assert len({finding.fingerprint for finding in run.findings}) == len(run.findings)
    assert run.exit_code == COULD_NOT


def test_every_control_of_the_catalogue_judges() -> None:
    key = Resource({"enable_key_rotation": False}, type=KMS_KEY, name="k", id="k-1")
    run = judged(outputs(stack="dev"), snapshot(key), began=0)
    failed = {f.control.id for f in run.findings if f.resource is key}
    assert "kms-key-rotation" in failed
    assert run.exit_code == FAILED
    assert (run.stack, run.account, run.emulated) == ("dev", "123456789012", False)


def test_accepted_failure_is_waived_and_told_in_the_verdict() -> None:
    key = Resource({"enable_key_rotation": False}, type=KMS_KEY, name="k", id="k-1")
    entry = {"control": "kms-key-rotation", "reason": "r", "owner": "o", "until": "2999-12-31"}
    waived = [
        Waiver.read({**entry, "resource": "k-*"}),
        Waiver.read({**entry, "resource": "nobody"}),
    ]
    run = judged(outputs(stack="dev"), snapshot(key), 0, waived)
    assert run.summary["waived"] == 1
    assert [warning.split(" (")[0] for warning in run.warnings] == ["waiver 2"]
    only = made.run(*(f for f in run.findings if f.control.id == "kms-key-rotation"))
    assert only.verdict == (
        "verified: everything was seen and everything holds, but for 1 waived failure"
    )


def test_what_settings_leave_out_is_not_judged_and_is_said() -> None:
    key = Resource({"enable_key_rotation": False}, type=KMS_KEY, name="key", id="k-1")
    settings = Settings(exclude=(Selector({"type": "aws:*"}),), file="stackproof.yaml")
    run = judged(outputs(stack="dev"), snapshot(key), 0, settings=settings)
    assert {finding.control.id for finding in run.findings}.isdisjoint(catalogue())
    (entry,) = run.accounting.entries
    assert entry.status is Status.UNCOVERED
    number = len(catalogue())
    said = f"{number} of {number} controls were not judged: stackproof.yaml leaves them out"
    assert run.warnings == [f"{said} [SP7001]"]


def test_failures_below_the_threshold_are_shown_and_fail_no_run() -> None:
    properties = {"enable_key_rotation": False, "is_enabled": True}
    key = Resource(properties, type=KMS_KEY, name="key", id="k-1")
    chosen = (Selector({"id": "kms-key-rotation"}), Selector({"id": "kms-key-enabled"}))
    severity = catalogue()["kms-key-rotation"].severity
    assert severity is Severity.MEDIUM
    for fail_on, code in ((Severity.MEDIUM, FAILED), (Severity.HIGH, VERIFIED)):
        settings = Settings(select=chosen, fail_on=fail_on, file="x")
        run = judged(outputs(stack="dev"), snapshot(key), 0, settings=settings)
        assert (run.summary["fail"], run.exit_code) == (1, code)
    assert "everything holds, but for 1 failure below high" in run.verdict
    page = as_junit(record_of(run))
    assert "<failure" not in page
    assert "below high: " in page


def test_only_the_severe_failures_are_counted_as_the_reason() -> None:
    properties = {"enable_key_rotation": False, "is_enabled": False}
    key = Resource(properties, type=KMS_KEY, name="key", id="k-1")
    chosen = (Selector({"id": "kms-key-rotation"}), Selector({"id": "kms-key-enabled"}))
    settings = Settings(select=chosen, fail_on=Severity.HIGH, file="x")
    run = judged(outputs(stack="dev"), snapshot(key), 0, settings=settings)
    assert run.exit_code == FAILED
    assert "(1 failure, 1 failure below high)" in run.verdict


def test_parameters_and_tolerated_environments_are_the_settings() -> None:
    told = {"kms-key-rotation": {"maximum_days": 1}}
    properties = {"enable_key_rotation": True, "rotation_period_in_days": 90}
    key = Resource(
        {**properties, "tags": {"Environment": "dev"}}, type=KMS_KEY, name="key", id="k-1"
    )
    tolerated = {"dev": (Selector({"id": "kms-key-rotation"}),)}
    for settings, wanted in (
        (Settings(), "pass"),
        (Settings(parameters=told), "fail"),
        (Settings(parameters=told, tolerates=tolerated), "not_applicable"),
    ):
        run = judged(outputs(stack="dev"), snapshot(key), 0, settings=settings)
        (word,) = [outcome_word(f.outcome) for f in run.findings if f.control.id in told]
        assert word == wanted


def test_stack_without_a_name_has_that_of_its_urns() -> None:
    resources = [Resource({}, name="a"), Resource({}, urn=f"urn:pulumi:prod::p::{KMS_KEY}::k")]
    assert stack_name(outputs(), resources) == "prod"
    assert stack_name(outputs(stack="dev"), resources) == "dev"
    assert stack_name(outputs(), resources[:1]) is None


def test_stack_without_a_name_goes_by_its_file() -> None:
    assert judged(outputs(), snapshot(), began=0).stack == "flat-outputs.json"


def test_state_file_adds_urns_and_the_ids_that_outputs_do_not_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urn = f"urn:pulumi:dev::p::{KMS_KEY}::k"
    state = tmp_path / "state.json"
    resource = {
        "urn": urn,
        "type": KMS_KEY,
        "id": "k-1",
        "custom": True,
        "inputs": {},
        "outputs": {"deletionWindowInDays": 7},
    }
    state.write_text(json.dumps({"version": 3, "deployment": {"resources": [resource]}}))
    asked: dict[str, Any] = {}

    def take(aws: object, readers: object, **more: Any) -> Snapshot:
        asked.update(more)
        return snapshot(Resource({}, type=KMS_KEY, name="k", id="k-1"))

    monkeypatch.setattr("stackproof.sights.live.snapshot.take", take)
    seen = snapshot_of(outputs(vpc_id="vpc-1", account_id="123456789012"), load_state(state))
    # What AWS keeps no record of is the program's word.
    assert [r.raw("deletion_window_in_days") for r in seen.resources] == [7]
    assert "vpc-1" in asked["keys"]
    assert [r.id for r in asked["state"]] == ["k-1"]
    assert asked["account"] == "123456789012"
    assert asked["regions"] == ("eu-west-1",)
    assert [r.urn for r in seen.resources] == [urn]


BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1"
SEEN = "verified: everything was seen and everything holds"


def entry(status: Status, type_: str = KMS_KEY, **more: Any) -> Entry:
    resource = Resource({}, type=type_, name="it", id=more.pop("id", "it"), **more)
    unknown = NO_READER if status is Status.UNREADABLE else None
    return Entry(resource, status, (type_,) if type_ else (), unknown=unknown)


@pytest.mark.parametrize(
    ("entries", "verdict", "code"),
    [
        ([entry(Status.JUDGED)], SEEN, VERIFIED),
        ([entry(Status.FOREIGN), entry(Status.JUDGED)], SEEN, VERIFIED),
        (
            [entry(Status.JUDGED), entry(Status.UNCOVERED, "aws:ec2/keyPair:KeyPair")],
            f"{SEEN}; 1 of 2 resources is of types that no control covers: ec2.KeyPair",
            COULD_NOT,
        ),
        (
            [entry(Status.JUDGED), entry(Status.UNREADABLE, "", arn=BROKER)],
            "verified: everything that can be read was seen and everything holds; "
            f"1 of 2 resources is of types that can't be read: {BROKER}",
            COULD_NOT,
        ),
    ],
)
def test_everything_was_seen_is_said_only_when_it_is_so(
    entries: list[Entry], verdict: str, code: int
) -> None:
    run = made.run(made.finding(made.OUTCOMES["pass"]), accounting=Accounting(entries))
    assert (run.verdict, run.exit_code) == (verdict, VERIFIED)
    strict = replace(run, coverage_all=True)
    assert strict.exit_code == code
    assert strict.verdict.startswith("verified") == (code == VERIFIED)


def test_controls_that_were_left_out_are_not_said_to_be_missing() -> None:
    entries = [entry(Status.JUDGED), entry(Status.UNCOVERED, "aws:ec2/keyPair:KeyPair")]
    found = made.finding(made.OUTCOMES["pass"])
    run = made.run(found, accounting=Accounting(entries, selected=True))
    assert run.verdict == (
        f"{SEEN}; 1 of 2 resources is of types that no control that was chosen covers: ec2.KeyPair"
    )


def test_nothing_says_that_everything_of_an_account_was_seen() -> None:
    accounting = Accounting([entry(Status.JUDGED)])
    run = made.run(made.finding(made.OUTCOMES["pass"]), accounting=accounting)
    account = replace(run, unnamed=True)
    assert account.exit_code == VERIFIED
    seen = "verified: everything of the types that are read was seen and everything holds"
    assert (run.verdict, account.verdict) == (SEEN, seen)


def test_what_was_not_read_is_said_though_no_control_needs_it() -> None:
    gaps = (Gap((S3_CORS,), "s3:GetBucketCors", Cause.ACCESS_DENIED, "eu-west-1"),)
    accounting = Accounting([entry(Status.JUDGED)])
    run = made.run(made.finding(made.OUTCOMES["pass"]), accounting=accounting, gaps=gaps)
    assert run.exit_code == VERIFIED
    assert run.verdict == (
        "verified: everything that controls look at was seen and holds; "
        "not read: s3:GetBucketCors (access denied)"
    )
    assert replace(run, coverage_all=True).exit_code == COULD_NOT


def test_what_the_outputs_name_and_aws_does_not_have_is_a_failure() -> None:
    arn = "arn:aws:rds:eu-west-1:123456789012:cluster:shop"
    said = outputs(stack="dev", database=arn)
    run = judged(said, replace(snapshot(), answers={arn: None}), began=0)
    (finding,) = run.findings
    assert (finding.control.id, finding.resource.name) == ("resource-exists", "shop")
    assert run.exit_code == FAILED
    assert run.accounting.counts[Status.VANISHED] == 1
    waiver = {"control": "resource-exists", "resource": "shop", "reason": "r", "owner": "o"}
    accepted = Waiver.read({**waiver, "until": "2999-12-31"})
    lifted = judged(said, replace(snapshot(), answers={arn: None}), 0, [accepted])
    assert lifted.summary["waived"] == 1
    assert lifted.exit_code == VERIFIED


def test_type_that_controls_judge_and_nothing_reads_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    type_ = SQS_QUEUE
    control = next(c for c in catalogue().values() if type_ in c.types)
    known = reach()
    unread = replace(known, readable=known.readable - {type_})
    monkeypatch.setattr("stackproof.verify.reach", lambda: unread)
    resource = Resource({}, type=type_, name="it", id="it", urn=f"urn:pulumi:dev::p::{type_}::it")
    run = judged(outputs(), snapshot(), 0, (), State(Stack([resource], Sight.STATE)))
    assert control.id in {f.control.id for f in run.findings if isinstance(f.outcome, Unknown)}
    assert run.exit_code == COULD_NOT


def test_what_a_state_leaves_open_is_said_beside_what_runs() -> None:
    state = State(Stack([], Sight.STATE), notes=["creating x"])
    assert judged(outputs(), snapshot(), 0, state=state).warnings == ["creating x [SP7003]"]


@pytest.mark.parametrize("dying", [(), ("k-1",)])
def test_what_waits_for_its_deletion_has_vanished_and_has_not_drifted(dying: tuple[str]) -> None:
    urn = f"urn:pulumi:dev::p::{KMS_KEY}::k"
    key = Resource({"is_enabled": False}, type=KMS_KEY, name="k-1", id="k-1", urn=urn)
    state = State(
        Stack([replace(key, data={"is_enabled": True})], Sight.STATE), {urn: {"is_enabled": True}}
    )
    seen = replace(snapshot(key), dying=tuple(replace(key, urn=None).identity for _ in dying))
    run = judged(outputs(), seen, 0, state=state)
    parity_ids = {"resource-exists", "resource-as-declared"}
    beside = [f.control.id for f in run.findings if f.control.id in parity_ids]
    assert beside == (["resource-exists"] if dying else ["resource-as-declared"])
    console = Console(file=StringIO(), record=True, width=200)
    parity.write(run, console)
    assert ("k (k-1): it waits for its deletion" in console.export_text()) is bool(dying)


def held(*resources: Resource) -> State:
    return State(Stack(resources, Sight.STATE))


def test_regions_are_the_stacks_own_and_those_of_outputs_and_state() -> None:
    state = held(
        Resource({}, region="us-west-2"),
        Resource({}, region="sa-east-1"),
        Resource({}, region="us-west-2"),
        Resource({}),
    )
    bare = Outputs({"topic": "arn:aws:sns:eu-north-1:123456789012:t"}, Path("flat-outputs.json"))
    assert regions_of(outputs(), state) == ("eu-west-1", "sa-east-1", "us-west-2")
    assert regions_of(bare, state) == ("us-west-2", "eu-north-1", "sa-east-1")
    assert regions_of(bare, None) == ("eu-north-1",)


def test_region_that_nothing_says_is_asked_for() -> None:
    silent = Outputs({"vpc_id": "vpc-1"}, Path("flat-outputs.json"))
    with pytest.raises(
        OutputsError, match=r"flat-outputs\.json names no region; give --region NAME"
    ):
        regions_of(silent, None)
    with pytest.raises(OutputsError, match=r"set AWS_REGION \(it is 'mars'"):
        regions_of(silent, None, "mars")
    assert regions_of(silent, None, "eu-west-1") == ("eu-west-1",)
    with pytest.raises(OutputsError, match="none of the state's resources is said to be in one"):
        regions_of(silent, held(Resource({})))


def test_region_that_only_the_environment_says_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guessed = replace(snapshot(), guessed=True)
    monkeypatch.setattr("stackproof.verify.snapshot_of", lambda *_: guessed)
    told, *_ = verify(Outputs({"vpc_id": "vpc-1"}, Path("cdk.json"))).warnings
    assert told == (
        "cdk.json names no region: what is regional was looked for in eu-west-1 only, which "
        "AWS_REGION or the profile chooses [SP7005]"
    )


@pytest.mark.parametrize("given", [("us-west-2",), ("us-west-2", "sa-east-1")])
def test_regions_that_leave_out_one_of_the_stacks_are_refused(given: tuple[str, ...]) -> None:
    state = held(Resource({}, region="us-west-2"), Resource({}, region="eu-north-1"))
    with pytest.raises(OutputsError, match=r"has something in eu-west-1, eu-north-1, and --region"):
        snapshot_of(outputs(), state, regions=given)


def test_credentials_for_another_account_than_all_arns_name_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stackproof.verify.snapshot_of", lambda *_: snapshot())
    abroad = {"topic": "arn:aws:sns:eu-west-1:999999999999:t", "name": "api"}
    told, *_ = verify(Outputs(abroad, Path("o.json"))).warnings
    assert "all ARNs in o.json are of account 999999999999, but the credentials are for" in told
    both = {**abroad, "role": f"arn:aws:iam::{ACCOUNT}:role/api"}
    assert not any("all ARNs" in w for w in verify(Outputs(both, Path("o.json"))).warnings)


def test_region_of_the_state_that_is_none_is_said_to_be_the_states() -> None:
    odd = held(Resource({}, region="us-west-2"), Resource({}, region="mars west"))
    with pytest.raises(OutputsError, match="the state has resources in the region 'mars west'"):
        regions_of(outputs(), odd)


def test_own_tags_are_those_of_the_outputs_else_what_the_states_resources_share() -> None:
    state = held(Resource({"tags": {"app": "shop", "stage": "prod", "Name": "a"}}))
    assert own_tags_of(outputs(), None) == {}
    assert own_tags_of(outputs(), state) == {"app": "shop", "stage": "prod"}
    said = outputs(project="shop", environment="prod")
    assert own_tags_of(said, state) == {"Project": "shop", "Environment": "prod"}


def test_run_says_that_shared_tags_tell_no_stack_from_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stackproof.verify.snapshot_of", lambda *_: snapshot())
    (said,) = verify(outputs(), held(Resource({"tags": {"Owner": "me"}}))).warnings
    assert "share (Owner) name no project and environment" in said
    assert verify(outputs(), held(Resource({"tags": {"pulumi:stack": "p"}}))).warnings == []


def test_state_of_another_account_is_refused(tmp_path: Path) -> None:
    """Roles, queues and log groups are called the same in every account of a company."""
    theirs, ours = (
        Resource({}, IAM_ROLE, "api", id="api", account=account)
        for account in ("999999999999", ACCOUNT)
    )
    said = Outputs({"region": REGION}, tmp_path)
    with pytest.raises(LiveError, match=f"for account {ACCOUNT}, but the stack is of account 999"):
        snapshot_of(said, State(Stack([theirs], Sight.STATE)), Answering({}))
    assert snapshot_of(said, State(Stack([theirs, ours], Sight.STATE)), Answering({})).account


def test_what_outputs_hide_or_name_in_another_account_is_told() -> None:
    values = {
        "queue": "[secret]",
        "keys": ["[secret]", "k-1"],
        "topic": "arn:aws:sns:eu-west-1:999999999999:alerts",
        "name": "api",
    }
    said = Outputs(values, Path("o.json"))
    told = left_open(said, None, snapshot())
    assert any("o.json hides 2 outputs (queue, keys): " in warning for warning in told)
    assert any(
        "o.json names 1 thing of account 999999999999, which was not looked at: "
        "arn:aws:sns:eu-west-1:999999999999:alerts" in warning
        for warning in told
    )
    with_state = left_open(said, held(Resource({}, region="eu-west-1")), snapshot())
    assert not any("hides" in warning or "names 1" in warning for warning in with_state)


@pytest.mark.parametrize("code", ["SP7001", "SP7005", "SP7006", "SP7007", "SP7014", "SP7015"])
def test_verdict_claims_no_more_than_was_looked_for(code: str) -> None:
    key = Resource({"enable_key_rotation": True}, type=KMS_KEY, name="key", id="k-1")
    run = judged(outputs(stack="dev"), snapshot(key), 0)
    passed = [finding for finding in run.findings if isinstance(finding.outcome, Pass)]
    run = replace(run, findings=passed, warnings=[f"something is left out [{code}]"])
    assert run.verdict.startswith("verified: everything that was looked for was seen")
