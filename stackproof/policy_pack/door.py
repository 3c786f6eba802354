"""The door of a pack's process: what fails inside ends the preview with one sentence and its code.

The CLI prints what ends a pack: a traceback, where nobody does better (`pulumi.policy` catches what
the pack's program raises, but for SystemExit), or what a call's status says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import grpc

from stackproof.errors import StackproofError
from stackproof.machine import refusal

Given = ParamSpec("Given")
Made = TypeVar("Made")
# The module that runs a pack's program in its process.
_RUNNER = "pulumi.policy"


def loading(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Let what a pack's program calls end its process with a sentence; elsewhere it raises."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Made:
        try:
            return make(*given, **named)
        except Exception as error:
            if not _serves():
                raise
            sys.exit(_sentence(error))

    return made


def answering(answer: Callable[[Any, Any, Any], Made]) -> Callable[[Any, Any, Any], Made]:
    """Let a call of the engine that fails say why in its status, which ends the preview."""

    @wraps(answer)
    def answered(analyzer: Any, request: Any, context: Any) -> Made:
        try:
            return answer(analyzer, request, context)
        except StackproofError as error:
            status, sentence = grpc.StatusCode.INVALID_ARGUMENT, _sentence(error)
        except BaseException as error:  # noqa: BLE001 - else the thread ends, and the engine waits
            status, sentence = grpc.StatusCode.INTERNAL, _sentence(error)
        context.abort(status, sentence)
        raise AssertionError("the call was aborted")

    return answered


def keep(error: BaseException) -> Path | None:
    """Write down what a control raised, and give the file; None where none can be written."""
    from stackproof.defects import command_line, keep

    try:
        return keep(error, command_line())
    except OSError:
        return None


def _sentence(error: BaseException) -> str:
    if isinstance(error, StackproofError):
        return error.told
    if refused := refusal(error):
        return refused
    # Whatever else is imported here is imported by every preview.
    from stackproof.defects import command_line, tell

    return tell(error, command_line())


def _serves() -> bool:
    # The runner gives the program its own place in `sys.modules` and `sys.argv`.
    return _RUNNER in sys.orig_argv
