"""What a resource needs something on, where it takes more than one property to find it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from stackproof.model import Block, Cause, Resource, Stack, Unknown
from stackproof.reasoning.permissions.context import filled
from stackproof.reasoning.permissions.targets import Target, led_to, named, target
from stackproof.types import tokens as t

Found = Iterator[Target | Unknown]
Find = Callable[[Resource, Stack], Found]

_IMAGE: Final = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[\w-]+)\.amazonaws\.com(?:\.cn)?"
    r"/(?P<name>[^:@]+)"
)
_FUNCTION: Final = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+")
# Secrets that a database keeps by itself: nobody gives them a policy.
_OF_A_DATABASE: Final = ":secret:rds!"


def everything(consumer: Resource, stack: Stack) -> Found:
    """Give what stands for actions that know no resource."""
    yield Target("*", "everything", plain=True)


def made_up(template: str, name: str, type_: str) -> Find:
    """Give what finds something by the ARN that it must have, seen or not."""

    def find(consumer: Resource, stack: Stack) -> Found:
        yield by_arn(filled(template, consumer), name, type_, stack)

    return find


def by_arn(arn: tuple[str, ...] | Unknown, name: str, type_: str, stack: Stack) -> Target:
    """Give what has an ARN, with its resource where it is seen."""
    if isinstance(arn, Unknown):
        return Target(arn, name)
    found = stack.find(arn[0], type_)
    return Target(arn[0], name) if found is None else target(found)


def log_group(name: str, consumer: Resource, stack: Stack, region: str | None = None) -> Target:
    """Give a log group by its name, seen or not."""
    found = named(name, t.LOG_GROUP, stack)
    if found is not None:
        return target(found)
    place = region or "{region}"
    return Target(
        _text(f"arn:{{partition}}:logs:{place}:{{account}}:log-group:{name}", consumer), name
    )


def _text(template: str, consumer: Resource) -> str | Unknown:
    found = filled(template, consumer)
    return found[0] if isinstance(found, tuple) else found


def containers(definition: Resource) -> Iterator[Block]:
    """Give the containers of a task definition; UnresolvedError where they can't be read."""
    text = "container_definitions"
    yield from Block({text: definition.document(text)}).blocks(text)


def image(text: str, stack: Stack) -> Target | None:
    """Give the repository that an image is pulled from, `None` when it isn't one of Amazon ECR."""
    for repository in stack.around(t.ECR_REPOSITORY):
        url = repository.raw("repository_url")
        if isinstance(url, str) and re.match(re.escape(url) + r"($|[:@])", text):
            return target(repository)
    found = _IMAGE.match(text)
    if found is None:
        return None
    arn = "arn:{p}:ecr:{region}:{account}:repository/{name}".format(
        p="aws-cn" if found["region"].startswith("cn-") else "aws", **found.groupdict()
    )
    return by_arn((arn,), found["name"], t.ECR_REPOSITORY, stack)


# Connections have an older name and a newer one, and so have their actions.
# Source: Developer Tools console User Guide, "Connections rename".
CONNECTIONS: Final = (t.CODESTAR_CONNECTION, t.CODECONNECTIONS_CONNECTION)
NEWER_CONNECTION: Final = {"@newer": t.CODECONNECTIONS_CONNECTION}


def either_name(action: str) -> tuple[str, ...]:
    """Give an action on connections by both names."""
    return (f"codestar-connections:{action}", f"codeconnections:{action}")


def connection(arn: str, stack: Stack) -> Target:
    """Give a connection by its ARN, seen or not; it has no policy of its own."""
    found = next(
        (connection for type_ in CONNECTIONS if (connection := stack.find(arn, type_))), None
    )
    return Target(arn, arn, plain=True) if found is None else target(found)


def task_images(definition: Resource, stack: Stack) -> Found:
    """Give the repositories of a task's images."""
    for container in containers(definition):
        found = image(container.text("image") or "", stack)
        if found is not None:
            yield found


def task_registry(definition: Resource, stack: Stack) -> Found:
    """Give the registry, where a task pulls from one of Amazon ECR."""
    if any(True for _ in task_images(definition, stack)):
        yield from everything(definition, stack)


def task_log_groups(definition: Resource, stack: Stack) -> Found:
    """Give the log groups that a task's containers write to."""
    for container in containers(definition):
        group = container.text("logConfiguration.options.awslogs-group")
        if group and container.get("logConfiguration.logDriver") == "awslogs":
            region = container.text("logConfiguration.options.awslogs-region")
            yield log_group(group, definition, stack, region)


def task_secrets(type_: str) -> Find:
    """Give what finds the secrets, or the parameters, that a task's containers are started with."""

    def find(definition: Resource, stack: Stack) -> Found:
        for container in containers(definition):
            for secret in container.blocks("secrets"):
                yield from kept(secret.text("valueFrom") or "", type_, definition, stack)

    return find


def kept(text: str, type_: str, consumer: Resource, stack: Stack) -> Found:
    """Give the secret or the parameter that a text names, nothing when it is of the other kind."""
    # What follows the name of a secret is a key of it, a stage, a version.
    arn = ":".join(text.split(":")[:7]) if text.startswith("arn:") else text
    found = named(arn, type_, stack)
    if found is not None:
        yield target(found)
    elif ":secretsmanager:" in text:
        if type_ == t.SECRET:
            yield Target(arn, text, plain=_OF_A_DATABASE in arn)
    elif type_ == t.SSM_PARAMETER and text:
        made = f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{text.lstrip('/')}"
        yield Target(arn if arn.startswith("arn:") else _text(made, consumer), text)


def outside(name: str) -> Unknown:
    """Give what stands for something that isn't seen."""
    return Unknown(Cause.NOT_IN_STACK, detail=name)


def role_of_function(path: str) -> Callable[[Resource, Stack], Iterator[Resource | Unknown]]:
    """Give what finds the role of the function that a property names."""

    def find(consumer: Resource, stack: Stack) -> Iterator[Resource | Unknown]:
        for function in led_to(consumer, path, t.LAMBDA_FUNCTION, stack):
            if isinstance(function, Unknown):
                yield function
            elif function.resource is not None:
                yield from roles(function.resource, "role", stack)

    return find


def roles(consumer: Resource, path: str, stack: Stack) -> Iterator[Resource | Unknown]:
    """Give the roles that a property leads to."""
    for role in led_to(consumer, path, t.IAM_ROLE, stack):
        if isinstance(role, Unknown):
            yield role
        elif role.resource is not None:
            yield role.resource


def functions_in(path: str) -> Find:
    """Give what finds the functions that a document names by their ARNs."""

    def find(consumer: Resource, stack: Stack) -> Found:
        text = str(consumer[path] or "")
        own = {f.arn: f for f in stack.around(t.LAMBDA_FUNCTION) if f.arn}
        for arn, function in own.items():
            if re.search(re.escape(arn) + r"(?![\w-])", text):
                yield target(function)
        for arn in dict.fromkeys(_FUNCTION.findall(text)):
            if arn not in own:
                yield Target(arn, arn)

    return find


def own_things(
    variables: Iterable[tuple[str, Any]], type_: str, words: Iterable[str], stack: Stack
) -> Found:
    """Give what environment variables clearly name: by an ARN or an address, or by a name.

    A name counts only where the variable says what it is (`TABLE_NAME`).
    """
    for variable, value in variables:
        found = stack.find(value, type_) if isinstance(value, str) and value else None
        if found is None:
            continue
        clear = value == found.arn or "://" in value
        if clear or any(word in variable.upper() for word in words):
            yield target(found)
