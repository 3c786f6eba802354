"""What the user's settings changed of the controls is never laid to the tool's catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from stackproof.controls import catalogue
from stackproof.github.issues import steps
from stackproof.model import Control, Finding, Outcome, Pass, Severity
from stackproof.notifying.notice import notice_of
from stackproof.record import Record
from stackproof.record.changes import changes_between, linked, named
from stackproof.record.form import Changed, Changes, Difference, Item, Named
from stackproof.record.gates import Gate, gated
from stackproof.record.made import controls_of
from stackproof.reports.changes import lines
from stackproof.reports.html import as_html
from stackproof.reports.markdown import as_markdown
from stackproof.reports.openmetrics import as_openmetrics
from stackproof.settings.nightly_form import Channel
from stackproof.settings.selector import Selector
from stackproof.settings.settings import Settings
from tests.unit.record.records_made import night
from tests.unit.reports.made import FAIL, bucket, control

S3 = sorted(id_ for id_ in catalogue() if id_.startswith("s3-"))
ID, OTHER = S3[:2]
OWN = replace(control(), id="own-rule")
BOTH = Settings(select=(Selector({"id": "s3-*"}),), file="stackproof.yaml")
ALONE = Settings(select=(Selector({"id": OTHER}),), file="stackproof.yaml")
BUT = replace(BOTH, exclude=(Selector({"id": ID}),))
# By what settings leave out a control, before and after; and whether it is one of their own.
WAYS = {
    "select": (BOTH, ALONE, catalogue()[ID]),
    "exclude": (BOTH, BUT, catalogue()[ID]),
    "profile": (replace(BOTH, profile="a"), replace(BUT, profile="b"), catalogue()[ID]),
    "resource": (
        BOTH,
        replace(BOTH, exclude=(Selector({"id": ID, "resource": "b"}),)),
        catalogue()[ID],
    ),
    "own": (replace(BOTH, own={OWN.id: OWN}, select=()), replace(BOTH, select=()), OWN),
}


def record(
    settings: Settings, found: Iterable[tuple[Control, Outcome]], day: int = 1, **facts: Any
) -> Record:
    findings = [Finding(one, bucket("b"), outcome) for one, outcome in found]
    made = night(*findings, day=day, settings=settings)
    return made.model_copy(update={"run": made.run.model_copy(update=facts)})


def kinds(changes: Changes) -> set[str]:
    return {n for n, f in Changes.model_fields.items() if f.annotation == list[Named]} & {
        name for name in Changes.model_fields if getattr(changes, name)
    }


@pytest.mark.parametrize("tool", [{}, {"tool": "another"}], ids=["same", "another"])
@pytest.mark.parametrize("excluded", WAYS)
def test_failure_that_settings_leave_out_is_said_everywhere(
    excluded: str, tool: dict[str, Any]
) -> None:
    full, less, left = WAYS[excluded]
    rest = (catalogue()[OTHER], Pass())
    before = linked(record(full, [(left, FAIL), rest]), None)
    after = linked(record(less, [rest], day=2, **tool), before)
    changes = after.changes
    assert changes is not None
    assert kinds(changes) == {"unchosen"}
    assert changes.controls == []
    assert {one.why for one in changes.settings} <= {"no longer chosen"}
    assert (left.id in {one.name for one in changes.settings}) is (excluded != "resource")
    said = "failure no longer chosen by the settings: "
    assert any(said in reason for reason in gated(after, Gate()).reasons)
    assert any("failures no longer chosen by the settings (1)" in one for one in lines(after))
    assert "no longer chosen by the settings (1)" in as_markdown(after)
    assert "1 failure no longer chosen by the settings" in as_html(after)
    channel = Channel(to="webhook", url_variable="HOOK")
    notice = notice_of(after, gated(after, Gate()), channel)
    assert notice is not None
    assert "failures no longer chosen by the settings" in {group.what for group in notice.groups}
    # An issue isn't closed: nobody looked.
    (opened,) = steps(before, [], Severity.LOW)
    issue = {"number": 1, "state": "open", "title": opened.title, "body": opened.body}
    assert steps(after, [issue], Severity.LOW) == []
    # Chosen again, the failure is the settings' doing, and new to the gates.
    back = linked(record(full, [(left, FAIL), rest], day=3), after)
    assert back.changes is not None
    assert kinds(back.changes) == ({"by_settings"} if excluded != "resource" else {"new"})
    assert gated(back, Gate(only_new=True)).exit_code == 1


def test_older_records_are_told_apart_by_the_version() -> None:
    def older(made: Record, tool: str) -> Record:
        run = made.run.model_copy(update={"tool": tool})
        return made.model_copy(update={"left_out": None, "run": run})

    full, less, left = WAYS["exclude"]
    before, after = record(full, [(left, FAIL)]), record(less, [(catalogue()[OTHER], Pass())])
    assert kinds(changes_between(older(before, "1"), older(after, "1"))) == {"unchosen"}
    assert kinds(changes_between(older(before, "1"), older(after, "2"))) == {"by_catalogue"}


@pytest.mark.parametrize(
    ("how", "kind", "item"),
    [
        ({"meaning": "another"}, "by_catalogue", "changed meaning"),
        ({"meaning": "another", "own": True}, "by_settings", "of the project's own, changed"),
        ({"parameters": {"days": 7}}, "by_settings", "changed parameters"),
    ],
)
def test_control_that_judges_otherwise_says_who_did_it(
    how: dict[str, Any], kind: str, item: str
) -> None:
    left = catalogue()[ID]
    for was, now in ((Pass(), FAIL), (FAIL, Pass())):
        before, after = record(BOTH, [(left, was)]), record(BOTH, [(left, now)], day=2)
        told = [c.model_copy(update=how) for c in controls_of([left], {})]
        changes = changes_between(before, after.model_copy(update={"controls": told}))
        assert kinds(changes) == {kind}
        items = changes.settings if kind == "by_settings" else changes.controls
        assert item in {one.why for one in items}
        made = after.model_copy(update={"controls": told, "changes": changes})
        loud = any("no longer called so by" in reason for reason in gated(made, Gate()).reasons)
        assert loud is (kind == "by_settings" and now != FAIL)


SAMPLES: dict[Any, Any] = {
    list[Item]: Item(type="control", name="zebra", why="because"),
    list[Changed]: Changed(type="aws:s3/bucket:Bucket", name="zebra", property="acl"),
    list[Difference]: Difference(what="account", before="zebra", after="horse"),
}


@pytest.mark.parametrize(
    "kind", [n for n, f in Changes.model_fields.items() if str(f.annotation).startswith("list")]
)
def test_every_kind_of_change_is_in_every_report(kind: str) -> None:
    made = record(BOTH, [(catalogue()[ID], Pass())])
    finding = named(made.findings[0]).model_copy(update={"name": "zebra"})
    sample = SAMPLES.get(Changes.model_fields[kind].annotation, finding)
    changes = Changes(began=made.run.began).model_copy(update={kind: [sample]})
    told = made.model_copy(update={"changes": changes})
    for text in ("\n".join(lines(told)), as_markdown(told), as_html(told)):
        assert "zebra" in text
    if sample is finding:
        assert f'change="{kind}"' in as_openmetrics(told)
