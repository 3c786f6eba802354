"""What the history needs and not every run has: said in a sentence where it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stackproof.error_codes import Code
from stackproof.errors import StackproofError


def needed(module: str) -> Any:
    """Import a module of the extra; raise StackproofError when it isn't installed."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise StackproofError(
            f"there is no {package}: this needs `pip install stackproof[history]`", Code.NO_EXTRA
        ) from None
