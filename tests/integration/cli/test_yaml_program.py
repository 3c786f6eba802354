"""A YAML program, which knows the provider by its schema alone, by the real CLI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stackproof.embedded import pulumi_env
from tests.integration.cli.conftest import REGION, STOPPED, Cli
from tests.integration.deployments import ROOT

PROGRAM = """
name: letters
runtime: yaml
variables:
  me:
    fn::invoke: {function: "aws:getCallerIdentity", arguments: {}}
resources:
  news:
    type: aws:sns:Topic
    properties: {displayName: News, tags: {Team: blue}}
  jobs:
    type: aws:sqs:Queue
    properties: {visibilityTimeoutSeconds: 60}
  subscribed:
    type: aws:sns:TopicSubscription
    properties: {topic: "${news.arn}", protocol: sqs, endpoint: "${jobs.arn}"}
outputs:
  topic: ${news.arn}
  account: ${me.accountId}
"""


def test_yaml_program_is_judged_and_deployed(
    cli: Callable[[Path, str], Cli], tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROGRAM)
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    plain = cli(tmp_path, "dev")
    program = Cli(tmp_path, "dev", pulumi_env.with_host(plain.env, tmp_path))
    # The queue without a policy that demands TLS, and without tags, may not be deployed.
    judged = program("preview", "--policy-pack", str(ROOT / "policies"), code=STOPPED)
    assert "[mandatory] [severity: medium]  tags-required  (aws:sqs/queue:Queue: jobs)" in judged
    program("up", "--yes", "--skip-preview")
    outputs = program.json("stack", "output", "--json")
    assert outputs["account"] == "123456789012"
    assert outputs["topic"].startswith(f"arn:aws:sns:{REGION}:123456789012:news-")
