"""The view that notes what a control reads changes nothing of what it judges."""

from __future__ import annotations

import json

from stackproof.controls import catalogue
from stackproof.explaining.tracing import Trace, traced
from stackproof.model import Category, Control, Outcome, Pass, Resource, Severity, Sight, Stack
from stackproof.model.cases import Cases, Change, Form, Given, Hide, build
from stackproof.own.proving import examples_of
from stackproof.types.tokens import S3_BUCKET

BUCKET = Resource(
    {
        "acl": "private",
        "rules": [{"days": 1, "then": {"to": "GLACIER"}}, {"days": 2}],
        "tags": {"a": "b"},
        "text": '{"x": 1}',
    },
    type=S3_BUCKET,
    name="b",
    id="b",
)


def test_every_control_judges_its_cases_as_ever() -> None:
    nothing_read = []
    for control in catalogue().values():
        for name, given in examples_of(control).items():
            subject, stack = build(given, Form.KNOWN)
            outcomes, trace = traced(control, subject, stack, {})
            assert outcomes == control.outcomes(subject, stack), (control.id, name)
            if name.startswith("failing") and not trace.facts and not trace.looked_for:
                nothing_read.append(control.id)
    assert nothing_read == []


def judged_by(judge: object) -> list[tuple[str, object]]:
    control = Control(
        id="a-rule",
        title="A rule",
        severity=Severity.LOW,
        category=Category.COST,
        types=(S3_BUCKET,),
        judge=judge,  # type: ignore[arg-type]
        cases=Cases(
            passing=Given(S3_BUCKET, {"acl": "private"}),
            failing=(Change("acl", ""),),
            unknown=(Hide("acl"),),
        ),
    )
    outcomes, trace = traced(control, BUCKET, Stack([BUCKET], Sight.LIVE), {})
    assert outcomes == {"": Pass()}
    return [(fact.path, fact.value) for fact in trace.facts]


def test_fact_is_the_deepest_that_was_read() -> None:
    def judge(bucket: Resource) -> Outcome:
        assert bucket["acl"] == "private"
        assert bucket.get("rules.0.then.to") == "GLACIER"
        assert [block["days"] for block in bucket.blocks("rules")] == [1, 2]
        assert bucket["nothing"] is None
        assert json.dumps(bucket["tags"]) == '{"a": "b"}'
        assert bucket.document("text") == {"x": 1}
        return Pass()

    assert judged_by(judge) == [
        ("acl", "private"),
        ("rules[0].then.to", "GLACIER"),
        ("rules[0].days", 1),
        ("rules[1].days", 2),
        ("nothing", None),
        ("tags.a", "b"),
        ("text", '{"x": 1}'),
    ]


def test_whole_that_was_only_looked_at_is_a_fact_itself() -> None:
    def judge(bucket: Resource) -> Outcome:
        assert bucket["rules"]
        assert "acl" in bucket.data
        return Pass()

    assert judged_by(judge) == [("rules", BUCKET.data["rules"]), ("acl", "private")]


def test_nothing_is_noted_but_by_the_control() -> None:
    trace = Trace()
    trace.note(BUCKET, "acl", "private")
    assert trace.facts == []
