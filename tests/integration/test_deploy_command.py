"""`stackproof deploy` of programs that fail: one sentence, and nothing is made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner

from stackproof.cli import main
from stackproof.embedded.server.control import Server

TOPIC = "import pulumi_aws as aws\naws.sns.Topic('topic', name='made')\n"
PROGRAMS = {
    "a missing package": ("import pulumi_nowhere\n", "__main__.py:3 imports pulumi_nowhere, which"),
    "a missing type": (
        "aws.appsync.ApiKey('key', api_id='api')\n",
        "aws:appsync/apiKey:ApiKey is not available on the embedded AWS",
    ),
    "a missing function": (
        "aws.outposts.get_outposts()\n",
        "aws:outposts/getOutposts:getOutposts is not available on the embedded AWS",
    ),
    "an end of its own": ("raise SystemExit(0)\n", "__main__.py:3 failed with SystemExit: 0"),
    "a mistake": ("{}['key']\n", "__main__.py:3 failed with KeyError: 'key'"),
    "missing configuration": (
        "import pulumi\npulumi.Config().require('owner')\n",
        "Missing required configuration variable 'failing:owner'",
    ),
    "an unknown stack": (
        "import pulumi\npulumi.StackReference('acme/shop/prod')\n",
        "the stack acme/shop/prod is not deployed on the embedded AWS; those that are: none",
    ),
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_program_fails_in_one_sentence_before_anything_is_made(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    line, sentence = PROGRAMS[what]
    (tmp_path / "Pulumi.yaml").write_text("name: failing\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    (tmp_path / "__main__.py").write_text(TOPIC + line)
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, ["deploy", "dev"])
    assert ran.exit_code == 3
    assert sentence in ran.output
    assert "Traceback" not in ran.output
    sns: Any = boto3.client("sns")
    assert not [t for t in sns.list_topics()["Topics"] if t["TopicArn"].endswith(":made")]


def test_modules_of_a_program_are_read_anew_each_time(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: parts\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    (tmp_path / "__main__.py").write_text("import parts\n")
    (tmp_path / "parts.py").write_text("import pulumi_aws as aws\naws.sns.Topic('from-a-part')\n")
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, ["deploy", "dev"])
    assert (ran.exit_code, ran.output) == (0, "dev: 1 resources, outputs in flat-outputs.json\n")


def test_own_modules_and_own_environment_of_a_program_win(server: Server, tmp_path: Path) -> None:
    settings = "name: own\nruntime: {name: python, options: {virtualenv: venv}}\n"
    (tmp_path / "Pulumi.yaml").write_text(settings)
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-east-1}\n")
    (tmp_path / "infra").mkdir()  # without __init__.py, as many have it
    (tmp_path / "infra" / "topics.py").write_text("NAME = 'from-own-infra'\n")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "venv" / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (packages / "hypothesis.py").write_text("OWN = 'own-package'\n")
    (packages / "only_here.py").write_text("from hypothesis import OWN\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi\nimport only_here\nfrom infra.topics import NAME\n"
        "pulumi.export('names', f'{NAME} {only_here.OWN}')\n"
    )
    ran = subprocess.run(
        [Path(sys.executable).with_name("stackproof"), "deploy", "dev"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    outputs = json.loads((tmp_path / "flat-outputs.json").read_text())
    assert outputs["names"] == "from-own-infra own-package"
