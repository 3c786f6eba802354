"""The commands say in one sentence what is wrong, and exit with the code for it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.deployments import Deployed


def sentence(text: str) -> str:
    """Give the one line that was said, and assert that there was no traceback."""
    lines = [line for line in text.strip().splitlines() if line]
    assert len(lines) == 1, text
    return lines[0]


def test_verified_stack_exits_0_and_says_so(deployed: Deployed) -> None:
    done = deployed.stackproof("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "emulated" in done.stdout
    assert "verified" in done.stdout


@pytest.mark.requirement("8.1")
def test_json_is_one_document_with_every_field(deployed: Deployed) -> None:
    done = deployed.stackproof("verify", "--format", "json")
    document = json.loads(done.stdout)
    run = document["run"]
    assert run["emulated"] is True
    assert run["account"] == "123456789012"
    assert run["region"] == "us-east-1"
    assert run["api_calls"] > 30
    wanted = {
        *("control", "severity", "category", "type", "urn", "name", "id", "arn", "region"),
        *("outcome", "property", "expected", "actual", "message", "fingerprint"),
    }
    assert len(document["findings"]) > 300
    assert all(wanted <= finding.keys() for finding in document["findings"])
    fingerprints = [finding["fingerprint"] for finding in document["findings"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_fingerprints_are_the_same_in_the_next_run(deployed: Deployed) -> None:
    runs = [json.loads(deployed.stackproof("verify", "--format", "json").stdout) for _ in range(2)]
    first, second = ({finding["fingerprint"] for finding in run["findings"]} for run in runs)
    assert first == second


def test_junit_counts_every_finding(deployed: Deployed, tmp_path: Path) -> None:
    path = tmp_path / "reports" / "verify.xml"
    done = deployed.stackproof("verify", "--report", str(path))
    assert done.returncode == 0
    root = ElementTree.parse(path).getroot()
    assert sum(int(suite.get("tests", 0)) for suite in root) == len(root.findall(".//testcase"))
    assert not root.findall(".//failure")


def test_failure_exits_1_and_names_resource_property_and_fix(deployed: Deployed) -> None:
    kms = deployed.client("kms")
    key = deployed.outputs["cache_kms_key_id"]
    kms.disable_key_rotation(KeyId=key)
    try:
        done = deployed.stackproof("verify")
    finally:
        kms.enable_key_rotation(KeyId=key)
    assert done.returncode == 1
    flat = " ".join(done.stdout.split())
    assert "kms-key-rotation" in flat
    assert key in flat
    assert "enable_key_rotation is false" in flat
    assert "fix:" in flat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]", "must be one JSON object"),
        ("{}", "holds no outputs"),
        ('{"vpc_id": "vpc-1"}', "names no region; give --region NAME"),
        ('{"region": "nowhere"}', "is not an AWS region's name"),
        ('{"region": "us-east-1", "account_id": "12"}', "is not 12 digits"),
    ],
)
def test_broken_outputs_file_exits_3(
    text: str, expected: str, deployed: Deployed, tmp_path: Path
) -> None:
    path = tmp_path / "flat-outputs.json"
    path.write_text(text)
    arguments = ("verify", "--outputs", str(path))
    done = deployed.stackproof(*arguments, AWS_REGION="", AWS_DEFAULT_REGION="")
    assert done.returncode == 3
    assert expected in sentence(done.stderr)
    assert str(path) in done.stderr


def test_missing_outputs_file_exits_3(deployed: Deployed, tmp_path: Path) -> None:
    done = deployed.stackproof("verify", "--outputs", str(tmp_path / "none.json"))
    assert done.returncode == 3
    assert "pulumi stack output --json" in sentence(done.stderr)


def test_missing_credentials_exit_3(deployed: Deployed) -> None:
    done = deployed.stackproof("verify", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert done.returncode == 3
    assert "AWS_PROFILE" in sentence(done.stderr)


def test_silent_endpoint_exits_3(deployed: Deployed) -> None:
    done = deployed.stackproof("verify", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "http://127.0.0.1:9 does not answer" in sentence(done.stderr)


def test_wrong_account_exits_3(deployed: Deployed, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(dict(deployed.outputs.values) | {"account_id": "999999999999"}))
    done = deployed.stackproof("verify", "--outputs", str(path))
    assert done.returncode == 3
    assert "999999999999" in sentence(done.stderr)


def test_stack_of_which_nothing_is_there_exits_3(deployed: Deployed, tmp_path: Path) -> None:
    path = tmp_path / "gone.json"
    path.write_text(json.dumps({"region": "eu-west-1", "account_id": "123456789012"}))
    done = deployed.stackproof("verify", "--outputs", str(path))
    assert done.returncode == 3


def test_string_only_outputs_give_the_same_findings(deployed: Deployed, tmp_path: Path) -> None:
    commas = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in deployed.outputs.values.items()
    }
    folder = tmp_path / "cfn-outputs"
    folder.mkdir()
    (folder / "flat-outputs.json").write_text(json.dumps(commas))
    plain = json.loads(deployed.stackproof("verify", "--format", "json").stdout)
    text = json.loads(
        deployed.stackproof(
            "verify", "--format", "json", "--outputs", str(folder / "flat-outputs.json")
        ).stdout
    )
    assert text["summary"] == plain["summary"]


def test_unknown_option_is_a_usage_error(deployed: Deployed) -> None:
    assert deployed.stackproof("verify", "--nonsense").returncode == 2


def test_deploy_refuses_any_endpoint_but_loopback(deployed: Deployed) -> None:
    done = deployed.stackproof(
        "deploy", "scalepayments-dev", AWS_ENDPOINT_URL="https://ec2.us-east-1.amazonaws.com"
    )
    assert done.returncode == 3


def test_region_that_leaves_the_stack_out_is_refused(deployed: Deployed) -> None:
    done = deployed.stackproof("verify", "--region", "us-west-2")
    assert (done.returncode, done.stdout) == (3, "")
    assert "the stack has something in us-east-1, and --region names us-west-2 only" in sentence(
        done.stderr
    )


def test_what_is_not_where_only_the_environment_points_is_not_called_gone(
    deployed: Deployed, tmp_path: Path
) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps({"vpc_id": deployed.outputs["vpc_id"]}))
    done = deployed.stackproof(
        *("verify", "--outputs", str(path), "--format", "json"),
        AWS_REGION="us-west-2",
        AWS_DEFAULT_REGION="us-west-2",
    )
    assert done.returncode == 3
    assert {f["outcome"] for f in json.loads(done.stdout)["findings"]} == {"unknown"}
