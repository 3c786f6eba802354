"""A fleet file: what is wrong in it is said with its line and what would be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from stackproof.record.fleet.file import FleetError, read
from stackproof.record.fleet.plan import plans
from stackproof.record.fleet.schema import schema

ROOT = Path(__file__).parents[4]
GOOD = """
defaults: {role: audit, regions: [eu-west-1], profile: cis}
organization: {exclude: ["999999999999"]}
rate: {requests_per_second: 10, at_once: 1}
accounts:
  - {account: "012345678901", owner: shop, regions: all}
  - account: "111111111111"
    name: bank
    role: arn:aws:iam::111111111111:role/other
    whole: true
    stacks:
      - {name: bank-prod, tags: {Project: bank}, owner: money}
      - {name: bank-dev, state: state.json}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "fleet.yaml").write_text(text)
    return folder / "fleet.yaml"


def test_file_comes_to_plans_that_say_who_asks_where(tmp_path: Path) -> None:
    shop, bank, prod, dev = plans(read(written(tmp_path, GOOD)))
    assert shop.label == "account 012345678901"
    assert shop.target.role == "arn:aws:iam::012345678901:role/audit"
    assert (shop.regions, shop.owner, shop.profile) == (None, "shop", "cis")
    assert (bank.label, bank.stack) == ("bank", None)
    assert bank.target.role == "arn:aws:iam::111111111111:role/other"
    assert (prod.label, prod.owner, dev.owner) == ("bank-prod", "money", None)
    assert prod.stack
    assert prod.stack.tags == (("Project", "bank"),)
    assert bank.regions == ("eu-west-1",)


def test_published_schema_is_that_of_the_code_and_takes_what_is_taken() -> None:
    published = (ROOT / "docs/schemas/fleet-1.json").read_text("utf-8")
    assert published.rstrip("\n") == schema()
    checked = Draft202012Validator(json.loads(schema()))
    assert checked.is_valid({"accounts": [{"account": "012345678901"}]})
    assert not checked.is_valid({"accounts": [{"account": "12"}]})


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("accounts:\n  - account: 112345678901", 2, 'in quotes, such as "123456789012"'),
        ('accounts:\n  - account: "12"', 2, "twelve digits in quotes"),
        ('accounts: [{account: "111111111111"}]', 1, "it says no regions: write `regions:"),
        ("accounts:\n- account: '111111111111'\n  region: x", 3, "did you mean 'regions'?"),
        ("accounts:\n- account: '111111111111'\n  regions: x", 3, "a list of regions, such as"),
        ("accounts:\n- account: '111111111111'\n  regions: [x]", 3, "'x' is not an AWS region's"),
        ("accounts:\n- account: '111111111111'\n  regions: []", 3, "it names no region"),
        (
            "defaults: {regions: all}\naccounts:\n- account: '111111111111'\n"
            "  role: arn:aws:iam::222222222222:role/x",
            4,
            "a role of another account than 111111111111",
        ),
        (
            "defaults: {regions: all}\naccounts:\n- account: '111111111111'\n  stacks:\n"
            "  - name: a\n    tag: {a: b}",
            6,
            "did you mean 'tags'?",
        ),
        (
            "defaults: {regions: all}\naccounts:\n- account: '111111111111'\n  stacks:\n"
            "  - name: a",
            5,
            "it needs `outputs` or `state` or both, or else `tags`",
        ),
        ("rate:\n  at_once: 0\naccounts: []", 2, "greater than or equal to 1"),
        ("defaults: {}", 1, "it names no accounts"),
        ("organization: {}\ndefaults: {regions: all}", 1, "are asked by `role`"),
        (
            "organization: {}\ndefaults:\n  regions: all\n  role: arn:aws:iam::1:role/a",
            4,
            "is named, not said by an ARN",
        ),
        (
            "defaults: {regions: all}\naccounts:\n- account: '111111111111'\n"
            "- account: '111111111111'",
            1,
            "111111111111 is there twice",
        ),
        (
            "accounts:\n- account: '111111111111'\n  name: Shop\n"
            "- account: '222222222222'\n  name: shop",
            1,
            "'Shop' and 'shop' have one name for many file systems",
        ),
        (
            "accounts:\n- account: '111111111111'\n  name: Account 222222222222",
            1,
            "'Account 222222222222' is what records call the account with that id",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, text: str, line: int, expected: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(FleetError) as raised:
        read(file)
    told = str(raised.value).splitlines()
    assert len(told) == 1, told
    assert told[0].startswith(f"{file}:{line}: ")
    assert expected in told[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a", "it must be a mapping with the keys defaults, organization, accounts, rate"),
        ("a: [", "line 2"),
        ("accounts: []\naccounts: []", "accounts. is said twice"),
    ],
)
def test_what_is_no_fleet_file_is_said(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(FleetError, match=expected):
        read(written(tmp_path, text))
