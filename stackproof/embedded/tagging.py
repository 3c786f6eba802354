"""Tell which resource types the AWS provider tags."""

from __future__ import annotations

import keyword
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from stackproof.types.names import to_snake


@cache
def takes_tags(type_: str) -> bool:
    """Tell whether a type has tags, by the source of its class in pulumi_aws.

    The package is not imported for that: it is generated, one class a file, and large.
    """
    module, _, name = type_.split(":")[1].partition("/")
    found = find_spec("pulumi_aws")
    for folder in (found and found.submodule_search_locations) or ():
        source = Path(folder, python_module(module), f"{to_snake(name)}.py")
        if source.is_file():
            return "def tags_all(self)" in source.read_text(encoding="utf-8")
    return False


def python_module(module: str) -> str:
    """Give a provider module's name in Python, where `lambda` is taken: `lambda_`."""
    return f"{module}_" if keyword.iskeyword(module) else module
