"""The outputs of stacks that the engine deployed, for other stacks to refer to.

The server keeps them, for they are of no use without what was made on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.provider.wire import from_struct, to_struct
from stackproof.embedded.server.own import ask

REFERENCE = "pulumi:pulumi:StackReference"


def keep(
    endpoint: str, project: str, stack: str, outputs: Mapping[str, Any], secrets: Collection[str]
) -> None:
    """Keep a stack's outputs for as long as the server lives."""
    # Plain data alone: a resource or an asset among the outputs is kept as the wire has it.
    plain = from_struct(to_struct(outputs)).values
    ask(endpoint, "POST", "stacks", {f"{project}/{stack}": [plain, sorted(secrets)]})


def referenced(endpoint: str, name: str, project: str) -> dict[str, Any]:
    """Give a StackReference's properties, by the stack's name with or without its project.

    The organization before the project does not count: there is one on the embedded AWS. Raises
    EmbeddedError when that stack was not deployed there.
    """
    wanted = "/".join(name.split("/")[-2:]) if "/" in name else f"{project}/{name}"
    known = ask(endpoint, "GET", "stacks")
    if wanted not in known:
        there = ", ".join(sorted(known)) or "none"
        raise EmbeddedError(
            f"the stack {name} is not deployed on the embedded AWS; those that are: {there}"
        )
    outputs, secrets = known[wanted]
    return {"name": name, "outputs": outputs, "secretOutputNames": secrets}
