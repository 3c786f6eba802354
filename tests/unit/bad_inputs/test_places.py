"""Names and places of files that are no good."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stackproof.error_codes import Code
from stackproof.model import json_text
from tests.unit.bad_inputs.bad import Bad, check

LONG = "a" * 300
# What stands where a file should be; `it` is made by `_make`.
PLACES = {
    "nothing": "it",
    "a folder": "folder",
    "a link to itself": "loop",
    "a link to nowhere": "nowhere",
    "a name that is too long": LONG,
    "a file as a folder": "good.json/it",
    "a terminal's codes": "\x1b]0;taken over\x07",
    "a name in two lines": "two\nlines",
    "a name that turns round": "\u202egpj.exe",
}
COMMANDS: dict[str, tuple[tuple[str, ...], Code]] = {
    "outputs": (("verify", "--outputs"), Code.NO_OUTPUTS),
    "state": (("verify", "--state"), Code.USAGE),
    "state alone": (("verify", "--only", "state", "--state"), Code.USAGE),
    "waivers": (("verify", "--outputs", "good.json", "--waivers"), Code.WAIVERS),
    "record": (("diff", "good.json"), Code.RECORD),
    "a history's record": (("history", "add", "--history", "kept"), Code.USAGE),
    "baseline": (("nightly", "--baseline"), Code.USAGE),
    "outputs to explain": (("explain", "shop", "--outputs"), Code.NO_OUTPUTS),
    "outputs to compare": (("parity", "--outputs"), Code.NO_OUTPUTS),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", PLACES)
def test_what_is_no_file_is_said(
    kind: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to("gone")
    arguments, code = COMMANDS[command]
    if (kind, command) == ("a folder", "waivers"):
        code = Code.USAGE
    check(Bad((*arguments, PLACES[kind]), code, "", {}), tmp_path, monkeypatch)


def test_baseline_of_no_records_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(Bad(("baseline", "--history", "void"), Code.HISTORY, "no records"), tmp_path, monkeypatch)


REPORTS = {
    "no kind": ("it.pdf", Code.USAGE, "must end with one of"),
    "no ending": ("it", Code.USAGE, "must end with one of"),
    "a folder": ("folder.html", Code.USAGE, "directory"),
    "under a file": ("good.json/it.html", Code.UNWRITABLE, "cannot be written"),
    "too long": (f"{LONG}.html", Code.UNWRITABLE, "cannot be written"),
    "the outputs": ("good.json", Code.USAGE, "is read by this run"),
    "no name": ("", Code.USAGE, "'--report': it is empty"),
}


@pytest.mark.parametrize("kind", REPORTS)
def test_report_that_cannot_be_written_is_said_before_anybody_is_asked(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.html").mkdir()
    name, code, why = REPORTS[kind]
    arguments = ("verify", "--outputs", "good.json", "--report", name)
    check(Bad(arguments, code, why), tmp_path, monkeypatch)


def test_report_that_is_asked_for_twice_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("verify", "--outputs", "good.json", "--report", "a.md", "--report", "./a.md")
    check(Bad(arguments, Code.USAGE, "twice"), tmp_path, monkeypatch)


@pytest.mark.parametrize("command", ["outputs", "state"])
def test_a_pipe_is_read_like_a_file(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, write = os.pipe()
    os.write(write, b"{")
    os.close(write)
    arguments, _ = COMMANDS[command]
    codes = {"outputs": Code.OUTPUTS_NOT_JSON, "state": Code.STATE_UNREADABLE}
    check(Bad((*arguments, f"/dev/fd/{read}"), codes[command], "line 1"), tmp_path, monkeypatch)
    os.close(read)


# What cannot be read of a place that is there.
UNREAD = {
    "outputs": (("verify", "--outputs"), Code.OUTPUTS_UNREADABLE),
    "state": (("verify", "--only", "state", "--state"), Code.STATE_UNREADABLE),
    "waivers": (("verify", "--outputs", "good.json", "--waivers"), Code.WAIVERS),
    "record": (("history", "add", "--history", "kept"), Code.RECORD),
    "outputs to explain": (("explain", "shop", "--outputs"), Code.OUTPUTS_UNREADABLE),
    "outputs to compare": (("parity", "--outputs"), Code.OUTPUTS_UNREADABLE),
}
ENDLESS = {
    "zeros": ("/dev/zero", "it is a device; give a file"),
    "a full disk": ("/dev/full", "it is a device; give a file"),
    "too large": ("large", "it has more than 1 MiB, the most that is read"),
}


@pytest.mark.parametrize("command", UNREAD)
@pytest.mark.parametrize("kind", ENDLESS)
def test_what_has_no_end_is_not_read(
    kind: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "MOST", 1 << 20)
    with (tmp_path / "large").open("wb") as file:
        file.truncate((1 << 20) + 1)
    arguments, code = UNREAD[command]
    place, why = ENDLESS[kind]
    check(Bad((*arguments, place), code, why), tmp_path, monkeypatch)


def test_pipe_without_an_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST", 1 << 14)
    read, write = os.pipe()
    os.write(write, b" " * ((1 << 14) + 1))
    with pytest.raises(OSError, match="it has more than"):
        json_text.bytes_of(Path(f"/dev/fd/{read}"))
    os.close(write)
    os.close(read)


def test_device_that_holds_nothing_is_read() -> None:
    assert json_text.text_of(Path(os.devnull)) == ""
