"""`stackproof controls`: list the catalogue, or explain one control."""

from __future__ import annotations

import inspect

import click


@click.command(
    epilog="\b\nExamples:\n  stackproof controls\n  stackproof controls kms-key-rotation"
)
@click.argument("control_id", metavar="[ID]", required=False)
def controls(control_id: str | None) -> None:
    """List every control, or show what one demands, its parameters and framework ids."""
    from rich.console import Console
    from rich.table import Table

    from stackproof.controls import catalogue

    console = Console()
    if control_id is None:
        table = Table("control", "severity", "category", "what holds", title="Controls")
        for control in catalogue().values():
            table.add_row(control.id, control.severity, control.category, control.title)
        console.print(table)
        console.print(f"{len(catalogue())} controls")
        return
    found = catalogue().get(control_id)
    if found is None:
        raise click.BadParameter(
            f"there is no control {control_id!r}; `stackproof controls` lists them",
            param_hint="ID",
        )
    console.print(f"[bold]{found.id}[/] ({found.severity}, {found.category})\n{found.title}\n")
    console.print(inspect.getdoc(found.judge) or "", markup=False)
    console.print("\njudges: " + ", ".join(found.types))
    if found.needs:
        console.print("looks at: " + ", ".join(found.needs))
    for name, default in found.parameters.items():
        console.print(f"parameter {name} = {default!r}")
    for framework, ids in found.frameworks.items():
        console.print(f"{framework.value}: {', '.join(ids)}")
    console.print(
        f"proven by {1 + len(found.cases.also_passing)} passing, {len(found.cases.failing)} "
        f"failing and {len(found.cases.unknown)} unknown cases"
    )
