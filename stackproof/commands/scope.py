"""What is verified besides a stack: the options of accounts and regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stackproof.types.regions import is_region

if TYPE_CHECKING:
    from stackproof.sights.live.fetch import Aws
    from stackproof.verify import Run


def _regions(
    context: click.Context, option: click.Parameter, regions: tuple[str, ...]
) -> tuple[str, ...]:
    for region in regions:
        if not is_region(region):
            raise click.BadParameter(f"{region!r} is not an AWS region's name, such as eu-west-1")
    return regions


def _tags(context: click.Context, option: click.Parameter, tags: tuple[str, ...]) -> dict[str, str]:
    if not tags:
        return {}
    from stackproof.fleet.tagged import tags_of

    try:
        return tags_of(tags)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def scope_options(function: Any) -> Any:
    """Add the options that say what of an account is verified."""
    for option in (
        click.option(
            "--all-regions",
            is_flag=True,
            help="Look into every region that is enabled for the account.",
        ),
        click.option(
            "--tag",
            "tags",
            multiple=True,
            callback=_tags,
            metavar="KEY=VALUE",
            help="Verify what carries this tag, and what belongs to it; given again, what carries "
            "all of them.",
        ),
        click.option(
            "--region",
            "regions",
            multiple=True,
            callback=_regions,
            metavar="NAME",
            help="Look into this region (default: what the stack says, or the one in use); may be "
            "given again. What has no region is read with the first.",
        ),
        click.option(
            "--scope",
            type=click.Choice(["stack", "account"]),
            default="stack",
            show_default=True,
            help="What is verified: a stack, or all that the account has there.",
        ),
    ):
        function = option(function)
    return function


def judging_account(
    waivers: Path | None, regions: tuple[str, ...], *, all_regions: bool
) -> Callable[[Aws | None], Run]:
    """Give what judges an account by whom it is asked."""
    from stackproof.commands.given import accepted, settings
    from stackproof.fleet.account import verify_account
    from stackproof.verify import asking

    held = settings()
    waived = accepted(waivers, held)
    return lambda aws: verify_account(
        aws or asking(), regions, all_regions=all_regions, waived=waived, settings=held
    )


def judging_tagged(
    tags: Mapping[str, str],
    waivers: Path | None,
    settle: float,
    regions: tuple[str, ...],
    *,
    all_regions: bool,
) -> Callable[[Aws | None], Run]:
    """Give what judges all that carries some tags by whom it is asked."""
    from stackproof.commands.given import accepted, settings
    from stackproof.fleet.tagged import verify_tagged
    from stackproof.verify import asking

    held = settings()
    waived = accepted(waivers, held)
    return lambda aws: verify_tagged(
        aws or asking(),
        tags,
        regions,
        all_regions=all_regions,
        waived=waived,
        settings=held,
        settle=settle,
    )
