"""What names hold is shown as text: neither a terminal nor a job's runner takes it for a command.

GitHub's runner trims a line's blanks and looks for `::`, and for `##[` anywhere; Azure's agent for
`##vso[`, TeamCity for `##teamcity[`.
"""

from __future__ import annotations

import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest

from stackproof.commands.reporting import write_record
from stackproof.model import Fail, Resource, Unknown, Waived
from stackproof.model.outcome import Cause
from stackproof.policy_pack import messages
from stackproof.reports.kinds import KINDS
from stackproof.safe_text import clean, document, legible
from tests.unit.reports.hostile import hostile_record
from tests.unit.reports.made import control

COMMANDS = (
    "::add-mask::fail",
    "  ::stop-commands::zz",
    "\N{NO-BREAK SPACE}::error::x",
    "\n::warning title=x::y",
    "a ::notice::x",
    "##[add-mask]fail",
    "name-##[group]x",
    "##vso[task.complete result=Succeeded;]done",
    "###vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus status='SUCCESS']",
)


def commands_in(shown: str) -> list[str]:
    """Give the lines that a runner takes for commands."""
    return [
        line
        for line in shown.splitlines()
        if re.match(r"\s*::[A-Za-z]", line) or re.search(r"##\w*\[", line)
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_name_is_no_command_and_stays_readable(name: str) -> None:
    shown = clean(name)
    assert commands_in(shown) == []
    assert shown.replace("\\", "") == legible(name)


@pytest.mark.parametrize(
    "plain",
    [
        *("::/0", "2001:db8::1", "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs"),
        *("arn:aws:iam::123456789012:role/x", "## Heading", "#1", "a##b", "C::D"),
    ],
)
def test_what_is_no_command_is_shown_as_it_is(plain: str) -> None:
    assert clean(plain) == plain


@pytest.mark.parametrize("name", COMMANDS)
def test_documents_on_the_terminal_say_the_same_and_are_no_commands(name: str) -> None:
    name = legible(name)
    told = document(json.dumps({"name": name}, indent=2, ensure_ascii=False))
    assert json.loads(told) == {"name": name}
    element = ElementTree.Element("name", value=name)
    element.text = f"\n{name}"
    xml = document(ElementTree.tostring(element, encoding="unicode"))
    assert ElementTree.fromstring(xml).text == element.text
    assert ElementTree.fromstring(xml).attrib == element.attrib
    table = document(f"stack,name\n{name},x")
    for shown in (told, xml, table):
        assert commands_in(shown) == []


@pytest.mark.parametrize("kind", KINDS)
def test_report_on_the_terminal_is_no_command(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {".md": "markdown", ".txt": "text"}
    write_record(hostile_record(), known.get(kind, kind.removeprefix(".")), ())
    shown = capsys.readouterr().out
    assert len(shown) > 1000
    assert commands_in(shown) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_preview_says_names_and_values_as_text(name: str) -> None:
    judged, resource = control(1), Resource({}, type="aws:s3/bucket:Bucket", name=name)
    fail = Fail(name, name, f"{name}\n{name}", name)
    unknown = Unknown(Cause.ACCESS_DENIED, name, name)
    for told in (
        messages.failure(judged, resource, name, fail),
        messages.blocking(judged, resource, name, unknown),
        messages.broken(judged, resource, unknown, None),
        messages.unverified([name], resource, unknown),
        messages.accepted(judged, resource, name, Waived(name, date(2030, 1, 31), fail)),
    ):
        assert commands_in(told) == []
