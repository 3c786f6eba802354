"""The five outcomes of judging a control against a resource."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias, assert_never, final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError


class Cause(StrEnum):
    """Why a fact is unknown."""

    NOT_KNOWN_AT_PREVIEW = "not known at preview"
    ACCESS_DENIED = "access denied"
    THROTTLED = "throttled"
    UNSUPPORTED = "unsupported by the endpoint"
    REGION_OFF = "region off"
    UNAVAILABLE = "the endpoint did not answer"
    NOT_IN_STACK = "the referenced resource is not part of the stack"
    UNREADABLE = "the value cannot be read"
    BROKEN = "the control itself failed"


@final
@dataclass(frozen=True, slots=True)
class Pass:
    """The resource does what the control demands."""


@final
@dataclass(frozen=True, slots=True)
class Fail:
    """The resource breaks the control: which property, what is right, what is there, the fix."""

    property: str
    expected: str
    actual: Any = field(repr=False)  # a trace may show it to anybody
    fix: str


@final
@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be seen: a leaf of a resource's properties, or an outcome.

    `detail` names what could not be seen through what (`rds:DescribeDBClusters`).
    """

    cause: Cause
    property: str = ""
    detail: str = ""

    def at(self, path: str) -> Unknown:
        """Name the property at which this unknown was met."""
        return self if self.property else replace(self, property=path)


# What a property shows at preview when the program says nothing and AWS fills it in.
LEFT_TO_AWS: Final = Unknown(
    Cause.NOT_KNOWN_AT_PREVIEW, detail="the program leaves it to AWS to choose"
)


@final
@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The control has nothing to say about this resource, and why.

    `tolerated` is the environment in which its failures are tolerated, where that is why.
    """

    why: str
    tolerated: str = ""


@final
@dataclass(frozen=True, slots=True)
class Waived:
    """A failure that its owner accepted until a day."""

    waiver: str
    until: date
    instead_of: Fail


Outcome: TypeAlias = Pass | Fail | Unknown | NotApplicable | Waived
OutcomeWord: TypeAlias = Literal["pass", "fail", "unknown", "not_applicable", "waived"]


class UnresolvedError(StackproofError):
    """Raised when a judgement needs a fact that is unknown; carries the Unknown outcome."""

    code = Code.UNRESOLVED

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(f"{unknown.property or 'a fact'}: {unknown.cause}")
        self.unknown = unknown


def worst(*outcomes: Outcome) -> Outcome:
    """Combine the outcomes of the parts of one judgement: Fail beats Unknown beats Pass.

    A seen failure stays a failure whatever else could not be seen. With no outcome at all, or
    with only NotApplicable ones, the answer is NotApplicable.
    """
    if not outcomes:
        return NotApplicable("nothing to judge")
    return min(outcomes, key=_rank)


def _rank(outcome: Outcome) -> int:
    match outcome:
        case Fail():
            return 0
        case Unknown():
            return 1
        case Waived():
            return 2
        case Pass():
            return 3
        case NotApplicable():
            return 4
        case _:
            assert_never(outcome)


def outcome_word(outcome: Outcome) -> OutcomeWord:
    """Give the one lower-case word that reports use for an outcome."""
    match outcome:
        case Pass():
            return "pass"
        case Fail():
            return "fail"
        case Unknown():
            return "unknown"
        case NotApplicable():
            return "not_applicable"
        case Waived():
            return "waived"
        case _:
            assert_never(outcome)
