"""Prove an own type: what AWS answers in its case is shown as the case says, whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackproof.model import Resource, Unknown
from stackproof.sights.live.ask import Ask
from stackproof.sights.live.described import reader_of
from stackproof.sights.live.fetch import Aws, Fetched, Found, Missing
from stackproof.sights.live.scope import Scope
from stackproof.sights.live.snapshot import read_one
from stackproof.types.described import Answered, Type
from stackproof.types.fitting import misfits
from stackproof.types.mapping import mapping

_ACCOUNT, _REGION, _PARTITION = "123456789012", "us-east-1", "aws"
# Nobody answers there, and nothing is sent.
_NOWHERE: Final = "http://127.0.0.1:1"


def prove_type(type_: Type) -> list[str]:
    """Give a sentence for each thing by which a type is not proven; none when it is.

    Its case's answers must show its properties, each that the description finds must be among
    them, and all must be of the kinds that Pulumi has. Its ARN, where it has one, must be told.
    """
    if type_.case is None:
        return ["it has no case"]
    try:
        shown = _shown(type_, type_.case)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [f"its answers cannot be read: {type(error).__name__}: {error}"]
    if isinstance(shown, Unknown):
        return [f"its answers cannot be read: {shown.cause} ({shown.detail})"]
    if shown is None:
        return [f"no resource of its answers has the id {type_.case.id!r}"]
    return list(_differences(type_, type_.case, shown))


def _differences(type_: Type, case: Answered, shown: Resource) -> Iterator[str]:
    for name, expected in case.properties.items():
        actual = shown.data.get(name)
        if actual != expected:
            yield f"{name} is shown as {actual!r}, and the case says {expected!r}"
    found = {field.name for field in mapping(type_).fields} | type_.provides
    for name in sorted(found - case.properties.keys()):
        yield f"the case says nothing of {name}, which is shown as {shown.data.get(name)!r}"
    yield from misfits(type_.token, shown.data)
    if type_.arn and not shown.arn:
        yield "its ARN is not told"


def _shown(type_: Type, case: Answered) -> Resource | Unknown | None:
    scope = Scope(_REGION, _ACCOUNT, _PARTITION, (), {})
    return read_one(
        _Recorded(type_, case.answers),
        [reader_of(type_)],
        scope,
        type_=type_.token,
        id_=case.id,
        state=case.state,
    )


class _Recorded(Aws):
    """Gives the answers of a case; of anything else it says that there is no such thing."""

    def __init__(self, type_: Type, answers: Mapping[str, Any]) -> None:
        super().__init__(frozenset(), _NOWHERE)
        self._given: Mapping[str, Any] = {
            "resourcegroupstaggingapi:GetResources": {"ResourceTagMappingList": []},
            **{f"{type_.service}:{operation}": answer for operation, answer in answers.items()},
        }

    def _send(self, ask: Ask, region: str, parameters: dict[str, Any]) -> Fetched:
        answer = self._given.get(ask.name)
        return Missing() if answer is None else Found(answer)
