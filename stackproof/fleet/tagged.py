"""Verify what carries some tags, and what belongs to it, without state and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from stackproof.error_codes import Code
from stackproof.fleet.account import looked_into
from stackproof.outputs import Outputs
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.sights.live.fetch import Aws
from stackproof.verify import Run
from stackproof.verify import verify as verify_stack
from stackproof.waivers import Waiver


def tags_of(texts: Iterable[str]) -> dict[str, str]:
    """Read tags that are written KEY=VALUE; raise ValueError with a sentence for what is none."""
    told: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals):
            raise ValueError(f"{text!r} is no tag; write KEY=VALUE, such as Stack=shop")
        if told.setdefault(key, value) != value:
            raise ValueError(f"{key} is given with two values; a thing has one")
    return told


def outputs_of(tags: Mapping[str, str]) -> Outputs:
    """Give the outputs of a stack of which nothing is known but the tags of its resources."""
    named = " ".join(f"{key}={value}" for key, value in tags.items())
    return Outputs({}, Path(named), dict(tags), by_tags=True)


def verify_tagged(
    aws: Aws,
    tags: Mapping[str, str],
    regions: Sequence[str] = (),
    *,
    all_regions: bool = False,
    waived: Sequence[Waiver] = (),
    settings: Settings = EVERYTHING,
    settle: float = 0.0,
) -> Run:
    """Judge what carries all of the tags, in some regions, in all that are enabled, or in one.

    Raises OutputsError when no region is chosen, LiveError when nothing can be asked.
    """
    where = looked_into(aws, regions, all_regions=all_regions)
    outputs = outputs_of(tags)
    run = verify_stack(outputs, None, waived, settle, settings, aws=aws, regions=where)
    named = f"what is tagged {outputs.path}"
    if run.resources:
        return replace(run, stack=named)
    untagged = f"nothing in {', '.join(run.regions)} carries {outputs.path}"
    return replace(run, stack=named, warnings=[*run.warnings, *Code.NOTHING_TAGGED.on(untagged)])
