"""Runs made by hand and by hypothesis, with every kind of outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from stackproof.model import (
    Category,
    Cause,
    Control,
    Fail,
    Finding,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Unknown,
    Waived,
)
from stackproof.model.cases import Cases, Change, Given, Hide
from stackproof.record import Record, record_of
from stackproof.types.tokens import S3_BUCKET
from stackproof.verify import Run


def control(number: int = 0) -> Control:
    """Give a control; numbers run through all severities and categories."""
    return Control(
        id=f"bucket-rule-{number}",
        title=f"Buckets keep rule {number}",
        severity=list(Severity)[number % len(Severity)],
        category=list(Category)[number % len(Category)],
        types=(S3_BUCKET,),
        judge=lambda resource: Pass(),
        cases=Cases(
            passing=Given(S3_BUCKET, {"bucket": "b"}),
            failing=(Change("bucket", ""),),
            unknown=(Hide("bucket"),),
        ),
        frameworks={Framework.FSBP: ("S3.1",)},
    )


def bucket(name: str, **more: Any) -> Resource:
    given = {"id": name, "arn": f"arn:aws:s3:::{name}", "region": "eu-west-1"} | more
    return Resource({}, type=S3_BUCKET, name=name, **given)


def finding(outcome: Outcome, name: str = "ledger", facet: str = "", number: int = 0) -> Finding:
    return Finding(control(number), bucket(name), outcome, facet)


FAIL = Fail("acl", "private", "public-read", "Set acl to private.")
OUTCOMES: dict[str, Outcome] = {
    "pass": Pass(),
    "fail": FAIL,
    "unknown": Unknown(Cause.ACCESS_DENIED, "acl", "s3:GetBucketAcl"),
    "not_applicable": NotApplicable("the bucket is empty"),
    "waived": Waived("W-7", date(2030, 1, 31), FAIL),
}


def run(*findings: Finding, **more: Any) -> Run:
    facts: dict[str, Any] = {
        "stack": "payments-dev",
        "account": "123456789012",
        "regions": ("eu-west-1", "us-east-1"),
        "endpoint": "http://127.0.0.1:5000",
        "emulated": True,
        "calls": {"s3": 4, "kms": 2},
        "seconds": 1.25,
        "resources": 3,
    }
    return Run(**(facts | more), findings=findings)


def record_of_many(number: int) -> Record:
    """Give a record of so many findings of every outcome, on a tenth as many buckets."""
    few = [finding(outcome, number=n) for n in range(9) for outcome in OUTCOMES.values()]
    record = record_of(run(*few))
    made = []
    for n in range(number):
        one = record.findings[n % len(record.findings)]
        name = f"payments-{n // 10:05}"
        place = {"name": name, "id": name, "arn": f"arn:aws:s3:::{name}"}
        made.append(one.model_copy(update=place))
    summary = Counter(one.outcome for one in made)
    return record.model_copy(update={"findings": made, "summary": dict(summary)})


_CONTROLS = [control(number) for number in range(9)]
# What AWS lets people write is narrower; a report must survive the rest as well.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_FAILS = st.builds(Fail, _TEXT, _TEXT, _VALUES, _TEXT)
_OUTCOMES = st.one_of(
    st.builds(Pass),
    _FAILS,
    st.builds(Unknown, st.sampled_from(Cause), _TEXT, _TEXT),
    st.builds(NotApplicable, _TEXT),
    st.builds(Waived, _TEXT, st.dates(), _FAILS),
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any mix of findings, each of which can be told apart by its bucket's number."""
    made: Sequence[tuple[Control, str, Outcome, str]] = draw(
        st.lists(st.tuples(st.sampled_from(_CONTROLS), _TEXT, _OUTCOMES, _TEXT), max_size=8)
    )
    return run(
        *(
            Finding(rule, bucket(f"{name}-{number:03}"), outcome, facet)
            for number, (rule, name, outcome, facet) in enumerate(made)
        )
    )
