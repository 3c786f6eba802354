"""Functions, tasks, APIs and state machines may do what they are made for."""

from __future__ import annotations

from dataclasses import replace

from stackproof.controls.registry import control
from stackproof.controls.support.pair_cases import cases
from stackproof.controls.support.pairs import consumers, judged, needed
from stackproof.model import Category, Framework, Outcome, Resource, Severity, Stack
from stackproof.model.cases import Change, Neighbour, Ref
from stackproof.reasoning.permissions.table.functions import (
    AUTHORIZERS,
    DESTINATIONS,
    EVENT_SOURCES,
    FUNCTIONS,
    INTEGRATIONS,
    ROTATIONS,
    STATE_MACHINES,
)
from stackproof.reasoning.permissions.table.launches import TABLE_STREAMS, USER_POOLS
from stackproof.reasoning.permissions.table.tasks import ENVIRONMENT, EXECUTION
from stackproof.types.tokens import LAMBDA_PERMISSION

_FUNCTIONS = (*FUNCTIONS, *DESTINATIONS, *EVENT_SOURCES, *TABLE_STREAMS)
# Who invokes the function is let in, too.
_INVOKED = Neighbour(
    "permission",
    LAMBDA_PERMISSION,
    {
        "function": Ref("rotation_lambda_arn"),
        "action": "lambda:InvokeFunction",
        "principal": "secretsmanager.amazonaws.com",
    },
)
_CHANGED = cases(ROTATIONS[1])
_ROTATING = replace(
    _CHANGED,
    passing=replace(_CHANGED.passing, neighbours=(*_CHANGED.passing.neighbours, _INVOKED)),
    failing=(*_CHANGED.failing, Change("principal", "events.amazonaws.com", of="permission")),
)
_CALLERS = (*INTEGRATIONS, *AUTHORIZERS, *USER_POOLS)


@control(
    "function-may-do-its-work",
    title="Functions may write their logs, join their network, and read and hand on events",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(_FUNCTIONS),
    needs=needed(_FUNCTIONS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(FUNCTIONS[0]),
)
def function_may_do_its_work(function: Resource, stack: Stack) -> dict[str, Outcome]:
    """What its role may not do fails at the first event, and its log does not say so."""
    return judged(_FUNCTIONS, function, stack)


@control(
    "task-may-start",
    title="Tasks may pull their images, read their secrets and write their logs",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(EXECUTION),
    needs=needed(EXECUTION),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(EXECUTION[2]),
)
def task_may_start(definition: Resource, stack: Stack) -> dict[str, Outcome]:
    """A running task goes on without; the next one does not start."""
    return judged(EXECUTION, definition, stack)


@control(
    "environment-may-be-used",
    title="Programs may use the things of the stack that their environment names",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(ENVIRONMENT),
    needs=needed(ENVIRONMENT),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(ENVIRONMENT[0]),
)
def environment_may_be_used(program: Resource, stack: Stack) -> dict[str, Outcome]:
    """Judged where a variable clearly names something, and one action that uses it is enough."""
    return judged(ENVIRONMENT, program, stack)


@control(
    "api-may-invoke",
    title="APIs, their authorizers and user pools may invoke the functions that they lead to",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(_CALLERS),
    needs=needed(_CALLERS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(INTEGRATIONS[0]),
)
def api_may_invoke(caller: Resource, stack: Stack) -> dict[str, Outcome]:
    """Every call is answered with 500, and no function has seen it."""
    return judged(_CALLERS, caller, stack)


@control(
    "state-machine-may-invoke",
    title="State machines may invoke the functions that they name",
    severity=Severity.HIGH,
    category=Category.HA,
    types=consumers(STATE_MACHINES),
    needs=needed(STATE_MACHINES),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    cases=cases(STATE_MACHINES[0]),
)
def state_machine_may_invoke(machine: Resource, stack: Stack) -> dict[str, Outcome]:
    """The execution fails at that step, however often it is tried."""
    return judged(STATE_MACHINES, machine, stack)


@control(
    "secret-may-rotate",
    title="Secrets may invoke the functions that rotate them, and these may change the secrets",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=consumers(ROTATIONS),
    needs=needed(ROTATIONS),
    frameworks={Framework.NIST: ("AC-3", "AC-6")},
    in_part={Framework.FSBP: ("SecretsManager.2",)},
    cases=_ROTATING,
)
def secret_may_rotate(rotation: Resource, stack: Stack) -> dict[str, Outcome]:
    """The rotation stops halfway, and the old value goes on being used."""
    return judged(ROTATIONS, rotation, stack)
