"""A pack that stands by itself: in an environment of its own, and published for an organization."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from stackproof.controls.registry import catalogue
from tests.integration.cli.conftest import REGION, STOPPED, Cli
from tests.integration.deployments import STACKPROOF
from tests.integration.test_wheel import installed, wheel

__all__ = ["installed", "wheel"]

PROGRAM = """
import pulumi_aws as aws

aws.sqs.Queue("jobs", sqs_managed_sse_enabled=False)
"""


@pytest.fixture(scope="module")
def shop(cli: Callable[[Path, str], Cli], tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Give a project of somebody's, with a pack that `stackproof init` wrote."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    begun = cli(folder, "dev")
    assert subprocess.run([STACKPROOF, "init"], cwd=folder, check=False).returncode == 0
    return begun


class Service(BaseHTTPRequestHandler):
    """The endpoints of Pulumi Cloud that publishing asks, and what they were told."""

    told: dict[str, bytes]

    def do_GET(self) -> None:
        """Say who is asking."""
        self._answer({"githubLogin": "me", "name": "me"} if self.path == "/api/user" else {})

    def do_POST(self) -> None:
        """Take what the pack says of itself, and tell where to put it."""
        self._answer({"uploadURI": f"http://{self.headers['Host']}/upload", "version": 1})

    do_PUT = do_POST

    def _answer(self, document: Any) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.told[f"{self.command} {self.path}"] = self.rfile.read(length)
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def service() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Give the address of a stand-in of Pulumi Cloud, and what it was told by then."""
    told: dict[str, bytes] = {}
    handler = type("Told", (Service,), {"told": told})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", told
        finally:
            server.shutdown()


def test_pack_is_published_and_judges_from_an_environment_of_its_own(
    shop: Cli, installed: Path, tmp_path: Path
) -> None:
    with service() as (address, told):
        env = {**shop.env, "PULUMI_BACKEND_URL": address, "PULUMI_ACCESS_TOKEN": "pul-nobody"}
        policies = shop.folder / "policies"
        ran = subprocess.run(
            ["pulumi", "policy", "publish", "acme", "--non-interactive"],
            cwd=policies,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = json.loads(told["POST /api/orgs/acme/policypacks"])
    version = yaml.safe_load((policies / "PulumiPolicy.yaml").read_text())["version"]
    assert (said["name"], said["versionTag"]) == ("stackproof", version)
    assert {policy["name"] for policy in said["policies"]} >= set(catalogue())
    assert f"POST /api/orgs/acme/policypacks/stackproof/versions/{version}/complete" in told

    # What Pulumi unpacks where the pack is enforced, and installs its requirements beside.
    with tarfile.open(fileobj=BytesIO(told["PUT /upload"])) as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / "package"
    assert "stackproof" in (unpacked / "requirements.txt").read_text()
    form = yaml.safe_load((unpacked / "PulumiPolicy.yaml").read_text())
    form["runtime"] = {"name": "python", "options": {"virtualenv": str(installed.parent)}}
    (unpacked / "PulumiPolicy.yaml").write_text(yaml.safe_dump(form))
    where = "import pathlib, stackproof\npathlib.Path('where').write_text(stackproof.__file__)\n"
    with (unpacked / "__main__.py").open("a") as pack:
        pack.write(where)
    judged = shop("preview", "--policy-pack", str(unpacked), code=STOPPED)
    assert "sqs-queue-encrypted" in judged
    assert (unpacked / "where").read_text().startswith(str(installed.parent))
