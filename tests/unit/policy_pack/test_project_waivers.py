"""Which file says what is waived, when only the pack's own folder can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackproof.policy_pack import project_waivers

GOOD = "- {control: kms-key-rotation, resource: k, reason: r, owner: o, until: 2030-01-31}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a pack in it, in which the engine started this process."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "waivers.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path / "policies")
    monkeypatch.setenv("PULUMI_PROJECT", "shop")
    monkeypatch.setenv("PULUMI_STACK", "dev")
    monkeypatch.delenv("STACKPROOF_WAIVERS", raising=False)
    return tmp_path


def test_project_that_the_pack_is_in_has_the_waivers(project: Path) -> None:
    found = project_waivers()
    assert found is not None
    assert [waiver.owner for waiver in found.entries] == ["o"]
    assert found.stack == "dev"


def test_project_without_the_file_waives_nothing(project: Path) -> None:
    (project / "waivers.yaml").unlink()
    assert project_waivers() is None


@pytest.mark.parametrize("text", ["name: books\n", "runtime: python\n", "- name", "name: [\n"])
def test_project_of_another_name_is_not_looked_at(project: Path, text: str) -> None:
    (project / "Pulumi.yaml").write_text(text)
    assert project_waivers() is None


def test_process_that_no_engine_started_waives_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_PROJECT")
    assert project_waivers() is None


def test_variable_names_the_file_of_any_project(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_PROJECT", "books")
    monkeypatch.setenv("STACKPROOF_WAIVERS", str(project / "waivers.yaml"))
    found = project_waivers()
    assert found is not None
    assert len(found.entries) == 1


def test_bad_file_ends_the_process_with_its_sentence(project: Path) -> None:
    (project / "waivers.yaml").write_text("waived: all\n")
    with pytest.raises(SystemExit, match=r"must be a list of waivers.* \[SP1401\]"):
        project_waivers()
