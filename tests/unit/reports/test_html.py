"""The HTML report: nothing is lost, nothing is fetched, nothing hostile runs."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings

from stackproof.model import outcome_word
from stackproof.record import record_of
from stackproof.record.changes import named
from stackproof.record.form import Changes, Waiver
from stackproof.reports.html import as_html
from stackproof.verify import Run
from tests.unit.reports.made import (
    FAIL,
    OUTCOMES,
    bucket,
    finding,
    record_of_many,
    run,
    runs,
)

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
VOID = {"meta", "br", "input"}


class Page(HTMLParser):
    """The page's elements: texts, attributes, ids; refuses tags that are not closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.data = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script" and "type" in self.elements[-1][1]:
            self.data += data
        elif self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def columns(self) -> Any:
        """Give the record as the scripts read it."""
        return json.loads(self.data)

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def unpacked(texts: dict[str, list[Any]]) -> list[str]:
    """Give the texts: each begins with so much of the one before."""
    made = [""]
    for shared, rest in zip(texts["shared"], texts["rest"], strict=True):
        made.append(made[-1][:shared] + rest)
    return made[1:]


def scenario(**more: Any) -> dict[str, Any]:
    record = {
        "scenario": "tests/scenarios/test_security.py::test_it[api]",
        "family": "security",
        "proves": "Nobody reads the ledger.",
        "why": "It is the customers' money.",
        "outcome": "passed",
        "message": "",
        "seconds": 0.1,
        "parts": [],
    }
    return record | more


@settings(max_examples=40)
@given(runs())
def test_every_finding_has_its_row(made: Run) -> None:
    page = Page(as_html(record_of(made)))
    table = page.columns()
    rows = [(table["outcomes"][o]) for o in table["findings"].get("outcome", [])]
    # The zeros at a column's end are left out of it.
    rows += ["fail"] * (len(made.findings) - len(rows))
    assert sorted(rows) == sorted(outcome_word(one.outcome) for one in made.findings)
    texts = unpacked(table["texts"])
    for number, _ in enumerate(made.findings):
        assert any(f"-{number:03}" in text for text in texts)
    assert made.verdict in page.words()


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("pass", "verified: everything was seen and everything holds"),
        ("fail", "failed: the stack is not what it claims (1 failure)"),
        ("unknown", "not verified: not everything could be seen (1 finding unknown)"),
        ("not_applicable", "not verified: there was nothing to judge"),
        (
            "waived",
            "verified: everything was seen and everything holds, but for 1 waived failure",
        ),
    ],
)
def test_page_opens_with_the_verdict(word: str, verdict: str) -> None:
    page = Page(as_html(record_of(run(finding(OUTCOMES[word])))))
    assert page.words().index(verdict) < page.words().index("By category")


def test_warnings_stand_under_the_verdict() -> None:
    words = Page(
        as_html(record_of(run(finding(OUTCOMES["pass"]), warnings=["waiver 2 matches nothing"])))
    )
    assert "holds Warning: waiver 2 matches nothing" in words.words()


def test_failure_shows_property_expected_actual_and_fix() -> None:
    words = Page(as_html(record_of(run(finding(FAIL))))).words()
    assert "Resource Property Expected Actual ledger acl private public-read" in words
    assert "Fix Set acl to private." in words


def test_unknowns_stand_under_their_cause() -> None:
    words = Page(
        as_html(record_of(run(finding(OUTCOMES["unknown"]), finding(OUTCOMES["unknown"], "b"))))
    )
    assert words.words().count("Could not be seen 2 findings unknown, by cause") == 1
    assert "1 control could not be judged bucket-rule-0 : b , ledger" in words.words()


def test_scenarios_stand_by_family_with_proof_and_why() -> None:
    records = [
        scenario(),
        scenario(outcome="unknown", message="port could not be seen: throttled"),
        scenario(family=""),
    ]
    words = Page(as_html(record_of(run(finding(FAIL)), records))).words()
    assert "Scenarios 1 of 2 proven" in words
    assert "security: 1 unknown 1 passed" in words
    assert "Nobody reads the ledger. api It is the customers' money." in words
    assert "port could not be seen: throttled" in words


def test_planted_defects_say_whether_they_were_caught() -> None:
    plant = {"what": "rotation off", "resource": "k-1", "control": "kms-key-rotation"}
    plants = [plant | {"caught": True}, plant | {"caught": False}]
    words = Page(as_html(record_of(run(finding(FAIL))), plants=plants)).words()
    assert "1 of 2 caught" in words
    assert "caught rotation off k-1 kms-key-rotation missed rotation off" in words


def test_declared_outcomes_are_shown() -> None:
    words = Page(as_html(record_of(run(finding(FAIL))), declared={"pass": 7, "unknown": 2})).words()
    assert "As declared, before deployment: 7 pass, 2 unknown." in words


def test_emulated_run_says_so_and_a_real_one_does_not() -> None:
    assert "emulated" in Page(as_html(record_of(run(finding(FAIL))))).words()
    real = run(finding(FAIL), emulated=False, endpoint=None)
    assert "emulated" not in Page(as_html(record_of(real))).words()


