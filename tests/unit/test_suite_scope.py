"""What a run of the suite looks at is said in one way, and is the same in every worker."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from stackproof.errors import StackproofError
from stackproof.outputs import Outputs
from stackproof.suite_scope import Scope, handed, taken

NOTHING: dict[str, Any] = {
    "--scope": "stack",
    "--stack": None,
    "--tag": None,
    "--region": None,
    "--all-regions": False,
    "--outputs": None,
    "--state": None,
    "--settle": 0.0,
}


def scope(folder: Path, **given: Any) -> Scope:
    told = {**NOTHING, **{f"--{name.replace('_', '-')}": value for name, value in given.items()}}
    return Scope(told.__getitem__, folder)


class Asked:
    """Whoever is asked, with a region in use."""

    region = "eu-west-1"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STACKPROOF_OUTPUTS", raising=False)
    return tmp_path


def test_a_state_alone_says_what_the_stack_is(here: Path) -> None:
    (said,) = scope(here, state=Path("state.json")).outputs({"App": "shop"})
    assert (dict(said.values), said.path, said.tags) == ({}, Path("state.json"), {"App": "shop"})
    (here / "flat-outputs.json").write_text('{"region": "eu-west-1", "stack": "dev"}')
    (said,) = scope(here, state=Path("state.json")).outputs({})
    assert said.get("stack") == "dev"


def test_the_pulumi_cli_is_asked_once_and_its_state_is_kept(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(stack: str, into: Path) -> tuple[Outputs, None]:
        assert into == here
        return Outputs({"vpc_id": "vpc-1"}, Path(stack)), None

    monkeypatch.setattr("stackproof.pulumi_cli.ask", ask)
    asked = scope(here, stack="dev")
    (said,) = asked.outputs({"App": "shop"})
    assert (said["vpc_id"], said.path, said.tags) == ("vpc-1", Path("dev"), {"App": "shop"})
    assert asked.state_file == here / "state.json"


def test_tags_and_accounts_are_looked_for_in_regions(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws: Any = Asked()
    # By the module that an import gives: suites that other tests run in this process load it anew.
    module = importlib.import_module("stackproof.fleet.account")
    monkeypatch.setattr(module, "enabled_regions", lambda _, home: (home, "us-east-1"))
    assert scope(here, region=["us-west-2"]).where(aws) == ("us-west-2",)
    assert scope(here).where(aws) == ()
    assert scope(here, scope="account").where(aws) == ()
    assert scope(here, tag=["App=shop"]).where(aws) == ()
    for given in ({"scope": "account"}, {"tag": ["App=shop"]}):
        assert scope(here, **given, region=["us-west-2"]).where(aws) == ("us-west-2",)
        everywhere = scope(here, **given, all_regions=True)
        assert everywhere.where(aws) == ("eu-west-1", "us-east-1")
    (said,) = scope(here, tag=["App=shop"]).outputs({})
    assert said.by_tags
    (said,) = scope(here, scope="account").outputs({})
    assert str(said.path) == "account"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"scope": "account", "state": Path("s")}, "--scope account and --state each say what"),
        ({"stack": "dev", "outputs": [Path("o")]}, "--stack and --outputs each say what"),
        ({"stack": "dev", "tag": ["A=b"]}, "--stack and --tag each say what"),
        ({"scope": "account", "settle": 9.0}, "looks once"),
        ({"all_regions": True}, "--all-regions is for"),
        ({"region": ["here"]}, "'here' is not an AWS region's name"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    given: dict[str, Any], reason: str, here: Path
) -> None:
    with pytest.raises(StackproofError, match=reason) as raised:
        scope(here, **given)
    assert raised.value.code == "SP1001"


def test_a_tag_that_is_none_is_refused(here: Path) -> None:
    with pytest.raises(StackproofError, match="is no tag; write KEY=VALUE"):
        scope(here, tag=["shop"]).outputs({})


def test_workers_have_the_same_outputs() -> None:
    said = Outputs(
        {"subnets": ["a"], "n": 1}, Path("o.json"), {"App": "shop"}, ("arn:aws:s3:::b",), True
    )
    assert taken(json.loads(json.dumps(handed(said)))) == said
