"""The documentation's site in a real browser, opened as a file: pages show and search finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Tab, browser, tab
from tools.site.build import SiteError, build

PAGES = {
    *("index.md", "how-it-works.md", "controls/kms-key-rotation.md", "types/kms.Key.md"),
    "controls/rds-cluster-backup-retention.md",
}
RESULTS = "[...document.activeElement.shadowRoot.querySelectorAll('a')].map(a => a.href)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site of a few pages; what they link to besides is checked in a test of all pages."""
    browser()
    folder = tmp_path_factory.mktemp("made") / "site"
    build(folder, PAGES.__contains__, strict=False)
    return folder


@pytest.fixture
def opened(site: Path, tmp_path: Path) -> Iterator[Tab]:
    with tab(tmp_path / "profile") as made:
        made.open(site / "controls" / "kms-key-rotation.html")
        yield made


def test_a_page_shows_its_program_and_asks_nobody(opened: Tab) -> None:
    assert opened.see("document.querySelector('h1').innerText").startswith("Customer managed")
    shown = opened.see("document.querySelector('.tabbed-content').innerText")
    assert "enable_key_rotation=True" in shown
    opened.see("document.querySelectorAll('.tabbed-labels label')[1].click()")
    assert "enableKeyRotation: true" in opened.until(
        "document.querySelectorAll('.tabbed-block')[1].innerText"
    )
    assert opened.asked
    assert [url for url in opened.asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_search_finds_what_is_typed(opened: Tab, site: Path) -> None:
    opened.see("document.querySelector('.md-search__button').click()")
    opened.until("!!document.activeElement.shadowRoot")
    opened.type("automated backups outlives no weekend")
    found = opened.until(f"(r => r.length && r)({RESULTS})")
    wanted = site / "controls" / "rds-cluster-backup-retention.html"
    assert found[0].partition("?")[0] == wanted.as_uri()


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="page does not exist"):
        build(tmp_path / "site", {"index.md"}.__contains__)
    assert not (tmp_path / "site").exists()