def test_hostile_names_stay_text() -> None:
    hostile = replace(FAIL, property=HOSTILE, expected=HOSTILE, actual=[HOSTILE], fix=HOSTILE)
    made = run(
        finding(hostile, HOSTILE, HOSTILE),
        replace(finding(OUTCOMES["unknown"]), resource=bucket(HOSTILE)),
        stack=HOSTILE,
        endpoint=HOSTILE,
    )
    records = [scenario(proves=HOSTILE, why=HOSTILE, message=HOSTILE, outcome="failed")]
    plants = [{"what": HOSTILE, "resource": HOSTILE, "control": HOSTILE, "caught": False}]
    page = Page(as_html(record_of(made, records), plants=plants))
    assert len(page.all("script")) == 2
    assert page.all("img") == []
    assert HOSTILE in page.words()
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]


def test_page_fetches_nothing() -> None:
    source = as_html(record_of(run(finding(FAIL))))
    page = Page(source)
    assert not page.all("link")
    assert not [a for _, attributes in page.elements for a in attributes if a == "src"]
    assert all(str(a["href"]).startswith("#") for a in page.all("a"))
    # `url(#…)` names a part of the page itself.
    assert not re.search(r"url\((?!#)|@import", source)
    assert any("default-src 'none'" in str(meta.get("content")) for meta in page.all("meta"))


def test_page_can_be_read_by_a_screen_reader() -> None:
    records = [scenario()]
    plants = [{"what": "w", "resource": "r", "control": "c", "caught": True}]
    made = run(*(finding(outcome) for outcome in OUTCOMES.values()))
    page = Page(as_html(record_of(made, records), plants=plants))
    tags = [tag for tag, _ in page.elements]
    assert page.all("html") == [{"lang": "en"}]
    assert [tags.count(tag) for tag in ("header", "main", "h1")] == [1, 1, 1]
    assert all("scope" in header for header in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    leads = {str(a["href"])[1:] for a in page.all("a")}
    views = re.compile(r"(findings|resources|controls|frameworks|resource|control)\b")
    assert {lead for lead in leads if not views.match(lead)} <= set(ids)
    named = {s["aria-labelledby"] for s in page.all("section") if "aria-label" not in s}
    assert named <= set(ids)


def test_what_needs_scripts_is_hidden_where_none_runs() -> None:
    page = Page(as_html(record_of(run(finding(FAIL)))))
    assert all("hidden" in made for _, made in page.elements if "data-script" in made)
    assert "Scripts are off" in page.words()


def test_only_the_script_of_the_report_may_run() -> None:
    source = as_html(record_of(run(finding(FAIL))))
    script = source.rpartition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in source


def test_what_changed_comes_first_and_says_when_nothing_did() -> None:
    new = named(record_of(run(finding(FAIL))).findings[0])
    record = record_of(run(finding(FAIL)))
    changed = Changes(began="2026-11-29T02:00:00+00:00", new=[new], fixed=[new], still=3)
    words = Page(as_html(record.model_copy(update={"changes": changed}))).words()
    assert "What changed since 2026-11-29 02:00 UTC 1 new failure critical bucket-rule-0" in words
    assert words.index("1 new failure") < words.index("1 fixed") < words.index("Failures 1 of 1")
    assert "3 failures still there." in words
    quiet = Page(as_html(record.model_copy(update={"changes": Changes(still=1)}))).words()
    assert "1 failure still there, and nothing else changed." in quiet
    assert "What changed since" not in Page(as_html(record)).words()


def test_waivers_show_owner_end_and_reason() -> None:
    told = {"number": 1, "control": "bucket-rule-0", "patterns": ["ledger*"], "expect": None}
    told |= {"owner": "payments", "reason": "moves in May", "until": "2030-01-31"}
    waiver = Waiver.model_validate(told | {"resources": ["ledger"]})
    record = record_of(run(finding(OUTCOMES["waived"]))).model_copy(update={"waivers": [waiver]})
    words = Page(as_html(record)).words()
    assert "ledger* covers 1 resource: ledger payments 2030-01-31 moves in May" in words


def test_thousands_of_findings_make_a_small_page() -> None:
    assert len(as_html(record_of_many(20_000))) < 2_000_000


def _luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(colour: str, other: str) -> float:
    high, low = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_enough_in_light_and_dark() -> None:
    # WCAG 2.2, 1.4.3: at least 4.5 to 1.
    source = as_html(record_of(run(finding(FAIL))))
    pairs = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", source)
    for scheme in (1, 2):
        first = [(pair[0], pair[scheme]) for pair in pairs]
        root = dict(first[:6])
        for background in (root["page"], root["card"]):
            for text in ("ink", "dim", "link"):
                assert _contrast(root[text], background) >= 4.5, text
        badges = [colour for name, colour in first if name in ("fg", "bg")]
        assert len(badges) == 10
        for text, background in zip(badges[::2], badges[1::2], strict=True):
            assert _contrast(text, background) >= 4.5, (text, background)
