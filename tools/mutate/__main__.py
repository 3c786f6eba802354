"""`make mutate`: change stackproof's code at random places; say how many changes tests noticed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Final

import click

from stackproof.scratch import scratch
from tools.mutate.places import ROOMS, sample
from tools.mutate.tried import ALL, Tried, failure, try_

ROOT: Final = Path(__file__).parents[2]


@click.command()
@click.argument("rooms", nargs=-1, type=click.Choice(ROOMS))
@click.option("--number", default=110, show_default=True, help="How many mutations are tried.")
@click.option("--seed", default=1, show_default=True, help="Which ones: the same for the same.")
@click.option("--minutes", type=float, help="Begin no other one after so long.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write each as JSON.")
def main(
    *, rooms: tuple[str, ...], number: int, seed: int, minutes: float | None, report: Path | None
) -> None:
    """Try mutations of ROOMS of stackproof, or of all that decide verdicts."""
    chosen = sample(ROOT, rooms or ROOMS, number, seed)
    tried: list[Tried] = []
    began = monotonic()
    with scratch() as folder:
        root = _copied(folder)
        if failed := failure(ALL, root):
            raise click.ClickException(f"tests fail without any mutation:\n{failed[-2_000:]}")
        # Of this machine and of what else it does: all tests pass in a fifth of it.
        patience = 5 * (monotonic() - began)
        for mutation in chosen:
            if minutes is not None and monotonic() - began > minutes * 60:
                break
            ended = try_(mutation, root, patience)
            tried.append(ended)
            word = "noticed" if ended.noticed else "UNNOTICED"
            where = f"{mutation.file}:{mutation.line}"
            click.echo(f"{word} {ended.seconds:.0f} s {where} {mutation.operator}")
            if not ended.noticed:
                click.echo(ended.diff)
    noticed = sum(ended.noticed for ended in tried)
    share = noticed / len(tried) if tried else 0
    click.echo(f"{noticed} of {len(tried)} noticed ({share:.1%}), seed {seed}")
    if report is not None:
        told = [
            {
                "file": str(ended.mutation.file),
                "line": ended.mutation.line,
                "operator": ended.mutation.operator,
                "noticed": ended.noticed,
                "seconds": round(ended.seconds, 1),
                "diff": ended.diff,
            }
            for ended in tried
        ]
        report.write_text(json.dumps(told, indent=2))
    sys.exit(0 if share >= 0.9 else 1)


def _copied(folder: Path) -> Path:
    """Copy what git knows of the checkout: it is changed there, and never here."""
    root = folder / "stackproof"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    return root


if __name__ == "__main__":
    main()
