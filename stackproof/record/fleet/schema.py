"""Print the published schema of fleet files: `python -m stackproof.record.fleet.schema`.

Its output is `docs/schemas/fleet-1.json`, which a test keeps up to date.
"""

from __future__ import annotations

import json

from stackproof.record.fleet.form import FleetForm


def schema() -> str:
    """Give the JSON Schema of a fleet file as text."""
    told = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FleetForm.model_json_schema(),
        "title": "A fleet file of stackproof, version 1",
    }
    return json.dumps(told, indent=2)


if __name__ == "__main__":
    print(schema())
