"""Other legal stacks: each setting has a second value, and every two of them meet in every way."""

from __future__ import annotations

from itertools import combinations

import pytest
import yaml

from tests.requirements.lines import ROOT
from tests.variations.changes import CHANGES, FIXED
from tests.variations.choices import CHOICES
from tests.variations.covering import rows
from tests.variations.lies import lie
from tests.variations.stacks import configuration


@pytest.mark.parametrize("blueprint", CHOICES)
def test_every_setting_has_another_value(blueprint: str) -> None:
    choices = CHOICES[blueprint]
    fields = choices.settings.model_fields
    assert choices.others.keys() == {field.alias or name for name, field in fields.items()}
    reference = configuration(blueprint, ())
    file = ROOT / f"Pulumi.{choices.stack}.yaml"
    assert reference == yaml.safe_load(file.read_text())["config"]
    for key in choices.others:
        full = key if ":" in key else f"stackproof:{key}"
        assert configuration(blueprint, [key])[full] != reference.get(full), key


def test_every_setting_is_changed_on_aws_or_cannot_be() -> None:
    settings = {key for choices in CHOICES.values() for key in choices.others}
    assert CHANGES.keys() | FIXED == settings
    assert not CHANGES.keys() & FIXED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, False),
        (14, 15),
        ('["a", "b"]', '["a"]'),
        ('{"A": "1"}', '{"A": "1", "Another": "1"}'),
    ],
)
def test_lie_is_another_value_of_the_same_kind(value: object, expected: object) -> None:
    assert lie(value) == expected
    assert lie("eu-west-1") not in ("eu-west-1", "")


@pytest.mark.parametrize(("settings", "stacks"), [(2, 4), (3, 4), (4, 5), (10, 6), (11, 7)])
def test_every_two_settings_meet_in_every_way_in_the_fewest_stacks(
    settings: int, stacks: int
) -> None:
    names = [f"setting-{number}" for number in range(settings)]
    changed = [frozenset[str](), *rows(names)]
    assert len(changed) == stacks
    for one, other in combinations(names, 2):
        assert {(one in row, other in row) for row in changed} == {
            (False, False),
            (False, True),
            (True, False),
            (True, True),
        }
