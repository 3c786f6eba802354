"""Files that are no JSON, no YAML or no TOML, and whatever else can stand in a file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from stackproof.error_codes import Code
from tests.unit.bad_inputs.bad import Bad, check

# Bytes that no tool writes, and a part of what is said of them.
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "line 1"),
    "blank": (b" \n\t\n", "line 3"),
    "cut off": (b'{"region": "eu-west-1", ', "line 1"),
    "zeros": (b"\0" * 64, "line 1"),
    "no encoding": (b'{"region": "\xe9"}', "byte 13 is no text"),
    "half a UTF-16": ('{"region"'.encode("utf-16")[:-1], "is no text"),
    "UTF-16 without a mark": ('{"region": 1}'.encode("utf-16-le"), "line 1"),
    "compressed": (gzip.compress(b"{}", mtime=0), "byte 2 is no text"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0", "byte 1 is no text"),
    "a page": (b"<!doctype html><title>502 Bad Gateway</title>", "line 1"),
    "a log": (b"Updating (dev):\n  + 12 created\n", "line 1"),
    "YAML": (b"region: eu-west-1\n", "line 1"),
    "single quotes": (b"{'region': 'eu-west-1'}", "line 1"),
    "a comma too many": (b'{"region": "eu-west-1",}', "line 1"),
    "two documents": (b'{"region": "a"}\n{"region": "b"}\n', "line 2"),
    "something after it": (b'{"region": "a"}]', "line 1"),
    "a comment": (b'// outputs\n{"region": "a"}', "line 1"),
    "a terminal's codes": (b"\x1b]0;taken over\x07{}", "line 1"),
    "a huge number": (b'{"region": ' + b"9" * 5_000 + b"}", "more than 4,300 digits"),
    "1,000 levels": (b'{"a":' * 1_000 + b"1" + b"}" * 1_000, "too deeply"),
    "100,000 levels": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deeply"),
    "100,000 lists": (b"[" * 100_000 + b"]" * 100_000, "too deeply"),
    "levels that don't end": (b"[" * 100_000, "too deeply"),
}
OTHER: dict[str, bytes] = {
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a text": b'"eu-west-1"',
    "a list": b"[1]",
    "an empty list": b"[]",
    "an empty object": b"{}",
}
PLACES: dict[str, tuple[tuple[str, ...], Code]] = {
    "outputs": (("verify", "--outputs", "it"), Code.OUTPUTS_NOT_JSON),
    "state": (("verify", "--state", "it"), Code.STATE_UNREADABLE),
    "state alone": (("verify", "--only", "state", "--state", "it"), Code.STATE_UNREADABLE),
    "record": (("diff", "it", "it"), Code.RECORD),
    "record of a history": (("history", "add", "it", "--history", "kept"), Code.RECORD),
}
_FORMS = {
    Code.OUTPUTS_NOT_JSON: (Code.OUTPUTS_EMPTY, "holds no outputs"),
    Code.STATE_UNREADABLE: (Code.STATE_FORM, "has no 'deployment'"),
    Code.RECORD: (Code.RECORD, "it has no key 'record'"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_json_is_said_with_its_place(
    kind: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, code = PLACES[place]
    content, why = BROKEN[kind]
    bad = Bad(arguments, code, why, {"it": content})
    check(bad, tmp_path, monkeypatch)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", OTHER)
def test_json_of_another_form_is_said(
    kind: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, code = PLACES[place]
    check(Bad(arguments, *_FORMS[code], {"it": OTHER[kind]}), tmp_path, monkeypatch)


DEEP = "- " * 5_000 + "x"
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
# What is no YAML, or what no person writes in it.
YAML: dict[str, tuple[str | bytes, str]] = {
    "cut off": ("- control: 'kms", "line 1"),
    "a tab": ("- control: x\n\tresource: y\n", "line 2"),
    "two documents": ("- a\n---\n- b\n", "line 2"),
    "no such alias": ("- control: *http\n", "line 1"),
    "a key twice": ("- control: a\n  control: b\n", "line 2: 'control' is said twice"),
    "5,000 levels": (DEEP, "deeper than 100 levels"),
    "200 000 levels": ("[" * 200_000, "deeper than 100 levels"),
    "a bomb of aliases": (BOMB, "more than 1,000,000 values"),
    "an alias of itself": ("- &a [*a]\n", "*a stands inside of itself"),
    "levels by aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 120)),
        "deeper than 100 levels",
    ),
    "no text": (b"\xff\xfe\xfd", "no text"),
    "zeros": (b"\0\0\0\0", "control characters"),
    "a terminal's codes": ("\x1b[2J- control: a", "control characters"),
    "a page": ("<html>\n<b>no: [</html>", "line 2"),
}


@pytest.mark.parametrize("kind", YAML)
def test_waivers_that_are_no_yaml_are_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, why = YAML[kind]
    arguments = ("verify", "--outputs", "good.json", "--waivers", "it")
    check(Bad(arguments, Code.WAIVERS, why, {"it": content}), tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", YAML)
def test_settings_that_are_no_yaml_are_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, why = YAML[kind]
    files = {"Pulumi.yaml": "name: x\nruntime: yaml\n", "stackproof.yaml": content}
    for command in (("config",), ("verify", "--outputs", "good.json"), ("nightly",)):
        check(Bad(command, Code.SETTINGS, why, files), tmp_path, monkeypatch)


TOML = {
    "cut off": ("[tool.stackproof", "at the end of a table"),
    "a key twice": ("[tool.stackproof]\nprofile = 'a'\nprofile = 'b'\n", "line 3"),
    "a huge number": (f"[tool.stackproof]\nprofile = {'9' * 5_000}\n", "4300 digits"),
    "10,000 levels": (f"[tool.stackproof]\nprofile = {'[' * 10_000}\n", "too deeply"),
    "a day of no calendar": ("[tool.stackproof]\nprofile = 2026-02-30\n", "line 2"),
    "no table": ("tool.stackproof = 7\n", "must be a mapping"),
}


@pytest.mark.parametrize("kind", TOML)
def test_settings_that_are_no_toml_are_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, why = TOML[kind]
    files = {"Pulumi.yaml": "name: x\nruntime: yaml\n", "pyproject.toml": content}
    check(Bad(("config",), Code.SETTINGS, why, files), tmp_path, monkeypatch)


@pytest.mark.parametrize("content", ["tool = 3\n", "[[tool]]\nx = 1\n", "tool = 'stackproof'\n"])
def test_a_file_of_another_tool_holds_no_settings(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"Pulumi.yaml": "name: x\nruntime: yaml\n", "pyproject.toml": content}
    bad = Bad(("verify", "--outputs", "good.json"), Code.NO_ANSWER, "127.0.0.1:9", files)
    check(bad, tmp_path, monkeypatch)


BASELINES: dict[str, object] = {
    "another version": {"baseline": 2, "stacks": {}},
    "no stacks": {"baseline": 1},
    "a list of stacks": {"baseline": 1, "stacks": []},
    "a stack of text": {"baseline": 1, "stacks": {"shop": "all"}},
    "a record": {"record": 1},
}


@pytest.mark.parametrize("content", [json.dumps(b) for b in BASELINES.values()], ids=BASELINES)
def test_what_is_no_baseline_is_said(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_baseline(content.encode(), "is no baseline", tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", BROKEN)
def test_baseline_that_is_no_json_is_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_baseline(*BROKEN[kind], tmp_path, monkeypatch)


def _check_baseline(content: bytes, why: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "nightly:\n  stacks: [{outputs: good.json}]\n"
    files: dict[str, str | bytes] = {"Pulumi.yaml": "name: x\n", "stackproof.yaml": settings}
    files["it"] = content
    bad = Bad(("nightly", "--baseline", "it"), Code.RECORD, why, files)
    check(bad, here, monkeypatch)
