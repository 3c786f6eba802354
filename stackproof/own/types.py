"""Own types: descriptions of resource types that stackproof doesn't read."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import wraps
from inspect import isfunction
from pathlib import Path
from typing import Any

from stackproof.closest import closest
from stackproof.errors import StackproofError
from stackproof.own.modules import LoadError, modules_in, modules_of
from stackproof.own.points import TYPES, origin, points
from stackproof.signals import of_process
from stackproof.types.described import Type, own_types

_NAME = "TYPES"


def types_of(place: Path | str) -> tuple[Type, ...]:
    """Give the types that a file, or the files of a folder, describe in their `TYPES`.

    Raises LoadError with file, line and reason for what does not load, and when there is none.
    """
    return tuple(_distinct(_of_place(Path(place))).values())


def together(folders: Iterable[Path] = ()) -> Mapping[str, Type]:
    """Give the types of distributions and folders by token; raise LoadError for what is no good."""
    found: list[tuple[str, Type]] = []
    for point in points(TYPES):
        try:
            found += [pair for module in modules_of(point.value) for pair in _defined_in(module)]
        except LoadError as error:
            raise LoadError(f"{origin(point)}: {error}") from None
    for folder in folders:
        found += _of_place(folder)
    return _distinct(found)


def _of_place(place: Path) -> list[tuple[str, Type]]:
    if not place.exists():
        raise LoadError(f"{place}: there is no such file or folder")
    found = [pair for module in modules_in(place) for pair in _defined_in(module)]
    if not found:
        raise LoadError(f"{place}: no type is described there: {_NAME} = (Type(…),) does it")
    return found


def _defined_in(module: str) -> Iterator[tuple[str, Type]]:
    """Give the types of a module's `TYPES`, each with file and line."""
    held = getattr(sys.modules[module], _NAME, ())
    for type_ in held if isinstance(held, (tuple, list)) else (held,):
        if not isinstance(type_, Type):
            raise LoadError(f"{_where(module, None)}: {_NAME} has {type_!r}, which is no Type")
        yield _where(module, type_), type_


def _distinct(found: Iterable[tuple[str, Type]]) -> Mapping[str, Type]:
    kept: dict[str, tuple[str, Type]] = {}
    problems = []
    for where, type_ in found:
        other = kept.setdefault(type_.token, (where, type_))[0]
        # A module may be named twice: by itself and with its package.
        if other != where:
            problems.append(f"{where}: {type_.token} is described in {other} already")
    known = frozenset(kept)
    problems += [
        f"{where}: {problem}"
        for where, type_ in kept.values()
        for problem in _problems(type_, known)
    ]
    if problems:
        raise LoadError("\n".join(problems))
    return {token: _guarded(type_) for token, (_, type_) in sorted(kept.items())}


def _guarded(type_: Type) -> Type:
    """Let what a description's own functions raise be an answer that can't be read, whatever it is.

    They are anybody's code, and would end the run, with an exit code of theirs.
    """
    told = {field.name: getattr(type_, field.name) for field in fields(type_)}
    names = {
        name: (source[0], _sure(source[1])) if isinstance(source, tuple) else source
        for name, source in type_.names.items()
    }
    called: dict[str, Any] = {n: _sure(value) for n, value in told.items() if isfunction(value)}
    return replace(type_, **{**called, "names": names})


def _sure(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def called(*given: Any) -> Any:
        try:
            return call(*given)
        except BaseException as error:
            if of_process(error):
                raise
            # Of a kind that readers foresee, and called as it was: that is what is said of it.
            foreseen: Any = type(type(error).__name__, (ValueError,), {})
            raise foreseen(str(error)) from error

    return called


def _problems(type_: Type, own: frozenset[str]) -> Iterator[str]:
    """Say what keeps a description from being believed."""
    from stackproof.sights.live.readers import readers
    from stackproof.types.table import every_token, type_of

    before = {type_.token for type_ in own_types()}
    read = {token for reader in readers() for token in reader.types} - before
    if type_of(type_.token) is None:
        hint = closest(type_.token, every_token(), "`pulumi package get-schema aws` has them")
        yield f"the AWS provider has no type {type_.token!r}; {hint}"
        return
    if type_.token in read:
        yield f"stackproof reads {type_.token} already"
        return
    if type_.listing.named:
        yield f"{type_.token} is `named` only: without a listing it isn't found in an account"
    if type_.listing.parent and type_.listing.parent not in read | own:
        yield f"{type_.token} is listed by {type_.listing.parent}, which nothing reads"
    if wrong := list(_asks(type_)):
        yield from wrong
        return
    yield from _mapped(type_)
    if type_.case is None:
        yield f"{type_.token} has no case: what AWS answers, and what is shown then (Answered)"


def _asks(type_: Type) -> Iterator[str]:
    """Say which operations boto3 doesn't have, or would change something."""
    import botocore.session

    from stackproof.read_only import reads

    session = botocore.session.get_session()
    services = session.get_available_services()
    if type_.service not in services:
        yield f"boto3 has no service {type_.service!r}; {closest(type_.service, services, '')}"
        return
    operations = session.get_service_model(type_.service).operation_names
    asked = {type_.listing.operation, *(asked.operation for asked in type_.questions.values())}
    for operation in sorted(asked):
        if operation not in operations:
            hint = closest(operation, operations, "")
            yield f"{type_.service} has no operation {operation!r}; {hint}"
        elif not reads(type_.service, operation):
            yield f"{type_.service}:{operation} may change something; verification only reads"


def _mapped(type_: Type) -> Iterator[str]:
    from stackproof.types.mapping import mapping

    try:
        missing = mapping(type_).missing
    except (StackproofError, KeyError) as error:
        told = str(error) if isinstance(error, StackproofError) else f"no member is called {error}"
        yield told
        return
    if missing:
        yield (
            f"{type_.token}: no member of AWS's answer is found for {', '.join(missing)}; say in "
            "`names` where each stands, or in `unread` that none holds it"
        )


def _where(module: str, type_: Type | None) -> str:
    """Give file and line at which a type's description begins, or that of the module's `TYPES`."""
    held = sys.modules[module]
    file = getattr(held, "__file__", None) or module
    try:
        tree = ast.parse(inspect.getsource(held))
    except (OSError, SyntaxError, TypeError):
        return file
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and type_ is not None and _says(node, type_, vars(held)))
    ]
    lines += [
        node.lineno
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _NAME in ast.unparse(node)[:40]
    ]
    return f"{file}:{lines[0]}" if lines else file


def _says(call: ast.Call, type_: Type, names: Mapping[str, Any]) -> bool:
    """Tell whether a call in the source is that which makes a type: by its token."""
    for word in call.keywords:
        if word.arg == "token":
            value = word.value
            token = value.value if isinstance(value, ast.Constant) else None
            if isinstance(value, ast.Name):
                token = names.get(value.id)
            return bool(token == type_.token)
    return False
