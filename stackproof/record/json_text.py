"""Records as JSON text."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python


def json_text(data: Any) -> str:
    """Give records, or plain data with records in them, as indented JSON text in ASCII alone."""
    try:
        # Several times as fast as the json module, whose indenting is done in Python.
        return to_json(data, indent=2, by_alias=True, ensure_ascii=True).decode("ascii")
    except PydanticSerializationError:
        # Half a character (a file's name that is no UTF-8): only its escape can stand for it.
        return json.dumps(to_jsonable_python(data, by_alias=True), indent=2)
