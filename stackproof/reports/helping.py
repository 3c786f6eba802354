"""What a control asks for and why, for formats whose readers know nothing of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from stackproof.model.frameworks import Framework
from stackproof.parity.controls import every_control
from stackproof.record.form import Control
from stackproof.reports.columns import whole_name

# Source: AWS Security Hub User Guide, "Control reference": a page a service, an anchor a control.
_AWS: Final = (
    "https://docs.aws.amazon.com/securityhub/latest/userguide/{service}-controls.html#{id}"
)
_ID: Final = re.compile(r"(?P<service>[A-Za-z0-9]+)\.\d+")
_BOOKS: Final = (Framework.FSBP.name, Framework.SECURITY_HUB.name)


@cache
def why(control: str) -> str:
    """Say why a control demands what it does, as the catalogue has it; empty for others'."""
    known = every_control().get(control)
    return " ".join((inspect.getdoc(known.judge) or "").split()) if known else ""


def page_of(control: Control) -> str | None:
    """Give the address of AWS's page about what a control demands; None where there is none."""
    told = (id_ for book in _BOOKS for id_ in control.frameworks.get(book, ()))
    found = next(filter(None, map(_ID.fullmatch, told)), None)
    if found is None:
        return None
    service, id_ = found["service"].lower(), found[0].lower().replace(".", "-")
    return _AWS.format(service=service, id=id_)


def requirements(control: Control) -> Iterator[str]:
    """Give the requirements that a control is evidence for, by their rule books' whole names."""
    for book, ids in control.frameworks.items():
        yield f"{whole_name(book)}: {', '.join(ids)}"
    for book, ids in control.frameworks_in_part.items():
        yield f"{whole_name(book)} (in part): {', '.join(ids)}"
