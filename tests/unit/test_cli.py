"""The command line: what it says, what it writes, and with which code it exits."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from stackproof import verify
from stackproof.cli import main
from stackproof.model import Cause, Fail, Finding, Resource
from stackproof.model.gap import Gap
from stackproof.outputs import Outputs
from stackproof.parity.accounting import NO_READER, Accounting, Entry, Status
from stackproof.parity.controls import every_control
from stackproof.parity.drift import DRIFT, Comparison
from stackproof.parity.naming import Source
from stackproof.parity.vanished import EXISTS
from stackproof.sights.live.codes import LiveError
from stackproof.sights.live.unread import UNREAD
from stackproof.sights.state import State
from stackproof.types.tokens import DYNAMODB_TABLE, DYNAMODB_TAG, S3_BUCKET
from stackproof.verify import Run
from tests.unit.reports.made import FAIL, OUTCOMES, bucket, finding, run

COMMANDS = ("config", "controls", "demo", "deploy", "embedded", "init", "parity", "verify")
STACKPROOF = Path(sys.executable).with_name("stackproof")


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with the outputs of a deployed stack, and nothing that names another."""
    monkeypatch.chdir(tmp_path)
    for name in ("STACKPROOF_OUTPUTS", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    outputs = {"region": "eu-west-1", "account_id": "123456789012"}
    (tmp_path / "flat-outputs.json").write_text(json.dumps(outputs))
    return tmp_path


@pytest.fixture
def found(here: Path, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """What a verification finds: the run in this list, which a test may replace."""
    runs = [run(finding(OUTCOMES["pass"]), finding(FAIL, "archive"))]
    monkeypatch.setattr(verify, "verify", lambda *given, **told: runs[0])
    return runs


def test_help_names_every_command_and_exit_code() -> None:
    result = invoke("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.output
    assert "0 all verified, 1 failures, 2 usage, 3 could not verify" in result.output


@pytest.mark.parametrize("command", ["controls", "demo", "deploy", "parity", "verify"])
def test_help_of_every_command_has_examples_and_exit_codes(command: str) -> None:
    output = invoke(command, "--help").output
    assert f"Examples:\n    stackproof {command}" in output or f"stackproof {command} " in output
    assert "Exit codes: 0 " in output


def test_installed_command_answers_help() -> None:
    done = subprocess.run([STACKPROOF, "--help"], capture_output=True, text=True, check=True)
    assert "Usage: stackproof" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    heavy = ("boto3", "botocore", "pulumi", "jinja2", "rich", "moto", "pytest", "networkx")
    code = (
        "import sys\nfrom stackproof.cli import main\nmain(['--help'], standalone_mode=False)\n"
        f"print([module for module in {heavy} if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_project_without_settings_loads_nothing_that_reads_them(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom stackproof.commands.given import settings\nsettings()\n"
        "print([m for m in ('yaml', 'tomllib', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_unknown_command_is_a_usage_error() -> None:
    assert invoke("verfy").exit_code == 2


def test_version_is_told() -> None:
    assert invoke("--version").output.startswith("stackproof, version ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["pass", "not_applicable"], 0),
        (["pass", "fail"], 1),
        (["pass", "unknown"], 3),
        (["not_applicable"], 3),
        ([], 3),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_verify_exits_with_the_verdict_in_every_format(
    words: list[str], code: int, format_: str, found: list[Run]
) -> None:
    found[0] = run(*(finding(OUTCOMES[word]) for word in words))
    result = invoke("verify", "--format", format_)
    assert result.exit_code == code
    assert result.output


def test_verify_json_is_the_document_and_nothing_else(found: list[Run]) -> None:
    document = json.loads(invoke("verify", "--format", "json").stdout)
    assert [f["outcome"] for f in document["findings"]] == ["pass", "fail"]


def test_verify_writes_every_report_that_it_is_asked_for(found: list[Run], here: Path) -> None:
    kinds = ("html", "json", "txt", "xml")
    given = [part for kind in kinds for part in ("--report", f"new/folder/verify.{kind}")]
    result = invoke("verify", *given)
    assert result.exit_code == 1
    assert found[0].verdict in result.stdout.replace("\n", " ")
    folder = here / "new/folder"
    assert sorted(path.name for path in folder.iterdir()) == [f"verify.{kind}" for kind in kinds]
    assert all("archive" in path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert json.loads((folder / "verify.json").read_text())["run"]["exit_code"] == 1
    assert ElementTree.parse(folder / "verify.xml").getroot().get("failures") == "1"


def test_report_of_an_unknown_kind_is_refused_before_anything_is_read(here: Path) -> None:
    result = invoke("verify", "--report", "verify.pdf")
    assert result.exit_code == 2
    assert "verify.pdf is no kind of report" in result.output


def test_report_that_cannot_be_written_is_said_in_a_sentence(found: list[Run], here: Path) -> None:
    (here / "file").write_text("")
    result = invoke("verify", "--report", "file/report.txt")
    assert result.exit_code == 3
    assert result.output.startswith("Error: file/report.txt cannot be written: ")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("command", ["verify", "parity"])
def test_command_that_could_not_look_says_why(
    command: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **told: object) -> Run:
        raise LiveError("it does not answer")

    monkeypatch.setattr(verify, "verify", refuse)
    result = invoke(command)
    assert result.exit_code == 3
    assert result.output == "Error: it does not answer [SP2001]\n"


def test_verify_without_outputs_says_how_to_make_them(here: Path) -> None:
    (here / "flat-outputs.json").unlink()
    result = invoke("verify")
    assert result.exit_code == 3
    assert "pulumi stack output --json > flat-outputs.json" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "yaml"),
        ("--state", "none.json"),
        ("--nonsense",),
        ("extra",),
        *(("--settle", seconds) for seconds in ("nan", "inf", "-1", "soon")),
    ],
)
def test_verify_refuses_bad_usage(arguments: tuple[str, ...], here: Path) -> None:
    assert invoke("verify", *arguments).exit_code == 2


def test_controls_lists_each_in_one_line() -> None:
    result = invoke("controls")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[2].rstrip(":") for line in lines] == list(every_control())
    assert result.stderr == f"{len(lines)} controls\n"


@pytest.mark.parametrize(
    ("format_", "suffix", "begin"),
    [
        ("json", ".json", '{\n  "record": 1,'),
        ("jsonl", ".jsonl", '{"record": "run", "run": {"stack": "payments-dev"'),
        ("csv", ".csv", "stack,account,answered_by,outcome,severity,control,"),
        ("markdown", ".md", "## `payments-dev`: failed"),
    ],
)
def test_each_format_is_printed_and_written(
    found: list[Run], here: Path, format_: str, suffix: str, begin: str
) -> None:
    result = invoke("verify", "--format", format_, "--report", f"out/report{suffix}")
    assert result.exit_code == 1
    assert result.stdout.startswith(begin)
    assert (here / f"out/report{suffix}").read_text().startswith(begin)


def test_without_the_cli_no_stack_is_asked_for(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    for arguments in (("verify",), ("parity",), ("verify", "--only", "state")):
        result = invoke(*arguments, "--stack", "dev")
        assert result.exit_code == 3
        assert "there is no `pulumi` on PATH; give --outputs and --state" in result.stderr


def test_on_github_failures_are_annotated_and_summed_up(
    found: list[Run], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    result = invoke("verify", "--format", "json")
    assert json.loads(result.stdout)["run"]["exit_code"] == result.exit_code == 1
    assert result.stderr.startswith("::error title=critical%3A bucket-rule-0::archive: acl is")
    assert (here / "summary.md").read_text().startswith("## `payments-dev`: failed")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here))
    unwritten = invoke("verify")
    assert unwritten.exit_code == 1
    assert "the job's summary cannot be written" in unwritten.stderr
    monkeypatch.setenv("GITHUB_ACTIONS", "")
    assert invoke("verify").stderr == ""


@pytest.mark.parametrize("id_", every_control())
def test_every_control_can_be_explained(id_: str) -> None:
    result = invoke("controls", id_)
    assert result.exit_code == 0
    assert result.output.startswith(f"{id_} (")
    assert f"judges: {every_control()[id_].types[0]}" in result.output
    assert "failing and" in result.output


def test_control_says_at_which_sights_its_types_are_judged() -> None:
    assert "judged: at preview and live\n" in invoke("controls", "kms-key-rotation").output
    tags = invoke("controls", "tags-required").output
    assert f"live, {DYNAMODB_TAG}: read in {DYNAMODB_TABLE}\n" in tags
    for type_, unread in UNREAD.items():
        if not unread.shown_as and type_ in tags:
            assert f"live, {type_}: unknown, for {unread.reason}\n" in tags


def test_unknown_control_is_a_usage_error_that_suggests_near_ones() -> None:
    result = invoke("controls", "kms-key-rotatoin")
    assert result.exit_code == 2
    assert "there is no control 'kms-key-rotatoin'; did you mean kms-key-rotation" in result.output


def test_control_like_no_other_points_to_the_list() -> None:
    assert "`stackproof controls` lists them" in invoke("controls", "zzz").output


def test_deploy_refuses_any_endpoint_but_this_machine(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (here / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (here / "__main__.py").write_text("raise SystemExit('the program ran')\n")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://ec2.eu-west-1.amazonaws.com")
    result = invoke("deploy", "dev")
    assert result.exit_code == 3
    assert "https://ec2.eu-west-1.amazonaws.com" in result.output
    assert "the program ran" not in result.output


def test_deploy_outside_a_project_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    result = invoke("deploy", "dev")
    assert result.exit_code == 3
    assert "no Pulumi.yaml in" in result.output


def test_deploy_of_an_unknown_stack_names_those_that_are(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (here / "Pulumi.dev.yaml").write_text("config: {}\n")
    (here / "__main__.py").write_text("")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    result = invoke("deploy", "prod")
    assert result.exit_code == 3
    assert "['dev']" in result.output


def test_types_shows_calls_permissions_and_the_derived_mapping() -> None:
    shown = CliRunner().invoke(main, ["types", "aws:eks/nodeGroup:NodeGroup"])
    assert shown.exit_code == 0
    assert "eks:DescribeNodegroup  needs eks:DescribeNodegroup" in shown.output
    assert "node_role_arn (text) <- group:nodeRole" in shown.output
    assert "never shown: force_update_version" in shown.output


def test_types_knows_a_type_by_its_older_name() -> None:
    shown = CliRunner().invoke(main, ["types", "aws:s3/bucketV2:BucketV2"])
    assert shown.output.startswith("aws:s3/bucket:Bucket\nalso:      aws:s3/bucketV2:BucketV2\n")
    assert "mapping:   by code, in stackproof.sights.live.readers.s3" in shown.output


def test_types_says_what_is_never_read_and_what_is_no_type() -> None:
    shown = CliRunner().invoke(main, ["types", "aws:gamelift/fleet:Fleet"])
    assert "read:      never" in shown.output
    missing = CliRunner().invoke(main, ["types", "aws:eks/clustre:Clustre"])
    assert missing.exit_code == 2
    assert "the AWS provider has no type aws:eks/clustre:Clustre" in missing.output


UNCOVERED = "aws:ses/emailIdentity:EmailIdentity"
STATE_KEY = "urn:pulumi:dev::shop::aws:kms/key:Key::ledger"


def exported(here: Path, **properties: Any) -> str:
    held = {"enableKeyRotation": True, "tags": {}, **properties}
    record = {"urn": STATE_KEY, "type": "aws:kms/key:Key", "custom": True, "id": "k-1"}
    resources = [{**record, "inputs": held, "outputs": {**held, "isEnabled": True}}]
    path = here / "state.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    return str(path)


@pytest.mark.parametrize("rotates", [True, False])
def test_verify_judges_a_state_without_any_cloud(here: Path, rotates: bool) -> None:
    state = exported(here, enableKeyRotation=rotates)
    result = invoke("verify", "--only", "state", "--state", state, "--format", "json")
    told = json.loads(result.stdout)
    (rotation,) = [f for f in told["findings"] if f["control"] == "kms-key-rotation"]
    assert rotation["outcome"] == ("pass" if rotates else "fail")
    assert (told["run"]["sight"], told["run"]["api_calls"], told["run"]["stack"]) == (
        "state",
        0,
        "dev",
    )
    assert told["accounting"]["counts"]["judged"] == 1
    assert result.exit_code == told["run"]["exit_code"]


@pytest.mark.parametrize("coverage", ["controls", "all"])
def test_state_alone_counts_what_it_judged(here: Path, coverage: str) -> None:
    arns = {
        "aws:kms/key:Key": "arn:aws:kms:eu-west-1:123456789012:key/k-1",
        "aws:sns/topic:Topic": "arn:aws:sns:eu-west-1:123456789012:alerts",
        # A second provider may be of another account: its resources are judged all the same.
        "aws:sqs/queue:Queue": "arn:aws:sqs:eu-west-1:999999999999:jobs",
        UNCOVERED: "arn:aws:ses:eu-west-1:123456789012:identity/d",
    }
    records = [
        {
            "urn": f"urn:pulumi:dev::shop::{type_}::n{number}",
            "type": type_,
            "custom": True,
            "id": arn.rpartition(":")[2],
            "outputs": {"arn": arn, "enableKeyRotation": True},
        }
        for number, (type_, arn) in enumerate(arns.items())
    ]
    path = here / "state.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": records}}))
    given = ("--state", str(path), "--coverage", coverage, "--format", "json")
    result = invoke("verify", "--only", "state", *given)
    told = json.loads(result.stdout)
    judged = {f["urn"] for f in told["findings"]}
    assert told["accounting"]["counts"]["judged"] == len(judged) == 3
    assert told["accounting"]["counts"]["not this stack's"] == 0
    assert [(e["type"], e["status"]) for e in told["resources"] if e["status"] != "judged"] == [
        (UNCOVERED, "without a control")
    ]


def test_state_alone_with_everything_to_be_covered_names_what_is_not(here: Path) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "kms:*"}
    state = Path(
        exported(
            here,
            arn="arn:aws:kms:eu-west-1:123456789012:key/k-1",
            deletionWindowInDays=30,
            policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            tags=dict.fromkeys(("Environment", "ManagedBy", "Owner", "Project"), "dev"),
        )
    )
    held = json.loads(state.read_text())
    for number, (type_, outputs) in enumerate(
        {
            "aws:kms/alias:Alias": {"targetKeyId": "k-1"},
            UNCOVERED: {"arn": "arn:aws:ses:eu-west-1:123456789012:identity/d"},
        }.items()
    ):
        urn = f"urn:pulumi:dev::shop::{type_}::n{number}"
        record = {"urn": urn, "type": type_, "custom": True, "id": "d", "outputs": outputs}
        held["deployment"]["resources"].append(record)
    state.write_text(json.dumps(held))
    result = invoke("verify", "--only", "state", "--state", str(state))
    assert result.exit_code == 0, result.output
    assert "ses.EmailIdentity" in result.output
    given = ("--only", "state", "--state", str(state), "--coverage", "all")
    assert invoke("verify", *given).exit_code == 3


