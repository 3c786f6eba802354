"""What commands about records share: where the history is, and which record is meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stackproof.record.history import History
    from stackproof.settings.nightly_form import Nightly


def history_option(function: Any) -> Any:
    """Add the option that says where the history is."""
    return click.option(
        "--history",
        "place",
        metavar="PLACE",
        help="Where records are kept: a folder, or s3://BUCKET/PREFIX (default: as the settings "
        "say under `nightly`).",
    )(function)


def key_option(function: Any) -> Any:
    """Add the option that says which key signs, or checks."""
    return click.option(
        "--key",
        metavar="KEY",
        help="A PEM file with an Ed25519 key, or a KMS key's ARN or alias.",
    )(function)


def root() -> Path:
    """Give the project's folder, or the one that we stand in."""
    from stackproof.project import project_file

    project = project_file(Path.cwd())
    return project.parent if project else Path.cwd()


def nightly_settings() -> Nightly:
    """Give what the settings say of nightly runs; nothing at all where they don't."""
    from stackproof.commands.given import settings
    from stackproof.settings.nightly_form import Nightly

    return settings().nightly or Nightly()


def history_at(place: str | None, *, required: bool = True) -> History | None:
    """Give the history at a place, or where the settings say; UsageError when none is said."""
    from stackproof.record.history import History

    if place is None:
        configured = nightly_settings().history
        # What the settings say is meant from their folder on.
        place = (
            configured if configured is None or "://" in configured else str(root() / configured)
        )
    if place is None:
        if required:
            raise click.UsageError(
                "nothing says where the history is: give --history, or say it in the settings "
                "(nightly: {history: PLACE})"
            )
        return None
    return History(place)


def key_at(key: str | None) -> str | None:
    """Give the key that is meant, a file of the settings from their folder on."""
    if key is not None:
        return key
    configured = nightly_settings().sign
    if configured is None or configured.startswith(("arn:", "alias/")):
        return configured
    return str(root() / configured)
