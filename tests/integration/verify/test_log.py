"""What a run tells of its calls is what was sent, with retries, refusals and their consequences."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from stackproof.embedded import faults
from stackproof.embedded.faults import Fault
from tests.integration.deployments import Deployed

DENIED = "ec2:DescribeFlowLogs"


def test_log_tells_every_call_gap_and_owner(deployed: Deployed, tmp_path: Path) -> None:
    kept, report = tmp_path / "run.jsonl", tmp_path / "run.json"
    injected = [
        Fault("deny", "ec2", "DescribeFlowLogs"),
        Fault("throttle", "kms", "GetKeyRotationStatus", times=1),
    ]
    try:
        for fault in injected:
            faults.inject(deployed.server, fault)
        done = deployed.stackproof("verify", "--log-file", str(kept), "--report", str(report))
    finally:
        faults.clear(deployed.server)
    assert done.returncode == 3, done.stdout + done.stderr
    assert done.stderr == "", "a file is no terminal: neither lines nor progress"
    events = [json.loads(line) for line in kept.read_text().splitlines()]
    calls = [event for event in events if event["event"] == "call"]
    sent = Counter[str]()
    for call in calls:
        sent[call["service"]] += 1 + call["retries"]
        assert call["milliseconds"] > 0
        assert call["region"] == "us-east-1"
        assert call["endpoint"] == deployed.server.endpoint.replace("account@", "")
    assert sent == json.loads(report.read_text())["run"]["api_calls_by_service"]
    denied = {call["outcome"] for call in calls if call["operation"] == DENIED}
    assert denied == {"UnauthorizedOperation (403)"}
    assert [call["outcome"] for call in calls if call["retries"]] == ["answered"]
    gaps = [event for event in events if event["event"] == "gap"]
    assert [gap for gap in gaps if DENIED in gap["detail"] and gap["cause"] == "access denied"]
    owners = {(event["whose"], event["why"]) for event in events if event["event"] == "whose"}
    assert ("ours", "it carries the stack's own tags") in owners
    assert any(whose != "ours" for whose, _ in owners)


def test_log_on_the_terminal_is_lines(deployed: Deployed) -> None:
    done = deployed.stackproof("verify", "-v")
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert len(lines) > 30
    assert all(" call: " in line or " gap: " in line for line in lines)
