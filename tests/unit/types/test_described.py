"""Every description says of every property where it stands, and its reader fills them all."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest

from stackproof.model import Cause, Unknown
from stackproof.sights.live.described import reader_of
from stackproof.sights.live.reader import Detail
from stackproof.sights.live.scope import Scope
from stackproof.types.described import Listing, Question, Type, described
from stackproof.types.fitting import misfits
from stackproof.types.mapping import LISTED, DescriptionError, mapping
from stackproof.types.table import tagged, type_of
from tests.unit.types.shaped import answers, every_leaf

SESSION = botocore.session.get_session()
DESCRIBED = [pytest.param(type_, id=token) for token, type_ in described().items()]
each = pytest.mark.parametrize("type_", DESCRIBED)


def answer(type_: Type) -> dict[str, Any]:
    model = SESSION.get_service_model(type_.service)
    made = answers(type_, lambda operation: model.operation_model(operation).output_shape)
    if type_.listing.by:
        made[LISTED][type_.listing.by] = "parent-1"
    made[LISTED] |= type_.only
    return made


def scope() -> Scope:
    return Scope("eu-west-1", "123456789012", "aws", (), {})


def build(type_: Type, made: dict[str, Any]) -> Any:
    reader = reader_of(type_)
    details = {name: made[name] for name in type_.questions}
    (resource,) = reader.build(made[LISTED], details, scope())
    return resource


def at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[0] if isinstance(value, list) else value
        value = value.get(step) if value is not None else None
    return value


@each
def test_each_property_is_found_named_or_listed_as_unread(type_: Type) -> None:
    assert mapping(type_).missing == ()


@each
def test_nothing_is_named_or_listed_that_the_type_does_not_have(type_: Type) -> None:
    known = type_of(type_.token)
    assert known is not None
    top = {path.partition(".")[0] for path in {*type_.names, *type_.unread, *type_.provides}}
    assert top | {*type_.omitted} <= {*known.shape.kinds}
    assert not {*type_.names} & (type_.unread | type_.provides)


@each
def test_answer_with_everything_shows_every_property_in_its_form(type_: Type) -> None:
    resource = build(type_, answer(type_))
    assert [path for path in every_leaf(type_) if at(resource.data, path) is None] == []
    assert misfits(resource.type, resource.data) == []
    assert resource.id
    assert ("tags" in resource.data) == (type_.token in tagged())


@each
def test_item_of_another_type_of_the_listing_is_none_of_this(type_: Type) -> None:
    for member in type_.only:
        made = answer(type_)
        made[LISTED] |= {member: "another"}
        details = {name: made[name] for name in type_.questions}
        assert list(reader_of(type_).build(made[LISTED], details, scope())) == []


@each
def test_what_could_not_be_seen_is_unknown(type_: Type) -> None:
    hidden = Unknown(Cause.ACCESS_DENIED, detail="no")
    for name, question in type_.questions.items():
        resource = build(type_, {**answer(type_), name: hidden})
        lost = [n for n, value in resource.data.items() if isinstance(value, Unknown)]
        assert lost, name
        if question.whole:
            shown = {"tags", "tags_all", "arn", *(f.name for f in mapping(type_).fields)}
            told = {f.name for f in mapping(type_).fields if f.source != name}
            assert {*resource.data} - {*lost} <= {"tags", "arn", *told} & shown


@each
def test_resource_that_went_between_two_questions_is_gone(type_: Type) -> None:
    for name, question in type_.questions.items():
        if question.whole:
            reader = reader_of(type_)
            made = {**answer(type_), name: None}
            details = {n: made[n] for n in type_.questions}
            assert list(reader.build(made[LISTED], details, scope())) == []


TOPIC = Type(
    token="aws:sns/topic:Topic",
    service="sns",
    listing=Listing(operation="ListTopics", result="Topics"),
    id="{TopicArn}",
)


def test_property_that_stands_nowhere_is_missing() -> None:
    assert "kms_master_key_id" in mapping(TOPIC).missing


def test_two_candidates_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SimpleNamespace(type_name="string")
    members = {"DisplayNames": text, "DISPLAYNames": text}
    shape = SimpleNamespace(type_name="structure", members=members)
    monkeypatch.setattr("stackproof.types.mapping._shape", lambda *_: shape)
    with pytest.raises(DescriptionError, match="display_name may be any of DisplayNames, DISPLAY"):
        mapping(replace(TOPIC))


def test_member_of_another_form_is_refused() -> None:
    wrong = replace(TOPIC, names={"fifo_topic": "TopicArn"})
    with pytest.raises(DescriptionError, match="fifo_topic is boolean in Pulumi and string in AWS"):
        mapping(wrong)


def test_member_that_aws_does_not_have_is_refused() -> None:
    wrong = replace(TOPIC, names={"policy": "Nowhere"})
    with pytest.raises(DescriptionError, match="AWS has no member Nowhere"):
        mapping(wrong)


def test_question_asks_by_the_item() -> None:
    question = Question(operation="GetTopicAttributes", parameters={"TopicArn": "{TopicArn}"})
    reader = reader_of(replace(TOPIC, questions={"all": question}))
    detail = reader.details["all"]
    assert isinstance(detail, Detail)
    assert detail.parameters({"TopicArn": "arn:x"}) == {"TopicArn": "arn:x"}
