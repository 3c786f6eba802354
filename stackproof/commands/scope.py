"""What is verified besides a stack: the options of accounts and regions."""

from __future__ import annotations

from typing import Any

import click

from stackproof.types.regions import is_region


def _regions(
    context: click.Context, option: click.Parameter, regions: tuple[str, ...]
) -> tuple[str, ...]:
    for region in regions:
        if not is_region(region):
            raise click.BadParameter(f"{region!r} is not an AWS region's name, such as eu-west-1")
    return regions


def scope_options(function: Any) -> Any:
    """Add the options that say what of an account is verified."""
    for option in (
        click.option(
            "--all-regions",
            is_flag=True,
            help="Look into every region that is enabled for the account.",
        ),
        click.option(
            "--region",
            "regions",
            multiple=True,
            callback=_regions,
            metavar="NAME",
            help="Look into this region (default: the one in use); may be given again. What has "
            "no region is read with the first.",
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
