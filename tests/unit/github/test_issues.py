"""Issues follow a record by fingerprints, on a stand-in for GitHub's API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stackproof.cli import main
from stackproof.model import Cause, Fail, Pass
from stackproof.model.gap import Gap
from stackproof.record import Record
from stackproof.record.changes import linked
from stackproof.types.tokens import S3_BUCKET
from tests.unit.github.stand_in import Repository, github
from tests.unit.record.records_made import entry, night
from tests.unit.reports.made import FAIL, OUTCOMES, finding

TOKEN = "PLANTED-token"
UNKNOWN = OUTCOMES["unknown"]
HOSTILE = "`@octo-org/team` <img src=x> \n# heading\x1b[2J"


@pytest.fixture
def repository() -> Iterator[Repository]:
    with github(Repository(page=2)) as made:
        yield made


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds that were waited for, which take none."""
    waits: list[float] = []
    monkeypatch.setattr("stackproof.github.api.time.sleep", waits.append)
    return waits


@pytest.fixture
def run(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_API_URL": repository.url,
    }.items():
        monkeypatch.setenv(name, value)

    def issues(record: Record, *arguments: str) -> Result:
        (tmp_path / "record.json").write_text(record.as_json())
        done = CliRunner().invoke(main, ["github-issues", "record.json", *arguments])
        assert TOKEN not in done.output
        return done

    return issues


def states(repository: Repository) -> list[str]:
    return [one["state"] for one in repository.issues if one["labels"]]


def test_issue_is_opened_once_changed_closed_and_reopened(
    run: Callable[..., Result], repository: Repository
) -> None:
    repository.add(labels=["stackproof"], title="somebody's own", body="no mark")
    repository.add(labels=["stackproof"], pull_request={}, body="a pull request")
    failing = night(finding(FAIL), finding(FAIL, number=1), finding(UNKNOWN, "other"))
    first = run(failing)
    assert first.exit_code == 0, first.output
    # Critical ones only: the other control is less severe.
    assert states(repository)[2:] == ["open"]
    assert "bucket-rule-0 on ledger" in repository.issues[2]["title"]
    assert repository.labels == {"stackproof"}
    assert repository.tokens == {f"Bearer {TOKEN}"}

    before = len(repository.asked)
    again = run(failing)
    assert again.output == ""
    assert not [one for one in repository.asked[before:] if not one.startswith("GET")]

    other = Fail("acl", "private", "public-read-write", "Set acl to private.")
    assert "changed #3" in run(night(finding(other))).output
    assert "public-read-write" in repository.issues[2]["body"]

    assert "closed #3" in run(night(finding(Pass()), day=2)).output
    assert repository.issues[2]["state_reason"] == "completed"
    assert "Not there any more on 2026-11-02" in repository.issues[2]["body"]
    assert "reopened #3" in run(failing).output
    assert "Not there any more" not in repository.issues[2]["body"]
    assert states(repository) == ["open", "open", "open"]
    # Another stack's record says nothing of this one.
    assert run(night(finding(Pass()), stack="b")).output == ""


@pytest.mark.parametrize(
    "unseen", ["unknown", "not looked at", "not seen", "nothing judged", "no answer"]
)
def test_what_nobody_saw_fixed_stays_open(
    run: Callable[..., Result], repository: Repository, unseen: str
) -> None:
    failing = night(finding(FAIL), finding(FAIL, "other"))
    run(failing)
    blind = night(finding(UNKNOWN), finding(UNKNOWN, "other"), day=2)
    if unseen == "not looked at":
        blind = night(day=2, why_not="nobody answered")
    if unseen == "nothing judged":
        blind = night(day=2, entries=[entry("ledger"), entry("other")])
    if unseen == "no answer":
        gap = Gap((S3_BUCKET,), "s3:ListBuckets", Cause.ACCESS_DENIED, "eu-west-1")
        blind = night(finding(UNKNOWN, "third"), day=2, gaps=[gap])
    if unseen == "not seen":
        gone = night(finding(UNKNOWN, "third"), day=2)
        blind = gone.model_copy(update={"not_seen": failing.findings})
    assert run(blind).output == ""
    assert states(repository) == ["open", "open"]
    assert linked(blind, failing)


def test_pages_are_all_read(run: Callable[..., Result], repository: Repository) -> None:
    many = night(*(finding(FAIL, f"bucket-{number}") for number in range(7)))
    run(many)
    assert len(repository.issues) == 7
    assert run(many).output == ""
    assert len(repository.issues) == 7


