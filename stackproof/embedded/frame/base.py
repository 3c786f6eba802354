"""Creator: per Pulumi type, how inputs become real resources on the embedded AWS."""

from __future__ import annotations

import copy
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, NoReturn

from botocore.exceptions import ClientError

from stackproof.embedded.errors import EmbeddedError
from stackproof.endpoints import is_loopback
from stackproof.sights.live.urls import bare
from stackproof.types.names import to_snake

# boto3 is imported where it is used: without it the provider judges a change at once.

# Properties by Pulumi's names in snake_case.
Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Created:
    """A new resource's Pulumi id, and the properties AWS computed for it."""

    id: str
    outputs: Properties = field(default_factory=dict)


class Cloud:
    """The boto3 clients of one embedded AWS in one default region; refuses real endpoints."""

    def __init__(self, endpoint: str, region: str, account: str = "123456789012") -> None:
        if not is_loopback(endpoint):
            raise EmbeddedError(
                f"{bare(endpoint)} is not on this machine; the embedded AWS only ever creates on "
                "loopback"
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

                # S3 Control puts the account in front of the host; in front of a user's name, it
                # hurts nobody.
                at = "account@" if service == "s3control" else ""
                found = session().client(
                    service,
                    region_name=where,
                    endpoint_url=self.endpoint.replace("://", f"://{at}"),
                    config=Config(max_pool_connections=32, retries={"max_attempts": 2}),
                )
                found.meta.events.register("before-call", _remember)
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


_asking = threading.local()


def _remember(model: Any, **_: Any) -> None:
    _asking.operation = model.name


def asked() -> str:
    """Give the operation that this thread asked for last."""
    return str(_asking.operation)


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
    What AWS fills in of a type that has a reader is what the reader shows once it is made or
    changed, unless it can't be `read_back`, without what is `joined_later`: others add that, which
    would look like drift. `create` and `update` give only what the reader doesn't show.
    """

    type: ClassVar[str]
    replace_on: ClassVar[frozenset[str]] = frozenset()
    auto_name: ClassVar[str | None] = None
    auto_name_limit: ClassVar[int] = 255
    defaults: ClassVar[Properties] = {}
    secret_outputs: ClassVar[frozenset[str]] = frozenset()
    read_back: ClassVar[bool] = True
    joined_later: ClassVar[frozenset[str]] = frozenset()

    def named(self, logical: str) -> str:
        """Give the physical name of a resource to which the program gives none."""
        return generated_name(logical, self.auto_name_limit)

    def replacing(self, new: Properties) -> frozenset[str]:
        """Give the properties whose change replaces the resource; `new` may say so itself."""
        return self.replace_on

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the resource."""
        raise NotImplementedError

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties | None:
        """Change the resource in place to the new inputs and give what AWS computed anew, if any.

        `old` is the last known state, outputs included, without the settings that AWS chose. A
        type whose every property is in `replace_on` need not override this.
        """
        self.refuse(old, new)

    def refuse(self, old: Properties, new: Properties) -> NoReturn:
        """Raise EmbeddedError that says what cannot be changed."""
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
    with them by further calls. A single object where AWS takes a list becomes a list of one, a
    list of one where AWS takes an object that object, and tags become whatever AWS takes. A list
    where AWS takes its items with their number becomes that.
    """
    kept = {key: value for key, value in inputs.items() if key not in set(omit)}
    shaped: dict[str, Any] = Shaping(rename or {}).shape(_inputs(aws, service, operation), kept)
    return shaped


def untaken(
    aws: Cloud,
    service: str,
    operation: str,
    inputs: Properties,
    *,
    rename: Mapping[str, str] | None = None,
    inside: str = "",
    patch: bool = False,
) -> list[str]:
    """Give the inputs, nested ones by their path, that `parameters` would leave out.

    `inside` is a parameter that takes inputs as well, beside the operation itself. An operation
    that takes a `patch` knows what is in its answer.
    """
    model = operation_model(aws, service, operation)
    shape = model.output_shape if patch else _inputs(aws, service, operation)
    left: list[str] = []
    for key, value in inputs.items():
        shaping = Shaping(rename or {})
        shaping.shape(shape, {key: value})
        if inside and shaping.left == [key]:
            shaping.left.clear()
            shaping.shape(shape.members[inside], {key: value})
        left += shaping.left
    return left


def operation_model(aws: Cloud, service: str, operation: str) -> Any:
    """Give botocore's model of an operation, named as boto3's method."""
    meta = aws.client(service).meta
    return meta.service_model.operation_model(meta.method_to_api_mapping[operation])


def _inputs(aws: Cloud, service: str, operation: str) -> Any:
    """Give the shape of what an operation takes."""
    from botocore.model import StructureShape

    model = operation_model(aws, service, operation)
    return model.input_shape or StructureShape("Nothing", {"type": "structure", "members": {}})


class Shaping:
    """Turns properties into an operation's parameters, and notes what it leaves out."""

    def __init__(self, rename: Mapping[str, str]) -> None:
        self._rename = rename
        self.left: list[str] = []

    def shape(self, shape: Any, value: Any, path: str = "") -> Any:
        """Give a value in AWS's names and types."""
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, value, path)
        if kind not in ("list", "map", "blob") and isinstance(value, (Mapping, list, tuple)):
            self.left.append(path[:-1])
        if kind == "list":
            if isinstance(value, Mapping) and (pair := _pair(shape.member)):
                return tag_list(value, *pair)
            items = value if isinstance(value, (list, tuple)) else [value]
            return [self.shape(shape.member, item, path) for item in items]
        if kind == "map":
            return {key: self.shape(shape.value, item, path) for key, item in value.items()}
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("float", "double"):
            return float(value)
        if kind == "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        if kind == "string":
            return str(value).lower() if isinstance(value, bool) else str(value)
        return value

    def _structure(self, shape: Any, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, (list, tuple)):
            value = self._single(shape, value, path)
        members = {_bare(name): name for name in shape.members}
        out: dict[str, Any] = {}
        for key, item in value.items():
            name = members.get(_bare(self._rename.get(key, key)))
            if item is None:
                continue
            if name is None:
                self.left.append(f"{path}{key}")
            else:
                out[name] = self.shape(shape.members[name], item, f"{path}{key}.")
        for name in shape.required_members:
            # The provider says "false" of a switch that a program leaves out, when AWS wants it.
            if shape.members[name].type_name == "boolean" and value:
                out.setdefault(name, False)
        if "Quantity" in members.values() and "Items" in out:
            out.setdefault("Quantity", len(out["Items"]))
        return out

    def _single(self, shape: Any, values: Any, path: str) -> Any:
        if {"Items", "Quantity"} <= shape.members.keys():  # how CloudFront writes lists
            on = {"enabled": bool(values)} if "Enabled" in shape.members else {}
            return {"items": values, **on}
        if len(values) != 1:
            raise EmbeddedError(f"{path[:-1]} takes one value, and was given {len(values)}")
        return values[0]


