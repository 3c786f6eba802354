"""What the workflows do, in which order, and with which rights."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.workflows.documents import ROOT, WORKFLOWS, jobs, load, steps, uses, workflow

SHA = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
BAD = (
    "(failure() || cancelled()) && steps.deploy.outcome != 'skipped' "
    "&& (steps.deploy.outcome != 'success' || env.VERIFIED == 'failed')"
)
UNSEEN = (
    "(failure() || cancelled()) && steps.deploy.outcome == 'success' "
    "&& steps.verify.outcome != 'success' && env.VERIFIED != 'failed'"
)


def deploying() -> Any:
    return workflow("deploy-stack")["jobs"]["deploy"]


def described(step: Any) -> str:
    return str(step.get("run", step.get("uses", "")))


def place(of: str) -> int:
    """Give the place of the one step of a deployment that runs or uses something."""
    (found,) = [n for n, step in enumerate(deploying()["steps"]) if of in described(step)]
    return found


@pytest.mark.requirement("2.8")
def test_checks_lint_before_they_test_and_demonstrate() -> None:
    jobs = workflow("ci")["jobs"]
    assert [described(step) for step in jobs["lint"]["steps"]][-1] == "make lint"
    for name in ("test", "demo"):
        assert jobs[name]["needs"] == "lint"
        assert f"make {name}" in [described(step) for step in jobs[name]["steps"]]


def test_checks_run_on_each_supported_python() -> None:
    matrix = workflow("ci")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_checks_run_for_every_push_and_pull_request() -> None:
    assert "pull_request" in workflow("ci")["on"]
    (elsewhere,) = workflow("ci")["on"]["push"]["branches-ignore"]
    assert workflow("deploy")["on"]["push"]["branches"] == [elsewhere]
    assert workflow("deploy")["jobs"]["checks"]["uses"] == "./.github/workflows/ci.yml"


@pytest.mark.requirement("2.8")
def test_nothing_is_deployed_before_the_checks() -> None:
    jobs = workflow("deploy")["jobs"]
    assert jobs["chosen"]["needs"] == jobs["dev"]["needs"] == "checks"


@pytest.mark.requirement("2.8")
def test_a_deployment_follows_a_preview_under_the_policy_pack() -> None:
    preview = workflow("deploy-stack")["jobs"]["preview"]
    assert "pulumi preview --policy-pack policies" in described(preview["steps"][-1])
    assert deploying()["needs"] == "preview"


@pytest.mark.requirement("2.8")
def test_a_deployment_is_verified_then_marked_good_else_rolled_back() -> None:
    names = ("pulumi up --policy-pack", "actions/verify", "mark-deployed.sh", "rollback.sh")
    places = [place(of) for of in names]
    assert places == sorted(places)


def test_only_what_failed_is_rolled_back_and_a_person_is_asked_of_what_was_not_seen() -> None:
    steps = deploying()["steps"]
    last = place("rollback.sh")
    conditions = [step.get("if") for step in steps]
    assert conditions == [None] * (last - 1) + [BAD, BAD, UNSEEN]
    assert described(steps[-1]) == 'tools/ci/ask.sh "$STACK"'
    assert steps[last - 1]["with"]["role"] == "${{ secrets.AWS_DEPLOY_ROLE_ARN }}"


def test_verification_reads_with_the_role_that_may_only_read() -> None:
    before = deploying()["steps"][place("actions/verify") - 1]
    assert before["with"]["role"] == "${{ secrets.AWS_AUDIT_ROLE_ARN }}"


def test_the_history_that_a_rollback_needs_is_there() -> None:
    assert deploying()["steps"][0]["with"]["fetch-depth"] == "0"


def test_one_deployment_of_a_stack_at_a_time_and_none_is_cancelled() -> None:
    assert deploying()["concurrency"] == {
        "group": "deploy-${{ inputs.stack }}",
        "cancel-in-progress": "false",
    }
    for tier in ("dev", "staging", "prod"):
        # Else the failure of one stack would cancel the running deployments of the others.
        assert workflow("deploy")["jobs"][tier]["strategy"]["fail-fast"] == "false"


@pytest.mark.requirement("5.7")
def test_each_stack_has_its_own_environment() -> None:
    preview, deploy = (workflow("deploy-stack")["jobs"][name] for name in ("preview", "deploy"))
    assert deploy["environment"] == "${{ inputs.stack }}"
    assert preview["environment"] == "${{ inputs.stack }}-audit"
    nightly = workflow("nightly")["jobs"]["verify"]
    assert nightly["environment"] == "${{ matrix.stack }}-audit"


@pytest.mark.requirement("2.8")
def test_slack_hears_of_success_and_failure_alike() -> None:
    for name, needs in (("deploy-stack", ["preview", "deploy"]), ("nightly", "verify")):
        notify = workflow(name)["jobs"]["notify"]
        assert notify["uses"] == "./.github/workflows/slack.yml"
        assert (notify["if"], notify["needs"]) == ("always()", needs)
    assert workflow("deploy")["jobs"]["notify"]["if"] == "failure()"


def test_a_missing_webhook_does_not_hold_back_the_next_environment() -> None:
    assert workflow("slack")["jobs"]["post"]["steps"][-1]["continue-on-error"] == "true"


@pytest.mark.requirement("8.1")
def test_the_nightly_run_is_started_by_the_clock_and_keeps_its_report() -> None:
    nightly = workflow("nightly")
    assert re.fullmatch(r"\d+ \d+ \* \* \*", nightly["on"]["schedule"][0]["cron"])
    assert described(nightly["jobs"]["verify"]["steps"][-1]) == "./"
    for action in (".github/actions/verify", "."):
        *others, keep = load(ROOT / action / "action.yml")["runs"]["steps"]
        assert all("continue-on-error" not in step for step in others)
        assert keep["if"] == "always()"
        assert keep["uses"].startswith("actions/upload-artifact@")


def test_the_action_keeps_what_it_found_whatever_was_found() -> None:
    steps = load(ROOT / "action.yml")["runs"]["steps"]
    look = next(number for number, step in enumerate(steps) if step["name"] == "Look at the stacks")
    assert steps[look + 1 :]
    assert all("always()" in step["if"] for step in steps[look + 1 :])
    taken, kept = (step["with"] for step in steps if "actions/cache" in described(step))
    assert taken["key"] == kept["key"]
    # The newest one of earlier runs, for the key of this run is not there yet.
    assert kept["key"].startswith(taken["restore-keys"])


def test_the_nightly_run_opens_issues_and_shows_failures_by_code_scanning() -> None:
    told = workflow("nightly")["jobs"]["verify"]["steps"][-1]["with"]
    assert (told["issues"], told["sarif"], told["version"]) == ("critical", "true", "none")
    known = load(ROOT / "action.yml")["inputs"]
    assert set(told) <= set(known)


def test_only_a_change_of_the_repository_itself_starts_what_has_secrets() -> None:
    events = {path.stem: set(load(path)["on"]) for path in WORKFLOWS}
    assert events == {
        "audit": {"schedule", "workflow_dispatch"},
        "mutations": {"schedule", "workflow_dispatch"},
        "ci": {"push", "pull_request", "workflow_call"},
        "deploy": {"push", "workflow_dispatch"},
        "deploy-stack": {"workflow_call"},
        "nightly": {"schedule", "workflow_dispatch"},
        "release": {"push"},
        "slack": {"workflow_call"},
    }
    assert "secrets" not in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_a_tag_is_checked_and_built_before_somebody_lets_it_be_published() -> None:
    release = workflow("release")
    assert release["on"]["push"] == {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}
    assert release["jobs"]["checks"]["uses"] == "./.github/workflows/ci.yml"
    build, publish = release["jobs"]["build"], release["jobs"]["publish"]
    assert (build["needs"], publish["needs"]) == ("checks", "build")
    assert build["steps"][0]["with"]["fetch-depth"] == "0"
    assert publish["environment"] == "pypi"
    assert "secrets" not in str(release)
    # The uv that publishes is the one that everything is installed with.
    pinned = re.search(r'^UV = "(.+)"$', (ROOT / "tools/bootstrap.py").read_text(), re.MULTILINE)
    assert pinned
    assert f"pipx run {pinned[1]} publish" in publish["steps"][-1]["run"]


def test_every_workflow_may_only_read_and_few_jobs_more() -> None:
    for path in WORKFLOWS:
        assert load(path)["permissions"] == {"contents": "read"}, path.name
    more = {name: job["permissions"] for name, job in jobs() if "permissions" in job}
    deploys = {"contents": "write", "id-token": "write"}
    looks = {"contents": "read", "id-token": "write"}
    assert more == {
        "deploy.yml: chosen": deploys,
        "deploy.yml: dev": deploys,
        "deploy.yml: staging": deploys,
        "deploy.yml: prod": deploys,
        "deploy-stack.yml: preview": looks,
        "deploy-stack.yml: deploy": deploys,
        "nightly.yml: verify": {**looks, "issues": "write", "security-events": "write"},
        "release.yml: publish": {**looks, "attestations": "write"},
    }


@pytest.mark.requirement("2.8")
def test_credentials_come_from_secrets_alone() -> None:
    sensitive = re.compile(r"ROLE|PULUMI_|WEBHOOK|TOKEN|role$|KEY|key")
    for name, step in [*jobs(), *steps()]:
        for group in ("env", "with", "secrets"):
            for key, value in step.get(group, {}).items():
                # The keys of a cache are no secrets.
                if sensitive.search(key) and "actions/cache" not in described(step):
                    allowed = r"\$\{\{ (secrets\.\w+|inputs\.(role|token)|github\.token) \}\}"
                    assert re.fullmatch(allowed, value), f"{name}: {key}: {value}"
                    assert "aws-access-key-id" not in key, name


def test_a_secret_keeps_its_name_wherever_it_goes() -> None:
    for name, step in [*jobs(), *steps()]:
        for group in ("env", "secrets"):
            for key, value in step.get(group, {}).items():
                if "secrets." in value:
                    assert value == f"${{{{ secrets.{key} }}}}", name


def test_no_shell_sees_an_expression() -> None:
    for name, step in steps():
        assert "${{" not in step.get("run", ""), name


def test_longer_shell_steps_are_scripts_of_their_own() -> None:
    for name, step in steps():
        assert len(step.get("run", "").splitlines()) <= 3, name


def test_foreign_actions_are_pinned_by_commit_with_their_version() -> None:
    named = list(uses())
    assert len(named) == sum("uses" in x for _, x in [*jobs(), *steps()])
    for action, comment in named:
        if not action.startswith("./"):
            assert SHA.fullmatch(action), action
            assert re.fullmatch(r"v\d+\.\d+\.\d+", comment), action


def test_one_action_has_one_version() -> None:
    versions = {action.split("@")[0]: set[str]() for action, _ in uses()}
    for action, _ in uses():
        versions[action.split("@")[0]].add(action)
    assert all(len(found) == 1 for found in versions.values())


def test_every_job_ends_in_a_time() -> None:
    for name, job in jobs():
        assert "uses" in job or int(job["timeout-minutes"]) <= 180, name


def test_steps_with_credentials_end_before_these_do() -> None:
    for of in ("pulumi up", "rollback.sh"):
        assert int(deploying()["steps"][place(of)]["timeout-minutes"]) < 60


def test_the_cli_is_the_one_that_the_tests_use() -> None:
    (version,) = [s["with"]["pulumi-version"] for _, s in steps() if "pulumi/" in described(s)]
    module = (ROOT / "tools" / "pulumi" / "cli" / "go.mod").read_text()
    assert f"require github.com/pulumi/pulumi/pkg/v3 v{version}\n" in module


def test_new_deployment_gets_time_to_show_and_a_nightly_run_none() -> None:
    (verify,) = (step for step in deploying()["steps"] if step.get("id") == "verify")
    assert int(verify["with"]["settle"]) >= 120
    assert "--settle" not in str(load(ROOT / "action.yml"))
