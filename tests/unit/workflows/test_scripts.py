"""The scripts of tools/ci with a real git repository and a stand-in for `pulumi`."""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.workflows.documents import ROOT

SCRIPTS = ROOT / "tools" / "ci"

# Logs the program that would be deployed with each call; fails on the commands that it is told.
FAKE_PULUMI = """#!{python}
import os, pathlib, sys
here = pathlib.Path(__file__).parent
folder = sys.argv[sys.argv.index("--cwd") + 1] if "--cwd" in sys.argv else "."
ready = (pathlib.Path(folder) / ".venv" / "ready").exists()
program = (pathlib.Path(folder) / "program").read_text().strip()
with (here / "calls").open("a") as calls:
    calls.write(f"{{sys.argv[1]}} {{program}} {{'ready' if ready else 'bare'}}\\n")
with (here / "arguments").open("a") as arguments:
    arguments.write(" ".join(sys.argv[1:]) + "\\n")
print('{{"region": "us-east-1"}}')
sys.exit(255 if sys.argv[1] in os.environ.get("PULUMI_FAILS", "").split() else 0)
"""

# Logs its arguments and whether the files that it is given are there; ends as it is told.
FAKE_JUDGE = """#!{python}
import os, pathlib, sys
arguments = sys.argv[1:]
facts = [pathlib.Path(arguments[arguments.index(o) + 1]) for o in ("--outputs", "--state")]
assert all(path.read_text().startswith("{{") for path in facts)
name = pathlib.Path(sys.argv[0]).name
with pathlib.Path("judged").open("a") as judged:
    judged.write(" ".join([name, *arguments]) + "\\n")
sys.exit(int(os.environ.get(name.upper() + "_ENDS", "0")))
"""


