"""The pages of the site, all of them: what is made from the code, and what links to what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

import stackproof
from stackproof.parity.controls import every_control
from tools.site.api_page import api_page
from tools.site.build import CONFIG, ROOT, files, in_docs, pages
from tools.site.control_pages import control_page
from tools.site.links import broken
from tools.site.settings_page import settings_page
from tools.site.type_pages import type_page


def test_every_link_of_every_page_leads_somewhere() -> None:
    made = {path: make() for path, make in pages().items()}
    shown = frozenset(str(file.relative_to(ROOT / "docs")) for file in files())
    assert list(broken(made, shown)) == []
    assert {*in_the_menu()} <= {*made}
    for id_ in every_control():
        assert f"[`{id_}`]({id_}.md)" in made["controls/index.md"]
    for text in made.values():
        for rows in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
            columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows.splitlines()}
            assert len(columns) == 1, rows


def in_the_menu() -> Iterator[str]:
    def walk(held: Any) -> Iterator[str]:
        if isinstance(held, str):
            yield held
        for one in (
            held if isinstance(held, list) else held.values() if held is not str(held) else ()
        ):
            yield from walk(one)

    yield from walk(tomllib.loads((ROOT / "docs" / CONFIG).read_text())["project"]["nav"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a](gone.md)", "x.md: gone.md is not there"),
        ("[a](y.md#where-not)", "x.md: y.md#where-not has no such heading"),
        ("[a](#here)", "x.md: #here has no such heading"),
        ("![a](picture.svg)", "x.md: picture.svg is not there"),
        ("[a](y.md) [b](y.md#the-place-2) [c](https://example.com) `[d](e.md)`", ""),
        ("```\n[a](gone.md)\n```", ""),
    ],
)
def test_a_link_that_leads_nowhere_is_told(text: str, told: str) -> None:
    found = broken({"x.md": text, "y.md": "# Y\n\n## The `place`, 2\n"}, frozenset())
    assert ", ".join(found) == told


def test_what_stands_outside_of_the_site_is_named_and_not_linked() -> None:
    assert in_docs("[the waivers](../waivers.yaml)", 0) == "the waivers (`waivers.yaml`)"
    assert in_docs("[a](../limits.md) [b](../../x.py)", 1) == "[a](../limits.md) b (`x.py`)"


def test_a_controls_page_says_what_why_how_and_the_fix() -> None:
    page = control_page(every_control()["rds-cluster-backup-retention"])
    assert page.startswith("# Aurora clusters keep automated backups long enough\n")
    assert "outlives no weekend" in page
    assert "| preview | mandatory (severity high), by a resource policy" in page
    assert "`rds:DescribeDBClusters`" in page
    assert "| `minimum_days` | an integer from 2 to 35 (days) | `7` |" in page
    assert "| `tolerated_in` |" in page
    assert "- Set backup_retention_period to 7 or more." in page
    assert '    ```python hl_lines="5"\n' in page
    assert "    backup_retention_period=7,\n" in page
    assert "    backupRetentionPeriod: 7,\n" in page
    assert "| `cluster.backup_retention_period` is `1` | `backup_retention_period` |" in page
    assert "RDS.50" in page
    assert "- Amazon Aurora User Guide" in page


def test_what_no_program_says_is_said_without_one() -> None:
    page = control_page(every_control()["resource-exists"])
    assert "```python" not in page
    assert "not judged: there is nothing to compare with yet" in page


def test_a_types_page_says_which_call_tells_what_and_who_judges() -> None:
    page = type_page("aws:eks/cluster:Cluster")
    assert "| `eks:DescribeCluster` | `eks:DescribeCluster` |" in page
    assert "| `vpc_config` | `eks:DescribeCluster` | `resourcesVpcConfig` |" in page
    assert "[`eks-audit-logs`](../controls/eks-audit-logs.md)" in page
    page = type_page("aws:s3/bucketAcl:BucketAcl")
    assert "| known too as | `aws:s3/bucketAclV2:BucketAclV2` |" in page


def test_the_page_of_settings_has_every_key_of_the_schema() -> None:
    page = settings_page()
    for key in ("own_tags", "trusted", "fail_on", "tolerates", "level"):
        assert f"| `{key}` |" in page
    assert "list of text or [Chosen](#chosen)" in page


def test_the_page_of_the_api_has_what_is_importable_with_its_words() -> None:
    page = api_page()
    for name in stackproof.__all__:
        assert f"\n### {name}\n" in page
    assert "def at_least(" in page
    assert "#### Resource.__getitem__" in page
    assert "## stackproof.testing" in page
