"""Parameters: made, changed, read back without their values, deleted."""

from __future__ import annotations

import json
from dataclasses import asdict

from stackproof.controls import catalogue
from stackproof.model import Fail
from stackproof.sights.live.readers.ssm import READERS
from stackproof.types.tokens import SSM_DOCUMENT, SSM_PARAMETER
from tests.integration.services.roundtrip import TAGS, World, assert_gone, assert_shown, found

SECRET = "not for anybody's eyes"


def test_secure_parameter_shows_everything_but_its_value(world: World) -> None:
    key = world.make("aws:kms/key:Key")
    parameter = world.make(
        SSM_PARAMETER,
        name="/roundtrip/registry/password",
        type="SecureString",
        key_id=key["arn"],
        value=SECRET,
        description="of the registry",
        tags=TAGS,
    )
    assert_shown(world, parameter, hidden=("value",))
    together = found(world.snapshot().stack(), parameter)
    assert together.data["tags"] == TAGS
    assert SECRET not in str(asdict(together))
    world.change(
        parameter, value="another", description="changed", tags={**TAGS, "Name": "changed"}
    )
    assert parameter["version"] == 2
    assert_shown(world, parameter, hidden=("value",))
    assert_gone(world, parameter)


def test_parameter_without_a_hierarchy_is_found(world: World) -> None:
    parameter = world.make(
        SSM_PARAMETER, name="roundtrip-colour", type="String", value="blue", tags=TAGS
    )
    assert_shown(world, parameter, hidden=("value",))
    assert_gone(world, parameter)


def test_document_shows_whom_it_is_shared_with(world: World) -> None:
    content = {
        "schemaVersion": "2.2",
        "description": "restarts",
        "mainSteps": [
            {"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": ["true"]}}
        ],
    }
    document = world.make(
        SSM_DOCUMENT,
        name="roundtrip-restart",
        document_type="Command",
        document_format="JSON",
        content=json.dumps(content),
        tags=TAGS,
    )
    assert_shown(world, document, hidden=("content",))
    assert found(world.snapshot().stack(), document).raw("permissions") is None
    world.change(document, permissions={"type": "Share", "account_ids": "999999999999"})
    assert_shown(world, document, hidden=("content",))
    world.change(document, permissions={"type": "Share", "account_ids": "all"})
    assert_shown(world, document, hidden=("content",))
    (outcome,) = (
        catalogue()["ssm-document-not-public"]
        .outcomes(found(world.snapshot().stack(), document), world.snapshot().stack(), {})
        .values()
    )
    assert isinstance(outcome, Fail)
    world.change(document, permissions=None, content=json.dumps(content | {"description": "x"}))
    assert_shown(world, document, hidden=("content",))
    assert_gone(world, document)


def test_value_is_never_asked_for() -> None:
    assert {reader.listing.operation for reader in READERS} == {"DescribeParameters"}
    assert all(not reader.details for reader in READERS)
