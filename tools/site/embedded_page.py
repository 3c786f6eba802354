"""What the embedded AWS has: types, functions, and what the overlay does for each service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from stackproof.embedded.creators import creators, invokes
from stackproof.embedded.overlay import registry
from tools.site.markdown import page, table
from tools.site.names import linked


def embedded_page() -> str:
    """Write the page of the lists."""
    registry.load_services()
    kinds: Mapping[str, list[tuple[str, str]]] = {
        "answers": list(registry.HANDLERS),
        "completes": list(registry.POSTPROCESSORS),
        "refuses what AWS refuses": list(registry.VALIDATORS),
    }
    by_service: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, entries in kinds.items():
        for service, operation in entries:
            by_service[service][kind].append(operation)
    rows = [
        (f"`{service}`", *(", ".join(sorted(held[kind])) for kind in kinds))
        for service, held in sorted(by_service.items())
    ]
    return page(
        "# What the embedded AWS has",
        "What it is and isn't: [the embedded AWS](embedded.md). Operations that are not listed are "
        "moto's own.",
        f"## Types ({len(creators())})",
        ", ".join(linked(token, "types/") for token in sorted(creators())),
        f"## Functions, or data sources ({len(invokes())})",
        ", ".join(f"`{token}`" for token in sorted(invokes())),
        "## What the overlay does",
        table(("service", *kinds), rows),
    )
