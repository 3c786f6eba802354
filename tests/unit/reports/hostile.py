"""What somebody may call things, and what a record then says: for tests of every format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from stackproof.model import (
    Cause,
    Fail,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Unknown,
    Waived,
)
from stackproof.model.gap import Gap
from stackproof.parity.accounting import Accounting, Entry, Status
from stackproof.record import Record
from stackproof.record.changes import changes_between
from stackproof.types import tokens as t
from tests.unit.record.records_made import night
from tests.unit.reports.made import bucket, finding

NAMES: Final[Sequence[str]] = (
    "<script>document.title='taken over'</script><img src=x onerror=alert(1)>",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\uff1dcmd|'/c calc'!A0",
    " =1+1",
    "\u00a0\uff0b1",
    "\x1b]0;taken over\x07\x1b[2J\x1b[31m",
    "first\nsecond\r\n::error::third",
    "::add-mask::fail",
    "  ::stop-commands::zz",
    "##[add-mask]fail",
    "##vso[task.complete result=Succeeded;]done",
    "###teamcity[buildStatus status='SUCCESS']",
    "tab\tbed",
    "a\u2028b\u2029c",
    "\u202egpj.exe\u2066",
    "nul\x00byte",
    "<!--]]>&amp;\"'`|#{{7*7}}${7*7}%0a%n",
    "[a link](https://example.org) <@U1> <!channel> @all",
    "_*~`|\\",
    "emoji 😀 and é",
    " ",
    "a" * 10_000,
    "é" * 10_000,
)
SECRET: Final = "PLANTED-hunter2"


def hostile_record() -> Record:
    """Give a record in which everything that somebody can name is called like that."""
    found = []
    for number, name in enumerate(NAMES):
        fail = Fail(f"acl{name}", name, {name: name}, name)
        outcomes: tuple[Outcome, ...] = (
            fail,
            Pass(),
            Unknown(Cause.ACCESS_DENIED, name, name),
            NotApplicable(name),
            Waived(name, date(2030, 1, 31), fail),
        )
        found += [
            finding(outcome, f"{name}{number}", name, kind) for kind, outcome in enumerate(outcomes)
        ]
    scenarios: list[dict[str, Any]] = [
        {"scenario": f"t.py::test_it[{name}]", "family": "ha", "proves": name, "why": name}
        | {"outcome": "failed", "message": name, "seconds": 0.1}
        for name in NAMES
    ]
    after = night(
        *found,
        day=2,
        scenarios=scenarios,
        stack=NAMES[0],
        warnings=list(NAMES),
        gaps=[Gap((t.S3_BUCKET,), "s3:GetBucketAcl", Cause.ACCESS_DENIED, "eu-west-1")],
    )
    before = night(finding(Fail("acl", "private", "public", "Mend it."), NAMES[0]), stack=NAMES[0])
    lost = [one.model_copy(update={"name": name}) for one in before.findings for name in NAMES]
    changes = changes_between(before, after)
    return after.model_copy(update={"changes": changes, "not_seen": lost, "errors": list(NAMES)})


def secretive_record() -> Record:
    """Give a record of a run in which a secret stands wherever somebody may have put one."""
    key = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"
    outcomes: tuple[Outcome, ...] = (
        Fail("password", "a reference", SECRET, f"Not token={SECRET}."),
        Fail("environment", "none", {"API_KEY": SECRET}, "Move it."),
        Unknown(Cause.UNREADABLE, "x", f"it says secret: {SECRET}"),
        NotApplicable(f"DB_PASSWORD='{SECRET}'"),
        Waived("W-7", date(2030, 1, 31), Fail("text", f"not {key}", key, "Move it.")),
    )
    tags = {"ApiToken": SECRET, "Owner": f"token: {SECRET}", "note": SECRET}
    held: tuple[tuple[str, dict[str, Any]], ...] = (
        (t.LAMBDA_FUNCTION, {"environment": {"variables": {"NOTE": SECRET}}, "tags": tags}),
        (t.EC2_INSTANCE, {"user_data": f"export DB_PASSWORD={SECRET}", "tags": tags}),
        (t.RDS_CLUSTER, {"master_password": SECRET, "tags": tags}),
    )
    made = [
        Entry(Resource(data, type=type_, name=type_, id=type_), Status.JUDGED, (type_,))
        for type_, data in held
    ]
    scenario = {"scenario": "t.py::test_it", "family": "ha", "proves": "It holds.", "why": ""}
    scenario |= {"outcome": "failed", "message": f"the output api_key={SECRET}"}
    return night(
        *(finding(outcome, number=number) for number, outcome in enumerate(outcomes)),
        scenarios=[{**scenario, "seconds": 0.1}],
        accounting=Accounting([*made, Entry(bucket("ledger"), Status.JUDGED, (t.S3_BUCKET,))]),
        warnings=[f"the output token: {SECRET}"],
        why_not=f"https://u:{SECRET}@host refused",
    )
