"""Tags and names: whose a resource is, and which environment it belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.taggable import (
    NAME_PROPERTY,
    TAGGABLE,
    environment_of,
    known_tags,
    made_by_aws,
)
from stackproof.model import (
    Category,
    Cause,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Pass,
    Resource,
    Severity,
    Stack,
    Unknown,
    worst,
)
from stackproof.model.cases import (
    Cases,
    Change,
    Given,
    Hide,
    Neighbour,
    Ref,
    Remove,
    With,
)
from stackproof.model.parameter import Environments, Texts
from stackproof.reasoning.effective import whole
from stackproof.types.companions import neighbours
from stackproof.types.tokens import EC2_TAG, LAUNCH_TEMPLATE

TAGGED = Given(
    LAUNCH_TEMPLATE,
    {
        "name": "payments-prod",
        "tags": {
            "Project": "payments",
            "Environment": "prod",
            "ManagedBy": "Pulumi",
            "Owner": "platform",
        },
    },
)
OF_SUBJECT = Ref("subject")
HIDDEN = Unknown(Cause.NOT_KNOWN_AT_PREVIEW)
# Auto Scaling groups have their tags in this form.
LISTED = Change(
    "tags",
    [
        {"key": key, "value": value, "propagate_at_launch": True}
        for key, value in TAGGED.properties["tags"].items()
    ],
)


def _apart(key: str, value: str, of: Any = OF_SUBJECT) -> With:
    """Give a tag in a resource of its own."""
    return With(Neighbour("tag", EC2_TAG, {"resource_id": of, "key": key, "value": value}))


FRAMEWORKS = {Framework.NIST: ("CM-8", "CM-8(4)")}


@control(
    "tags-required",
    title="Resources carry the required tags",
    severity=Severity.MEDIUM,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=TAGGABLE,
    needs=neighbours(TAGGABLE, "tags"),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=TAGGED,
        failing=(
            Remove("tags"),
            Remove("tags.Owner"),
            (Remove("tags.Owner"), Hide("tags.Project")),
            (Remove("tags.Owner"), Change("tags.owner", "platform")),
            (LISTED, Remove("tags.3")),
        ),
        unknown=(
            Hide("tags"),
            Hide("tags.Owner"),
            (LISTED, Hide("tags.3.key")),
            (LISTED, Hide("tags.3.value")),
        ),
        absent=((Remove("tags.Owner"), _apart("Owner", "platform", HIDDEN)),),
        also_passing=(
            LISTED,
            (Remove("tags.Owner"), _apart("Owner", "platform")),
            _apart("Owner", "platform", HIDDEN),
            (Remove("tags.Owner"), Change("tags_all", {"Owner": "platform"})),
            Change("tags.CostCenter", "CC-1"),
        ),
    ),
)
def required_tags(
    resource: Resource,
    stack: Stack,
    *,
    required: Annotated[tuple[str, ...], Texts("keys of tags", fewest=1)] = (
        "Project",
        "Environment",
        "ManagedBy",
        "Owner",
    ),
) -> Outcome:
    """Costs, incidents and clean-ups find their owner by tags; keys are case-sensitive.

    Tags that the provider adds to everything (`default_tags`) show in `tags_all`.
    """
    if made_by_aws(resource):
        return NotApplicable("made by AWS, and taken over by no program")
    by_default = resource.raw("tags_all")
    given = known_tags(whole(resource, stack, "tags"))
    tags = {**(by_default if isinstance(by_default, Mapping) else {}), **given}
    missing = [key for key in required if tags.get(key) is None]
    if missing:
        wanted, lacking = ", ".join(required), ", ".join(missing)
        return Fail("tags", f"tags {wanted}", sorted(tags), f"Add the tags {lacking}.")
    hidden = (
        value.at(f"tags.{key}") for key in required if isinstance(value := tags[key], Unknown)
    )
    return next(hidden, Pass())


@control(
    "tags-not-empty",
    title="Tags have values, in the form that AWS and cost reports understand",
    severity=Severity.LOW,
    category=Category.TAGGING,
    family=Family.TAGGING,
    types=TAGGABLE,
    needs=neighbours(TAGGABLE, "tags"),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=TAGGED,
        failing=(
            Change("tags.Owner", ""),
            Change("tags.Owner", "  "),
            (Change("tags.Owner", " platform"), Hide("tags.Project")),
            Change("tags.Owner", "x" * 257),
            (LISTED, Change("tags.3.value", "")),
            _apart("Team", ""),
        ),
        unknown=(Hide("tags"), Hide("tags.Owner")),
        absent=(_apart("Team", "", HIDDEN),),
        not_applicable=(Remove("tags"), Change("tags", {"aws:cloudformation:stack-name": ""})),
    ),
)
def tags_not_empty(resource: Resource, stack: Stack) -> Outcome:
    """A cost report counts an empty value, or one with a space too many, as another owner.

    Source: Tagging AWS Resources User Guide, "Tag naming limits and requirements". Tags that
    AWS itself sets (`aws:…`) are not judged.
    """
    tags = known_tags(whole(resource, stack, "tags"))
    return worst(*(_has_value(tags[key], key) for key in tags if not key.startswith("aws:")))


def _has_value(value: object, key: str) -> Outcome:
    if isinstance(value, Unknown):
        return value.at(f"tags.{key}")
    text = str(value or "")
    if text and text == text.strip() and len(text) <= 256:
        return Pass()
    return Fail(
        f"tags.{key}",
        "1 to 256 characters, no spaces at the ends",
        text[:40],
        f"Give the tag {key} a value.",
    )


@control(
    "tags-known-environment",
    title="The tag Environment names an environment that exists",
    severity=Severity.LOW,
    category=Category.TAGGING,
    types=TAGGABLE,
    needs=neighbours(TAGGABLE, "tags"),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=TAGGED,
        failing=(
            Change("tags.Environment", "prd"),
            Change("tags.Environment", ""),
            (LISTED, Change("tags.1.value", "prd")),
            (Remove("tags.Environment"), _apart("Environment", "prd")),
        ),
        unknown=(Hide("tags"), Hide("tags.Environment")),
        absent=((Remove("tags.Environment"), _apart("Environment", "prd", HIDDEN)),),
        also_passing=(
            LISTED,
            Change("tags.Environment", "Staging"),
        ),
        not_applicable=(Remove("tags"), Remove("tags.Environment")),
    ),
)
def known_environment(
    resource: Resource,
    stack: Stack,
    *,
    allowed: Environments = (
        "dev",
        "development",
        "test",
        "sandbox",
        "staging",
        "prod",
        "production",
    ),
) -> Outcome:
    """What is tolerated where, and what may be deleted when, hangs on this one word."""
    environment = environment_of(whole(resource, stack, "tags"))
    if environment is None:
        return NotApplicable("has no tag Environment")
    if environment.lower() in allowed:
        return Pass()
    return Fail(
        "tags.Environment",
        f"one of {', '.join(allowed)}",
        environment,
        "Correct the tag Environment, or add the value to the parameter `allowed`.",
    )


@control(
    "names-carry-environment",
    title="Names say which environment a resource belongs to",
    severity=Severity.LOW,
    category=Category.TAGGING,
    types=tuple(NAME_PROPERTY),
    needs=neighbours(NAME_PROPERTY, "tags"),
    frameworks=FRAMEWORKS,
    cases=Cases(
        passing=TAGGED,
        failing=(
            Change("name", "payments"),
            Change("name", "payments-production"),
            Change("tags.Environment", "staging"),
        ),
        unknown=(Hide("name"), Hide("tags"), Hide("tags.Environment")),
        absent=((Remove("tags.Environment"), _apart("Environment", "prod", HIDDEN)),),
        also_passing=(
            Change("name", "prod-payments-123456789012"),
            Change("name", "Team-PROD-Web"),
        ),
        not_applicable=(Remove("tags"), Remove("name"), Remove("tags.Environment")),
    ),
)
def names_have_environment(resource: Resource, stack: Stack) -> Outcome:
    """Environments then share an account without taking each other's names, or being mixed up."""
    path = NAME_PROPERTY[resource.type]
    environment, name = environment_of(whole(resource, stack, "tags")), resource[path]
    if not environment or not name:
        return NotApplicable("has no name of its own, or no tag Environment")
    edge = "[^a-z0-9]"
    word = f"(^|{edge}){re.escape(environment.lower())}({edge}|$)"
    if re.search(word, str(name).lower()):
        return Pass()
    return Fail(
        path,
        f"a name with {environment} in it",
        name,
        f"Compose {path} from project, component and environment.",
    )
