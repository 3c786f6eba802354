"""Launch templates: what instances tell while they run, and whose they are."""

from __future__ import annotations

from stackproof.controls.registry import control
from stackproof.controls.support.checks import NON_PRODUCTION, expect, expect_set, some
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Remove
from stackproof.types.tokens import LAUNCH_TEMPLATE


@control(
    "launch-template-detailed-monitoring",
    title="Launch templates have instances measured every minute",
    severity=Severity.LOW,
    category=Category.MONITORING,
    types=LAUNCH_TEMPLATE,
    tolerated_in=NON_PRODUCTION,
    frameworks={Framework.NIST: ("CA-7", "SI-4")},
    cases=Cases(
        passing=Given(LAUNCH_TEMPLATE, {"monitoring": {"enabled": True}}),
        failing=(Change("monitoring.enabled", False), Remove("monitoring")),
        unknown=(Hide("monitoring"), Hide("monitoring.enabled")),
        not_applicable=(Change("tags", {"Environment": "dev"}),),
    ),
)
def detailed_monitoring(template: Resource) -> Outcome:
    """Every five minutes, which is the default, scaling comes five minutes later.

    Source: Amazon EC2 Auto Scaling User Guide, "Configure monitoring for Auto Scaling instances".
    """
    return expect(template, "monitoring.enabled", True, fix="Set monitoring.enabled to true.")


@control(
    "launch-template-tags-volumes",
    title="Launch templates tag the volumes of instances",
    severity=Severity.LOW,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=LAUNCH_TEMPLATE,
    frameworks={Framework.NIST: ("CM-8",)},
    cases=Cases(
        passing=Given(
            LAUNCH_TEMPLATE,
            {
                "tag_specifications": [
                    {"resource_type": "instance", "tags": {"Owner": "platform"}},
                    {"resource_type": "volume", "tags": {"Owner": "platform"}},
                ]
            },
        ),
        failing=(
            Remove("tag_specifications"),
            Remove("tag_specifications.1"),
            Change("tag_specifications.1.tags", {}),
        ),
        unknown=(
            Hide("tag_specifications"),
            Hide("tag_specifications.1"),
            Hide("tag_specifications.1.resource_type"),
        ),
    ),
)
def tags_volumes(template: Resource) -> Outcome:
    """Auto Scaling passes its tags on to instances only; volumes that stay behind are nobody's.

    A backup plan that chooses by tag misses them, too.
    """
    missing = Fail(
        "tag_specifications",
        "tags for the resource type volume",
        None,
        "Add a tag_specification with resource_type volume.",
    )
    return some(template.elements("tag_specifications"), _for_volumes, missing)


def _for_volumes(specification: Block) -> Outcome:
    if specification["resource_type"] != "volume":
        return NotApplicable("for another type of resource")
    return expect_set(
        specification, "tags", expected="at least one tag", fix="Add tags to the specification."
    )
