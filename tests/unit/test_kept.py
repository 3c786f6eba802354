"""What is kept between runs saves time and is never anything else than what would be made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stackproof import kept


def test_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert kept.folder_of("things") == Path("/caches/stackproof/things")
    # A relative one is none: XDG Base Directory Specification.
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    assert kept.folder_of("things") is None


def test_what_cannot_be_kept_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept.keep(tmp_path / "file" / "things.json", {"a": 1})
    assert kept.read(tmp_path / "file" / "things.json") is None


def test_code_is_another_when_any_of_its_files_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_CODE", tmp_path)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "data.json").write_text("{}")
    (inner / "__pycache__").mkdir()

    def version() -> str:
        kept.code_version.cache_clear()
        return kept.code_version()

    told = [version()]
    (inner / "__pycache__" / "data.pyc").write_text("")
    assert version() == told[0]
    (inner / "data.json").write_text("[]")
    os.utime(inner / "data.json", ns=(1, 1))
    told.append(version())
    (inner / "data.json").write_text("[1]")
    os.utime(inner / "data.json", ns=(1, 1))
    told.append(version())
    (tmp_path / "more.py").write_text("")
    told.append(version())
    assert len({*told}) == len(told)
    kept.code_version.cache_clear()


def test_code_in_another_place_has_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    here = kept.code_file("things")
    assert here == kept.code_file("things")
    monkeypatch.setattr(kept, "_CODE", tmp_path)
    assert kept.code_file("things") != here
