"""A page for each resource type: by which calls it is read, and which controls judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from stackproof.embedded.creators import creators
from stackproof.model import Control
from stackproof.parity.controls import every_control
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.reader import Reader
from stackproof.sights.live.readers import readers
from stackproof.sights.live.unread import UNREAD
from stackproof.types.described import Type, described
from stackproof.types.mapping import LISTED, Field, mapping
from stackproof.types.table import other_tokens
from tools.site.languages import python_class, typescript_class
from tools.site.markdown import cell, page, table
from tools.site.markdown import code as inline
from tools.site.names import linked, path_of, short, with_pages


def type_pages() -> Mapping[str, Callable[[], str]]:
    """Give what makes the page of each type, and of their list, by its path."""
    made = {path_of(token): partial(type_page, token) for token in with_pages()}
    return {"types/index.md": _list, **made}


def type_page(token: str) -> str:
    """Write the page of a type."""
    reader = _reader(token)
    description = described().get(token)
    return page(
        f"# {short(token)}",
        _names(token),
        "## How it is read",
        _calls(token, reader) if reader else _unread(token),
        _properties(description, reader) if reader else "",
        _controls("## What judges it", [c for c in every_control().values() if token in c.types]),
        _controls("## What looks at it", [c for c in every_control().values() if token in c.needs]),
        "## On the embedded AWS",
        "It is made, changed and deleted there, by the Pulumi CLI and by `stackproof deploy`."
        if token in creators()
        else "It can't be made there: a program that declares one is stopped with a sentence.",
    )


def _list() -> str:
    rows = []
    for token in with_pages():
        judging = sum(token in control.types for control in every_control().values())
        seen = "yes" if _reader(token) else "elsewhere" if _elsewhere(token) else "no"
        rows.append((linked(token, ""), seen, str(judging), "yes" if token in creators() else "no"))
    return page(
        "# Resource types",
        f"{len(rows)} types of the AWS provider that are read, judged or made here. *Elsewhere*: "
        "AWS shows it in what it belongs to. What is read of others' types by their ARN only is "
        "accounted for as *without a control* or *unreadable*, see [limits](../limits.md).",
        table(("type", "read live", "controls", "embedded AWS"), rows),
    )


def _names(token: str) -> str:
    rows = [
        ("in URNs", f"`{token}`"),
        ("Python", f"`{python_class(token)}`"),
        ("TypeScript", f"`{typescript_class(token)}`"),
    ]
    others = ", ".join(f"`{other}`" for other in other_tokens(token))
    rows += [("known too as", others)] if others else []
    return table(("where", "name"), rows)


@cache
def _by_type() -> dict[str, Reader]:
    return {type_: reader for reader in readers() for type_ in reader.types}


def _reader(token: str) -> Reader | None:
    return _by_type().get(token)


def _elsewhere(token: str) -> bool:
    return token in UNREAD and bool(UNREAD[token].shown_as)


def _calls(token: str, reader: Reader) -> str:
    held = [(reader.listing, "the listing")]
    held += [
        (
            detail.ask,
            "only this call tells of it" if token in detail.provides else "what more it tells",
        )
        for detail in reader.details.values()
    ]
    rows = [(f"`{ask.name}`", f"`{ask.action}`", why) for ask, why in held]
    also = ", ".join(linked(other, "") for other in reader.types if other != token)
    parents = ", ".join(linked(parent, "") for parent in reader.parents)
    return page(
        table(("call", "IAM action", "what for"), rows),
        f"The same calls tell of {also}." if also else "",
        f"It is asked for one by one within {parents}." if parents else "",
        "" if reader.regional else "It belongs to the whole account and is asked for once.",
    )


def _unread(token: str) -> str:
    unread = UNREAD.get(token)
    if unread is None:
        return (
            "Nothing here reads it. One that state, outputs or tags name is *without a control* "
            "or, where a name alone doesn't tell that it is there, *unreadable*."
        )
    if unread.shown_as:
        shown = ", ".join(linked(other, "") for other in unread.shown_as)
        return f"AWS shows it in {shown}: {unread.reason}."
    return f"Nothing here reads it, for {unread.reason}: what judges it is *unknown* live."


def _properties(description: Type | None, reader: Reader) -> str:
    if description is None:
        module = reader.build.__module__.replace(".", "/")
        return page(
            "### Properties",
            f"Written as code, in `{module}.py`: which answer holds which property stands there.",
        )
    mapped = mapping(description)
    rows = list(_rows(mapped.fields, description, ""))
    rows += [(f"`{name}`", "code", "") for name in sorted(description.provides)]
    left_out = [(f"`{name}`", inline(value)) for name, value in description.omitted.items()]
    never = ", ".join(f"`{name}`" for name in sorted({*description.unread, *mapped.missing}))
    return page(
        "### Properties",
        table(("property", "call", "member of its answer"), rows),
        page("What AWS leaves out means:", table(("property", "value"), left_out))
        if left_out
        else "",
        f"No answer holds {never}." if never else "",
    )


def _rows(fields: tuple[Field, ...], of: Type, above: str) -> Iterator[tuple[str, str, str]]:
    for field in sorted(fields, key=lambda field: field.name):
        name = f"{above}{field.name}"
        yield f"`{name}`", "" if above else f"`{_operation(of, field)}`", f"`{cell(field.path)}`"
        yield from _rows(field.fields, of, f"{name}.")


def _operation(of: Type, field: Field) -> str:
    source = field.source or of.whole or LISTED
    asked = of.questions.get(source)
    return Ask(of.service, (asked or of.listing).operation).name


def _controls(title: str, held: list[Control]) -> str:
    rows = [(f"[`{c.id}`](../controls/{c.id}.md)", c.severity.value, c.title) for c in held]
    return page(title, table(("control", "severity", "demands"), rows)) if rows else ""
