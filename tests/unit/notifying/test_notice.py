"""Who is told what: what changed, of whose resources, and in each form without a name that acts."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from stackproof.notifying import forms
from stackproof.notifying.notice import Notice, notice_of
from stackproof.record import Record
from stackproof.record.changes import changes_between, named
from stackproof.record.form import Changes, Named
from stackproof.record.gates import Gate, gated
from stackproof.record.tickets import ticket
from stackproof.settings.nightly_form import Channel
from stackproof.waivers import Match, Waiver
from tests.unit.record.records_made import entry, night
from tests.unit.reports.hostile import SECRET, hostile_record, secretive_record
from tests.unit.reports.made import FAIL, OUTCOMES, finding


def heard(record: Record, **channel: Any) -> Notice | None:
    said = Channel(**({"to": "webhook", "url_variable": "HOOK"} | channel))
    return notice_of(record, gated(record, Gate()), said)


def told(record: Record, **channel: Any) -> dict[str, list[str]]:
    made = heard(record, **channel)
    return {group.what: [one.text for one in group.told] for group in made.groups} if made else {}


def two_nights(*, first: tuple[Any, ...], second: tuple[Any, ...]) -> Record:
    before, after = night(*first), night(*second, day=2)
    return after.model_copy(update={"changes": changes_between(before, after)})


def test_the_first_night_tells_all_that_fails() -> None:
    said = told(night(finding(FAIL), finding(OUTCOMES["unknown"], "logs", number=1)))
    assert [*said] == ["new failures", "could not be seen"]
    assert said["new failures"][0].startswith("ledger: acl is public-read")


def test_later_nights_tell_what_changed() -> None:
    record = two_nights(
        first=(finding(FAIL, "still"), finding(FAIL, "mended"), finding(OUTCOMES["pass"], "new")),
        second=(finding(FAIL, "still"), finding(OUTCOMES["pass"], "mended"), finding(FAIL, "new")),
    )
    said = told(record)
    assert {what: len(texts) for what, texts in said.items()} == {"new failures": 1, "fixed": 1}
    made = heard(record)
    assert made is not None
    assert made.still == 1
    assert made.title == "payments-dev: failed: 1 new failures, 1 fixed"


def test_who_wants_changes_hears_nothing_of_a_night_without_any() -> None:
    same = two_nights(first=(finding(FAIL),), second=(finding(FAIL),))
    assert heard(same) is None
    assert heard(same, when="failing") is not None
    assert heard(same, when="always") is not None
    fine = two_nights(first=(finding(OUTCOMES["pass"]),), second=(finding(OUTCOMES["pass"]),))
    assert heard(fine, when="failing") is None


def _changes_of_findings() -> list[str]:
    return [name for name, field in Changes.model_fields.items() if field.annotation == list[Named]]


@pytest.mark.parametrize("kind", _changes_of_findings())
def test_every_kind_of_change_is_told(kind: str) -> None:
    record = night(finding(FAIL))
    changes = Changes(began=record.run.began)
    changes = changes.model_copy(update={kind: [named(record.findings[0])]})
    said = told(record.model_copy(update={"changes": changes}))
    assert [len(texts) for texts in said.values()] == [1]


def test_a_waiver_that_has_ended_is_said_to_have() -> None:
    waiver = Waiver(
        control="bucket-rule-0",
        resource=("ledger",),
        reason="Old.",
        owner="dba",
        until=date(2026, 11, 1),
    )
    match = [Match(1, waiver, (), None)]
    before, after = (night(finding(FAIL), day=day, waivers=match) for day in (1, 2))
    record = after.model_copy(update={"changes": changes_between(before, after)})
    said = told(record)["waivers that end soon, or ended"]
    assert said == ["bucket-rule-0 on ledger dba's, ended on 2026-11-01"]


def test_a_stack_that_could_not_be_looked_at_is_always_told() -> None:
    lost = two_nights(first=(finding(FAIL),), second=(finding(FAIL),))
    lost = lost.model_copy(update={"errors": ["no credentials"]})
    assert told(lost)["not looked at"] == ["no credentials"]


def test_owners_hear_of_their_resources_alone() -> None:
    entries = [
        entry("ledger", tags={"Owner": "payments"}),
        entry("logs", tags={"team": "platform-eu"}),
        entry("nobodys"),
    ]
    found = (finding(FAIL), finding(FAIL, "logs"), finding(FAIL, "nobodys"))
    record = night(*found, entries=entries)
    assert [t.split(":")[0] for t in told(record)["new failures"]] == ["ledger", "logs", "nobodys"]
    (mine,) = told(record, owners=["payments"])["new failures"]
    assert mine.startswith("ledger: ")
    (theirs,) = told(record, owners=["platform-*"])["new failures"]
    assert theirs.startswith("logs: ")
    assert heard(record, owners=["others"]) is None


@pytest.mark.parametrize("tags", [{"owner": "b"}, {"team": "b"}, {"Contact": "b"}])
def test_every_owner_hears_of_what_has_several(tags: dict[str, str]) -> None:
    record = night(finding(FAIL), entries=[entry("ledger", tags={"Owner": "a", **tags})])
    for owner in ("a", "b"):
        assert len(told(record, owners=[owner])["new failures"]) == 1


def test_only_what_is_severe_enough_is_told() -> None:
    record = night(*(finding(FAIL, f"b-{n}", number=n) for n in range(4)))
    assert len(told(record, severity="high")["new failures"]) == 2


def test_one_defect_is_one_ticket_every_night_and_at_every_sight() -> None:
    record = night(finding(FAIL))
    declared = [one.model_copy(update={"sight": "declared"}) for one in record.findings]
    both = record.model_copy(update={"findings": [*record.findings, *declared]})
    made, later = heard(both), heard(night(finding(FAIL), day=2))
    assert made is not None
    assert later is not None
    ((one,), (again,)) = made.groups[0].told, later.groups[0].told
    assert one.ticket == again.ticket
    assert one.ticket == ticket("payments-dev", record.findings[0].fingerprint)
    assert one.ticket != ticket("payments-prod", record.findings[0].fingerprint)


def test_no_form_says_a_secret() -> None:
    made = heard(secretive_record(), when="always")
    assert made is not None
    assert SECRET not in str(all_forms(made))


def test_in_no_form_a_name_acts() -> None:
    made = heard(hostile_record(), when="always")
    assert made is not None
    for kind, text in all_forms(made).items():
        assert "\x1b" not in text, kind
        assert "\u202e" not in text, kind
    subject, _, page = forms.as_email(made)
    assert "<script" not in page
    assert "<img" not in page
    assert "\n" not in subject
    slack = forms.as_slack(made)
    assert "<!channel>" not in slack["text"]
    assert {one["text"]["type"] for one in slack["blocks"][:-1]} == {"plain_text"}
    assert len(slack["blocks"]) <= 50
    assert all(len(one["text"]["text"]) <= 3000 for one in slack["blocks"][:-1])
    assert len(slack["blocks"][0]["text"]["text"]) <= 150
    card = forms.as_teams(made)["attachments"][0]["content"]
    assert {one["type"] for one in card["body"]} == {"RichTextBlock"}
    assert len(json.dumps(card, ensure_ascii=False).encode()) < 28_000
    subject, message = forms.as_sns(made)
    assert subject.isprintable()
    assert len(message.encode()) < 262_144


def all_forms(made: Notice) -> dict[str, str]:
    return {
        "slack": json.dumps(forms.as_slack(made), ensure_ascii=False),
        "teams": json.dumps(forms.as_teams(made), ensure_ascii=False),
        "webhook": json.dumps(forms.as_webhook(made), ensure_ascii=False),
        "email": "".join(forms.as_email(made)),
        "sns": "".join(forms.as_sns(made)),
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"to": "slack"}, "slack needs url_variable"),
        ({"to": "sns"}, "sns needs topic"),
        ({"to": "email", "server": "x:25"}, "email needs sender, recipients"),
        (
            {"to": "email", "server": "x", "sender": "a", "recipients": ["b"]},
            "server is HOST:PORT",
        ),
        *(
            ({"to": "slack", "url_variable": wrong}, "url_variable is the name of an environment")
            for wrong in (f"https://hooks.slack.com/services/{SECRET}", f"{SECRET} ", f"1{SECRET}")
        ),
        (
            {"to": "email", "server": "x:25", "sender": "a", "recipients": ["b"]}
            | {"user": "u", "password_variable": f"{SECRET}!"},
            "password_variable is the name of an environment",
        ),
    ],
)
def test_a_channel_that_leads_nowhere_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as raised:
        Channel(**given)
    assert all(SECRET not in error["msg"] for error in raised.value.errors())
