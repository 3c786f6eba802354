"""A page for each control, made of what the control itself says."""

from __future__ import annotations

import re

from stackproof.parity.controls import every_control
from tools.site.control_pages import control_page, control_pages

PAGES = dict(control_pages())


def test_each_control_has_its_page_and_stands_in_the_list() -> None:
    assert set(PAGES) == {"controls/index.md", *(f"controls/{id_}.md" for id_ in every_control())}
    for id_ in every_control():
        assert f"[`{id_}`]({id_}.md)" in PAGES["controls/index.md"]


def test_a_page_says_what_why_how_and_the_fix() -> None:
    page = PAGES["controls/rds-cluster-backup-retention.md"]
    assert page.startswith("# Aurora clusters keep automated backups long enough\n")
    assert "outlives no weekend" in page
    assert "| preview | mandatory (severity high), by a resource policy" in page
    assert "`rds:DescribeDBClusters`" in page
    assert "| `minimum_days` | `7` |" in page
    assert "- Set backup_retention_period to 7 or more." in page
    assert '```python hl_lines="5"\n' in page
    assert "    backup_retention_period=7,\n" in page
    assert "    backupRetentionPeriod: 7,\n" in page
    assert "| `cluster.backup_retention_period` is `1` | `backup_retention_period` |" in page
    assert "RDS.50" in page
    assert "- Amazon Aurora User Guide" in page


def test_what_no_program_says_is_said_without_one() -> None:
    page = control_page(every_control()["resource-exists"])
    assert "```python" not in page
    assert "not judged: there is nothing to compare with yet" in page


def test_rows_of_tables_have_the_columns_of_their_heads() -> None:
    for page in PAGES.values():
        for rows in re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE):
            columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows.splitlines()}
            assert len(columns) == 1, rows
