"""What a record keeps of a resource's properties: small values, digests of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from stackproof.model import Resource, Unknown
from stackproof.model.secrecy import HIDDEN, says_words
from stackproof.model.secret_formats import as_name
from stackproof.model.tags import tags_of
from stackproof.model.unknowns import unknowns_in
from stackproof.record.canonical import canonical, digest
from stackproof.record.redaction import redacted, scrubbed
from stackproof.types.names import bare
from stackproof.types.table import Form, Kind, type_of

# A longer value is no line of a report; its digest tells as well that it changed.
_LONGEST: Final = 160
# Tags that say whose and for what a resource is, however they are spelt; the values of others are
# anybody's words, and nobody needs them in a report.
_LABELS: Final = frozenset(
    (
        *("application", "app", "blueprint", "component", "contact", "costcenter", "env"),
        *("environment", "managedby", "name", "owner", "project", "service", "stack", "stage"),
        *("team", "workload"),
    )
)
# Scripts and documents of somebody's own, which the type table knows as text.
_SCRIPTS: Final = frozenset(
    (
        *("body", "buildspec", "code", "commands", "container_definitions", "content"),
        *("definition", "inline", "template_body", "user_data", "user_data_base64", "value"),
    )
)


def labels(resource: Resource) -> dict[str, str | None]:
    """Give the keys of a resource's tags, with the values of those that say whose it is."""
    tags = tags_of(resource)
    if isinstance(tags, Unknown):
        return {}
    return {
        as_name(str(key)): scrubbed(value)
        if bare(str(key)) in _LABELS and isinstance(value, str)
        else None
        for key, value in sorted(tags.items())
    }


def facts_of(
    resource: Resource, secrets: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Give the properties: by value, by digest, and why they are hidden; each is in one of them.

    `secrets` are those that the state holds as secret, whatever they are called.
    """
    values: dict[str, Any] = {}
    digests: dict[str, str] = {}
    hidden: dict[str, str] = {}
    if resource.unread is not None:
        return values, digests, hidden
    known = type_of(resource.type)
    kinds: Mapping[str, Kind] = known.shape.kinds if known else {}
    for name, held in sorted(resource.data.items()):
        if name == "tags_all" or held is None or held in ("", [], {}):
            continue
        if (unknown := next(unknowns_in(held), None)) is not None:
            hidden[name] = unknown.cause.value
            continue
        safe = HIDDEN if name in secrets else redacted(name, held)
        if safe == HIDDEN:
            hidden[name] = "it is a secret"
        elif (
            name != "tags"
            and not says_words(name)
            and not _own_words(name, held, kinds.get(name))
            and len(canonical(safe)) <= _LONGEST
        ):
            values[name] = safe
        else:
            digests[name] = digest(safe)[:16]
    return values, digests, hidden


def kept_by_digest(resource: Resource) -> frozenset[str]:
    """Give the properties that hold somebody's own maps and scripts: their environment, say."""
    known = type_of(resource.type)
    kinds: Mapping[str, Kind] = known.shape.kinds if known else {}
    return frozenset(
        name
        for name, held in resource.data.items()
        if name not in ("tags", "tags_all") and _own_words(name, held, kinds.get(name))
    )


def _own_words(name: str, held: Any, kind: Kind | None) -> bool:
    """Tell whether a property holds somebody's own words: a map of them, or a script."""
    if name in _SCRIPTS or kind is None:
        return name in _SCRIPTS
    if kind.form in (Form.MAP, Form.ASSET):
        return True
    if kind.form in (Form.OBJECT, Form.ONE) and isinstance(held, Mapping):
        kinds = kind.shape.kinds
        return any(_own_words(inner, value, kinds.get(inner)) for inner, value in held.items())
    if isinstance(held, (list, tuple)):
        return any(_own_words("", item, kind.of or kind) for item in held)
    return False