def test_what_a_state_leaves_open_is_a_warning(here: Path) -> None:
    state = Path(exported(here))
    held = json.loads(state.read_text())
    new = {"urn": STATE_KEY.replace("ledger", "new"), "type": "aws:kms/key:Key", "custom": True}
    held["deployment"]["pending_operations"] = [{"resource": new, "type": "creating"}]
    held["deployment"]["resources"].append({**new, "urn": f"{STATE_KEY}2", "delete": True})
    state.write_text(json.dumps(held))
    result = invoke("verify", "--only", "state", "--state", str(state), "--format", "json")
    creating, deleting = json.loads(result.stdout)["warnings"]
    assert new["urn"] in creating
    assert f"{STATE_KEY}2" in deleting


def test_state_alone_writes_the_same_reports(here: Path) -> None:
    state = exported(here)
    kinds = ("html", "json", "txt", "xml")
    given = [part for kind in kinds for part in ("--report", f"out/state.{kind}")]
    result = invoke("verify", "--only", "state", "--state", state, *given)
    assert "its state alone" in result.stdout
    assert sorted(path.suffix[1:] for path in (here / "out").iterdir()) == list(kinds)


def test_state_alone_needs_a_state(here: Path) -> None:
    assert invoke("verify", "--only", "state").exit_code == 2
    broken = here / "broken.json"
    broken.write_text("{}")
    result = invoke("verify", "--only", "state", "--state", str(broken))
    assert result.exit_code == 3
    assert "Traceback" not in result.output