def test_names_are_neither_markup_nor_mentions(
    run: Callable[..., Result], repository: Repository
) -> None:
    run(night(finding(FAIL, HOSTILE)))
    (issue,) = repository.issues
    assert "@" not in issue["title"]
    assert "\n" not in issue["title"]
    assert "\x1b" not in issue["title"] + issue["body"]
    (line,) = [line for line in issue["body"].splitlines() if line.startswith("- Name")]
    assert line.startswith("- Name: `` `@octo-org/team`")
    assert not [line for line in issue["body"].splitlines() if line.startswith("#")]


@pytest.mark.parametrize(
    ("limit", "waits"),
    [
        ((429, {"Retry-After": "7"}), 7),
        ((403, {"Retry-After": "7"}), 7),
        ((403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "RESET"}), 31),
        ((429, {}), 60),
    ],
)
def test_limits_are_waited_for(
    run: Callable[..., Result],
    repository: Repository,
    slept: list[float],
    limit: tuple[int, dict[str, str]],
    waits: int,
) -> None:
    code, headers = limit
    reset = str(int(time.time()) + 30)
    told = {name: reset if value == "RESET" else value for name, value in headers.items()}
    repository.first = [(code, {}, told)] * 2
    done = run(night(finding(FAIL)))
    assert done.exit_code == 0, done.output
    assert len(repository.issues) == 1
    # The clock goes on until the answer is read; a second is what each writing waits for.
    assert [second for second in slept if max(2, waits - 20) <= second <= waits + 1][:2]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((401, {}, {}), "ended with 401: the token is not valid"),
        ((403, {}, {}), "ended with 403: the token may not"),
        ((404, {}, {}), "the token does not see it"),
        ((410, {}, {}), "issues are off"),
        ((403, {}, {"Retry-After": "3600"}), "a limit holds for longer than is waited for"),
        ((301, {}, {"Location": "http://127.0.0.1:1/x"}), "it was renamed or moved"),
        ((200, [], {"Link": '<https://evil.example/p>; rel="next"'}), "on another host"),
    ],
)
def test_what_github_refuses_is_said_and_never_the_token(
    run: Callable[..., Result], repository: Repository, answer: Any, expected: str
) -> None:
    repository.first = [answer] * 9
    done = run(night(finding(FAIL)))
    assert done.exit_code == 3
    assert expected in done.output
    assert repository.issues == []


def test_server_errors_are_asked_again_but_nothing_is_made_twice(
    run: Callable[..., Result], repository: Repository
) -> None:
    repository.labels.add("stackproof")
    repository.first = [(502, {}, {})]
    assert run(night(finding(FAIL))).exit_code == 0
    answer = repository.answer

    def lost(method: str, path: str, data: Any) -> Any:
        made = answer(method, path, data)
        return (502, {}, {}) if (method, path) == ("POST", "/repos/o/r/issues") else made

    repository.answer = lost  # type: ignore[method-assign]
    assert run(night(finding(FAIL), finding(FAIL, "other"))).exit_code == 3
    assert len(repository.issues) == 2  # it was made, and the answer was lost
    repository.answer = answer  # type: ignore[method-assign]
    assert run(night(finding(FAIL), finding(FAIL, "other"))).output == ""


def test_flood_is_opened_in_parts_and_said(
    run: Callable[..., Result], repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stackproof.github.issues.MOST", 3)
    flood = night(*(finding(FAIL, f"bucket-{number}") for number in range(5)))
    assert "2 more of payments-dev have no issue yet" in run(flood).output
    assert len(repository.issues) == 3
    run(flood)
    assert len(repository.issues) == 5


def test_dry_run_changes_nothing(run: Callable[..., Result], repository: Repository) -> None:
    assert "would be opened: payments-dev" in run(night(finding(FAIL)), "--dry-run").output
    assert repository.issues == []


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        (("GITHUB_TOKEN", ""), "there is no token"),
        (("GITHUB_REPOSITORY", "x"), "write OWNER/NAME"),
        (("GITHUB_API_URL", "http://github.example"), "by https only"),
    ],
)
def test_what_is_wrongly_given_is_said(
    run: Callable[..., Result],
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    variable: tuple[str, str],
    expected: str,
) -> None:
    monkeypatch.setenv(*variable)
    done = run(night(finding(FAIL)))
    assert (done.exit_code, expected in done.output) == (3, True)
    assert repository.asked == []
