"""Which arguments the installed `pulumi_aws` wants of a resource, read from its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from stackproof.types.names import to_snake
from stackproof.types.sdk import classes, free, read, sdk

_ARGUMENT = re.compile(r"^ {17}(\w+): (.+?)( = None)?(?:,|\):)$", re.MULTILINE)
_CLASS = re.compile(r"'(?:\w+\.)*(\w+)Args'")


@dataclass(frozen=True, slots=True)
class Argument:
    """Whether an argument must be given, and the class of the objects in it, where there are any.

    That one is empty where the SDK takes them from another module.
    """

    must: bool
    of: str


Arguments: TypeAlias = Mapping[str, Argument]


@cache
def arguments(token: str) -> Arguments:
    """Give the arguments of a type by their names in Python."""
    module, _, title = token.removeprefix("aws:").partition("/")
    title = title.rpartition(":")[2]
    text = read(_folder(module) / f"{to_snake(title)}.py")
    texts = {name: body for name, _, body in classes(text)}
    return _arguments(texts.get(f"{title}Args") or texts[f"{title}InitArgs"])


@cache
def nested(token: str, title: str) -> Arguments:
    """Give the arguments of an object within a type's, by the name of its class."""
    body = _inputs(token.removeprefix("aws:").partition("/")[0]).get(f"{title}Args", "")
    return _arguments(body)


@cache
def _inputs(module: str) -> Mapping[str, str]:
    return {name: body for name, _, body in classes(read(_folder(module) / "_inputs.py"))}


def _folder(module: str) -> Path:
    return next(path for path in (sdk() / module, sdk() / f"{module}_") if path.is_dir())


def _arguments(body: str) -> Arguments:
    head = body.partition("):")[0] + "):"
    return {
        free(name): Argument(not default, found[1] if (found := _CLASS.search(form)) else "")
        for name, form, default in _ARGUMENT.findall(head)
    }