def test_coverage_of_all_fails_what_no_control_looks_at(found: list[Run]) -> None:
    alias = Resource({}, type="aws:ec2/keyPair:KeyPair", name="k", id="k")
    entry = Entry(alias, Status.UNCOVERED, (alias.type,))
    found[0] = run(finding(OUTCOMES["pass"]), accounting=Accounting([entry]))
    assert invoke("verify").exit_code == 0
    assert invoke("verify", "--coverage", "all").exit_code == 3


GONE = Finding(EXISTS, bucket("ledger"), Fail("resource", "there", "gone", "fix"))
DRIFTED = Finding(DRIFT, bucket("ledger"), Fail("acl", "as set: private", "public", "fix"), "acl")
UNSEEN = Finding(EXISTS, bucket("hidden"), OUTCOMES["unknown"])
THERE = Accounting([Entry(bucket("ledger"), Status.JUDGED, (S3_BUCKET,))])
IDENTITY = Resource({}, type=UNCOVERED, name="mail", id="ops@example.com")
BLIND = Accounting(
    [*THERE.entries, Entry(IDENTITY, Status.UNREADABLE, (UNCOVERED,), Source.STATE, NO_READER)]
)
SAME = Comparison([], 12, 3, [bucket("strange")])


@pytest.mark.parametrize(
    ("findings", "more", "code", "verdict"),
    [
        ([], {}, 0, "the same: all that is named is there, and 12 properties"),
        ([finding(FAIL)], {}, 0, "the same"),
        ([GONE], {}, 1, "different: 1 resource vanished, 0 properties drifted"),
        ([DRIFTED, UNSEEN], {}, 1, "different: 0 resources vanished, 1 property drifted"),
        ([UNSEEN], {}, 3, "not verified: not everything could be seen"),
        ([], {"accounting": Accounting()}, 3, "not verified: nothing names a resource"),
        ([], {"comparison": None}, 0, "the same as far as the outputs say"),
        ([], {"accounting": BLIND}, 3, "not verified: not everything could be seen; 1 of 2"),
        ([], {"accounting": BLIND, "comparison": None}, 3, "not verified: not everything"),
        ([GONE], {"accounting": BLIND}, 1, "different: 1 resource vanished, 0 properties drifted"),
    ],
)
def test_parity_tells_three_lists_and_exits_by_them_alone(
    findings: list[Finding], more: dict[str, Any], code: int, verdict: str, found: list[Run]
) -> None:
    found[0] = run(*findings, **{"accounting": THERE, "comparison": SAME, **more})
    result = invoke("parity")
    assert result.exit_code == code
    assert verdict in result.stdout
    told = json.loads(invoke("parity", "--format", "json").stdout)
    assert told["exit_code"] == code
    assert [f["name"] for f in told["vanished"]] == [f.resource.name for f in findings if f is GONE]
    assert len(told["drifted"]) == findings.count(DRIFTED)
    if more.get("comparison", SAME):
        assert [entry["name"] for entry in told["parity"]["unmanaged"]] == ["strange"]
        assert "unmanaged (1)" in result.stdout


