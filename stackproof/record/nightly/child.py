"""The process that looks at one stack: whatever happens to it is that stack's alone."""

from __future__ import annotations

from pathlib import Path

import click

from stackproof.door import Door, enter


@click.group(cls=Door)
def group() -> None:
    """Give the command below the same door as all others have."""


@group.command("night")
@click.argument("entry")
@click.argument("root", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
def night(entry: str, root: Path, file: Path) -> None:
    """Look at the stack that ENTRY tells as JSON, and write its record into FILE."""
    from stackproof import children, log
    from stackproof.record.nightly.night import Night
    from stackproof.scratch import write_whole
    from stackproof.settings.nightly_form import NightlyStack

    log.take_over()
    children.end_with_parent()
    record = Night(NightlyStack.model_validate_json(entry), root).record()
    write_whole(record.as_json(), file)


if __name__ == "__main__":
    enter(group)
