"""What the README shows runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from stackproof.controls import registry
from stackproof.model import Fail, Pass, Unknown, worst
from stackproof.model.cases import Form, build, mutated
from stackproof.settings.loading import load
from stackproof.settings.places import FILE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def block(language: str, holding: str) -> str:
    (found,) = [text for said, text in BLOCKS if said == language and holding in text]
    return str(found)


def test_the_control_is_proven_by_its_cases() -> None:
    exec(block("python", "@control("), {"__name__": "readme"})
    (control,) = registry.defined_in("readme").values()

    def judged(*variants: Any) -> list[object]:
        given = [mutated(control.cases.passing, variant) for variant in variants]
        return [worst(*control.outcomes(*build(one, Form.KNOWN)).values()) for one in given]

    assert judged(()) == [Pass()]
    assert all(isinstance(outcome, Fail) for outcome in judged(*control.cases.failing))
    assert all(isinstance(outcome, Unknown) for outcome in judged(*control.cases.unknown))


def test_the_settings_hold(tmp_path: Path) -> None:
    text = block("yaml", "own_tags:")
    (tmp_path / FILE).write_text(text)
    settings = load(tmp_path / FILE)
    assert settings.profile == "ours"
    assert set(yaml.safe_load(text)) >= {"trusted", "select", "exclude", "parameters", "levels"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_it_links_to_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", text):
        assert (ROOT / target).exists(), target
