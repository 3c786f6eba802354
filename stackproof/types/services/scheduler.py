"""EventBridge Scheduler: groups of schedules."""

from __future__ import annotations

from stackproof.types.described import Listing, Question, Type
from stackproof.types.tokens import SCHEDULER_SCHEDULE_GROUP

GROUP = Type(
    token=SCHEDULER_SCHEDULE_GROUP,
    service="scheduler",
    listing=Listing(
        operation="ListScheduleGroups", result="ScheduleGroups", single={"NamePrefix": "{id}"}
    ),
    id="{Name}",
    arn="{Arn}",
    name="{Name}",
    questions={
        "tags": Question(
            operation="ListTagsForResource", parameters={"ResourceArn": "{Arn}"}, result="Tags"
        )
    },
    unread=frozenset({"name_prefix"}),
    tags="tags:",
    arn_service="scheduler",
    dying=lambda item: item.get("State") == "DELETING",
    foreign=lambda item: bool(item["Name"] == "default"),
)

TYPES = (GROUP,)
