"""Programs in the words of Pulumi's languages: Python, TypeScript and YAML."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from stackproof.types.names import to_camel
from tools.site.program import Document, Field, Fields, Made, Reference, Value

_WIDTH: Final = 88
_INDENT: Final = "    "
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][\w$]*")

# The one that is written in C is many times as quick, and not everywhere.
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True, slots=True)
class Language:
    """How one of Pulumi's languages is written; `fence` is its name for a highlighter."""

    title: str
    fence: str
    write: Callable[[Sequence[Made]], str]


@dataclass(frozen=True, slots=True)
class _Words:
    """What differs between the languages that have expressions."""

    called: Callable[[Field], str]
    name: Callable[[Field], str]
    variable: Callable[[str], str]
    key: Callable[[str], str]
    scalar: Callable[[Any], str]
    document: Callable[[bool], str]
    attribute: Callable[[Reference], str]
    pad: str
    remark: str


def _python(made: Sequence[Made]) -> str:
    documents = [d for resource in made for d in _documents(resource.arguments)]
    imports = ["import json\n"] if any(not d.refers for d in documents) else []
    imports += ["import pulumi"] if any(d.refers for d in documents) else []
    text = "\n".join([*imports, "import pulumi_aws as aws", ""])
    for resource in made:
        items = [f'"{_dashed(resource)}"']
        items += [_item(f"{field.python}=", field.value, _PYTHON, 1) for field in _of(resource)]
        head = f"{resource.variable} = {python_class(resource.token)}("
        text += "\n" + _enclosed(head, items, ")", _remark(resource.arguments, _PYTHON))
    return text + "\n"


def _typescript(made: Sequence[Made]) -> str:
    refers = any(d.refers for resource in made for d in _documents(resource.arguments))
    text = 'import * as pulumi from "@pulumi/pulumi";\n' if refers else ""
    text += 'import * as aws from "@pulumi/aws";\n'
    for resource in made:
        items = [_item(f"{field.wire}: ", field.value, _TYPESCRIPT, 1) for field in _of(resource)]
        called = f"const {to_camel(resource.variable)} = new {typescript_class(resource.token)}"
        head = f'{called}("{_dashed(resource)}"'
        remark = _remark(resource.arguments, _TYPESCRIPT)
        told = _enclosed(head + ", {", items, "});", remark, pad=" ")
        text += "\n" + (told if items or remark else head + ");")
    return text + "\n"


def _yaml(made: Sequence[Made]) -> str:
    resources = {}
    for resource in made:
        module, _, title = resource.token.removeprefix("aws:").partition("/")
        properties = {field.wire: _plain(field.value) for field in _of(resource)}
        told = {"properties": properties} if properties else {}
        name = to_camel(resource.variable)
        resources[name] = {"type": f"aws:{module}:{title.rpartition(':')[2]}", **told}
    held = {"resources": resources}
    return str(yaml.dump(held, Dumper=_DUMPER, sort_keys=False, width=_WIDTH))


def python_class(token: str) -> str:
    """Give the class of a type in Python: `aws.lambda_.Function`."""
    module, title = _module(token)
    return f"aws.{module}{'_' if keyword.iskeyword(module) else ''}.{title}"


def typescript_class(token: str) -> str:
    """Give the class of a type in TypeScript: `aws.lambda.Function`."""
    return "aws.{}.{}".format(*_module(token))


def scalar_in_python(value: Any) -> str:
    """Write text as Python does that is formatted by the common tools, other values as ever."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _scalar_in_typescript(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key_in_typescript(key: str) -> str:
    return key if _IDENTIFIER.fullmatch(key) else json.dumps(key)


_PYTHON: Final = _Words(
    called=lambda field: field.python,
    name=lambda field: json.dumps(field.python),
    variable=str,
    key=lambda key: json.dumps(key, ensure_ascii=False),
    scalar=scalar_in_python,
    document=lambda refers: "pulumi.Output.json_dumps(" if refers else "json.dumps(",
    attribute=lambda ref: ref.python,
    pad="",
    remark="#",
)
_TYPESCRIPT: Final = _Words(
    called=lambda field: field.wire,
    name=lambda field: field.wire,
    variable=to_camel,
    key=_key_in_typescript,
    scalar=_scalar_in_typescript,
    document=lambda refers: "pulumi.jsonStringify(" if refers else "JSON.stringify(",
    attribute=lambda ref: ref.wire,
    pad=" ",
    remark="//",
)
LANGUAGES: Final = (
    Language("Python", "python", _python),
    Language("TypeScript", "typescript", _typescript),
    Language("YAML", "yaml", _yaml),
)


def _module(token: str) -> tuple[str, str]:
    module, _, title = token.removeprefix("aws:").partition("/")
    return module, title.rpartition(":")[2]


def _dashed(made: Made) -> str:
    return made.variable.replace("_", "-")


def _of(made: Made) -> tuple[Field, ...]:
    return made.arguments.fields


def _documents(value: Value) -> list[Document]:
    match value:
        case Document():
            return [value]
        case Fields(fields):
            return [d for field in fields for d in _documents(field.value)]
        case dict():
            return [d for item in value.values() for d in _documents(item)]
        case list():
            return [d for item in value for d in _documents(item)]
    return []


def _item(lead: str, value: Value, words: _Words, depth: int) -> str:
    """Write a value after what names it; it stands `depth` levels deep."""
    match value:
        case Reference():
            return f"{lead}{words.variable(value.variable)}.{words.attribute(value)}"
        case Document(data):
            return _item(lead + words.document(value.refers), data, words, depth) + ")"
        case Fields(fields):
            items = [_item(f"{words.name(f)}: ", f.value, words, depth + 1) for f in fields]
            remark = _remark(value, words)
            return _enclosed(lead + "{", items, "}", remark, depth=depth, pad=words.pad)
        case dict():
            pairs = value.items()
            items = [_item(f"{words.key(key)}: ", held, words, depth + 1) for key, held in pairs]
            return _enclosed(lead + "{", items, "}", depth=depth, pad=words.pad)
        case list():
            items = [_item("", item, words, depth + 1) for item in value]
            return _enclosed(lead + "[", items, "]", depth=depth)
    return lead + words.scalar(value)


def _remark(fields: Fields, words: _Words) -> str:
    wanted = ", ".join(words.called(field) for field in fields.wanted)
    return f"{words.remark} as well: {wanted}" if wanted else ""


def _enclosed(
    head: str, items: Sequence[str], tail: str, remark: str = "", *, depth: int = 0, pad: str = ""
) -> str:
    """Write what stands between brackets on one line where it fits, else one item a line."""
    pad = pad if items else ""
    flat = f"{head}{pad}{', '.join(items)}{pad}{tail}"
    if not remark and len(flat) + len(_INDENT) * depth <= _WIDTH and "\n" not in flat:
        return flat
    inner = _INDENT * (depth + 1)
    lines = [head, *(f"{inner}{item}," for item in items)]
    lines += [inner + remark] if remark else []
    return "\n".join([*lines, _INDENT * depth + tail])


def _plain(value: Value) -> Any:
    """Give a value as Pulumi's YAML says it."""
    match value:
        case Reference(variable, _, wire):
            return f"${{{to_camel(variable)}.{wire}}}"
        case Document(data):
            return {"fn::toJSON": _plain(data)}
        case Fields(fields):
            return {field.wire: _plain(field.value) for field in fields}
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) else value
