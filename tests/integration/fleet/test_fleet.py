"""A fleet on real workers: each account by its own role, and nothing lost with a worker."""

from __future__ import annotations

import csv
import json
import os
import pickle
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.embedded.faults import Fault, calls, clear, forget_calls, inject
from stackproof.embedded.server.state import Server
from stackproof.fleet.account import verify_account
from stackproof.fleet.targets import Target
from stackproof.record import record_of
from stackproof.record.fleet.cluster import connected
from stackproof.record.fleet.file import FleetError, read
from stackproof.record.fleet.form import FleetForm, Rate
from stackproof.record.fleet.listing import accounts_of
from stackproof.record.fleet.plan import plans
from stackproof.record.fleet.run import Counts, Driver
from stackproof.record.form import Record
from stackproof.record.history import History
from stackproof.record.nightly.night import Night
from stackproof.settings.loading import load
from stackproof.settings.nightly_form import NightlyStack
from stackproof.verify import asking

SHOP, BANK, TILL = "111111111111", "222222222222", "333333333333"
REGIONS = ("us-east-1", "eu-west-1")
# What no task, result or log may hold: who we are, and whom moto makes of a role.
PLANTED = "PLANTED+in+the+environment"
CREDENTIALS = re.compile(rb"PLANTED|ASIA[A-Z0-9]{16}|FQoGZXIvYXdz")
FLEET: dict[str, Any] = {
    "defaults": {"role": "audit", "regions": [REGIONS[0]], "external_id": "till"},
    "rate": {"requests_per_second": 60, "at_once": 2},
    "accounts": [
        {"account": SHOP, "regions": list(REGIONS), "owner": "shop"},
        {"account": BANK, "name": "=the bank"},
        {"account": TILL, "stacks": [{"name": "till", "outputs": "till.json"}]},
    ],
}


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/audit"