def test_parity_names_each_with_its_property_and_both_values(found: list[Run]) -> None:
    found[0] = run(GONE, DRIFTED, accounting=THERE, comparison=SAME)
    assert invoke("parity").stdout.splitlines()[:6] == [
        "vanished (1)",
        "  s3.Bucket ledger (arn:aws:s3:::ledger): gone",
        "drifted (1)",
        "  s3.Bucket ledger (arn:aws:s3:::ledger): acl is public, as set: private",
        "unmanaged (1)",
        "  s3.Bucket strange (arn:aws:s3:::strange)",
    ]


def test_parity_says_the_same_in_rows_and_markdown(found: list[Run]) -> None:
    found[0] = run(GONE, DRIFTED, accounting=BLIND, comparison=SAME)
    lists = ["vanished", "drifted", "unmanaged", "unseen"]
    rows = list(csv.DictReader(io.StringIO(invoke("parity", "--format", "csv").stdout)))
    assert [row["list"] for row in rows] == lists
    assert (rows[1]["property"], rows[1]["actual"], rows[1]["expected"]) == (
        *("acl", "public"),
        "as set: private",
    )
    assert len({row["verdict"] for row in rows}) == 1
    first, *others = map(json.loads, invoke("parity", "--format", "jsonl").stdout.splitlines())
    assert (first["record"], first["exit_code"]) == ("run", 1)
    assert [one["list"] for one in others] == lists
    text = invoke("parity", "--format", "markdown").stdout
    assert [line[4:].lower() for line in text.splitlines() if line.startswith("### ")] == lists
    assert "- `arn:aws:s3:::ledger` (aws:s3/bucket:Bucket) `acl` is `public`" in text


