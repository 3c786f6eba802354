"""The run of what could not be looked at at all."""

from __future__ import annotations

from typing import Final

from stackproof.endpoints import emulated
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.sights.live.fetch import Aws
from stackproof.verify import Run

NOT_KNOWN: Final = "not known"


def blind_run(
    stack: str,
    why: str,
    settings: Settings = EVERYTHING,
    seconds: float = 0.0,
    *,
    account: str | None = None,
    aws: Aws | None = None,
) -> Run:
    """Give the run of a stack that could not be looked at at all, because of `why`.

    By `aws` it says who was asked, and how often: a refusal is an answer as well.
    """
    endpoint = aws.endpoint if aws else None
    return Run(
        stack=stack,
        account=account or NOT_KNOWN,
        regions=(NOT_KNOWN,),
        endpoint=endpoint,
        emulated=emulated(endpoint),
        calls=dict(aws.calls) if aws else {},
        seconds=seconds,
        resources=0,
        findings=(),
        why_not=why,
        fail_on=settings.fail_on,
        settings=settings,
    )
