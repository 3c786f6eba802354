"""Whom a project trusts, as preview and verification are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackproof.controls import catalogue, judge
from stackproof.model import outcome_word
from stackproof.model.cases import Form, build, mutated
from stackproof.policy_pack import policies
from stackproof.project import settings_file
from stackproof.testing import analyze
from stackproof.trust import SettingsError, parameters, trusted

CONTROL = catalogue()["sns-topic-no-external-access"]
SHARED = build(mutated(CONTROL.cases.passing, CONTROL.cases.failing[0]), Form.KNOWN)[1]


def settings(folder: Path, text: str) -> Path:
    file = folder / "stackproof.yaml"
    file.write_text(text)
    return file


def test_the_file_lies_in_the_root_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "Pulumi.yaml"
    assert settings_file(project) is None
    assert settings_file(None) is None
    file = settings(tmp_path, "trusted: []")
    assert settings_file(project) == file


def test_names_are_read(tmp_path: Path) -> None:
    assert trusted(None) == ()
    assert trusted(settings(tmp_path, "")) == ()
    assert trusted(settings(tmp_path, 'trusted: ["012345678901", o-a1]')) == (
        "012345678901",
        "o-a1",
    )


@pytest.mark.parametrize(
    "text",
    ["trusted: 1", "trusted: [123456789012]", "trused: []", "[]", "text", "trusted: {a: b}", "{"],
)
def test_a_bad_file_is_named_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = settings(tmp_path, text)
    with pytest.raises(SettingsError, match=str(file)):
        trusted(file)


def test_who_is_trusted_is_let_in_at_preview_and_after() -> None:
    def said(names: tuple[str, ...]) -> tuple[str, int]:
        (finding,) = judge(SHARED, [CONTROL], parameters([CONTROL], names))
        return outcome_word(finding.outcome), len(
            analyze(policies([CONTROL], trusted=names), SHARED)
        )

    assert said(()) == ("fail", 1)
    assert said(("999999999999",)) == ("pass", 0)


def test_only_what_asks_for_it_is_told() -> None:
    told = parameters(catalogue().values(), ("999999999999",))
    assert "sns-topic-no-external-access" in told
    assert "sns-topic-policy-not-public" not in told
