"""Creator: per Pulumi type, how inputs become real resources on the embedded AWS."""

from __future__ import annotations

import copy
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from stackproof.embedded.errors import EmbeddedError
from stackproof.model.names import to_snake

# boto3 is imported where it is used: without it the provider judges a change at once.

# Properties by Pulumi's names in snake_case.
Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Created:
    """A new resource's Pulumi id, and the properties AWS computed for it."""

    id: str
    outputs: Properties


class Cloud:
    """The boto3 clients of one embedded AWS in one default region; refuses real endpoints."""

    def __init__(self, endpoint: str, region: str, account: str = "123456789012") -> None:
        if urlsplit(endpoint).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise EmbeddedError(
                f"{endpoint} is not on this machine; the embedded AWS only ever creates on loopback"
            )
        self.endpoint = endpoint
        self.region = region
        self.account = account
        self.partition = "aws"
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:
        """Give the client of a service."""
        where = region or self.region
        with self._lock:
            found = self._clients.get((service, where))
            if found is None:
                from botocore.config import Config

                found = session().client(
                    service,
                    region_name=where,
                    endpoint_url=self.endpoint,
                    config=Config(max_pool_connections=32, retries={"max_attempts": 2}),
                )
                self._clients[service, where] = found
            return found

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        """Compose an ARN in this account (and region, unless another, or "", is given)."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def in_region(self, region: str) -> Cloud:
        """Give the same embedded AWS, and its clients, with another default region."""
        elsewhere = copy.copy(self)
        elsewhere.region = region
        return elsewhere


@cache
def session() -> Any:
    """Give the boto3 session of the embedded AWS, which takes any credentials."""
    import boto3

    return boto3.Session(aws_access_key_id="embedded", aws_secret_access_key="embedded")


class Creator:
    """Creates, updates and deletes the resources of one type; subclass per type.

    `replace_on` holds the properties whose change makes the real provider replace the resource;
    `auto_name` the property that it fills with a generated name when the program gives none.
    `defaults` are the values the real provider fills in for properties that are not set.
    """

    type: ClassVar[str]
    replace_on: ClassVar[frozenset[str]] = frozenset()
    auto_name: ClassVar[str | None] = None
    auto_name_limit: ClassVar[int] = 255
    defaults: ClassVar[Properties] = {}
    secret_outputs: ClassVar[frozenset[str]] = frozenset()

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the resource."""
        raise NotImplementedError

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change the resource in place to the new inputs and give what AWS computed anew.

        `old` is the last known state, outputs included. A type whose every property is in
        `replace_on` need not override this.
        """
        changed = sorted(key for key in new if new[key] != old.get(key))
        raise EmbeddedError(f"{self.type} cannot change {', '.join(changed)} on the embedded AWS")

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the resource; one that is already gone is no error."""
        raise NotImplementedError


CREATORS: dict[str, Creator] = {}


def creator(cls: type[Creator]) -> type[Creator]:
    """Register a creator for its type."""
    if cls.type in CREATORS:
        raise ValueError(f"{cls.type} has two creators")
    CREATORS[cls.type] = cls()
    return cls


InvokeFunction = Callable[[Cloud, Properties], Properties]
INVOKES: dict[str, InvokeFunction] = {}


def invoke(token: str) -> Callable[[InvokeFunction], InvokeFunction]:
    """Register the decorated function as the answer to a provider function (data source)."""

    def register(function: InvokeFunction) -> InvokeFunction:
        INVOKES[token] = function
        return function

    return register


def generated_name(logical: str, limit: int) -> str:
    """Give a physical name as Pulumi does: the logical name and seven random hex digits."""
    suffix = f"-{secrets.token_hex(4)[:7]}"
    return logical[: limit - len(suffix)] + suffix


def is_generated(physical: Any, logical: str, limit: int) -> bool:
    """Tell whether a physical name is one that `generated_name` gives."""
    stem = re.escape(logical[: limit - 8])
    return isinstance(physical, str) and re.fullmatch(f"{stem}-[0-9a-f]{{7}}", physical) is not None


def physical_name(inputs: Properties, name: str = "name", limit: int = 255) -> str:
    """Give the name that a program chose, or its prefix with a unique ending.

    Names that the program leaves to Pulumi altogether are filled in by `Creator.auto_name`.
    """
    chosen = inputs.get(name)
    if chosen:
        return str(chosen)
    ending = secrets.token_hex(5)
    return str(inputs[f"{name}_prefix"])[: limit - len(ending)] + ending


def parameters(
    aws: Cloud,
    service: str,
    operation: str,
    inputs: Properties,
    *,
    rename: Mapping[str, str] | None = None,
    omit: Iterable[str] = (),
) -> dict[str, Any]:
    """Give the inputs that an operation takes, in AWS's names and shapes.

    Names are matched without regard to case and underscores against the operation's own model,
    structures and lists included; `rename` maps a property (at any depth) to AWS's member where
    they differ. Properties that the operation does not take are left out: the creator deals
    with them by further calls. A single object where AWS takes a list becomes a list of one.
    """
    client = aws.client(service)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    if model.input_shape is None:
        return {}
    kept = {key: value for key, value in inputs.items() if key not in set(omit)}
    shaped: dict[str, Any] = _shape(model.input_shape, kept, rename or {})
    return shaped


def _shape(shape: Any, value: Any, rename: Mapping[str, str]) -> Any:
    if shape.type_name == "structure":
        members = {_bare(name): name for name in shape.members}
        out: dict[str, Any] = {}
        for key, item in value.items():
            name = members.get(_bare(rename.get(key, key)))
            if name is not None and item is not None:
                out[name] = _shape(shape.members[name], item, rename)
        return out
    if shape.type_name == "list":
        items = value if isinstance(value, (list, tuple)) else [value]
        return [_shape(shape.member, item, rename) for item in items]
    if shape.type_name == "map":
        return {key: _shape(shape.value, item, rename) for key, item in value.items()}
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("float", "double"):
        return float(value)
    if shape.type_name == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if shape.type_name == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _bare(name: str) -> str:
    return to_snake(name).replace("_", "")


def tag_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[Any]:
    """Give a tag map as AWS's list of pairs."""
    return [{key: name, value: text} for name, text in (tags or {}).items()]


def changed(old: Properties, new: Properties, *names: str) -> bool:
    """Tell whether any of these properties differ."""
    return any(old.get(name) != new.get(name) for name in names)


def tag_changes(old: Properties, new: Properties) -> tuple[dict[str, str], list[str]]:
    """Give the tags to set and the tag keys to remove, from the `tags` of before and now."""
    before, now = old.get("tags") or {}, new.get("tags") or {}
    added = {key: text for key, text in now.items() if before.get(key) != text}
    return added, sorted(set(before) - set(now))


@contextmanager
def already_gone(*codes: str) -> Iterator[None]:
    """Pass over AWS's answer that there is no such thing; `codes` are further ways to say so."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if not (code.startswith("NoSuch") or "NotFound" in code or code in codes):
            raise
