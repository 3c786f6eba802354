"""Read resources back from the embedded AWS, with the readers that also look at real AWS."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from stackproof.embedded.apply import creator_of, invoke
from stackproof.embedded.asking import asking, is_readable, reader_of, scope_of
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties
from stackproof.model import Cause, Unknown
from stackproof.parity.equivalence import property_seen_as
from stackproof.types.tokens import IAM_POLICY


class Reading:
    """Reads single resources; the same question is sent once until something is written."""

    def __init__(self) -> None:
        self._anew = True

    def forget(self) -> None:
        """Ask everything anew, for something was written."""
        self._anew = True

    def read(
        self, cloud: Cloud, type_: str, id_: str, state: Properties, *, whole: bool = False
    ) -> dict[str, Any] | None:
        """Give the state with what has changed behind our back; `None` when the resource is gone.

        What AWS shows in other words stays as it was written, and so does what it never shows.
        With `whole` the state becomes all that AWS shows: to look up a resource by its id.
        Raises EmbeddedError when the resource could not be seen.
        """
        if not is_readable(type_):
            creator_of(type_)
            if not state:
                raise EmbeddedError(f"{type_} cannot be looked up on the embedded AWS")
            return dict(state)
        live = self._live(cloud, type_, id_, state)
        if live is None and whole and type_ == IAM_POLICY and ":iam::aws:" in id_:
            # AWS's own policies are in no listing of an account's things.
            return dict(invoke(cloud, "aws:iam/getPolicy:getPolicy", {"arn": id_}))
        if live is None:
            return None
        compared = set(live) if whole else {*state, "tags"} & set(live)
        _complain(type_, id_, {name: live[name] for name in sorted(compared)})
        fresh = dict(state)
        for name in sorted(compared):
            if not _hidden(live[name]):
                fresh[name] = property_seen_as(type_, name, live[name], state.get(name))
                if fresh[name] is None:
                    del fresh[name]
        if fresh.get("tags") is not state.get("tags"):
            fresh["tags_all"] = fresh.get("tags", {})
        return fresh

    def outputs(
        self, cloud: Cloud, type_: str, id_: str, state: Properties
    ) -> Mapping[str, Any] | None:
        """Give all that AWS shows of a resource but its tags; `None` when there is none."""
        return self._live(cloud, type_, id_, state, tags=False)

    def _live(
        self, cloud: Cloud, type_: str, id_: str, state: Properties, *, tags: bool = True
    ) -> Mapping[str, Any] | None:
        from stackproof.sights.live.codes import LiveError
        from stackproof.sights.live.snapshot import read_one

        reader = reader_of(type_)
        try:
            reader.get_parameters(id_, state)
        except KeyError as missing:
            raise EmbeddedError(
                f"{type_} {id_} cannot be looked up without its {missing.args[0]}"
            ) from None
        aws = asking(cloud.endpoint)
        if self._anew:
            aws.forget()
            self._anew = False
        scope = scope_of(cloud, state.get("region") or cloud.region)
        if not tags:
            scope.tagged = scope.tagged_worldwide = Unknown(Cause.UNREADABLE, detail="not asked")
        try:
            found = read_one(aws, [reader], scope, type_=type_, id_=id_, state=state)
        except LiveError as error:
            raise EmbeddedError(f"{type_} {id_} could not be read: {error}") from None
        if isinstance(found, Unknown):
            raise EmbeddedError(f"{type_} {id_} could not be read: {found.cause} ({found.detail})")
        return None if found is None else found.data


def outputs_of(
    cloud: Cloud, type_: str, id_: str, state: Properties, left_out: Container[str] = ()
) -> dict[str, Any]:
    """Give what AWS shows of a new or changed resource, in the program's words as far as set.

    What AWS fills in inside an object of the program's stands in it, for others to name.
    Raises EmbeddedError when the resource is not to be seen.
    """
    live = Reading().outputs(cloud, type_, id_, state)
    if live is None:
        raise EmbeddedError(f"{type_} {id_} was made, and is not there")
    return {
        name: _completed(property_seen_as(type_, name, value, state.get(name)), value)
        for name, value in live.items()
        if value is not None and name not in left_out and name != "tags" and not _hidden(value)
    }


def _completed(seen: Any, live: Any) -> Any:
    """Give an object with the members that AWS filled in."""
    if not isinstance(seen, Mapping) or not isinstance(live, Mapping):
        return seen
    own = {name: _completed(value, live.get(name)) for name, value in seen.items()}
    return {name: value for name, value in live.items() if value is not None} | own


def _complain(type_: str, id_: str, live: Properties) -> None:
    """Refuse to take what could not be seen for unchanged, unless it is never shown."""
    for name, value in live.items():
        for unknown in _unknowns(value):
            if unknown.cause not in (Cause.UNSUPPORTED, Cause.UNREADABLE):
                raise EmbeddedError(
                    f"{name} of {type_} {id_} could not be read: {unknown.cause} ({unknown.detail})"
                )


def _hidden(value: Any) -> bool:
    return any(True for _ in _unknowns(value))


def _unknowns(value: Any) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _unknowns(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _unknowns(item)
