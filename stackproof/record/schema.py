"""Print the published schema of records: `python -m stackproof.record.schema`.

Its output is `docs/schemas/record-1.json`, which a test keeps up to date.
"""

from __future__ import annotations

import json

from stackproof.record.form import VERSION, Record


def schema() -> str:
    """Give the JSON Schema of a record as text."""
    told = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Record.model_json_schema(by_alias=True),
        "title": f"A record of stackproof, version {VERSION}",
    }
    return json.dumps(told, indent=2)


if __name__ == "__main__":
    print(schema())
