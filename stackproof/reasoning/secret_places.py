"""Where programs can write a secret in plain text, so that AWS shows it to whoever may read.

Sources: the API reference of each service, for what its Get, List and Describe operations show.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from stackproof.model import Cause, Resource, Unknown, UnresolvedError
from stackproof.model.json_text import parse
from stackproof.types import tokens as t


class Text(NamedTuple):
    """A text of a resource: where it stands, what it is called there, and what it says."""

    path: str
    name: str
    value: str


# By type, the properties whose texts one control of the type's own judges: see `texts`.
PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    t.API_INTEGRATION: ("request_parameters",),
    t.API_STAGE: ("stage_variables",),
    t.APIGATEWAY_INTEGRATION: ("request_parameters", "request_templates"),
    t.BATCH_JOB_DEFINITION: (
        *("container_properties", "ecs_properties", "node_properties"),
        *("eks_properties", "parameters"),
    ),
    t.CLOUDFRONT_DISTRIBUTION: ("origins",),
    t.CODEBUILD_PROJECT: ("source", "secondary_sources"),
    t.DMS_ENDPOINT: ("extra_connection_attributes",),
    t.ECS_TASK_DEFINITION: ("container_definitions",),
    t.EVENT_TARGET: ("input", "input_transformer", "http_target"),
    t.SCHEDULER_SCHEDULE: ("target",),
}
# By type, the control that judges where else a secret may stand in it.
JUDGED_APART: Final[Mapping[str, str]] = {
    t.APIGATEWAY_STAGE: "rest-api-no-secrets-in-variables",
    t.CODEBUILD_PROJECT: "codebuild-no-plain-credentials",
    t.CODEPIPELINE: "codepipeline-no-secrets",
    t.EC2_INSTANCE: "ec2-instance-no-secrets-in-user-data",
    t.ECS_TASK_DEFINITION: "ecs-no-secrets-in-environment",
    t.LAMBDA_FUNCTION: "lambda-no-secrets-in-environment",
    t.LAUNCH_CONFIGURATION: "ec2-instance-no-secrets-in-user-data",
    t.LAUNCH_TEMPLATE: "launch-template-no-secrets-in-user-data",
    t.SFN_STATE_MACHINE: "sfn-no-secrets-in-definition",
    t.SSM_PARAMETER: "ssm-secrets-encrypted",
}
# By type, why no control judges what a program may write there.
NOT_JUDGED: Final[Mapping[str, str]] = {
    "aws:amplify/app:App": "no control knows the type",
    "aws:apprunner/service:Service": "no control knows the type",
    "aws:cloudformation/stack:Stack": "no control knows the type",
    "aws:cloudwatch/eventConnection:EventConnection": "AWS keeps it in Secrets Manager",
    "aws:elasticbeanstalk/environment:Environment": "no control knows the type",
    "aws:glue/job:Job": "no control knows the type",
    t.APPSYNC_GRAPHQL_API: "its settings hold no secret; sources of data stand apart",
    t.CLOUDFRONT_FUNCTION: "its code is not read",
    t.COGNITO_USER_POOL_CLIENT: "AWS makes its secret",
    t.GLUE_CONNECTION: "AWS leaves its password out, as it is asked to",
    t.LAMBDA_LAYER_VERSION: "its files are not read",
    t.SNS_SUBSCRIPTION: "AWS shows **** in place of a password in an address",
    t.SSM_DOCUMENT: "its content is not read",
}
# What of a container or an origin is no text of somebody's own: what only names secrets, or where
# another control looks.
_ELSEWHERE: Final[Mapping[str, frozenset[str]]] = {
    t.ECS_TASK_DEFINITION: frozenset(
        {"environment", "environmentFiles", "image", "repositoryCredentials", "secrets"}
    ),
    t.BATCH_JOB_DEFINITION: frozenset({"image", "repositoryCredentials", "secrets"}),
    t.CODEBUILD_PROJECT: frozenset(
        {"auth", "auths", "location", "secrets-manager", "parameter-store"}
    ),
}
# Of these the name says nothing: AWS's own pages want a header that nobody else knows.
# Source: Amazon CloudFront Developer Guide, "Restrict access to Application Load Balancers".
BY_FORMAT_ALONE: Final = frozenset({t.CLOUDFRONT_DISTRIBUTION})


def texts(resource: Resource) -> Iterator[Text | Unknown]:
    """Give the texts in which a program may write a secret, an Unknown for what can't be seen."""
    spared = _ELSEWHERE.get(resource.type, frozenset())
    for property_ in PLACES[resource.type]:
        try:
            value = _value(resource, property_)
        except UnresolvedError as error:
            yield error.unknown
            continue
        yield from inside(property_, property_, value, spared)


