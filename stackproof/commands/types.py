"""`stackproof types`: what is known of a resource type, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stackproof.sights.live.reader import Reader
    from stackproof.types.described import Type
    from stackproof.types.mapping import Field


@click.command(
    epilog="""
\b
Examples:
  stackproof types aws:eks/cluster:Cluster
  stackproof types aws:s3/bucketV2:BucketV2

Exit codes: 0 shown, 2 no such type.
"""
)
@click.argument("token")
def types(token: str) -> None:
    """Show what is known of a type: its names, the calls that read it, where properties stand.

    TOKEN is the type's name as Pulumi writes it in URNs, an older one too.
    """
    from stackproof.commands.given import settings
    from stackproof.sights.live.readers import readers
    from stackproof.types.described import described
    from stackproof.types.table import canonical, other_tokens, type_of

    settings()  # own types stand in them
    known = canonical(token)
    if type_of(known) is None:
        raise click.BadParameter(f"the AWS provider has no type {token}", param_hint="TOKEN")
    click.echo(known)
    if other_tokens(known):
        click.echo(f"also:      {', '.join(other_tokens(known))}")
    reader = next((reader for reader in readers() if known in reader.types), None)
    if reader is None:
        click.echo("read:      never; resources of this type can't be seen live")
        return
    for line in _calls(reader):
        click.echo(line)
    if known in described():
        for line in _mapped(described()[known]):
            click.echo(line)
    else:
        click.echo(f"mapping:   by code, in {reader.build.__module__}")


def _calls(reader: Reader) -> Iterator[str]:
    asks = [reader.listing, *(detail.ask for detail in reader.details.values())]
    width = max(len(ask.name) for ask in asks)
    yield "read:"
    for ask in asks:
        yield f"  {ask.name:<{width}}  needs {ask.action}"


def _mapped(type_: Type) -> Iterator[str]:
    from stackproof.types.mapping import mapping

    yield "mapping:"
    yield from _fields(mapping(type_).fields, "  ")
    for name in sorted(type_.provides):
        yield f"  {name} <- code"
    if type_.omitted:
        yield "left out by AWS:"
        for name, value in sorted(type_.omitted.items()):
            yield f"  {name} = {value!r}"
    if type_.unread:
        yield f"never shown: {', '.join(sorted(type_.unread))}"


def _fields(fields: tuple[Field, ...], indent: str) -> Iterator[str]:
    for field in sorted(fields, key=lambda field: field.name):
        source = f"{field.source}:" if field.source else ""
        by = f" by {field.codec.__name__.lstrip('_')}" if field.codec else ""
        kind = field.kind.form.name.lower()
        yield f"{indent}{field.name} ({kind}) <- {source}{field.path}{by}"
        yield from _fields(field.fields, indent + "  ")
