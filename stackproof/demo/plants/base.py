"""Plant: a defect that the demonstration makes through one plain boto3 call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stackproof.outputs import Outputs

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """A defect: what is broken, on which resource, and the control that must see it."""

    what: str
    control: str
    resource: Callable[[Outputs], str]
    act: Callable[[Client, str], object]