def test_parity_without_an_entry_is_a_row_with_its_verdict(found: list[Run]) -> None:
    found[0] = run(accounting=Accounting())
    (row,) = csv.DictReader(io.StringIO(invoke("parity", "--format", "csv").stdout))
    assert row["verdict"].startswith("not verified: nothing names a resource")


def test_parity_names_the_questions_that_were_not_answered(found: list[Run]) -> None:
    gaps = (Gap(("aws:s3/bucket:Bucket",), "s3:ListBuckets", Cause.ACCESS_DENIED, "eu-west-1"),)
    found[0] = run(accounting=THERE, comparison=SAME, gaps=gaps)
    result = invoke("parity")
    assert result.exit_code == 0
    assert "not read: s3:ListBuckets in eu-west-1 (access denied): s3.Bucket" in result.stdout
    assert result.stdout.rstrip().endswith("; not read: s3:ListBuckets (access denied)")
    told = json.loads(invoke("parity", "--format", "json").stdout)
    assert [gap["operation"] for gap in told["gaps"]] == ["s3:ListBuckets"]


def test_codes_of_pictures_in_names_and_values_stay_what_they_are(found: list[Run]) -> None:
    smile = Fail("environment", "as set: :smile:", ":secret:", "fix")
    found[0] = run(Finding(DRIFT, bucket("a:secret:b"), smile, "environment"), accounting=THERE)
    for command in ("parity", "verify"):
        said = invoke(command).stdout
        assert "a:secret:b" in said
        assert ":smile:" in said


