"""Answers in AWS's own form, of botocore's output shapes: every member filled, no two alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from stackproof.types.described import Type
from stackproof.types.mapping import LISTED, Field, mapping


def answer(shape: Any, numbers: Iterator[int], depth: int = 0, name: str = "") -> Any:
    """Give a value of a shape in which every member is there and no two texts or numbers agree."""
    match shape.type_name:
        case "structure":
            if depth > 8:
                return {}
            if set(shape.members) >= {"Quantity", "Items"}:
                items = answer(shape.members["Items"], numbers, depth + 1)
                return {"Quantity": len(items), "Items": items}
            return {
                name: answer(member, numbers, depth + 1, name)
                for name, member in shape.members.items()
            }
        case "list":
            return [answer(shape.member, numbers, depth + 1, name)]
        case "map":
            return {f"Key{next(numbers)}": answer(shape.value, numbers, depth + 1)}
        case "boolean":
            return True
        case "integer" | "long":
            return next(numbers)
        case "float" | "double":
            return next(numbers) + 0.5
        case "timestamp":
            return datetime(2026, 1, 1, second=next(numbers) % 60, tzinfo=UTC)
        case "blob":
            return f"blob-{next(numbers)}".encode()
        case _:
            return shape.enum[0] if getattr(shape, "enum", None) else _text(name, next(numbers))


def _text(name: str, number: int) -> str:
    """Give a text of the form that a member of this name has: an ARN, a document, digits."""
    if name.lower().endswith("arn"):
        return f"arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/{number}/y/z"
    if name.lower().endswith(("policy", "document")):
        return f'{{"Statement": [], "Id": "{number}"}}'
    return str(number)


def answers(type_: Type, output: Any) -> dict[str, Any]:
    """Give an item of a type's listing and what each of its questions answers.

    `output` gives the output shape of an operation and the key in it that matters.
    """
    numbers = count(1)
    asked: list[tuple[str, str, str | None]] = [
        (LISTED, type_.listing.operation, type_.listing.result)
    ]
    asked += [(name, q.operation, q.result) for name, q in type_.questions.items()]
    made: dict[str, Any] = {}
    for name, operation, result in asked:
        shape = output(operation)
        for step in filter(None, (result or "").split(".")):
            shape = shape.members[step]
            if name == LISTED and shape.type_name == "list":
                shape = shape.member
        made[name] = answer(shape, numbers)
    if not isinstance(made[LISTED], dict):
        made[LISTED] = {"Value": made[LISTED]}
    return made


def leaves(fields: tuple[Field, ...], path: str = "") -> Iterator[str]:
    """Give the path of each property that a mapping fills, objects left out."""
    for field in fields:
        if field.fields:
            yield from leaves(field.fields, f"{path}{field.name}.")
        else:
            yield f"{path}{field.name}"


def every_leaf(type_: Type) -> list[str]:
    """Give the path of each property that the reader of a type fills."""
    return [*leaves(mapping(type_).fields), *sorted(type_.provides)]