def session(account: str) -> boto3.Session:
    sts = boto3.client("sts")
    held = sts.assume_role(RoleArn=role(account), RoleSessionName="test")["Credentials"]
    return boto3.Session(held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"])


@pytest.fixture(scope="module")
def folder(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fleet of three accounts, of which the shop fails in its second region only."""
    place = tmp_path_factory.mktemp("fleet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", PLANTED)
        patch.chdir(place)
        for account in (SHOP, BANK, TILL):
            kms: Any = session(account).client("kms", region_name=REGIONS[0])
            key = kms.create_key(Tags=[])["KeyMetadata"]["Arn"]
            kms.enable_key_rotation(KeyId=key)
        (place / "till.json").write_text(json.dumps({"region": REGIONS[0], "key": key}))
        there: Any = session(SHOP).client("kms", region_name=REGIONS[1])
        there.create_key(Tags=[])
        (place / "stackproof.yaml").write_text('select: ["kms-key-rotation"]')
        (place / "fleet.yaml").write_text(json.dumps(FLEET))
        yield place


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Any]:
    with connected(None, 2) as made:
        yield made


def looked_at(client: Any, folder: Path, fleet: Any = FLEET) -> Iterator[Record]:
    form = FleetForm.model_validate(fleet)
    yield from Driver(client, form.rate, folder, Counts()).records(plans(form))


def fingerprints(record: Record) -> list[tuple[str, str]]:
    return sorted((finding.fingerprint, finding.outcome) for finding in record.findings)


def test_each_account_is_a_record_in_the_history_and_in_the_roll_up(
    client: Any, folder: Path
) -> None:
    address = client.scheduler.address
    arguments = ["fleet", "fleet.yaml", "--scheduler", address, "--history", "evidence"]
    done = CliRunner().invoke(main, [*arguments, "--reports", "reports"])
    assert done.exit_code == 1, done.output
    lines = done.output.splitlines()
    assert lines[-1] == f"3 records: 2 verified, 1 failed (account {SHOP})"
    assert "shop: 1 failed, 1 medium failure" in lines
    assert {"nobody: 2 verified"} <= set(lines)
    kept = {place.stack: History("evidence").read(place) for place in History("evidence").places()}
    assert set(kept) == {f"account {SHOP}", "=the bank", "till"}
    shop = kept[f"account {SHOP}"]
    assert shop.run.owner == "shop"
    assert shop.run.regions == list(REGIONS)
    rows = list(csv.reader((folder / "reports" / "fleet.csv").open()))
    assert [row[0] for row in rows[1:]] == [f"account {SHOP}", "'=the bank", "till"]
    page = (folder / "reports" / "index.html").read_text()
    assert "3 records: 1 failed, 0 not verified, 2 verified" in page
    for link in (f"account%20{SHOP}", "%3Dthe%20bank", "till"):
        assert f'href="{link}.html"' in page
    # The same as one process says that reads both regions.
    target = Target(None, role(SHOP), "till")
    chosen = load(folder / "stackproof.yaml")
    alone = record_of(verify_account(asking(session=target.session()), REGIONS, settings=chosen))
    assert fingerprints(shop) == fingerprints(alone)
    assert shop.accounting == alone.accounting
    assert {r.identity for r in shop.resources} == {r.identity for r in alone.resources}


def test_killed_worker_costs_a_retry_and_no_credential_is_seen(
    client: Any, folder: Path, server: Server
) -> None:
    forget_calls(server)
    began = time.monotonic()
    seen: list[bytes] = []

    def kill() -> None:
        # Both workers are in the middle of reading a region of the shop.
        while not {call.region for call in calls(server) if call.account == SHOP} >= {*REGIONS}:
            time.sleep(0.2)
        seen.append(client.run_on_scheduler(_graph))
        pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)
        seen.append(str(pid).encode())

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    records = {record.run.stack: record for record in looked_at(client, folder)}
    seconds = time.monotonic() - began
    killer.join()
    asked = calls(server)
    kept = {place.stack: History("evidence").read(place) for place in History("evidence").places()}
    assert set(records) == set(kept)
    for name, record in records.items():
        assert fingerprints(record) == fingerprints(kept[name])
        assert record.errors == []
    graph, pid = seen
    assert int(pid) not in client.run(os.getpid).values()
    assert role(SHOP).encode() in graph  # it is what the tasks are told
    held = client.run(_held)
    logs = [client.get_scheduler_logs(), client.get_worker_logs()]
    for told in (graph, *held.values(), repr(logs).encode(), repr(records).encode()):
        assert not CREDENTIALS.search(told)
    # What was being done was done anew, and yet no account was asked faster than it may be.
    assert [call.operation for call in asked].count("AssumeRole") > len(REGIONS) + 2
    rate = FleetForm.model_validate(FLEET).rate.requests_per_second
    assert [call.account for call in asked].count(SHOP) / seconds < rate


def _graph(dask_scheduler: Any) -> bytes:
    """Give all that the scheduler knows of tasks, as it sends it."""
    return b"".join(pickle.dumps(task.run_spec) for task in dask_scheduler.tasks.values())


def _held(dask_worker: Any) -> bytes:
    """Give all results that a worker holds."""
    return pickle.dumps(dict(dask_worker.data))


def test_what_cannot_be_done_is_not_lost_among_green_ones(
    client: Any, folder: Path, server: Server
) -> None:
    inject(server, Fault("deny", "sts", "AssumeRole", resource=BANK))
    inject(server, Fault("drop", "kms", "*", region=REGIONS[1]))
    inject(server, Fault("deny", "sts", "GetCallerIdentity", region=REGIONS[1]))
    accounts = [
        {"account": BANK},
        {"account": TILL, "regions": list(REGIONS)},
        {"account": SHOP, "stacks": [{"name": "gone", "outputs": "gone.json"}]},
    ]
    fleet = {**FLEET, "accounts": accounts, "rate": {"requests_per_second": 500}}
    try:
        records = {record.run.stack: record for record in looked_at(client, folder, fleet)}
    finally:
        clear(server)
    assert {record.run.exit_code for record in records.values()} == {3}
    bank, till = records[f"account {BANK}"], records[f"account {TILL}"]
    assert "AssumeRole was refused (AccessDenied" in bank.run.verdict
    assert bank.run.account == BANK
    assert "gone.json" in records["gone"].run.verdict
    # The region that answered was judged; what may be in the other one is unknown.
    assert till.summary["pass"] == 1
    assert [error.split(":")[0] for error in till.errors] == [REGIONS[1]]
    assert any(gap.region == REGIONS[1] for gap in till.gaps)


def test_credentials_of_another_account_are_said(client: Any, folder: Path) -> None:
    wrong = {**FLEET, "accounts": [{"account": BANK, "role": role(SHOP), "stacks": []}]}
    form = FleetForm.model_validate(wrong)
    (record,) = Driver(client, Rate(requests_per_second=500), folder, Counts()).records(plans(form))
    assert f"the credentials are for account {SHOP}" in record.run.verdict


def test_stack_is_looked_at_as_a_night_does(client: Any, folder: Path, server: Server) -> None:
    till: Any = session(TILL).client("kms", region_name=REGIONS[0])
    keys = [till.create_key(Tags=[])["KeyMetadata"] for _ in range(2)]
    till.enable_key_rotation(KeyId=keys[0]["KeyId"])
    urn = "urn:pulumi:prod::shop::aws:kms/key:Key::"
    held = [
        {
            "urn": f"{urn}{number}",
            "type": "aws:kms/key:Key",
            "custom": True,
            "id": key["KeyId"],
            "outputs": {"arn": key["Arn"], "enableKeyRotation": True, "description": "Mine"},
            "inputs": {"enableKeyRotation": True, "description": "Mine"},
        }
        for number, key in enumerate(keys)
    ]
    state = {"version": 3, "deployment": {"resources": held}}
    (folder / "both.state.json").write_text(json.dumps(state))
    told = {"region": REGIONS[0], "key": keys[0]["Arn"]}
    (folder / "both.json").write_text(json.dumps(told))
    named = {"name": "both", "outputs": "both.json", "state": "both.state.json"}
    by_tags = {"name": "tagged", "tags": {"App": "till"}}
    fleet = {**FLEET, "accounts": [{"account": TILL, "stacks": [named, by_tags]}]}
    forget_calls(server)
    began = time.monotonic()
    found = {record.run.stack: record for record in looked_at(client, folder, fleet)}
    seconds = time.monotonic() - began
    asked = [call.account for call in calls(server)].count(TILL)
    assert asked / seconds < FleetForm.model_validate(fleet).rate.requests_per_second

    record = found["both"]
    entry = NightlyStack.model_validate({**named, "role": role(TILL), "external_id": "till"})
    alone = Night(entry, folder).record()
    assert {finding.sight for finding in record.findings} == {"state", "live"}
    assert record.parity is not None
    assert [s.scenario for s in record.scenarios if s.outcome == "failed"]
    assert fingerprints(record) == fingerprints(alone)
    assert record.run.verdict == alone.run.verdict
    assert {s.scenario: s.outcome for s in record.scenarios} == {
        s.scenario: s.outcome for s in alone.scenarios
    }
    # What nobody tried of the other one is said.
    assert found["tagged"].run.verdict.endswith("no scenarios were tried")
    assert any("nothing was compared" in warning for warning in found["tagged"].warnings)


WAIVED = """
- {control: kms-key-rotation, resource: "*", owner: shop, reason: It is old., until: 2099-12-31}
"""


def test_worker_that_holds_other_settings_says_so(
    client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "waived.yaml").write_text(WAIVED)
    # Here, and not where the workers are.
    monkeypatch.setenv("STACKPROOF_WAIVERS", str(folder / "waived.yaml"))
    fleet = {**FLEET, "accounts": FLEET["accounts"][2:]}
    (record,) = looked_at(client, folder, fleet)
    assert record.run.exit_code == 3
    assert "are not the same on the worker" in record.run.verdict


def test_workers_that_are_gone_leave_nothing_unsaid(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stackproof.record.fleet.run.PATIENCE", 0.5)
    monkeypatch.setattr("stackproof.record.fleet.run._LOOK", 0.2)
    with connected(None, 1) as alone:
        records = looked_at(alone, folder)
        threading.Timer(1.0, alone.cluster.scale, (0,)).start()
        made = list(records)
    assert len(made) == 3
    assert {record.run.exit_code for record in made} == {3}
    assert any("the workers are gone" in record.run.verdict for record in made)


def test_organization_is_listed_whole_and_closed_accounts_are_said(server: Server) -> None:
    organizations: Any = boto3.client("organizations", region_name="us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    made = [
        organizations.create_account(AccountName=f"a{number}", Email=f"{number}@example.com")
        for number in range(25)
    ]
    ids = [one["CreateAccountStatus"]["AccountId"] for one in made]
    organizations.close_account(AccountId=ids[0])
    form = FleetForm.model_validate(
        {
            "defaults": {"role": "audit", "regions": ["eu-west-1"]},
            "organization": {"exclude": [ids[1]]},
            "accounts": [{"account": ids[2], "owner": "shop"}],
        }
    )
    assert form.organization is not None
    found, left = accounts_of(form.organization)
    assert left == [f"account {ids[0]} is SUSPENDED: it was not looked at"]
    assert {one.account for one in found} >= set(ids[2:])
    assert not {one.account for one in found} & set(ids[:2])
    listed = {plan.account: plan for plan in plans(form, found)}
    assert len(listed) == len(found)
    assert listed[ids[2]].owner == "shop"
    assert listed[ids[3]].target.role == role(ids[3])


def test_scheduler_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stackproof.record.fleet.cluster._PATIENCE", 0.5)
    with (
        pytest.raises(FleetError, match=r"tcp://127\.0\.0\.1:1 cannot be reached"),
        connected("tcp://127.0.0.1:1", None),
    ):
        pass


def test_file_that_is_no_good_is_said_before_anything_is_asked(folder: Path) -> None:
    with pytest.raises(FleetError, match="cannot be read"):
        read(folder / "no.yaml")
