from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.project import Project, find_project, stack_config

PROJECT = "name: shop\nruntime: {name: python, options: {virtualenv: own}}\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("name", "name"),
        ("42", "42"),
        ("true", "true"),
        ("[a, b]", '["a", "b"]'),
        ("{a: b}", '{"a": "b"}'),
        ('""', ""),
        ("", ""),
        ("null", ""),
    ],
)
def test_values_are_read_as_the_pulumi_cli_reads_them(
    tmp_path: Path, written: str, read: str
) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  shop:key: {written}\n")
    project = Project("shop", tmp_path, tmp_path / "__main__.py")
    assert stack_config(project, "dev") == {"shop:key": read}


def test_keys_without_a_namespace_belong_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  key: value\n")
    project = Project("shop", tmp_path, tmp_path / "__main__.py")
    assert stack_config(project, "dev") == {"shop:key": "value"}


def test_own_virtual_environment_is_found(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").touch()
    assert find_project(tmp_path).packages is None  # it may not be there yet
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "own" / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    assert find_project(tmp_path).packages == packages
    packages.parent.rename(tmp_path / "own" / "lib" / "python2.7")
    with pytest.raises(EmbeddedError, match=rf"of python2.7, and stackproof runs on {version}"):
        find_project(tmp_path)