class Checkout:
    """A checkout of a project, on a machine whose `pulumi` only takes notes."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "checkout"
        self.bin = root / "bin"
        self.temporary = root / "tmp"
        for folder in (self.folder, self.bin, self.temporary):
            folder.mkdir()
        self.install(self.bin / "pulumi", FAKE_PULUMI)
        self.git("init", "--quiet", "--initial-branch", "main")
        (self.folder / "Makefile").write_text(
            ".venv/.ready:\n\tmkdir -p .venv && touch .venv/ready\n"
        )
        (self.folder / ".gitignore").write_text(".venv/\njudged\nreports/\n")

    def install(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(python=sys.executable))
        path.chmod(0o755)

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=someone", "-c", "user.email=someone@example.com")
        ran = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return ran.stdout.strip()

    def commit(self, program: str) -> str:
        (self.folder / "program").write_text(f"{program}\n")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", f"Deploy {program}")
        return self.git("rev-parse", "HEAD")

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.bin), os.environ["PATH"]])
        return subprocess.run(
            [SCRIPTS / script, *arguments],
            cwd=self.folder,
            env={**os.environ, "PATH": path, "TMPDIR": str(self.temporary), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def pulumi(self, what: str = "calls") -> list[str]:
        path = self.bin / what
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def after_failure(checkout: Checkout) -> Checkout:
    """A checkout of a bad commit, which came after a good one."""
    checkout.commit("good")
    checkout.git("tag", "deployed/shop-prod")
    checkout.commit("bad")
    return checkout


@pytest.mark.requirement("2.8")
def test_rollback_cancels_then_deploys_the_last_good_commit(after_failure: Checkout) -> None:
    ran = after_failure.run("rollback.sh", "shop-prod")
    assert ran.returncode == 0, ran.stderr
    assert after_failure.pulumi() == ["cancel bad bare", "up good ready"]
    assert all("--stack shop-prod" in call for call in after_failure.pulumi("arguments"))
    assert "Deploy good to shop-prod" in ran.stdout


def test_rollback_leaves_the_checkout_as_it_was(after_failure: Checkout) -> None:
    before = after_failure.git("rev-parse", "HEAD")
    after_failure.run("rollback.sh", "shop-prod")
    assert after_failure.git("rev-parse", "HEAD") == before
    assert after_failure.git("branch", "--show-current") == "main"
    assert after_failure.git("status", "--porcelain") == ""
    assert len(after_failure.git("worktree", "list").splitlines()) == 1
    assert list(after_failure.temporary.iterdir()) == []


def test_rollback_goes_on_when_there_is_nothing_to_cancel(after_failure: Checkout) -> None:
    ran = after_failure.run("rollback.sh", "shop-prod", PULUMI_FAILS="cancel")
    assert ran.returncode == 0
    assert after_failure.pulumi() == ["cancel bad bare", "up good ready"]


def test_rollback_that_fails_says_so_and_clears_up(after_failure: Checkout) -> None:
    ran = after_failure.run("rollback.sh", "shop-prod", PULUMI_FAILS="up")
    assert ran.returncode == 255
    assert list(after_failure.temporary.iterdir()) == []


def test_rollback_without_a_good_commit_cancels_and_says_what_is_missing(
    checkout: Checkout,
) -> None:
    checkout.commit("first")
    ran = checkout.run("rollback.sh", "shop-prod")
    assert ran.returncode == 3
    assert checkout.pulumi() == ["cancel first bare"]
    assert ran.stderr.splitlines() == [
        "rollback: there is no tag deployed/shop-prod, so no commit of shop-prod is known to be "
        "good; deploy one that is and the tag will be set."
    ]


def test_rollback_takes_the_good_commit_of_its_own_stack(after_failure: Checkout) -> None:
    after_failure.git("tag", "deployed/shop-dev")
    after_failure.run("rollback.sh", "shop-prod")
    assert after_failure.pulumi()[-1] == "up good ready"


def test_marking_moves_the_tag_to_the_commit_that_was_deployed(
    checkout: Checkout, tmp_path: Path
) -> None:
    origin = tmp_path / "origin"
    checkout.git("init", "--quiet", "--bare", str(origin))
    checkout.git("remote", "add", "origin", str(origin))
    for program in ("first", "second"):
        commit = checkout.commit(program)
        ran = checkout.run("mark-deployed.sh", "shop-prod", GH_TOKEN="a token")
        assert ran.returncode == 0, ran.stderr
        there = checkout.git("--git-dir", str(origin), "rev-parse", "refs/tags/deployed/shop-prod")
        assert there == commit


def test_marking_without_a_token_is_refused(checkout: Checkout) -> None:
    checkout.commit("first")
    ran = checkout.run("mark-deployed.sh", "shop-prod", GH_TOKEN="")
    assert ran.returncode != 0
    assert "GH_TOKEN" in ran.stderr


@pytest.fixture
def deployed(checkout: Checkout) -> Checkout:
    """A checkout of a commit that is deployed, with stand-ins for what judges it."""
    checkout.commit("good")
    for name in ("stackproof", "pytest"):
        checkout.install(checkout.folder / ".venv" / "bin" / name, FAKE_JUDGE)
    return checkout


def judged(checkout: Checkout) -> list[str]:
    return (checkout.folder / "judged").read_text().splitlines()


@pytest.mark.requirement("8.1")
def test_verification_reports_for_people_and_machines_and_runs_every_scenario(
    deployed: Checkout,
) -> None:
    ran = deployed.run("verify.sh", "shop-prod", "reports/shop-prod")
    assert ran.returncode == 0, ran.stderr
    controls, scenarios = judged(deployed)
    assert controls.startswith("stackproof verify ")
    for kind in ("html", "json", "xml"):
        assert f"--report reports/shop-prod/verify.{kind} " in controls
    assert scenarios.startswith("pytest -n auto tests/scenarios ")
    assert all(command.endswith(" --settle 0") for command in (controls, scenarios))
    assert list(deployed.temporary.iterdir()) == []


def test_verification_of_a_new_deployment_gives_both_parts_time(deployed: Checkout) -> None:
    assert deployed.run("verify.sh", "shop-prod", "reports", "300").returncode == 0
    assert [said.rpartition(" --settle ")[2] for said in judged(deployed)] == ["300", "300"]


@pytest.mark.parametrize(
    ("ends", "code", "expected"),
    [
        ({}, 0, "yes"),
        ({"PYTEST_ENDS": "1"}, 1, "failed"),
        ({"STACKPROOF_ENDS": "1"}, 1, "failed"),
        ({"STACKPROOF_ENDS": "3", "PYTEST_ENDS": "1"}, 1, "failed"),
        ({"STACKPROOF_ENDS": "1", "PYTEST_ENDS": "4"}, 1, "failed"),
        ({"STACKPROOF_ENDS": "3"}, 3, "unknown"),
        ({"PYTEST_ENDS": "4"}, 4, "unknown"),
        ({"PYTEST_ENDS": "130"}, 130, "unknown"),
    ],
)
def test_verification_that_failed_is_told_from_one_that_could_not_be(
    deployed: Checkout, ends: dict[str, str], code: int, expected: str
) -> None:
    variables = deployed.folder / "github-env"
    ran = deployed.run("verify.sh", "shop-prod", "reports", GITHUB_ENV=str(variables), **ends)
    assert ran.returncode == code
    assert len(judged(deployed)) == 2
    # The last line counts; the first holds where nothing could be judged.
    assert variables.read_text().splitlines() == ["VERIFIED=unknown", f"VERIFIED={expected}"]


def test_verification_stops_when_the_stack_tells_nothing(deployed: Checkout) -> None:
    variables = deployed.folder / "github-env"
    told = {"PULUMI_FAILS": "stack", "GITHUB_ENV": str(variables)}
    ran = deployed.run("verify.sh", "shop-prod", "reports", **told)
    assert ran.returncode == 255
    assert variables.read_text() == "VERIFIED=unknown\n"
    assert not (deployed.folder / "judged").exists()


@pytest.mark.parametrize("written", ["eu-west-1", '"eu-west-1"'])
def test_region_is_read_from_the_stacks_file(checkout: Checkout, written: str) -> None:
    (checkout.folder / "Pulumi.shop-prod.yaml").write_text(
        f"config:\n  aws:region: {written}\n  stackproof:region: us-east-1\n"
    )
    assert checkout.run("region.sh", "shop-prod").stdout == "eu-west-1\n"


def test_stack_without_a_region_is_refused_in_one_sentence(checkout: Checkout) -> None:
    (checkout.folder / "Pulumi.shop-prod.yaml").write_text("config:\n  stackproof:owner: me\n")
    ran = checkout.run("region.sh", "shop-prod")
    assert ran.returncode == 3
    assert ran.stderr == (
        "Pulumi.shop-prod.yaml has no line like 'aws:region: us-east-1' below 'config:'.\n"
    )


def test_a_person_is_asked_about_what_could_not_be_verified(checkout: Checkout) -> None:
    summary = checkout.folder / "summary"
    ran = checkout.run("ask.sh", "shop-prod", GITHUB_STEP_SUMMARY=str(summary))
    assert ran.returncode == 0
    assert ran.stdout.startswith(
        "::error title=shop-prod could not be verified::shop-prod is deplo"
    )
    assert "nothing was rolled back. A person decides" in summary.read_text()


# Writes two records and their summaries, and ends as it is told; what is asked of it stands in a
# file.
FAKE_STACKPROOF = """#!{python}
import os, pathlib, sys
with pathlib.Path("asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
command, *rest = sys.argv[1:]
if command == "nightly" and os.environ.get("NIGHTLY_ENDS") != "2":
    folder = pathlib.Path(rest[rest.index("--reports") + 1])
    folder.mkdir()
    for name in ("a b", "c"):
        (folder / f"{{name}}.json").write_text("{{}}")
        (folder / f"{{name}}.md").write_text(f"## {{name}}\\n")
if command == "history":
    pathlib.Path(rest[rest.index("--report") + 1]).write_text("sarif")
name = command.replace("-", "_").upper()
sys.exit(int(os.environ.get(name + "_ENDS", "0")))
"""
FAKE_GH = """#!{python}
import pathlib, sys
with pathlib.Path("sent").open("a") as sent:
    sent.write(" ".join(sys.argv[1:]) + " " + sys.stdin.read())
"""


def night(checkout: Checkout, **env: str) -> tuple[int, list[str], str]:
    checkout.install(checkout.bin / "stackproof", FAKE_STACKPROOF)
    summary = checkout.folder / "summary"
    told = {"GITHUB_STEP_SUMMARY": str(summary), "HISTORY": "s3://b/p", **env}
    ran = checkout.run("nightly.sh", "reports", "shop-prod", **told)
    asked = (checkout.folder / "asked").read_text().splitlines()
    return ran.returncode, asked, summary.read_text() if summary.exists() else ""


@pytest.mark.parametrize(("ends", "issues", "code"), [("0", "0", 0), ("1", "0", 1), ("3", "3", 3)])
def test_a_night_is_told_in_the_summary_and_as_issues_whatever_it_found(
    tmp_path: Path, ends: str, issues: str, code: int
) -> None:
    env = {"NIGHTLY_ENDS": ends, "GITHUB_ISSUES_ENDS": issues, "OPTIONS": "--only-new"}
    ended, asked, summary = night(Checkout(tmp_path), ISSUES="high", **env)
    assert ended == code
    assert asked == [
        "nightly shop-prod --history s3://b/p --reports reports --only-new",
        "github-issues reports/a b.json reports/c.json --severity high",
    ]
    assert summary == "## a b\n## c\n"


def test_issues_that_could_not_be_opened_end_the_night_that_found_nothing(tmp_path: Path) -> None:
    assert night(Checkout(tmp_path), ISSUES="critical", GITHUB_ISSUES_ENDS="3")[0] == 3


def test_a_night_that_was_wrongly_asked_says_so_and_opens_nothing(tmp_path: Path) -> None:
    ended, asked, summary = night(Checkout(tmp_path), ISSUES="critical", NIGHTLY_ENDS="2")
    assert (ended, len(asked), summary) == (2, 1, "")


@pytest.mark.skipif(
    shutil.which("jq") is None, reason="there is no jq, which GitHub's machines have"
)
def test_failures_are_sent_to_code_scanning_of_their_commit(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    night(checkout)
    checkout.install(checkout.bin / "gh", FAKE_GH)
    where = {"GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "abc", "GITHUB_REF": "refs/heads/main"}
    ran = checkout.run("sarif.sh", "reports", **where)
    assert ran.returncode == 0, ran.stderr
    sent = (checkout.folder / "sent").read_text()
    assert sent.count("api --method POST repos/o/r/code-scanning/sarifs --input -") == 2
    told = json.loads(sent[sent.index("{") : sent.index("}") + 1])
    assert (told["commit_sha"], told["ref"]) == ("abc", "refs/heads/main")
    assert gzip.decompress(base64.b64decode(told["sarif"])) == b"sarif"
