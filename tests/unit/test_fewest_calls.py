"""What is counted as the fewest calls: one for each resource where AWS has no form for many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest

from benchmarks.alone import ALONE
from benchmarks.minimum import MANY, smallest
from stackproof.model import Resource, Sight, Stack
from stackproof.sights.live.everything import NAMES
from stackproof.sights.live.reader import Batch, Reader
from stackproof.sights.live.readers import readers

OPERATIONS = sorted({operation for operations in ALONE.values() for operation in operations})
# What looks like a form for many, and why it isn't one. Each operation's API Reference.
NOT_MANY = {
    "backup:GetBackupPlan": "recovery points and jobs have lifecycles as well, and no plan",
    "cloudfront:GetDistributionConfig": "the list has no logging",
    "cloudtrail:GetEventSelectors": "event data stores are no trails",
    "codestar-notifications:DescribeNotificationRule": "the lists have no rules",
    "cognito-idp:DescribeUserPool": "the list has the triggers alone",
    "dms:ListTagsForResource": "how many it takes isn't told",
    "dynamodb:DescribeTable": "a global table of 2017 is no table",
    "ec2:DescribeImageAttribute": "images are listed without those who may launch them",
    "ec2:DescribeInstanceAttribute": "instances are listed without their protection",
    "ecs:DescribeTaskDefinition": "tasks and daemons have containers as well",
    "elbv2:DescribeListeners": "rules have actions as well",
    "elbv2:DescribeRules": "listeners have actions as well",
    "guardduty:GetDetector": "members' detectors are others'",
    "iam:GetInstanceProfile": "the lists have no tags",
    "kms:ListGrants": "those that one may retire are not those of a key",
    "rds:DescribeDBClusterParameters": "defaults are nobody's",
    "rds:DescribeDBParameters": "defaults are nobody's",
    "redshift:DescribeClusterParameters": "defaults are nobody's",
    "redshift:DescribeLoggingStatus": "clusters are listed without their logging",
    "route53:GetHostedZone": "the list has no networks of private zones",
    "s3:GetBucketAcl": "grants of logs and objects are others'",
    "s3:GetBucketLifecycleConfiguration": "the older operation is asked of one bucket as well",
    "s3:GetBucketLogging": "grants of buckets and objects are others'",
    "sns:ListSubscriptionsByTopic": "the list of all has the account's own only, not strangers'",
    "wafv2:GetWebACL": "groups have rules as well",
}
# One question for all of a region, though a reader asks it of an item or by names.
SHARED = {
    *("autoscaling:DescribeScheduledActions", "budgets:DescribeBudgets"),
    *("cloudtrail:DescribeTrails", "config:DescribeConfigurationRecorderStatus"),
    *("ec2:DescribeLaunchTemplateVersions", "elasticache:DescribeCacheClusters", "iam:ListRoles"),
}
# Asked when one of the kind is asked for by its id, and not in a reading of all.
BY_ID = {"elbv2:DescribeTargetHealth", "iam:ListEntitiesForPolicy"}
# Of some listeners only, which `smallest` counts by itself.
OF_SOME = {"elbv2:DescribeListenerCertificates"}
_FEW = 2  # members that a structure of many services has: a key and a value


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _structures(shape: Any, listed: bool = False, above: tuple[str, ...] = ()) -> Iterator[Any]:
    """Give the structures within a shape, and whether each stands in a list."""
    if shape is None or shape.name in above or len(above) > 4:
        return
    if shape.type_name == "list":
        yield from _structures(shape.member, True, (*above, shape.name))
    elif shape.type_name == "structure":
        yield shape, listed
        for member in shape.members.values():
            yield from _structures(member, listed, (*above, shape.name))


def _forms_for_many(operation: str) -> set[str]:
    """Give the operations whose answer lists what another tells of one thing."""
    service, _, name = operation.partition(":")
    model = _model(service)
    asked = model.operation_model(name)
    answer = asked.output_shape
    told = {s.name for s, _ in _structures(answer) if len(s.members) > _FEW} - {answer.name}
    found = {
        other
        for other in model.operation_names
        if other != name and other.startswith(("BatchGet", "Describe", "Get", "List"))
        for s, listed in _structures(model.operation_model(other).output_shape)
        if listed and s.name in told
    }
    taken = asked.input_shape
    lists = {m for m, s in taken.members.items() if s.type_name == "list"} if taken else set()
    named = lists & {*taken.required_members} if taken else set()
    plural = {m for m in lists if m.endswith(("ArnList", "IdList")) or m in named}
    return found | ({name} if plural - {"Filters"} else set())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_asked_one_by_one_has_no_form_for_many(operation: str) -> None:
    """A list or a batch that nobody noticed costs a call for each resource of a large account."""
    assert bool(_forms_for_many(operation)) == (operation in NOT_MANY), _forms_for_many(operation)


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.types[0])
def test_what_is_asked_one_by_one_is_counted_so(reader: Reader) -> None:
    """What a reader asks of each item costs as many calls as there are, or it is told why not."""
    asked = {d.ask.name for d in reader.details.values() if not isinstance(d, Batch)}
    if reader.parent_fields or reader.types[0] in NAMES:
        asked.add(reader.listing.name)
    assert asked <= {*OPERATIONS, *MANY, *SHARED, *BY_ID, *OF_SOME}


@pytest.mark.parametrize("type_", ALONE)
def test_each_resource_costs_its_calls(type_: str) -> None:
    def calls(number: int) -> int:
        held = [Resource({}, type=type_, id=str(n), region="us-east-1") for n in range(number)]
        return sum(smallest(Stack(held, Sight.LIVE)).values())

    assert calls(200) - calls(100) >= 100 * len(ALONE[type_])
