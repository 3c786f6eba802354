"""Every report shows the five counts and names whatever was not judged."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest
from rich.console import Console

from stackproof.model import Cause, Pass, Resource, Unknown
from stackproof.model.gap import Gap
from stackproof.parity.accounting import NO_READER, Accounting, Entry, Status
from stackproof.parity.naming import Source
from stackproof.record import record_of
from stackproof.reports import text
from stackproof.reports.html import as_html
from stackproof.reports.junit import as_junit
from stackproof.types.tokens import CODECOMMIT_REPOSITORY, KMS_ALIAS, KMS_KEY, S3_CORS
from stackproof.verify import Run
from tests.unit.reports.made import finding, run

BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1"
DENIED = Unknown(Cause.ACCESS_DENIED, detail="kms:DescribeKey")


def entry(status: Status, name: str, type_: str, unknown: Unknown | None = None) -> Entry:
    arn = None if type_ else name
    resource = Resource({}, type=type_, name=name, id=name, arn=arn)
    return Entry(resource, status, (type_,), Source.STATE, unknown, "AWS made it" * (not type_))


RUN = run(
    finding(Pass()),
    accounting=Accounting(
        [
            entry(Status.JUDGED, "fine-key", KMS_KEY),
            entry(Status.UNCOVERED, "alias/one", KMS_ALIAS),
            entry(Status.UNCOVERED, "alias/two", KMS_ALIAS),
            entry(Status.UNREADABLE, BROKER, "", NO_READER),
            entry(Status.UNREADABLE, "hidden-key", KMS_KEY, DENIED),
            entry(Status.VANISHED, "lost-key", KMS_KEY),
            entry(Status.FOREIGN, "arn:aws:theirs", ""),
        ],
        {"random": 3},
    ),
)
COUNTS = {
    "judged": 1,
    "without a control": 2,
    "unreadable": 2,
    "vanished": 1,
    "not this stack's": 1,
}
NAMED = ("alias/one", "alias/two", BROKER, "hidden-key", "lost-key", "arn:aws:theirs")


def written(made: Run = RUN) -> str:
    out = io.StringIO()
    text.write(record_of(made), Console(file=out, width=80))
    return out.getvalue()


def test_text_counts_and_names() -> None:
    report = written()
    counts = ", ".join(f"{n} {status}" for status, n in COUNTS.items())
    assert f"accounted for: {counts}; no AWS resources: random 3" in report
    lines = [line for line in report.splitlines() if line.startswith("  ")]
    assert lines == [
        "  without a control: kms.Alias: alias/one, alias/two",
        f"  unreadable: (nothing reads this type): {BROKER}; "
        "kms.Key (access denied: kms:DescribeKey): hidden-key",
        "  vanished: kms.Key: lost-key",
        "  not this stack's: (AWS made it): arn:aws:theirs",
    ]


def test_summary_tells_it_as_well() -> None:
    out = io.StringIO()
    text.write_summary(record_of(RUN), Console(file=out, width=80))
    assert all(name in out.getvalue() for name in NAMED)


def test_what_nothing_ever_shows_of_a_resource_is_told() -> None:
    source = entry(Status.JUDGED, "api", CODECOMMIT_REPOSITORY)
    made = run(finding(Pass()), accounting=Accounting([source]))
    told = "codecommit.Repository api: its branches"
    assert f"  seen in part: {told}" in written(made).splitlines()
    assert told in as_html(record_of(made))
    assert told in as_junit(record_of(made))


def test_json_holds_counts_and_resources_with_who_names_them_and_why() -> None:
    told = json.loads(record_of(RUN).as_json())
    assert told["accounting"] == {
        "counts": COUNTS,
        "not_aws": {"random": 3},
        "seen_in_part": {},
    }
    unjudged = [item for item in told["resources"] if item["status"] != "judged"]
    assert tuple(item["name"] for item in unjudged) == NAMED
    assert unjudged[3]["why"] == "access denied: kms:DescribeKey"
    assert {item["named_by"] for item in told["resources"]} == {"the state"}


def test_junit_has_them_as_properties() -> None:
    root = ElementTree.fromstring(as_junit(record_of(RUN)).encode())
    told = {p.get("name"): p.get("value", "") for p in root.iter("property")}
    assert {name: int(value.partition(":")[0]) for name, value in told.items()} == COUNTS
    assert all(any(name in value for value in told.values()) for name in NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_html_names_each(name: str) -> None:
    assert name in as_html(record_of(RUN))


def test_html_counts() -> None:
    page = " ".join(as_html(record_of(RUN)).split())
    for status, number in COUNTS.items():
        assert f"<dt>{status.replace(chr(39), '&#39;')}</dt><dd>{number}</dd>" in page


def test_every_report_names_what_was_not_read() -> None:
    gap = Gap((S3_CORS,), "s3:GetBucketCors", Cause.ACCESS_DENIED, "eu-west-1")
    made = run(finding(Pass()), gaps=[gap])
    said = "s3:GetBucketCors in eu-west-1 (access denied): s3.BucketCorsConfiguration"
    assert f"not read: {said}" in " ".join(written(made).split())
    assert said in as_html(record_of(made))
    properties = ElementTree.fromstring(as_junit(record_of(made)).encode()).iter("property")
    assert said in [one.get("value") for one in properties if one.get("name") == "not read"]
    assert json.loads(record_of(made).as_json())["gaps"] == [
        {
            "operation": "s3:GetBucketCors",
            "cause": "access denied",
            "region": "eu-west-1",
            "types": [S3_CORS],
        }
    ]
