"""The forms in which tools write a stack's outputs: Pulumi, CloudFormation, CDK and Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SECRET: Final = "[secret]"  # what the Pulumi CLI writes instead of a secret

# A stack's name and an output's logical id. AWS CloudFormation API Reference, "CreateStack";
# AWS CloudFormation User Guide, "Outputs".
_STACK: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LOGICAL: Final = re.compile(r"[A-Za-z0-9]+")
_TERRAFORM: Final = frozenset({"sensitive", "type", "value"})


@dataclass(frozen=True, slots=True)
class Form:
    """Outputs by their names, and the ARNs that say where they are from and name nothing else."""

    values: Mapping[str, Any]
    places: tuple[str, ...] = ()


def read(data: Any) -> Form | None:
    """Give what a file says, in whatever form; None when it holds no outputs.

    The forms are `pulumi stack output --json` and any map of name and value, the answer of
    `aws cloudformation describe-stacks` or its list of outputs, `cdk deploy --outputs-file`, and
    `terraform output -json`, whose sensitive values are left out.
    """
    if isinstance(data, list):
        return _cloudformation([{"Outputs": data}]) if all(map(_is_output, data)) else None
    if not isinstance(data, Mapping):
        return None
    if _are_stacks(stacks := data.get("Stacks")):
        return _cloudformation(stacks or ())
    if "StackId" in data and _are_stacks([data]):
        return _cloudformation([data])
    if data and all(isinstance(v, Mapping) and v.keys() == _TERRAFORM for v in data.values()):
        told = {name: SECRET if v["sensitive"] else v["value"] for name, v in data.items()}
        return Form(told)
    return Form(dict(_cdk(data))) if data else None


def _is_output(entry: Any) -> bool:
    named = isinstance(entry, Mapping) and isinstance(entry.get("OutputKey"), str)
    return named and "OutputValue" in entry


def _are_stacks(stacks: Any) -> bool:
    return isinstance(stacks, list) and all(
        isinstance(stack, Mapping)
        and isinstance(stack.get("Outputs", []), list)
        and all(map(_is_output, stack.get("Outputs", [])))
        for stack in stacks
    )


def _cloudformation(stacks: Iterable[Mapping[str, Any]]) -> Form | None:
    values: dict[str, Any] = {}
    places = []
    for stack in stacks:
        places += [stack["StackId"]] if isinstance(stack.get("StackId"), str) else []
        for output in stack.get("Outputs", []):
            key = output["OutputKey"]
            # Several stacks may call theirs alike.
            key = f"{stack.get('StackName')}.{key}" if key in values else key
            values[key] = output["OutputValue"]
    return Form(values, tuple(places)) if values else None


def _cdk(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the outputs of a map; those of the CDK's stacks by their own names as well."""
    yield from data.items()
    if all(_STACK.fullmatch(name) and _is_stack(value) for name, value in data.items()):
        seen = set(data)
        for stack, told in data.items():
            for key, value in told.items():
                yield (f"{stack}.{key}" if key in seen else key), value
                seen.add(key)


def _is_stack(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(_LOGICAL.fullmatch(k) and isinstance(v, str) for k, v in value.items())
    )
