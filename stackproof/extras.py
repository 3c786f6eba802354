"""What not every run needs, and not everybody has installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from stackproof.error_codes import Code
from stackproof.errors import StackproofError


def needed(module: str, extra: str) -> Any:
    """Import a module of an extra; raise StackproofError when it isn't installed."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise StackproofError(
            f"there is no {package}: this needs `pip install stackproof[{extra}]`", Code.NO_EXTRA
        ) from None
