"""The profiles that stackproof brings: sets of controls that a project can begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# In the form of a settings file: each key as there.
PROFILES: Final[Mapping[str, Mapping[str, Any]]] = {
    # What a stack of no consequence needs: nothing open, nothing in plain, nothing nameless.
    "dev": {
        "select": [
            {"category": "security"},
            {"category": "iam"},
            {"category": "network"},
            {"category": "tagging"},
        ],
        "levels": [{"level": "advisory", "severity": "[ml]*"}],
    },
    # Everything, and what only advises elsewhere stops a preview here.
    "prod": {"levels": [{"level": "mandatory", "severity": "medium"}]},
    **{name: {"select": [{"framework": name}]} for name in ("cis", "fsbp", "nist", "pci")},
}