def _pair(shape: Any) -> tuple[str, str] | None:
    """Give the names of key and value where AWS takes a map, such as tags, as a list of pairs."""
    if shape.type_name != "structure":
        return None
    names = {_bare(name).removeprefix("tag"): name for name in shape.members}
    # DMS has a third member, which says of answers whose tag it is.
    pairs = {*names} - {"resourcearn"} == {"key", "value"}
    return (names["key"], names["value"]) if pairs else None


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


def retag(
    aws: Cloud,
    service: str,
    what: str,
    old: Properties,
    new: Properties,
    *,
    tag: str = "tag_resource",
    untag: str = "untag_resource",
) -> None:
    """Change the tags of what an ARN, or the name that the operations take, stands for."""
    added, removed = tag_changes(old, new)
    for operation, given in ((untag, removed), (tag, added)):
        if given:
            shape = _inputs(aws, service, operation)
            # CloudFront holds the tags in a structure.
            values = {"string": what, "structure": {"items": given}}
            request = {
                name: values.get(member.type_name, given)
                for name, member in shape.members.items()
                if member.type_name != "string" or name in shape.required_members
            }
            call = getattr(aws.client(service), operation)
            call(**parameters(aws, service, operation, request))


@contextmanager
def already_gone(*codes: str) -> Iterator[None]:
    """Pass over AWS's answer that there is no such thing; `codes` are further ways to say so."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if not (code.startswith("NoSuch") or "NotFound" in code or code in codes):
            raise
