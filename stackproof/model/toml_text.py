"""TOML of others: whatever is wrong with it, it is a TextError."""

from __future__ import annotations

import tomllib
from typing import Any

from stackproof.model.json_text import TextError


def parse(text: str) -> dict[str, Any]:
    """Give what a TOML text says; raise TextError when it says nothing.

    That is a TOMLDecodeError, too long a number, or nesting that is too deep.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TextError("nested too deeply") from None
    except ValueError as error:
        raise TextError(str(error)) from None
