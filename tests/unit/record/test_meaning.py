"""A control's meaning is what it demands and how it judges, and not how that is written down."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from stackproof import kept
from stackproof.controls import catalogue
from stackproof.model import Severity
from stackproof.record import meaning as module
from stackproof.record.meaning import catalogue_version, meaning, ours
from stackproof.record.source import sources

BASE = '''
from stackproof.model import Fail, Pass

LIMIT = 7
PORTS = {22, 3389}


def helper(value):
    """Help."""
    return value > LIMIT


def made(limit):
    def judge(resource):
        return Pass() if helper(resource["x"]) and limit else Fail("x", "more", None, "Set it.")
    return judge


judge = made(3)


def alone(resource, *, ports=frozenset(PORTS)):
    # It says why.
    return Pass() if resource["port"] not in ports else Fail("port", "closed", 1, "Close it.")


def other():
    return 1
'''


def loaded(tmp_path: Path, text: str, number: int) -> ModuleType:
    file = tmp_path / f"rules_{number}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(f"rules_{number}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "old", "new", "differs"),
    [
        ("judge", "LIMIT = 7", "LIMIT = 8", True),
        ("judge", "value > LIMIT", "value >= LIMIT", True),
        ("judge", "made(3)", "made(4)", True),
        ("judge", '"more"', '"much more"', True),
        ("judge", "return 1", "return 2", False),
        ("judge", '"""Help."""', '"""Help in other words."""', False),
        ("judge", "PORTS = {22, 3389}", "PORTS = {22}", False),
        ("judge", "\n\ndef other", "\n\n\n\ndef other", False),
        ("alone", "PORTS = {22, 3389}", "PORTS = {22}", True),
        ("alone", "not in ports", "in ports", True),
        ("alone", "# It says why.", "# It says why, at length.", False),
        ("alone", "LIMIT = 7", "LIMIT = 8", False),
    ],
)
def test_meaning_is_what_is_done(
    tmp_path: Path, name: str, old: str, new: str, differs: bool
) -> None:
    assert old in BASE
    before = getattr(loaded(tmp_path, BASE, 1), name)
    after = getattr(loaded(tmp_path, BASE.replace(old, new), 2), name)
    assert (sources(before) != sources(after)) is differs


def test_every_control_has_a_meaning_of_its_own_with_its_judgement_in_it() -> None:
    controls = catalogue()
    assert len({meaning(control) for control in controls.values()}) == len(controls)
    told = "\n".join(sources(controls["kms-key-rotation"].judge))
    assert "enable_key_rotation" in told
    assert "cases=" not in told


def test_severity_and_defaults_are_meaning_and_title_is_not() -> None:
    control = catalogue()["kms-key-rotation"]
    assert meaning(replace(control, severity=Severity.LOW)) != meaning(control)
    assert meaning(replace(control, title="Keys rotate")) == meaning(control)
    few = [control]
    assert catalogue_version(few) != catalogue_version([*few, catalogue()["kms-key-enabled"]])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give where the digests are kept, of a machine on which nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ours.cache_clear()
    place = kept.code_file("meaning")
    assert place is not None
    assert place.is_relative_to(tmp_path)
    yield place
    ours.cache_clear()


def test_digests_are_kept_until_a_file_of_the_code_changes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ours()
    told = json.loads(file.read_text())
    told["digests"]["kms-key-rotation"] = "kept"
    file.write_text(json.dumps(told))
    ours.cache_clear()
    assert meaning(catalogue()["kms-key-rotation"]) == "kept"
    monkeypatch.setattr(kept, "code_version", lambda: "another")
    ours.cache_clear()
    assert ours() == first
    assert json.loads(file.read_text())["code"] == "another"


def test_digests_that_are_kept_are_not_made_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ours()
    ours.cache_clear()
    monkeypatch.setattr(module, "sources", lambda judge: pytest.fail("made again"))
    assert ours() == first
    assert catalogue_version(catalogue().values())


@pytest.mark.parametrize("spoilt", ["", "[]", "{}", '{"code": 1, "digests": {}}'])
def test_spoilt_digests_are_made_anew(file: Path, spoilt: str) -> None:
    first = ours()
    file.write_text(spoilt)
    ours.cache_clear()
    assert ours() == first


def test_control_that_is_not_stackproofs_is_never_taken_from_what_is_kept(file: Path) -> None:
    control = catalogue()["kms-key-rotation"]
    own = replace(control, judge=catalogue()["kms-key-enabled"].judge)
    assert meaning(own) != meaning(control)
