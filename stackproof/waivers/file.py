"""The file of waivers: a list of entries, `waivers.yaml` beside Pulumi.yaml."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from stackproof.closest import closest
from stackproof.model.json_text import text_of
from stackproof.parity.controls import every_control
from stackproof.waivers.entry import Waiver, WaiversError

_LISTED = "`stackproof controls` lists them"


def load(path: Path | None, own: Collection[str] = ()) -> tuple[Waiver, ...]:
    """Read a waivers' file, none when there is no file; raise WaiversError when it is no good.

    `own` are the ids of controls that the project adds to the catalogue.
    """
    if path is None:
        return ()
    from stackproof.model import yaml_text

    try:
        # Every value as it is written: 2030-02-30 is no date, which is to be said with its place.
        data = yaml_text.parse(text_of(path), as_written=True)
    except OSError as error:
        raise WaiversError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        # To YAML, `*-http` is a reference.
        hint = "; put a pattern that begins with * in quotes" if "alias" in str(error) else ""
        raise WaiversError(f"{path} is not YAML ({error}){hint}") from None
    if not isinstance(data, (list, type(None))):
        raise WaiversError(
            f"{path} must be a list of waivers: entries that begin with `- control:`"
        )
    entries: list[Waiver] = []
    problems: list[str] = []
    for number, entry in enumerate(data or (), 1):
        try:
            entries.append(Waiver.read(entry))
        except WaiversError as error:
            problems += [
                f"{path}, waiver {number}: {problem}" for problem in str(error).splitlines()
            ]
        problems += [
            f"{path}, waiver {number}: {problem}" for problem in unknown_control(entry, own)
        ]
    if problems:
        raise WaiversError("\n".join(problems))
    return tuple(entries)


def unknown_control(entry: Any, own: Collection[str]) -> Iterator[str]:
    """Say when an entry is about a control that is not there."""
    control = entry.get("control") if isinstance(entry, Mapping) else None
    known = {*every_control(), *own}
    if isinstance(control, str) and control.strip() and control.strip() not in known:
        yield f"there is no control {control!r}; {closest(control, sorted(known), _LISTED)}"
