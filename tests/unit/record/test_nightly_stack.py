"""A night of a stack that only the Pulumi CLI knows: its scenarios are given all that it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.record.nightly import night
from stackproof.record.nightly.suite import Tried
from stackproof.settings.nightly_form import NightlyStack

URN = "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::ledger"
STATE = {
    "version": 3,
    "deployment": {
        "resources": [{"urn": URN, "type": "aws:s3/bucket:Bucket", "custom": True, "id": "ledger"}]
    },
}
CLI = """#!/bin/sh
case "$2" in
  output) echo '{"bucket": "ledger", "region": "eu-west-1"}' ;;
  export) cat "$(dirname "$0")/state.json" ;;
esac
"""


def test_scenarios_are_given_the_state_that_the_cli_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    cli = tmp_path / "pulumi"
    cli.write_text(CLI)
    cli.chmod(0o755)
    (tmp_path / "state.json").write_text(json.dumps(STATE))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    given: dict[str, Any] = {}

    class Suite:
        def __init__(self, arguments: list[str], *_rest: object) -> None:
            for argument in arguments:
                name, _, value = argument.partition("=")
                given[name] = json.loads(Path(value).read_text("utf-8"))

        def wait(self) -> Tried:
            return Tried([], VERIFIED)

        def end(self) -> None:
            """Nothing is left to end."""

    def nobody(*_: object, **__: object) -> None:
        raise StackproofError("nobody is asked here")

    monkeypatch.setattr(night, "Suite", Suite)
    monkeypatch.setattr(night, "verify", nobody)
    record = night.Night(NightlyStack(stack="prod", preview=False), tmp_path).record()
    assert given == {
        "--outputs": {"bucket": "ledger", "region": "eu-west-1"},
        "--state": STATE,
    }
    assert "nobody is asked here" in record.run.verdict


HOLDS = "verified: everything was seen and everything holds"


@pytest.mark.parametrize(
    ("alone", "code", "others", "verdict"),
    [
        (VERIFIED, VERIFIED, [], HOLDS),
        (VERIFIED, FAILED, ["1 scenario failed"], "failed: 1 scenario failed; by the controls"),
        (VERIFIED, COULD_NOT, ["1 scenario unknown"], "not verified: 1 scenario unknown; by"),
        (FAILED, FAILED, ["1 scenario failed"], HOLDS),
    ],
)
def test_verdict_begins_with_what_is_worst(
    alone: int, code: int, others: list[str], verdict: str
) -> None:
    assert night.verdict_of(alone, code, [HOLDS, *others]).startswith(verdict)
