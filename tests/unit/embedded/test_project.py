from __future__ import annotations

from pathlib import Path

import pytest

from stackproof.embedded.project import Project, stack_config


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
