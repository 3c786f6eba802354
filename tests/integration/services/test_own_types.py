"""A resource type of a project's own is read from a deployed stack, judged and accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.embedded.server.control import Server
from stackproof.types import described
from tests.integration.conftest import REGION
from tests.integration.services.roundtrip import TAGS, World

REGISTRY = "aws:glue/registry:Registry"
ACCOUNT = "123456789012"
CONTROL = '''
"""Our registries say what is in them."""

from stackproof import Cases, Category, Given, Hide, Outcome, Remove, Resource, Severity
from stackproof import control, expect_set


@control(
    "our-registry-described",
    title="Schema registries have a description",
    severity=Severity.LOW,
    category=Category.TAGGING,
    types="aws:glue/registry:Registry",
    cases=Cases(
        passing=Given("aws:glue/registry:Registry", {"description": "orders"}),
        failing=(Remove("description"),),
        unknown=(Hide("description"),),
    ),
)
def described(registry: Resource) -> Outcome:
    """Who finds a schema has to know whose it is."""
    return expect_set(registry, "description", expected="a text", fix="Say what is in it.")
'''


@pytest.fixture
def project(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    invoked = CliRunner().invoke(main, ["new", "type", "registries"])
    assert invoked.exit_code == 0, invoked.output
    (tmp_path / "controls").mkdir()
    (tmp_path / "controls" / "registries.py").write_text(CONTROL)
    with (tmp_path / "stackproof.yaml").open("a") as file:
        file.write("controls: [controls]\nselect: [our-*]\n")
    yield tmp_path
    described.use(())


def verified(*arguments: str) -> dict[str, tuple[str, str]]:
    """Give how each registry ended, and the outcome of the own control, by its id."""
    result = CliRunner().invoke(main, ["verify", "--format", "json", *arguments])
    record = json.loads(result.stdout)
    outcomes = {
        finding["id"]: finding["outcome"]
        for finding in record["findings"]
        if finding["control"] == "our-registry-described"
    }
    return {
        resource["name"]: (resource["status"], outcomes.get(resource["id"], ""))
        for resource in record["resources"]
        if resource["type"] == REGISTRY
    }


def test_it_is_found_judged_and_accounted_for(project: Path, world: World) -> None:
    glue = world.cloud.client("glue")
    for name, told in (("good", {"Description": "orders"}), ("bare", {})):
        glue.create_registry(RegistryName=name, Tags=TAGS, **told)
    arns = {name: f"arn:aws:glue:{REGION}:{ACCOUNT}:registry/{name}" for name in ("good", "bare")}
    wanted = {"good": ("judged", "pass"), "bare": ("judged", "fail")}
    assert verified("--scope", "account") == wanted
    outputs = {"region": REGION, **arns, "lost": f"{arns['good']}-no-more"}
    (project / "outputs.json").write_text(json.dumps(outputs))
    assert verified("--outputs", "outputs.json") == {**wanted, "good-no-more": ("vanished", "")}
