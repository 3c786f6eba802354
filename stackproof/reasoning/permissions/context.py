"""What a request tells that a pair of resources makes.

Source: IAM User Guide, "AWS global condition context keys"; AWS KMS Developer Guide, "AWS KMS
condition keys"; Amazon S3 User Guide, "s3:TlsVersion"; AWS Security Blog, "TLS 1.2 to become the
minimum TLS protocol level for all AWS API endpoints".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stackproof.model import Cause, Resource, Stack, Unknown, UnresolvedError
from stackproof.model.tags import tags_of
from stackproof.reasoning.permissions.conditions import Context, Held, OneOf
from stackproof.reasoning.permissions.principals import Caller
from stackproof.reasoning.permissions.targets import Target, account_of
from stackproof.types import tokens as t

_UNTOLD = Unknown(Cause.UNREADABLE, detail="for whom the service acts")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts: the caller, its name for people, and the role where it is one."""

    caller: Caller
    name: str
    role: Resource | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """For whom a service says that it acts.

    `arn` is a template of the consumer's properties (`{arn}`, `{id}`, `{region}`, names),
    or finds it; `None` where the service says no ARN, and empty where that isn't documented.
    `account` tells whether it says the account, `None` where that isn't documented.
    """

    arn: str | Callable[[Resource, Stack], str | Unknown] | None = ""
    account: bool | None = None

    def values(self, consumer: Resource, stack: Stack) -> dict[str, Held]:
        """Give the values of aws:SourceArn and aws:SourceAccount."""
        account: Held = _UNTOLD if self.account is None else None
        if self.account:
            known = account_of(consumer)
            account = (known,) if known else _unknown("the account")
        owner: Held = account if self.account is not None else _UNTOLD
        return {
            "aws:sourcearn": self._arn(consumer, stack),
            "aws:sourceaccount": account,
            "aws:sourceowner": owner,
        }

    def _arn(self, consumer: Resource, stack: Stack) -> Held:
        if self.arn is None:
            return None
        if self.arn == "":
            return _UNTOLD
        if callable(self.arn):
            try:
                found = self.arn(consumer, stack)
            except UnresolvedError as error:
                return error.unknown
            return found if isinstance(found, Unknown) else (found,)
        return filled(self.arn, consumer)


_FIELD: Final = re.compile(r"\{(\w+)\}")


def filled(template: str, consumer: Resource) -> tuple[str] | Unknown:
    """Put a resource's ARN, id, region, account, partition and properties into a template."""
    arn = consumer.arn or consumer.raw("arn")
    text = template
    for name in _FIELD.findall(template):
        match name:
            case "arn":
                value = arn
            case "id":
                value = consumer.id
            case "partition":
                value = arn.split(":")[1] if isinstance(arn, str) and ":" in arn else "aws"
            case "region":
                value = consumer.region
            case "account":
                value = account_of(consumer)
            case _:
                value = consumer.raw(name)
        if not isinstance(value, str):
            return value if isinstance(value, Unknown) else _unknown(f"the {name}")
        text = text.replace(f"{{{name}}}", value)
    return (text,)


def request_context(
    consumer: Resource,
    acting: Acting,
    on: Target,
    stack: Stack,
    *,
    source: Source,
    says: Mapping[str, Held],
    of_key: bool = False,
) -> Context:
    """Make the context of a request; what isn't in it can't be told.

    `on` is what is acted on, also when the request is for its key (`of_key`).
    """
    caller, role = acting.caller, acting.role
    owner = None if on.resource is None else account_of(on.resource)
    region = consumer.region
    context: dict[str, Held] = {
        "aws:securetransport": ("true",),
        "s3:tlsversion": OneOf(("1.2", "1.3")),
        "aws:multifactorauthpresent": None,
        "aws:multifactorauthage": None,
        "aws:principalisawsservice": ("false" if role is not None else "true",),
        "aws:resourceaccount": (owner,) if owner else _unknown("the account of the resource"),
        "aws:requestedregion": (region,) if region else _unknown("the region"),
    }
    if role is None:
        context |= source.values(consumer, stack)
        context["aws:principalservicename"] = caller.service
        # A service belongs to an account of AWS's, and to nobody's organization.
        context["aws:principalaccount"] = ("an account of AWS",)
        context |= dict.fromkeys(("aws:principalorgid", "aws:principalorgpaths"))
        context["kms:viaservice"] = _UNTOLD
    else:
        arn, account = caller.role, caller.account
        mine: Held = (account,) if account else _unknown("the account of the role")
        context |= dict.fromkeys(("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner"))
        context["aws:principalarn"] = (arn,) if isinstance(arn, str) else arn
        context["aws:principalaccount"] = context["kms:calleraccount"] = mine
        context["aws:principaltype"] = ("AssumedRole",)
        context["aws:viaawsservice"] = ("false",) if not of_key else None
        context |= _tags("aws:principaltag", role)
    if of_key and on.resource is not None:
        context |= _sealing(on.resource, acting)
    elif on.resource is not None:
        context |= _tags("aws:resourcetag", on.resource)
    return {**context, **says}


# Which service uses the key of what is encrypted, and what it says as encryption context: the name
# there of the ARN. Source: AWS KMS Developer Guide, "kms:ViaService"; the pages on encryption of
# the Amazon S3, SNS, SQS, CloudWatch Logs, Secrets Manager and Systems Manager guides.
_SEALING: Final = {
    t.KINESIS_STREAM: ("kinesis", "aws:kinesis:arn"),
    t.LAMBDA_FUNCTION: ("lambda", "aws:lambda:FunctionArn"),
    t.LOG_GROUP: ("logs", "aws:logs:arn"),
    t.S3_BUCKET: ("s3", "aws:s3:arn"),
    t.SECRET: ("secretsmanager", "SecretARN"),
    t.SNS_TOPIC: ("sns", "aws:sns:topicArn"),
    t.SQS_QUEUE: ("sqs", "aws:sqs:arn"),
    t.SSM_PARAMETER: ("ssm", "PARAMETER_ARN"),
}


def _sealing(sealed: Resource, acting: Acting) -> dict[str, Held]:
    service, name = _SEALING.get(sealed.type, ("", ""))
    if not service:
        return {}
    arn = sealed.arn or sealed.raw("arn")
    named: Held = (arn,) if isinstance(arn, str) else _unknown(f"the ARN of {sealed.name}")
    if sealed.type == t.S3_BUCKET and isinstance(arn, str):
        named = OneOf((arn, f"{arn}/*"))  # with a bucket key the bucket, else the object
    found: dict[str, Held] = {
        f"kms:encryptioncontext:{name.lower()}": named,
        "kms:encryptioncontextkeys": (name,),
    }
    if acting.role is not None:
        region = sealed.region
        via: Held = (f"{service}.{region}.amazonaws.com",) if region else _unknown("the region")
        found["kms:viaservice"] = via
    return found


def _tags(prefix: str, resource: Resource) -> dict[str, Held]:
    tags = tags_of(resource)
    if isinstance(tags, Unknown):
        return {}
    return {
        f"{prefix}/{key}".lower(): (value,) if isinstance(value, str) else value
        for key, value in tags.items()
        if isinstance(value, (str, Unknown))
    }


def _unknown(what: str) -> Unknown:
    return Unknown(Cause.NOT_KNOWN_AT_PREVIEW, detail=what)
