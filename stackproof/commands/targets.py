"""As whom AWS is asked: the options of profiles and roles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stackproof.fleet.targets import Target

_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")


def _arns(
    context: click.Context, option: click.Parameter, roles: tuple[str, ...]
) -> tuple[str, ...]:
    for role in roles:
        if not _ROLE.fullmatch(role):
            raise click.BadParameter(
                f"{role!r} is not the ARN of a role, such as arn:aws:iam::123456789012:role/audit"
            )
    return roles


def target_options(function: Any) -> Any:
    """Add the options that say as whom AWS is asked."""
    for option in (
        click.option(
            "--external-id",
            metavar="ID",
            help="What the role's trust policy wants to be told by those who assume it.",
        ),
        click.option(
            "--assume-role",
            "roles",
            multiple=True,
            callback=_arns,
            metavar="ARN",
            help="Ask as this role; given again, each role's account is verified by itself.",
        ),
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            metavar="NAME",
            help="Ask by this profile of the AWS configuration files (default: the one in use); "
            "given again, each profile's account is verified by itself.",
        ),
    ):
        function = option(function)
    return function


def targets_of(
    profiles: tuple[str, ...], roles: tuple[str, ...], external_id: str | None
) -> tuple[Target, ...]:
    """Give the targets that the options name; none where they name nothing.

    Raises UsageError for options that don't go together.
    """
    if external_id is not None and not roles:
        raise click.UsageError("--external-id is for --assume-role ARN")
    if roles and len(profiles) > 1:
        raise click.UsageError("--assume-role assumes by one --profile, or by the one in use")
    if not roles and not profiles:
        return ()
    from stackproof.fleet.targets import Target

    if roles:
        source = profiles[0] if profiles else None
        return tuple(Target(source, role, external_id) for role in dict.fromkeys(roles))
    return tuple(Target(profile) for profile in dict.fromkeys(profiles))
