"""Somebody's project, with the wheel: begun, previewed, deployed, verified, tested, destroyed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.conftest import REGION, Cli
from tests.integration.test_wheel import environment, wheel

__all__ = ["wheel"]

PROGRAM = """
import pulumi_aws as aws
import pulumi

tags = {"App": "shop", "Stage": "dev"}
queue = aws.sqs.Queue("jobs", tags=tags)
topic = aws.sns.Topic("news", kms_master_key_id="alias/aws/sns", tags=tags)
pulumi.export("queue_url", queue.url)
"""
SETTINGS = """
own_tags: {App: shop, Stage: dev}
select: ["sqs-queue-*", "sns-topic-*", tags-required]
exclude: ["*-has-subscription"]
parameters: {tags-required: {required: [App, CostCenter]}}
levels: [{id: "*", level: advisory}]
"""


@pytest.fixture(scope="module")
def shop(
    wheel: Path, cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory
) -> Cli:
    """Give a project whose environment has the wheel, its extra and the provider's SDK."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    commands = environment(
        tmp_path_factory.mktemp("fresh"), f"{wheel}[embedded]", "pip", "pulumi-aws"
    )
    provider = next(commands.parent.glob("lib/*/site-packages/stackproof/embedded/bin"))
    plain = cli(folder, "dev")
    path = os.pathsep.join([str(provider), str(commands), plain.env["PATH"]])
    return Cli(folder, "dev", {**plain.env, "PATH": path})


def run(shop: Cli, *command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in shop.env.items() if name != "PYTHONPATH"}
    return subprocess.run(
        ["env", *command], cwd=shop.folder, env=env, capture_output=True, text=True, check=False
    )


def test_a_project_is_begun_judged_and_destroyed(shop: Cli) -> None:
    where = run(shop, "python", "-c", "import stackproof; print(stackproof.__file__)").stdout
    assert "/fresh" in where
    assert run(shop, "stackproof", "init").returncode == 0
    (shop.folder / "stackproof.yaml").write_text(SETTINGS)
    shown = run(shop, "stackproof", "config").stdout
    assert "own tags: App: shop, Stage: dev" in shown

    # The pack reads the same settings: what is left out there is silent, the rest only advises.
    printed = shop("preview", "--policy-pack", "policies")
    assert "[advisory]" in printed
    assert "sqs-queue-dead-letters" in printed
    assert "sns-topic-has-subscription" not in printed
    assert "[mandatory]" not in printed
    assert "tags-known-environment" not in printed
    assert "CostCenter" in printed
    assert "ManagedBy" not in printed

    shop("up", "--yes", "--skip-preview")
    ran = run(shop, "stackproof", "verify", "--stack", "dev", "--format", "json")
    said = json.loads(ran.stdout)
    assert ran.returncode == 1
    judged = {finding["control"] for finding in said["findings"]}
    assert {name.split("-")[0] for name in judged} <= {"sqs", "sns", "tags", "resource"}
    assert any("controls were not judged: stackproof.yaml" in line for line in said["warnings"])

    outputs = shop.json("stack", "output", "--json")
    (shop.folder / "flat-outputs.json").write_text(json.dumps({**outputs, "region": REGION}))
    suite = run(
        shop,
        "pytest",
        "--pyargs",
        "stackproof.scenarios",
        "-n",
        "2",
        "-p",
        "no:cacheprovider",
        "-q",
    )
    assert suite.returncode == 1, suite.stdout
    failed = {f["control"] for f in said["findings"] if f["outcome"] == "fail"}
    for control in failed - {"resource-exists", "resource-as-declared"}:
        assert f"test_control[{control}]" in suite.stdout
    assert "tags-known-environment" not in suite.stdout
    shop("destroy", "--yes", "--skip-preview")
    assert shop.ids() == {}
