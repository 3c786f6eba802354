"""Control: one rule about one Pulumi type, its parameters, and the cases that prove it."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.cases import Cases
from stackproof.model.frameworks import Framework, as_of, ids
from stackproof.model.outcome import Cause, Fail, NotApplicable, Outcome, Unknown, UnresolvedError
from stackproof.model.parameter import TOLERATED, Parameter, parameters_of, positional_of
from stackproof.model.resource import Resource
from stackproof.model.stack import Stack
from stackproof.model.tags import environment_of
from stackproof.signals import of_process


class Severity(StrEnum):
    """How bad a failure is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    def at_least(self, other: Severity) -> bool:
        """Tell whether it is as bad as another one, or worse."""
        return _RANKS[self] <= _RANKS[other]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Category(StrEnum):
    """What a control is about."""

    SECURITY = "security"
    NETWORK = "network"
    IAM = "iam"
    HA = "ha"
    DR = "dr"
    SCALING = "scaling"
    MONITORING = "monitoring"
    COST = "cost"
    TAGGING = "tagging"
    PARITY = "parity"


class Family(StrEnum):
    """What the policy pack enforces whatever the severity: see `stackproof.policy_pack.levels`."""

    TAGGING = "tagging"
    ENCRYPTION = "encryption"
    SECURITY_GROUPS = "security groups"


_CONTROL_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

# Asked for a tuple of types Python answers faster than for their union.
_OUTCOMES = get_args(Outcome)
# What a judging function gives back: one outcome, or one per facet.
Judgement = Outcome | Mapping[str, Outcome]


class ControlError(StackproofError):
    """Raised at load for a control that is not fit to be believed; says which and why."""

    code = Code.CONTROL


@dataclass(frozen=True, slots=True)
class Control:
    """A rule, written once and judged at every sight.

    `judge` is pure: `(resource)`, or `(resource, stack)` when it needs neighbours, with the
    control's parameters as keyword-only arguments that have defaults. `needs` lists the types
    of the neighbours it asks the stack for. `tolerated_in` lists the values of the tag
    `Environment` where a failure is accepted (a single zone in development); it can be
    configured like a parameter. `family` says which of the enforced families a control belongs to,
    if any. `frameworks` lists the ids whose demand the control covers, `in_part` those of which it
    covers only a part. Raises ControlError at construction when the metadata or the
    cases are not complete.
    """

    id: str
    title: str
    severity: Severity
    category: Category
    types: tuple[str, ...]
    judge: Callable[..., Judgement]
    cases: Cases
    needs: tuple[str, ...] = ()
    frameworks: Mapping[Framework, tuple[str, ...]] = field(default_factory=dict)
    in_part: Mapping[Framework, tuple[str, ...]] = field(default_factory=dict)
    unknown_blocks: bool = False
    tolerated_in: tuple[str, ...] = ()
    family: Family | None = None

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ControlError(f"control {self.id!r} {problem}")

    @property
    def relational(self) -> bool:
        """Tell whether the control looks at neighbours."""
        return bool(self.needs)

    @property
    def parameters(self) -> dict[str, Any]:
        """Give the parameters and their defaults."""
        return {name: parameter.default for name, parameter in self.declared.items()}

    @property
    def declared(self) -> dict[str, Parameter]:
        """Give the parameters with their types, ranges and units."""
        tolerated = Parameter("tolerated_in", str, tuple, TOLERATED, self.tolerated_in)
        own = parameters_of(self.judge)
        return {**own, **({tolerated.name: tolerated} if self.tolerated_in else {})}

    def outcomes(
        self, resource: Resource, stack: Stack, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Outcome]:
        """Judge a resource: an outcome per facet (`""` when the control has one answer only).

        A fact that the judgement needed and that is unknown makes the outcome Unknown, and so
        does a judging function that raises: one control costs its own findings only.
        """
        if resource.unread is not None:
            return {"": resource.unread}
        try:
            return self._facets(resource, stack, parameters)
        except UnresolvedError as error:
            return {"": error.unknown}
        except BaseException as error:
            # Judging functions are anybody's code: what they raise must end nothing but themselves.
            if of_process(error):
                raise
            why = f"control {self.id!r} raised {type(error).__name__}{self._where(error)}"
            return {"": Unknown(Cause.BROKEN, detail=why)}

    def raised(
        self, resource: Resource, stack: Stack, parameters: Mapping[str, Any] | None = None
    ) -> BaseException | None:
        """Judge again, and give what the judging function raises, with its traceback."""
        try:
            self._facets(resource, stack, parameters)
        except BaseException as error:
            if of_process(error):
                raise
            return error
        return None

    def _where(self, error: BaseException) -> str:
        """Name the last line of the control's own file that it came from."""
        code = getattr(inspect.unwrap(self.judge), "__code__", None)
        lines = [
            f" at {Path(frame.filename).name}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)
            if code is not None and frame.filename == code.co_filename
        ]
        return lines[-1] if lines else ""

    def _facets(
        self, resource: Resource, stack: Stack, parameters: Mapping[str, Any] | None
    ) -> dict[str, Outcome]:
        arguments = (resource, stack) if self.relational else (resource,)
        given = dict(parameters or {})
        tolerated = given.pop("tolerated_in", self.tolerated_in)
        environment = environment_of(resource) if tolerated else None
        if isinstance(environment, str) and environment in tolerated:
            why = f"tolerated in environment {environment}"
            return {"": NotApplicable(why, tolerated=environment)}
        judged = self.judge(*arguments, **given)
        facets = dict(judged) if isinstance(judged, Mapping) else {"": judged}
        for facet, outcome in facets.items():
            if not isinstance(outcome, _OUTCOMES):
                raise TypeError(f"{outcome!r} for {facet!r} is no outcome")
            facets[facet] = _with_what_is_set(outcome, resource)
        if tolerated and isinstance(environment, Unknown):
            # Whether a failure counts here is just what could not be seen.
            facets = {k: environment if isinstance(o, Fail) else o for k, o in facets.items()}
        return facets or {"": NotApplicable("nothing to judge")}

    def _problem(self) -> str | None:
        if not _CONTROL_ID.fullmatch(self.id):
            return "needs an id of lower-case words joined by hyphens"
        if not self.title or len(self.title) > 150 or self.title.startswith("Ensure"):
            return "needs a title of at most 150 characters that states a fact (not 'Ensure …')"
        if not self.types:
            return "judges no Pulumi type"
        takes = positional_of(self.judge)
        if takes not in (1, 2):
            return "needs a judging function of (resource) or (resource, stack)"
        try:
            parameters_of(self.judge)
        except TypeError as error:
            return str(error)
        if self.relational != (takes == 2):
            return "must list the neighbour types it needs exactly when it takes the stack"
        for named in (self.frameworks, self.in_part):
            for framework, given in named.items():
                bad = [id_ for id_ in given if id_ not in ids(framework)]
                if bad or not given:
                    when = as_of(framework)
                    return f"has ids that {framework.value} (as of {when}) does not have: {bad}"
        return self.cases.problem(relational=self.relational)


def _with_what_is_set(outcome: Outcome, resource: Resource) -> Outcome:
    """Let a failure that names no value show what the property says, where it says something."""
    if not isinstance(outcome, Fail) or outcome.actual is not None:
        return outcome
    try:
        value = resource.get(outcome.property)
    except UnresolvedError:
        return outcome
    return outcome if value is None else replace(outcome, actual=value)
