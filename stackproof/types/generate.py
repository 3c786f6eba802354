"""Make the table of types from the installed `pulumi_aws`: `python -m stackproof.types.generate`.

Of each type: its properties, by the getters of its class and of its arguments' class, and which of
them are outputs only. The SDK says in three ways that two tokens are one type: an alias, a
deprecation "in favor of" another class, and the note "`alb.Listener` is known as `lb.Listener`".
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stackproof.types import packed
from stackproof.types.names import to_camel, to_snake
from stackproof.types.sdk import Member, Module, SdkError, classes, free, members, read, sdk

_TOKEN = re.compile(r"super\((\w+), __self__\)\.__init__\(\s*'(aws:[^']+)'")
_ALIAS = re.compile(r"""pulumi\.Alias\(type_=["'](aws:[^"']+)["']\)""")
_FAVOUR = re.compile(r"^warnings\.warn\(.* has been deprecated in favor of (\S+?)\"\"\"", re.M)
_KNOWN_AS = re.compile(r"`(\w+\.\w+)` is known as `(\w+\.\w+)`. The functionality is identical")
_INVOKE = re.compile(r"pulumi\.runtime\.invoke\('(aws:[^']+)', .* typ=(\w+)\)")
_ARGUMENT = re.compile(r"__args__\['(\w+)'\] = (\w+)")
_SIGNATURE = re.compile(r"^def (\w+)\((.*?)\) -> Awaitable\w+:$", re.MULTILINE | re.DOTALL)


def table() -> dict[str, Any]:
    """Read the SDK: `{"version", "names", "tagged", "modules"}`, as `packed` writes it."""
    root = sdk()
    modules: dict[str, Module] = {}
    for folder in sorted({root, *(path.parent for path in root.glob("*/__init__.py"))}):
        name = "index" if folder == root else folder.name.rstrip("_")
        modules[name] = Module(name, folder, modules)
    names: dict[str, str] = {}
    for module in modules.values():
        for path in sorted(module.folder.glob("*.py")):
            if path.stem not in {"__init__", "_enums", "_inputs", "outputs", "_utilities"}:
                _take(module, read(path), names)
    _fold(names, modules)
    return {
        "version": json.loads(read(root / "pulumi-plugin.json"))["version"],
        "names": {other: names[other] for other in sorted(names)},
        "tagged": dict(sorted(_tagged(names, modules))),
        "modules": {
            module.name: {
                "shapes": module.shapes,
                "types": module.types,
                "functions": module.functions,
            }
            for module in modules.values()
            if module.types or module.functions
        },
    }


def _take(module: Module, text: str, names: dict[str, str]) -> None:
    """Take the resource or the function that a file holds."""
    found = {name: body for name, _, body in classes(text)}
    for title, token in _TOKEN.findall(text):
        if not token.startswith(f"aws:{module.name}/"):
            continue
        shown = members(found[title])
        arguments = found.get(f"{title}InitArgs") or found[f"{title}Args"]
        given = {member.key: member for member in members(arguments)}
        shape = module.shape(shown)
        for key, member in given.items():
            kind = module.kind(member.form)
            if key not in shape or kind[:1] in "ja*":
                shape[key] = kind
        module.types[token] = {
            "shape": module.place(shape),
            "outputs": sorted(m.python for m in shown if m.key not in given),
        }
        names |= {alias: token for alias in _ALIAS.findall(text) if alias != token}
        for favoured in _FAVOUR.findall(text):
            names[token] = favoured
        for other, known in _KNOWN_AS.findall(text):
            if other == f"{module.name}.{title}":
                names[token] = known
    for token, result in _INVOKE.findall(text):
        forms = _signature(text)
        asked = [Member(wire, free(n), forms[n]) for wire, n in _ARGUMENT.findall(text)]
        module.functions[token] = [
            module.place(module.shape(asked)),
            module.place(module.shape(members(found[result]))),
        ]


def _signature(text: str) -> dict[str, str]:
    found = _SIGNATURE.search(text)
    if found is None:
        return {}
    function = ast.parse(f"def f({found[2]}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    return {a.arg: ast.unparse(a.annotation) for a in function.args.args if a.annotation}


def _fold(names: dict[str, str], modules: Mapping[str, Module]) -> None:
    """Resolve other names to the last of each chain, and leave out types that are but a name.

    An older name whose properties are written in another way (`versionings`, a list of one, for
    `versioning`) keeps a shape of its own: its words on the wire, the newer ones in Python.
    """
    for other, label in names.items():
        names[other] = label if label.startswith("aws:") else _token(label, modules)
    for other, known in names.items():
        last = known
        while last in names:
            last = names[last]
        names[other] = last
    for module in modules.values():
        for token in [token for token in module.types if token in names]:
            home = modules[_module_of(names[token])]
            older = _tree(module, f"@{module.types[token]['shape']}")
            newer = _tree(home, f"@{home.types[names[token]]['shape']}")
            folded = _folded(token, older, newer)
            if folded == older:
                del module.types[token]
            else:
                module.types[token] = {"shape": int(_planted(module, folded)[1:]), "outputs": []}


def _tagged(
    names: Mapping[str, str], modules: Mapping[str, Module]
) -> Iterator[tuple[str, str | None]]:
    """Give the types that the provider tags, each with the property that holds its name.

    That is the one that may be a mere prefix instead (`bucket`, `bucket_prefix`), or `name`, or
    what says so of the type itself (`repository_name`, `replication_group_id`).
    """
    for module in modules.values():
        for token, made in module.types.items():
            shape = module.shapes[made["shape"]]
            if token in names or "tags_all" not in shape:
                continue
            inputs = sorted({*shape} - {*made["outputs"]})
            title = to_snake(token.rpartition(":")[2])
            prefixed = [name for name in inputs if f"{name}_prefix" in inputs]
            likely = (*prefixed, "name", f"{title}_name", f"{title}_identifier", f"{title}_id")
            yield token, next((name for name in likely if name in inputs), None)


def _module_of(token: str) -> str:
    return token.split(":")[1].partition("/")[0]


def _token(label: str, modules: Mapping[str, Module]) -> str:
    """Give the token of `s3.Bucket` or `aws.s3/bucketacl.BucketAcl`."""
    path, _, title = label.removeprefix("aws.").rpartition(".")
    module = modules[path.partition("/")[0]]
    (token,) = (token for token in module.types if token.endswith(f":{title}"))
    return token


def _tree(module: Module, kind: str) -> Any:
    """Give a kind with its shapes written out: `"s"`, `("[", …)`, `{name: …}`."""
    if kind[0] in "[{1":
        return (kind[0], _tree(module, kind[1:]))
    if kind[0] == "@":
        shape = module.shapes[int(kind[1:])]
        return {name: _tree(module, inner) for name, inner in shape.items()}
    return kind


def _planted(module: Module, tree: Any) -> str:
    if isinstance(tree, dict):
        shape = {name: _planted(module, inner) for name, inner in tree.items()}
        return f"@{module.place(shape)}"
    return tree[0] + _planted(module, tree[1]) if isinstance(tree, tuple) else str(tree)


def _folded(token: str, older: Any, newer: Any) -> Any:
    """Give the older tree with the newer one's names, lists of one marked as such."""
    if isinstance(older, tuple) and isinstance(newer, tuple):
        return (older[0], _folded(token, older[1], newer[1]))
    if not isinstance(older, dict) or not isinstance(newer, dict):
        return older
    out = {}
    for name, inner in older.items():
        single = name.removesuffix("s")
        if name in newer:
            out[name] = _folded(token, inner, newer[name])
        elif isinstance(inner, tuple) and isinstance(newer.get(single), dict):
            out[f"{single}={to_camel(name)}"] = ("1", _folded(token, inner[1], newer[single]))
        else:
            raise SdkError(
                f"{token}: {name} is written in a way of which the newer name is unclear"
            )
    return out


if __name__ == "__main__":
    packed.write(table())