# JSON texts that hold an object: what isn't one can't be read.
_RECORDS: Final = frozenset({"container_properties", "ecs_properties", "node_properties"})


def _value(resource: Resource, property_: str) -> Any:
    if property_ in _RECORDS:
        return settings_of(resource, property_)
    if property_ != "container_definitions":
        return resource[property_]
    found = resource.document(property_)
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        why = "not a list of containers"
        raise UnresolvedError(Unknown(Cause.UNREADABLE, property_, why))
    return found


def settings_of(resource: Resource, property_: str) -> Mapping[str, Any]:
    """Give the settings that a JSON text holds, none where there is no text.

    Raises UnresolvedError for a text that holds none.
    """
    if resource[property_] is None:
        return {}
    found = resource.record(property_)
    if not found:
        raise UnresolvedError(Unknown(Cause.UNREADABLE, property_, "it holds no settings"))
    return found


def inside(
    path: str, name: str, value: Any, spared: frozenset[str] = frozenset()
) -> Iterator[Text | Unknown]:
    """Give the texts of a value at any depth, also in JSON, with the names that they go by."""
    if isinstance(value, Unknown):
        yield value.at(path)
    elif isinstance(value, str):
        document = _document(value)
        if document is None:
            yield Text(path, name, value)
        else:
            yield from inside(path, name, document, spared)
    elif isinstance(value, Mapping):
        yield from _of_mapping(path, value, spared)
    elif isinstance(value, Sequence):
        if is_command(value):
            # What goes by a letter, or by the tool: `["mysql", "-pPASSWORD"]`.
            yield Text(path, name, shlex.join(value))
        for index, item in enumerate(value):
            yield from inside(f"{path}[{index}]", option_before(value, index) or name, item, spared)


def _of_mapping(
    path: str, value: Mapping[str, Any], spared: frozenset[str]
) -> Iterator[Text | Unknown]:
    # A pair of a list: a variable, a header, a tag.
    label = value.get("name", value.get("key"))
    for key, item in value.items():
        if key in spared:
            continue
        paired = key == "value" and isinstance(label, str)
        yield from inside(f"{path}.{key}", label if paired else key, item, spared)


def is_command(value: Sequence[Any]) -> bool:
    """Tell whether a list is a command with options, each word by itself."""
    return all(isinstance(item, str) for item in value) and any(
        item.startswith("-") for item in value[1:]
    )


# Java's tools write theirs with one dash: `-storepass`.
_OPTION: Final = re.compile(r"--[^=]+|-[A-Za-z][\w.-]{2,}")
# Of these, `--secret` names what is mounted.
_MOUNTERS: Final = frozenset({"docker", "podman", "nerdctl", "buildah"})
# What `--secret` is followed by where it is a switch: `pulumi config set --secret NAME VALUE`.
_SETTING: Final = re.compile(r"[A-Za-z][A-Za-z_.:-]*")


def option_before(arguments: Sequence[Any], index: int) -> str | None:
    """Give the name of the option whose value an argument of a command is (`--password`, `x`)."""
    if index > 1 and _is_setting(arguments, index - 1):
        return None if _MOUNTERS.intersection(map(str, arguments[:index])) else "secret"
    before = arguments[index - 1] if index else None
    if not isinstance(before, str) or not _OPTION.fullmatch(before):
        return None
    return None if _is_setting(arguments, index) else before.lstrip("-")


def _is_setting(arguments: Sequence[Any], index: int) -> bool:
    match arguments[index - 1 : index + 2]:
        case ["--secret", str() as name, str() as value]:
            return _SETTING.fullmatch(name) is not None and not value.startswith("-")
    return False


def _document(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = parse(text)
    except ValueError:
        return None
    return found if isinstance(found, (Mapping, list)) else None
