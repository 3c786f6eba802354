"""Which alarms are taken to watch what."""

from __future__ import annotations

from typing import Any

from stackproof.controls.support.metric_alarms import metrics_have_alarms
from stackproof.model import Cause, Fail, Pass, Resource, Sight, Stack, Unknown
from stackproof.types.tokens import ECS_SERVICE, METRIC_ALARM

HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
SERVICE = Resource({"name": "payment"}, type=ECS_SERVICE, name="payment", urn="urn:payment")


def alarm(dimensions: Any, *points_to: str, **more: Any) -> Resource:
    data = {"namespace": "AWS/ECS", "metric_name": "CPUUtilization", "dimensions": dimensions}
    references = {"dimensions": points_to} if points_to else {}
    return Resource(data | more, type=METRIC_ALARM, name="cpu", references=references)


def judged(*alarms: Resource) -> Any:
    stack = Stack([SERVICE, *alarms], Sight.DECLARED)
    dimensions = {"ServiceName": frozenset({"payment"})}
    found = metrics_have_alarms([SERVICE], stack, "AWS/ECS", ["CPUUtilization"], dimensions)
    return found["CPUUtilization"]


def test_alarm_that_names_the_service_covers_it() -> None:
    assert judged(alarm({"ServiceName": "payment"})) == Pass()


def test_alarm_that_will_name_the_service_covers_it() -> None:
    assert judged(alarm({"ServiceName": HIDDEN}, "urn:payment")) == Pass()


def test_alarm_that_will_name_another_service_does_not() -> None:
    assert isinstance(judged(alarm({"ServiceName": HIDDEN}, "urn:api")), Fail)


def test_alarm_that_may_name_the_service_leaves_it_open() -> None:
    assert isinstance(judged(alarm({"ServiceName": HIDDEN})), Unknown)


def test_alarm_on_another_metric_leaves_nothing_open() -> None:
    other = alarm({"ServiceName": HIDDEN}, metric_name="MemoryUtilization")
    assert isinstance(judged(other), Fail)


def test_alarm_without_metric_queries_has_an_empty_list_of_them_live() -> None:
    assert judged(alarm({"ServiceName": "payment"}, metric_queries=[])) == Pass()


def test_one_alarm_on_the_service_is_enough_beside_unknown_ones() -> None:
    assert judged(alarm({"ServiceName": HIDDEN}), alarm({"ServiceName": "payment"})) == Pass()
