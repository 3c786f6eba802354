"""Somebody hears of it when a database fails."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, attempt, some
from stackproof.controls.support.notices import NOTICE_TYPES, is_read, told_by_rule
from stackproof.model import (
    Category,
    Fail,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Json,
    Neighbour,
    Ref,
    Remove,
    With,
    Without,
)
from stackproof.reasoning.events import database_event
from stackproof.types.tokens import (
    EVENT_RULE,
    EVENT_TARGET,
    RDS_CLUSTER,
    RDS_EVENT_SUBSCRIPTION,
    RDS_INSTANCE,
    SNS_SUBSCRIPTION,
    SNS_TOPIC,
)

# Amazon RDS API Reference, CreateEventSubscription, SourceType.
_SOURCES: Final = {RDS_CLUSTER: "db-cluster", RDS_INSTANCE: "db-instance"}
# Amazon RDS User Guide and Amazon Aurora User Guide, "Amazon RDS event categories and event
# messages".
_FAILURE: Final = "failure"
_MISSING: Final = Fail(
    "identifier",
    "a subscription to its failures, or a rule on them, with a topic that somebody reads",
    None,
    "Add an aws.rds.EventSubscription for its source type and the category failure, or an "
    "EventRule (source aws.rds), to an sns.Topic with a TopicSubscription.",
)


def _by_rule(**pattern: Any) -> tuple[With | Without, ...]:
    pattern_ = Json({"source": ["aws.rds"], **pattern})
    return (
        Without("told"),
        With(Neighbour("rule", EVENT_RULE, {"event_pattern": pattern_})),
        With(
            Neighbour("target", EVENT_TARGET, {"rule": Ref("rule"), "arn": Ref("topic", "arn")}),
        ),
    )


@control(
    "rds-events-told",
    title="Failures of databases are told to somebody",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=(RDS_INSTANCE, RDS_CLUSTER),
    needs=(RDS_EVENT_SUBSCRIPTION, *NOTICE_TYPES),
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "IR-6(1)")},
    in_part={Framework.FSBP: ("RDS.19", "RDS.20")},
    cases=Cases(
        passing=Given(
            RDS_CLUSTER,
            {"cluster_identifier": "orders"},
            (
                Neighbour(
                    "told",
                    RDS_EVENT_SUBSCRIPTION,
                    {
                        "sns_topic": Ref("topic", "arn"),
                        "source_type": "db-cluster",
                        "event_categories": ["failure", "maintenance"],
                    },
                ),
                Neighbour("topic", SNS_TOPIC, {"name": "failures"}),
                Neighbour("mail", SNS_SUBSCRIPTION, {"topic": Ref("topic", "arn")}),
            ),
        ),
        failing=(
            Without("told"),
            Without("mail"),
            Change("enabled", False, of="told"),
            Change("source_type", "db-snapshot", of="told"),
            Change("event_categories", ["backup"], of="told"),
            Change("source_ids", ["another"], of="told"),
            _by_rule(detail={"SourceType": ["DB_INSTANCE"]}),
            _by_rule(detail={"EventCategories": ["backup"]}),
        ),
        unknown=(
            Hide("sns_topic", of="told"),
            Hide("source_type", of="told"),
            Hide("event_categories", of="told"),
            Hide("enabled", of="told"),
            (Change("source_ids", ["orders"], of="told"), Hide("source_ids.0", of="told")),
        ),
        absent=(Without("topic"), Without("mail")),
        also_passing=(
            (Remove("source_type", of="told"), Remove("event_categories", of="told")),
            Change("source_ids", ["another", "orders"], of="told"),
            _by_rule(),
            _by_rule(detail={"EventCategories": ["failure"]}),
        ),
        not_applicable=((Without("told"), Change("tags", {"Environment": "dev"})),),
    ),
)
def events_told(database: Resource, stack: Stack) -> Outcome:
    """Alarms tell of a database that is slow; that it failed over or has no storage RDS tells.

    Source: Amazon RDS User Guide, "Working with Amazon RDS event notification".
    """
    subscriptions = stack.around(RDS_EVENT_SUBSCRIPTION)
    told = some(subscriptions, partial(_tells, database, stack), _MISSING)
    if isinstance(told, Pass):
        return told
    by_rule = attempt(told_by_rule, _event(database), stack, _MISSING)
    return told if isinstance(by_rule, Fail) else by_rule


def _event(database: Resource) -> dict[str, Any]:
    name = str(database[_name(database)])
    return database_event(name, _FAILURE, arn=database.arn, cluster=database.type == RDS_CLUSTER)


def _name(database: Resource) -> str:
    return "cluster_identifier" if database.type == RDS_CLUSTER else "identifier"


def _tells(database: Resource, stack: Stack, subscription: Resource) -> Outcome:
    if subscription["enabled"] is False:
        return _MISSING
    if subscription["source_type"] not in (None, "", _SOURCES[database.type]):
        return NotApplicable("a subscription to something else")
    categories, ids = subscription["event_categories"], subscription["source_ids"]
    if categories and _FAILURE not in subscription.values("event_categories"):
        return _MISSING
    if ids and not _is_named(database, subscription):
        return _MISSING
    topics = stack.follow(subscription, "sns_topic", SNS_TOPIC)
    return some(topics, lambda topic: is_read(topic, stack, _MISSING), _MISSING)


def _is_named(database: Resource, subscription: Resource) -> bool:
    if database.urn is not None and database.urn in subscription.references.get("source_ids", ()):
        return True
    named = {*map(str, subscription.values("source_ids"))}
    return not named.isdisjoint({database.id, database.arn, database.raw(_name(database))})
