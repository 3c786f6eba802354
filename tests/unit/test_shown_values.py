"""What is shown when something fails has names and no values: neither in traces nor in JUnit."""

from __future__ import annotations

from pathlib import Path

from stackproof.model import Fail, Resource, Sight, Stack
from stackproof.model.resource import Block
from stackproof.outputs import Outputs
from stackproof.sights.state import State
from tests.unit.test_plugin import Suite, suite

__all__ = ["suite"]

pytest_plugins = "pytester"

SECRET = "correct-horse-battery"
FAILING = """
def test_it(outputs, live):
    own = live.all("aws:kms/key:Key")[0]
    assert outputs.get("nothing") == own, "they differ"
"""


def test_text_of_what_holds_values_has_none() -> None:
    resource = Resource({"password": SECRET}, type="aws:x/y:Y", name="db")
    held = (
        resource,
        Block({"password": SECRET}, "settings"),
        Outputs({"db_password": SECRET}, Path("o.json")),
        State(Stack([resource], Sight.STATE), {"urn": {"password": SECRET}}),
        Fail("password", "a reference", SECRET, "Use a secret."),
    )
    assert all(SECRET not in repr(one) and SECRET not in str(one) for one in held)
    assert repr(resource) == "<aws:x/y:Y db: password>"
    assert repr(held[2]) == "<outputs of o.json: db_password>"


def test_failed_scenario_shows_no_output(suite: Suite) -> None:
    suite.outputs(db_password=SECRET)
    suite.scenario(FAILING)
    result = suite.run("scenarios", "-l", "--junitxml=out/suite.xml")
    assert result.ret == 1
    said = "\n".join([*result.outlines, *result.errlines])
    assert SECRET not in said
    assert "db_password" in said
    assert SECRET not in (suite.pytester.path / "out" / "suite.xml").read_text()