def test_parity_calls_resources_as_the_program_does(found: list[Run]) -> None:
    known = replace(bucket("ledger-4f2a"), urn="urn:pulumi:dev::shop::aws:s3/bucket:Bucket::ledger")
    gone, drifted = replace(GONE, resource=known), replace(DRIFTED, resource=known)
    found[0] = run(gone, drifted, accounting=THERE, comparison=SAME)
    lines = invoke("parity").stdout.splitlines()
    assert lines[1] == "  s3.Bucket ledger (arn:aws:s3:::ledger-4f2a): gone"
    assert lines[3].startswith("  s3.Bucket ledger (arn:aws:s3:::ledger-4f2a): acl is")


@pytest.mark.parametrize("findings", [[], [GONE]])
def test_parity_names_what_could_not_be_looked_at(
    findings: list[Finding], found: list[Run]
) -> None:
    found[0] = run(*findings, accounting=BLIND, comparison=SAME, warnings=["so and so"])
    shown = invoke("parity").stdout
    assert "could not be looked at (1)\n  ses.EmailIdentity mail (ops@example.com): " in shown
    assert "warning: so and so" in shown
    assert "1 of 2 resources is of types that can't be read: ses.EmailIdentity mail" in shown
    told = json.loads(invoke("parity", "--format", "json").stdout)
    assert [(e["name"], e["why"]) for e in told["unseen"]] == [("mail", NO_READER.detail)]


def test_verify_tells_what_was_compared_with_a_state(found: list[Run]) -> None:
    found[0] = run(GONE, accounting=THERE, comparison=SAME)
    result = invoke("verify")
    assert "compared with the state: 12 properties; 3 more are not shown by AWS" in result.stdout
    assert "unmanaged: s3.Bucket: strange" in result.stdout


def test_state_says_enough_where_there_are_no_outputs(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "flat-outputs.json").unlink()
    given: list[Outputs] = []

    def look(
        outputs: Outputs, state: State | None, waived: object, settle: float = 0, **told: object
    ) -> Run:
        given.append(outputs)
        return run(accounting=THERE, comparison=SAME)

    monkeypatch.setattr(verify, "verify", look)
    state = exported(here)
    assert invoke("parity", "--state", state).exit_code == 0
    assert (given[0].values, str(given[0].path)) == ({}, state)
    assert invoke("parity").exit_code == 3
    assert invoke("parity", "--state", state, "--outputs", "none.json").exit_code == 3
