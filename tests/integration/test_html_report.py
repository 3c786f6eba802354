"""The HTML report in a real browser: filters, links, keys, both schemes, and nothing hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from stackproof.record import record_of
from stackproof.record.form import Record
from stackproof.record.history.trend import Night
from stackproof.reports.html import as_html
from stackproof.reports.index import Row, as_index
from stackproof.verify import Run
from tests.browser import Tab, tab
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding, record_of_many, run
from tests.unit.reports.test_trends import some_nights

HOSTILE = (
    "<script>document.title='taken over'</script></script><img src=x onerror=document.title='it'>",
    "<!--<script>{{ 7 * 7 }}${7 * 7}&amp;\"'",
    "\x1b]0;taken over\x07\x1b[2J",
    "\u202egpj.exe\u2066",
    "__proto__",
    "a" * 10_000,
)
ROWS = "document.querySelectorAll('#view tbody tr').length"
# The overview has none: until a link has led away from it, its text is undefined.
HEADING = "document.querySelector('#view h2')?.textContent"


@pytest.fixture(scope="module")
def browser_tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with tab(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def opened(browser_tab: Tab, tmp_path: Path) -> Iterator[Any]:
    """Give what opens a report; at the end nothing was complained of and nobody was asked."""

    def open_(report: Run | Record, fragment: str = "", nights: Sequence[Night] = ()) -> Tab:
        record = record_of(report) if isinstance(report, Run) else report
        file = tmp_path / "report.html"
        file.write_text(as_html(record, nights=nights), encoding="utf-8")
        browser_tab.open(file)
        show(browser_tab, fragment)
        return browser_tab

    browser_tab.asked.clear()
    browser_tab.errors.clear()
    yield open_
    assert browser_tab.errors == []
    assert all(url.startswith("file:") for url in browser_tab.asked)
    browser_tab.prefer()


def show(page: Tab, fragment: str) -> None:
    """Go to a part of the report, as its links do, and wait until it is there."""
    page.see(
        f"""new Promise(done => {{
            const from = location.href;
            addEventListener("hashchange", () => done(), {{ once: true }});
            location.hash = {json.dumps(fragment)};
            if (location.href === from) done();
        }})"""
    )


def chosen(page: Tab, key: str, value: str) -> None:
    page.see(
        f"(s => {{ s.value = {json.dumps(value)}; s.dispatchEvent(new Event('change')); }})"
        f"(document.querySelector('[data-filter={key}]'))"
    )


@pytest.mark.parametrize("word", ["pass", "fail", "unknown"])
def test_page_opens_with_its_verdict(word: str, opened: Any) -> None:
    made = run(finding(OUTCOMES[word]), finding(OUTCOMES["not_applicable"], "archive"))
    page = opened(made)
    assert page.see("document.getElementById('verdict').textContent") == made.verdict
    # The page hides its tabs until its script has run to the end.
    assert page.see("!document.getElementById('tabs').hidden")


def test_filters_and_search_leave_what_is_asked_for_and_the_address_keeps_it(opened: Any) -> None:
    mixed = [finding(FAIL, "ledger"), finding(FAIL, "logs", number=1)]
    page = opened(run(*mixed, finding(OUTCOMES["pass"], "ledger", number=2)), "findings")
    assert page.see(ROWS) == 3
    chosen(page, "outcome", "fail")
    assert page.see(ROWS) == 2
    page.see("document.getElementById('query').focus()")
    page.type("LED public")
    assert page.see(ROWS) == 1
    assert page.see("document.getElementById('shown').textContent") == "1 of 3 rows"
    kept = page.see("location.hash")
    assert kept == "#findings?outcome=fail&q=LED+public"
    show(page, "overview")
    show(page, kept[1:])
    assert page.see(ROWS) == 1
    assert page.see("document.querySelector('[data-filter=outcome]').value") == "fail"


def test_each_filter_leaves_what_it_names(opened: Any) -> None:
    tagged = {"tags": {"Team": "payments", "env": "prod"}}
    record = record_of(run(finding(FAIL), finding(OUTCOMES["pass"], "logs", number=1)))
    named = [
        {"status": "judged", "type": one.type, "urn": None, "name": one.name, "id": one.id}
        | {"arn": one.arn, "region": one.region}
        for one in record.findings
    ]
    given = [named[0] | tagged, named[1]]
    page = opened(Record.model_validate(record.model_dump() | {"resources": given}))
    for asked in ("owner=payments", "environment=prod", "severity=critical", "category=security"):
        show(page, f"findings?{asked}")
        assert (asked, page.see(ROWS)) == (asked, 1)
    book = "AWS+Foundational+Security+Best+Practices+v1.0.0"
    for asked in (f"framework={book}", "type=s3.Bucket", "region=eu-west-1"):
        show(page, f"findings?{asked}")
        assert (asked, page.see(ROWS)) == (asked, 2)


def test_links_lead_from_finding_to_resource_to_control_to_framework(opened: Any) -> None:
    page = opened(run(finding(FAIL), finding(FAIL, "logs")), "findings")
    page.see("document.querySelectorAll('#view td a')[1].click()")
    assert page.until(f"{HEADING}?.startsWith('ledger') && {HEADING}") == "ledger fail"
    assert "acl is public-read, expected private" in page.see("view.textContent")
    page.see("document.querySelector('#view td a').click()")
    page.until(f"{HEADING} === 'Buckets keep rule 0 fail'")
    assert page.see(ROWS) == 2
    page.see("document.querySelector('#view dd a').click()")
    page.until(f"{HEADING}?.startsWith('AWS Foundational')")
    assert "S3.1" in page.see("document.querySelector('#view tbody').textContent")
    assert "no certification" in page.see("view.textContent")
    assert "without a control" in page.see("view.textContent")
    page.see("history.back()")
    page.until(f"{HEADING} === 'Buckets keep rule 0 fail'")


def test_the_picture_leads_to_what_it_shows(opened: Any) -> None:
    record = record_of(run(finding(FAIL)))
    one: dict[str, Any] = {"status": "judged", "urn": None, "region": "eu-west-1", "arn": None}
    ledger = one | {"type": record.findings[0].type, "name": "ledger", "id": "ledger"}
    ledger |= {"arn": record.findings[0].arn}
    page = opened(Record.model_validate(record.model_dump() | {"resources": [ledger]}))
    page.see("document.querySelector('.picture a').focus()")
    assert page.see("document.activeElement.getAttribute('aria-label')").endswith("no zone: fail")
    page.press("Enter", "\r")
    page.until(f"{HEADING} === 'ledger fail'")


def test_a_resource_says_who_points_to_it(opened: Any) -> None:
    record = record_of(run(finding(FAIL)))
    one: dict[str, Any] = {"status": "judged", "urn": None, "region": "eu-west-1"}
    policy = one | {"type": "aws:s3/bucketPolicy:BucketPolicy", "name": "only-ours"}
    points = {"bucket": [record.findings[0].arn]}
    policy |= {"id": "ledger", "arn": None, "facts": {"bucket": "ledger"}, "points_to": points}
    ledger = one | {"type": record.findings[0].type, "name": "ledger", "id": "ledger"}
    ledger |= {"arn": record.findings[0].arn, "facts": {"bucket": "ledger"}}
    made = record.model_dump() | {"resources": [policy, ledger]}
    page = opened(Record.model_validate(made), "resources?q=ledger")
    page.see("[...document.querySelectorAll('#view td a')].find(a => a.text == 'ledger').click()")
    page.until(f"{HEADING} === 'ledger fail'")
    assert "Who points heres3.BucketPolicyonly-ours (bucket)" in page.see("view.textContent")
    assert "Points to" not in page.see("view.textContent")
    page.see("[...document.querySelectorAll('#view dd a')].pop().click()")
    page.until(f"{HEADING}?.startsWith('only-ours')")
    assert "Points tobucketledger" in page.see("view.textContent")


def test_an_address_of_another_report_says_that_it_is_not_in_here(opened: Any) -> None:
    page = opened(run(finding(FAIL)), "resource/%E0%A4%A")
    assert page.see(HEADING) == "Not in this report"


def test_keys_alone_reach_the_list_search_it_and_turn_its_pages(opened: Any) -> None:
    page = opened(record_of_many(450))
    page.press("/", "/")
    assert page.until("document.activeElement.id === 'query'")
    page.type("payments-0000")
    assert page.see(ROWS) == 100
    found = page.see("document.getElementById('shown').textContent")
    assert found == "100 of 450 rows"
    page.see("document.getElementById('query').value = ''")
    show(page, "findings?")
    page.see("document.querySelector('.pager button:last-child').focus()")
    page.press("Enter", "\r")
    assert "page 2 of 5" in page.see("document.querySelector('.pager').textContent")
    assert page.see("document.activeElement.textContent") == "Next"
    assert page.see("location.hash") == "#findings?page=2"
    for _ in range(3):
        page.press("Enter", "\r")
    assert page.see(ROWS) == 50


def test_all_rows_that_are_asked_for_are_printed(opened: Any) -> None:
    page = opened(record_of_many(450), "findings?outcome=pass")
    shown = page.see("dispatchEvent(new Event('beforeprint')), " + ROWS)
    assert shown == 90
    show(page, "findings")
    assert page.see("dispatchEvent(new Event('beforeprint')), " + ROWS) == 450
    assert page.see("dispatchEvent(new Event('afterprint')), " + ROWS) == 100
    page.prefer(media="print", prefers_color_scheme="dark")
    assert page.see("getComputedStyle(document.querySelector('#view form')).display") == "none"
    assert page.see("getComputedStyle(document.body).backgroundColor") == "rgb(244, 246, 249)"


def test_scheme_is_the_systems_until_it_is_switched(opened: Any) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page = opened(run(finding(FAIL)))
    page.prefer(prefers_color_scheme="dark")
    assert page.see(background) == "rgb(15, 21, 29)"
    assert page.until("theme.getAttribute('aria-pressed') === 'true'")
    page.see("theme.focus()")
    page.press("Enter", "\r")
    assert page.see(background) == "rgb(244, 246, 249)"
    assert page.see("theme.getAttribute('aria-pressed')") == "false"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text_everywhere(name: str, opened: Any) -> None:
    fail = replace(FAIL, property=name, expected=name, actual=name, fix=name)
    hidden = replace(finding(OUTCOMES["unknown"], "b"), resource=bucket(f"{name}2"))
    made = run(replace(finding(fail), resource=bucket(name), facet=name), hidden, stack=name)
    page = opened(made)
    key = page.see("encodeURIComponent(text(resources.key[0]))")
    for fragment in ("findings", "resources", "controls", f"resource/{key}", "overview"):
        show(page, fragment)
        assert page.see("document.querySelectorAll('img, main script').length") == 0
        assert not page.see(r"/[\x1b\x07\u202e\u2066]/.test(document.body.innerText)")
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert (fragment, page.see(wide)) == (fragment, True)
        assert page.see("document.title") not in ("taken over", "it")
    show(page, f"resource/{key}")
    assert page.see(HEADING).endswith("fail")


def test_without_scripts_the_verdict_and_the_failures_are_there(tmp_path: Path) -> None:
    made = run(finding(FAIL))
    file = tmp_path / "report.html"
    file.write_text(as_html(record_of(made)), encoding="utf-8")
    with tab(tmp_path / "profile") as page:
        page.without_scripts()
        page.open(file)
        shown = page.see("document.body.innerText")
        assert made.verdict in shown.replace("Failed", "failed")
        assert "Set acl to private." in shown
        assert "Scripts are off" in shown
        assert "Frameworks" not in shown


def test_20_000_findings_are_there_in_a_second(opened: Any) -> None:
    page = opened(record_of_many(20_000), "findings?severity=high")
    took = page.see("(began => (route(), performance.now() - began))(performance.now())")
    assert page.see(ROWS) == 100
    assert took < 1000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(scheme: str, opened: Any) -> None:
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")
    mixed = [finding(o, facet="f", number=n) for n, o in enumerate(OUTCOMES.values())]
    page = opened(run(*mixed), nights=some_nights(30))
    page.prefer(prefers_color_scheme=scheme)
    assert page.see("document.querySelectorAll('#trends svg').length") == 3
    page.see(axe)
    key = page.see("encodeURIComponent(text(resources.key[0]))")
    book = page.see("encodeURIComponent(bookNames[0])")
    pages = ["overview", "findings", "resource/" + key]
    # In the other scheme nothing is another but the colours.
    rules = '{runOnly: ["color-contrast"]}' if scheme == "dark" else "{}"
    if scheme == "light":
        pages += ["controls", "frameworks", "control/bucket-rule-0", "framework/" + book]
    for fragment in pages:
        show(page, fragment)
        violated = "r.violations.map(v => `${v.id}: ${v.nodes[0].html}`)"
        found = page.see(f"axe.run({rules}).then(r => {violated})")
        assert (fragment, found) == (fragment, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_leads_to_the_stacks_and_keeps_nobody_out(
    scheme: str, browser_tab: Tab, tmp_path: Path
) -> None:
    record = record_of(run(finding(FAIL)))
    (tmp_path / "prod.html").write_text(as_html(record), encoding="utf-8")
    rows = [
        Row.of("dev", record_of(run(finding(OUTCOMES["pass"]))), 0, None),
        Row.of("prod", record, 1, "prod.html", some_nights(5)),
        Row.of("<script>lost</script>", None, None, None),
    ]
    file = tmp_path / "index.html"
    file.write_text(as_index(rows), encoding="utf-8")
    browser_tab.open(file)
    browser_tab.prefer(prefers_color_scheme=scheme)
    title = browser_tab.see("document.querySelector('h1').textContent")
    assert title == "3 stacks: 1 failed, 1 not verified, 1 verified"
    names = browser_tab.see("[...document.querySelectorAll('tbody th')].map(t => t.textContent)")
    assert names == ["prod", "<script>lost</script>", "dev"]
    browser_tab.see((resources.files("axe_core_python") / "axe.min.js").read_text("utf-8"))
    violated = "r.violations.map(v => `${v.id}: ${v.nodes[0].html}`)"
    assert browser_tab.see(f"axe.run().then(r => {violated})") == []
    browser_tab.see("document.querySelector('tbody a').click()")
    assert browser_tab.until("document.getElementById('verdict')?.textContent") == (
        record.run.verdict
    )
    browser_tab.prefer()
