"""Verify a whole account: all that is there, without any program that says what should be."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from stackproof.error_codes import Code
from stackproof.model import Resource
from stackproof.model.sentences import many
from stackproof.outputs import Outputs, OutputsError
from stackproof.parity.accounting import short
from stackproof.settings.settings import EVERYTHING, Settings
from stackproof.sights.live.account import Account, enabled_regions, take_account
from stackproof.sights.live.everything import IN_PART, NOT_LISTED
from stackproof.sights.live.fetch import Aws
from stackproof.sights.live.readers import readers
from stackproof.types.regions import is_region
from stackproof.verify import Run, guessed_region, judged, reach
from stackproof.waivers import Waiver

# What is said once, for it needs what only a program, its state or its outputs tell.
NO_INTENT: Final = (
    "nothing says what should be there: whether a program's resources are there and as declared "
    "(resource-exists, resource-as-declared), what no program manages, and what a system promises "
    "was not judged; --stack, --state or --outputs say it of one stack"
)


def verify_account(
    aws: Aws,
    regions: Sequence[str] = (),
    *,
    all_regions: bool = False,
    waived: Sequence[Waiver] = (),
    settings: Settings = EVERYTHING,
) -> Run:
    """Judge everything in some regions of an account, or in all that are enabled for it.

    Without any it is the region in use. Raises OutputsError when there is none, LiveError when
    nothing can be asked.
    """
    began = time.monotonic()
    account = read_account(aws, regions, all_regions=all_regions)
    return judged_account(account, began, waived, settings)


def read_account(aws: Aws, regions: Sequence[str] = (), *, all_regions: bool = False) -> Account:
    """Read everything in some regions of an account, in all, or in the one in use."""
    where = looked_into(aws, regions, all_regions=all_regions) or regions_in_use(aws)
    account = take_account(aws, readers(), where)
    # All has been read that will be: the answers are no longer needed.
    aws.forget()
    guessed = not (regions or all_regions)
    return replace(account, snapshot=replace(account.snapshot, guessed=guessed))


def judged_account(
    account: Account,
    began: float,
    waived: Sequence[Waiver] = (),
    settings: Settings = EVERYTHING,
) -> Run:
    """Judge an account that was read; `began` is the monotonic time at which the work started."""
    run = judged(Outputs({}, Path("account")), account.snapshot, began, waived, settings=settings)
    named = f"account {account.snapshot.account}"
    return replace(run, stack=named, unnamed=True, warnings=[*run.warnings, *left_open(account)])


def left_open(account: Account) -> list[str]:
    """Say what the reading of an account leaves open."""
    return [
        *guessed_region("--scope account", account.snapshot),
        *Code.READ_IN_PART.on(*_in_part(account.snapshot.there)),
        *Code.OTHER_TYPES.on(_other_types()),
        *Code.UNUSED_NETWORKS.on(*_unused(account.unused)),
        *Code.WITHOUT_INTENT.on(NO_INTENT),
    ]


def looked_into(aws: Aws, regions: Sequence[str], *, all_regions: bool) -> tuple[str, ...]:
    """Give the regions that are named, or all that are enabled; none where nobody names any.

    Raises OutputsError when there is none to ask for those that are enabled.
    """
    named = tuple(dict.fromkeys(regions))
    return enabled_regions(aws, (named or regions_in_use(aws))[0]) if all_regions else named


def regions_in_use(aws: Aws) -> tuple[str, ...]:
    """Give the region that environment or profile choose; raise OutputsError for none."""
    if aws.region is None or not is_region(aws.region):
        odd = "" if aws.region is None else f" ({aws.region!r} is not an AWS region's name)"
        raise OutputsError(
            f"no region is chosen{odd}; give --region NAME or --all-regions, or set AWS_REGION"
        )
    return (aws.region,)


def _in_part(there: Sequence[Resource]) -> list[str]:
    """Say of which kinds only some were read, where there are any or what they belong to is."""
    types = {resource.type for resource in there}
    told = [
        f"{short(type_)}: {part.read}"
        for type_, part in IN_PART.items()
        if not types.isdisjoint((type_, *part.beside))
    ]
    return [f"of these kinds not all are read: {'; '.join(told)}"] if told else []


def _other_types() -> str:
    """Say of what nobody would hear that it wasn't looked for."""
    not_listed = "; ".join(f"{short(type_)}: {why}" for type_, why in sorted(NOT_LISTED.items()))
    return (
        f"all there is was looked for of {len(reach().readable - {*NOT_LISTED})} types; not listed "
        f"are {not_listed}; what is of others and carries no tags is not named here: "
        "`stackproof types TOKEN` says whether a type is read"
    )


def _unused(networks: Mapping[str, Sequence[str]]) -> list[str]:
    """Say where default networks stand that nothing uses."""
    if not networks:
        return []
    listed = [f"{id_} ({region})" for region, ids in sorted(networks.items()) for id_ in ids]
    were = "was" if len(listed) == 1 else "were"
    return [
        f"{many(len(listed), 'default network')} that AWS made and nothing uses {were} not judged, "
        f"with what came with it: {', '.join(listed)}"
    ]
