"""The programs on the pages of controls name classes and arguments that there are."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from stackproof.controls import catalogue
from stackproof.model import Control
from stackproof.model.cases import Given, Json, Neighbour, Ref
from stackproof.types.sdk import classes, read, sdk
from tools.site.languages import LANGUAGES
from tools.site.program import ProgramError, program
from tools.site.sdk import Arguments, arguments

PYTHON, TYPESCRIPT, YAML = LANGUAGES
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|[\w$.]+|-?\d[\d.]*|[{}()\[\]:,;=]')


@pytest.mark.parametrize("control", catalogue().values(), ids=lambda control: control.id)
def test_a_controls_program_says_the_same_in_each_language(control: Control) -> None:
    made = program(control.cases.passing)
    names_classes_and_arguments_of_the_sdk(PYTHON.write(made))
    told = yaml.safe_load(YAML.write(made))["resources"]
    assert dict(resources(TYPESCRIPT.write(made))) == {
        name: (held["type"], held.get("properties", {})) for name, held in told.items()
    }


def names_classes_and_arguments_of_the_sdk(text: str) -> None:
    tree = ast.parse(text)
    made: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            continue
        assert isinstance(statement, ast.Assign), ast.unparse(statement)
        assert isinstance(statement.value, ast.Call)
        (target,) = statement.targets
        called = ast.unparse(statement.value.func)
        known = class_of(called)
        assert {keyword.arg for keyword in statement.value.keywords} <= {*known}, called
        for node in ast.walk(statement.value):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in made:
                    assert attribute == "id" or f"def {attribute}(self)" in made[name]
        made[ast.unparse(target)] = source_of(called)
    assert made


def test_what_the_sdk_wants_besides_is_named() -> None:
    given = Given("aws:rds/cluster:Cluster", {"backup_retention_period": 7})
    made = program(given)
    assert "# as well: engine\n" in PYTHON.write(made)
    assert "// as well: engine\n" in TYPESCRIPT.write(made)
    given = Given("aws:eks/cluster:Cluster", {"vpc_config": {"endpoint_private_access": True}})
    made = program(given)
    assert "\n        # as well: subnet_ids\n    }," in PYTHON.write(made)
    assert "\n        // as well: subnetIds\n    }," in TYPESCRIPT.write(made)


def test_a_document_that_refers_to_a_neighbour_waits_for_it() -> None:
    document = Json({"Resource": Ref("lambda", "arn"), 'it\'s "odd"': ["${x}", True, 1]})
    given = Given(
        "aws:sqs/queue:Queue",
        {"policy": document},
        (Neighbour("lambda", "aws:s3/bucket:Bucket", {}),),
    )
    made = program(given)
    assert "policy=pulumi.Output.json_dumps({" in PYTHON.write(made)
    assert "policy: pulumi.jsonStringify({" in TYPESCRIPT.write(made)
    assert "import json" not in PYTHON.write(made)
    ast.parse(PYTHON.write(made))
    (_, queue) = dict(resources(TYPESCRIPT.write(made)))["queue"]
    assert queue == yaml.safe_load(YAML.write(made))["resources"]["queue"]["properties"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Given("aws:sqs/cue:Cue", {}), "no type aws:sqs/cue:Cue"),
        (Given("aws:sqs/queue:Queue", {"colour": 1}), "has no colour"),
        (Given("aws:sqs/queue:Queue", {"delay_seconds": True}), "is no integer: True"),
        (Given("aws:sqs/queue:Queue", {"tags": {"a": None}}), "tags holds None"),
    ],
)
def test_what_no_program_can_say_is_refused(given: Given, told: str) -> None:
    with pytest.raises(ProgramError, match=told):
        program(given)


def class_of(called: str) -> Arguments:
    _, module, title = called.split(".")
    return arguments(f"aws:{module.rstrip('_')}/{title}:{title}")


@cache
def source_of(called: str) -> str:
    """Give the text of a resource's class."""
    _, module, title = called.split(".")
    for path in (sdk() / module).glob("*.py"):
        text = read(path)
        if f"\nclass {title}(pulumi.CustomResource):" in text:
            return next(body for name, _, body in classes(text) if name == title)
    raise AssertionError(f"there is no {called}")


def resources(text: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Read a program in TypeScript as far as these programs go, references as YAML has them."""
    tokens = [token for token in TOKEN.findall(text) if not token.startswith("//")]
    while tokens:
        word = tokens.pop(0)
        if word == "import":
            del tokens[: tokens.index(";") + 1]
            continue
        name, equal, new, called, bracket, label = (tokens.pop(0) for _ in range(6))
        assert (word, equal, new, bracket) == ("const", "=", "new", "("), text
        properties: Any = {}
        if tokens.pop(0) == ",":
            properties = value(tokens)
            assert tokens.pop(0) == ")"
        assert tokens.pop(0) == ";"
        assert json.loads(label)
        package, module, title = called.split(".")
        yield name, (f"{package}:{module}:{title}", properties)


def value(tokens: list[str]) -> Any:
    word = tokens.pop(0)
    if word == "{":
        found = {}
        while tokens[0] != "}":
            key = tokens.pop(0)
            assert tokens.pop(0) == ":"
            found[json.loads(key) if key.startswith('"') else key] = value(tokens)
            assert tokens[0] == "}" or tokens.pop(0) == ","
        tokens.pop(0)
        return found
    if word == "[":
        items = []
        while tokens[0] != "]":
            items.append(value(tokens))
            assert tokens[0] == "]" or tokens.pop(0) == ","
        tokens.pop(0)
        return items
    if word in ("JSON.stringify", "pulumi.jsonStringify"):
        tokens.pop(0)
        held = value(tokens)
        assert tokens.pop(0) == ")"
        return {"fn::toJSON": held}
    if word.startswith('"'):
        return json.loads(word).replace("${", "$${")
    if re.fullmatch(r"[a-z]\w*\.\w+", word):
        return f"${{{word}}}"
    return json.loads(word)
