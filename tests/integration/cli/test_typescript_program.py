"""A TypeScript program, by the real CLI and Pulumi's Node host: the pack judges it as any other.

Two versions of the AWS provider's SDK are in use, whose buckets have other names: in the sixth the
settings that the seventh gives a bucket stand in `BucketV2`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stackproof.embedded import pulumi_env
from tests.integration.cli.conftest import REGION, STOPPED, Cli
from tests.integration.deployments import ROOT, STACKPROOF

PACKAGES = {
    "@pulumi/pulumi": "3.276.0",
    "aws6": "npm:@pulumi/aws@6.83.0",
    "aws7": "npm:@pulumi/aws@7.48.0",
    "typescript": "5.9.3",
}
# What both versions make: a topic that is well, a queue and a bucket that are not.
PROGRAM = """
import * as aws from "%s";

const tags = { App: "letters" };
export const news = new aws.sns.Topic("news", { kmsMasterKeyId: "alias/aws/sns", tags }).arn;
new aws.sqs.Queue("jobs", { sqsManagedSseEnabled: false, visibilityTimeoutSeconds: 60, tags });
new aws.s3.%s("files", { acl: "public-read", tags });
"""
BUCKETS = {"aws6": "BucketV2", "aws7": "Bucket"}
SETTINGS = """
own_tags: {App: letters}
select: [sqs-queue-encrypted, sns-topic-encrypted, s3-bucket-acl-not-public]
"""


@pytest.fixture(scope="module")
def letters(cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Give a project with its packages installed; without npm there is nothing to test."""
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI"):
            pytest.fail("there is no npm on PATH")
        pytest.skip("there is no npm on PATH")
    folder = tmp_path_factory.mktemp("letters")
    (folder / "Pulumi.yaml").write_text("name: letters\nruntime: nodejs\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "package.json").write_text(json.dumps({"main": "index.ts", "dependencies": PACKAGES}))
    (folder / "stackproof.yaml").write_text(SETTINGS)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    plain = cli(folder, "dev")
    # Type checking the provider's SDK takes longer than all else, and checks nothing of ours.
    env = {**plain.env, "PULUMI_NODEJS_TRANSPILE_ONLY": "true"}
    return Cli(folder, "dev", pulumi_env.with_host(env, folder))


@pytest.mark.parametrize("package", BUCKETS)
def test_program_is_judged_deployed_and_verified(letters: Cli, package: str) -> None:
    (letters.folder / "index.ts").write_text(PROGRAM % (package, BUCKETS[package]))
    judged = letters("preview", "--policy-pack", str(ROOT / "policies"), code=STOPPED)
    assert "sqs-queue-encrypted  (aws:sqs/queue:Queue: jobs)" in judged
    assert "s3-bucket-acl-not-public  (aws:s3/bucket" in judged
    assert "sns-topic-encrypted" not in judged

    letters("up", "--yes", "--skip-preview")
    verify = [STACKPROOF, "verify", "--stack", "dev", "--format", "json"]
    ran = subprocess.run(
        verify, cwd=letters.folder, env=letters.env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    failed = {
        finding["control"]
        for finding in json.loads(ran.stdout)["findings"]
        if finding["outcome"] == "fail"
    }
    assert failed == {"sqs-queue-encrypted", "s3-bucket-acl-not-public"}
