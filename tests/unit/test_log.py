"""What a run says of itself: lines for people, JSON for machines, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from stackproof import log, progress, verify
from stackproof.cli import main, write_output
from stackproof.errors import StackproofError
from stackproof.seeing import takes_others
from tests.unit.reports.made import FAIL, OUTCOMES, finding, run

PACKAGE = Path(log.__file__).parent
CALL: dict[str, Any] = {
    "service": "s3",
    "operation": "s3:GetBucketAcl",
    "region": "eu-west-1",
    "endpoint": "https://s3.eu-west-1.amazonaws.com",
    "parameters": {"Bucket": "logs\x1b[31m"},
    "milliseconds": 12.5,
    "retries": 2,
    "outcome": "AccessDenied (403)",
}
GAP: dict[str, Any] = {
    "type": "aws:s3/bucketAcl:BucketAcl",
    "region": "eu-west-1",
    "cause": "access denied",
    "detail": "s3:GetBucketAcl",
}
WHOSE: dict[str, Any] = {
    "type": "aws:s3/bucket:Bucket",
    "id": "logs",
    "arn": None,
    "region": "eu-west-1",
    "whose": "ours",
    "why": "it carries the stack's own tags",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with outputs of a stack that answers with three events."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "flat-outputs.json").write_text('{"region": "eu-west-1"}')

    def read(*given: object, **told: object) -> verify.Run:
        log.tell(log.CALL, **CALL)
        log.tell(log.GAP, **GAP)
        log.tell(log.WHOSE, **WHOSE)
        return run(finding(OUTCOMES["pass"]), finding(FAIL))

    monkeypatch.setattr(verify, "verify", read)
    yield tmp_path
    assert not log.LOG.handlers, "who listened does so no more"
    assert not log.listened_to(log.CALL)


def printed(*options: str, command: str = "verify") -> list[str]:
    return CliRunner().invoke(main, [command, *options]).stderr.splitlines()


@pytest.mark.parametrize("command", ["verify", "parity"])
def test_without_options_nothing_is_said(command: str) -> None:
    assert printed(command=command) == []


@pytest.mark.parametrize("command", ["verify", "parity"])
def test_v_shows_calls_and_gaps(command: str) -> None:
    call, gap = printed("-v", command=command)
    assert call.endswith(
        " call: s3:GetBucketAcl(Bucket=logs\ufffd[31m) eu-west-1: AccessDenied (403), 12.5 ms, "
        "2 retries"
    )
    assert gap.endswith(
        " gap: aws:s3/bucketAcl:BucketAcl eu-west-1 not seen whole: access denied (s3:GetBucketAcl)"
    )


def test_vv_shows_whose_items_are_as_well() -> None:
    *_, whose = printed("-vv")
    assert whose.endswith(
        " whose: aws:s3/bucket:Bucket logs eu-west-1: ours, because it carries the stack's own tags"
    )


def test_log_file_keeps_everything_as_json_lines(here: Path) -> None:
    assert printed("--log-file", "logs/run.jsonl") == []
    text = (here / "logs" / "run.jsonl").read_text()
    assert text.isascii()
    assert "\x1b" not in text
    events = [json.loads(line) for line in text.splitlines()]
    assert [event["event"] for event in events] == ["call", "gap", "whose"]
    for event, facts in zip(events, (CALL, GAP, WHOSE), strict=True):
        assert facts.items() <= event.items()
        assert event["time"].endswith("+00:00")


def test_log_file_that_cannot_be_written_is_said_before_anything_is_read(here: Path) -> None:
    (here / "file").write_text("")
    result = CliRunner().invoke(main, ["verify", "--log-file", "file/run.jsonl"])
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: file/run.jsonl cannot be written: ")


OTHERS: dict[str, str | bytes] = {
    "state.json": '{"version": 3, "deployment": {}}',
    "outputs.json": '{\n  "region": "eu-west-1"\n}\n',
    "stackproof.yaml": "profile: starter\n",
    "waivers.yaml": "- control: kms-key-rotation\n",
    "list.json": '["time", "level", "event"]',
    "table.csv": "control,resource\n",
    "rows.jsonl": '{"control": "kms-key-rotation"}\n',
    "blank.yaml": "\nprofile: starter\n",
    "key": b"\x00\xff",
}


@pytest.mark.parametrize("name", OTHERS)
def test_log_file_never_touches_what_is_no_log(name: str, here: Path) -> None:
    """An input, settings or a report: whatever holds something else is as it was."""
    content = OTHERS[name]
    held = content if isinstance(content, bytes) else content.encode()
    (here / name).write_bytes(held)
    (here / "link").symlink_to(name)
    for given in (name, f"./{name}", "link"):
        result = CliRunner().invoke(main, ["verify", "--log-file", given])
        assert result.exit_code == 2
        assert "holds something else than a log: keep the log in another file" in result.stderr
        assert (here / name).read_bytes() == held


WRITERS = {
    "report": ("verify", "--report", "it.json"),
    "second report": ("verify", "--report", "it.md", "--report", "it.json"),
    "baseline": ("baseline", "record.json", "--output", "it.json"),
    "outputs": ("deploy", "dev", "--outputs", "it.json"),
    "state": ("deploy", "dev", "--state", "it.json"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_log_is_not_where_something_else_is_written(writer: str) -> None:
    result = CliRunner().invoke(main, [*WRITERS[writer], "--log-file", "it.json"])
    assert result.exit_code == 2
    assert "it.json is to be written twice" in result.stderr


def test_whatever_a_command_writes_is_not_written_over_its_log(here: Path) -> None:
    log.start(file=here / "run.jsonl")
    with pytest.raises(StackproofError, match="to be written twice: the log is there"):
        write_output("a page", here / "run.jsonl")
    log.stop()
    assert (here / "run.jsonl").read_text() == ""


@pytest.mark.parametrize("option", ["--outputs", "--waivers"])
def test_log_is_no_input_that_is_to_come(option: str) -> None:
    result = CliRunner().invoke(main, ["verify", option, "it.json", "--log-file", "it.json"])
    assert result.exit_code == 2
    assert "is read by this run" in result.stderr


def test_log_that_cannot_be_written_to_its_end_is_said_and_changes_no_verdict() -> None:
    result = CliRunner().invoke(main, ["verify", "-q", "--log-file", "/dev/full"])
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line == (
        "/dev/full cannot be written to its end: No space left on device; the log is not whole "
        "[SP5001]"
    )


def test_log_is_added_to(here: Path) -> None:
    for number in (1, 2):
        assert printed("--log-file", "run.jsonl") == []
        assert len((here / "run.jsonl").read_text().splitlines()) == 3 * number


def test_runs_at_once_share_a_log(here: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom stackproof import log\n"
        "log.start(file=Path('run.jsonl'))\nsys.stdin.read()\n"
        "for number in range(500):\n"
        f"    log.tell('call', **{CALL!r}, who=sys.argv[1], number=number, long='x' * number)\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, who], stdin=subprocess.PIPE) for who in "ab"
    ]
    for run_ in runs:
        assert run_.stdin is not None
        run_.stdin.close()
    assert [run_.wait(60) for run_ in runs] == [0, 0]
    events = [json.loads(line) for line in (here / "run.jsonl").read_text().splitlines()]
    assert sorted((e["who"], e["number"]) for e in events) == [
        (who, number) for who in "ab" for number in range(500)
    ]


def test_quiet_leaves_the_verdict() -> None:
    result = CliRunner().invoke(main, ["verify", "--quiet"])
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert "failed: the stack is not what it claims" in line
    assert not progress.SHOWN.quiet
    (line,) = CliRunner().invoke(main, ["parity", "-q"]).output.splitlines()
    assert line.startswith("the same") or line.startswith("not verified")


def test_quiet_leaves_a_document_whole() -> None:
    result = CliRunner().invoke(main, ["verify", "-q", "--format", "json"])
    assert json.loads(result.stdout)["summary"]["fail"] == 1


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def shown_on(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "_AFTER", -1.0)
    with progress.line("reading"):
        progress.SHOWN.calls += 7
    return terminal.getvalue()


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reading: 7 calls sent, 0 s" in shown_on(Terminal(), monkeypatch)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert shown_on(io.StringIO(), monkeypatch) == ""
    monkeypatch.setattr(progress.SHOWN, "quiet", True)
    assert shown_on(Terminal(), monkeypatch) == ""


@pytest.mark.parametrize(
    ("given", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_goes_by_convention(
    given: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["verify"])
    assert ("\x1b[1;31m" in result.stdout) is coloured


def test_events_are_pythons_logging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="stackproof"):
        log.tell(log.GAP, **GAP)
    assert [record.message for record in caplog.records] == ["gap"]


def commands(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, with the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inside = command.get_command(context, name)
        assert inside is not None
        yield from commands(inside, (*path, name))


# `scenarios`, whose options are pytest's, is tried below.
OURS = [path for path, command in commands() if not takes_others(command)]


@pytest.mark.parametrize("path", OURS, ids=" ".join)
def test_every_command_has_the_same_options(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """-v, -vv, --log-file and --quiet do the same everywhere, and end with the command."""
    given: list[Any] = []
    command = dict(commands())[path]

    def take(*told: object, **named: object) -> None:
        given.append((log.listened_to(log.CALL), log.listened_to(log.WHOSE), progress.SHOWN.quiet))

    monkeypatch.setattr(command, "callback", take)
    monkeypatch.setattr(command, "params", [o for o in command.params if not o.required])
    for option in (["-v"], ["-vv"], ["--log-file", "run.jsonl"], ["--quiet"], ["-q"], []):
        result = CliRunner().invoke(main, [*path, *option])
        assert result.exit_code == 0, result.output
    assert given == [
        (True, False, False),
        (True, True, False),
        (True, True, False),
        (False, False, True),
        (False, False, True),
        (False, False, False),
    ]


def test_scenarios_hands_them_on_to_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _, words: given.append(list(words)))
    CliRunner().invoke(
        main, ["scenarios", "-vv", "--log-file=run.jsonl", "-q", "-kqueue", "--log-file", "x"]
    )
    (words,) = given
    assert words[words.index("-vv") :] == [
        "-vv",
        "--stackproof-verbose",
        "--stackproof-verbose",
        "--stackproof-log-file=run.jsonl",
        "-q",
        "-kqueue",
        "--stackproof-log-file",
        "x",
    ]


def test_whoever_makes_a_client_lets_its_calls_be_shown() -> None:
    made = re.compile(r"boto3\.client\(|session\.client\(")
    makers = {
        path
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in ("embedded", "demo")
        and made.search(path.read_text())
    }
    assert makers, "nothing was looked at"
    assert {path for path in makers if "watch(" not in path.read_text()} == set()


def test_a_process_that_we_start_goes_on_with_the_log(here: Path) -> None:
    log.start(1, here / "run.jsonl")
    variables = {name: os.environ[name] for name in (log.VERBOSE_VARIABLE, log.FILE_VARIABLE)}
    log.tell(log.CALL, **CALL)
    log.stop()
    assert not {*variables} & {*os.environ}
    code = f"from stackproof import log\nlog.take_over()\nlog.tell('call', **{CALL!r})\n"
    child = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert " call: s3:GetBucketAcl(" in child.stderr
    assert len((here / "run.jsonl").read_text().splitlines()) == 2
