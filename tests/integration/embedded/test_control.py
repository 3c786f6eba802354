from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from stackproof.embedded.server import control
from stackproof.embedded.server.control import EmbeddedError, Server

from .conftest import Clients

HOLDER = """
import sys, time
from stackproof.embedded.server.control import start
print(start(detached=False).port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "stackproof" / "embedded.json"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_private_server_ends_with_its_block() -> None:
    with control.embedded_aws() as server:
        assert server.endpoint == f"http://127.0.0.1:{server.port}"
        assert listens(server.port)
    assert not listens(server.port)


def test_a_private_server_dies_with_its_parent_even_when_that_is_killed() -> None:
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        assert listens(port)
        parent.kill()
    assert eventually(lambda: not listens(port))


def test_ctrl_c_leaves_a_private_server_to_its_parent() -> None:
    with control.embedded_aws() as server:
        os.kill(server.pid, signal.SIGINT)
        assert control.answers(server)


def test_a_server_listens_on_loopback_only(server: Server) -> None:
    address = socket.gethostbyname(socket.gethostname())
    if address.startswith("127."):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
            address = probe.getsockname()[0]
    with socket.socket() as other:
        assert other.connect_ex((address, server.port)) != 0


def test_the_detached_server_is_found_again_and_stopped(own_state: Path) -> None:
    assert control.running() is None
    started = control.start(detached=True)
    try:
        assert json.loads(own_state.read_text())["port"] == started.port
        assert control.running() == started
        assert control.start(detached=True) == started
        with pytest.raises(EmbeddedError, match=f"already runs on port {started.port}"):
            control.start(started.port + 1, detached=True)
    finally:
        control.stop(started)
    assert control.running() is None
    assert not own_state.exists()


def test_the_detached_server_outlives_its_parent(own_state: Path) -> None:
    code = "from stackproof.embedded.server.control import start; start(detached=True)"
    subprocess.run([sys.executable, "-c", code], check=True)
    found = control.running()
    assert found is not None
    control.stop(found)
    assert eventually(lambda: not listens(found.port))


def test_a_state_file_of_a_server_that_is_gone_is_removed(own_state: Path) -> None:
    Server.at(1, os.getpid()).save(own_state)
    assert control.running() is None
    assert not own_state.exists()


def test_another_process_behind_the_port_is_not_ours(own_state: Path, server: Server) -> None:
    Server.at(server.port, os.getpid()).save(own_state)
    assert control.running() is None
    control.stop(Server.at(server.port, os.getpid()))  # must not signal this process
    assert listens(server.port)


def test_a_taken_port_is_an_error_in_one_sentence(server: Server) -> None:
    with pytest.raises(EmbeddedError, match=f"Port {server.port} can't be listened on: "):
        control.start(server.port, detached=False)


def test_a_server_that_ends_early_tells_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "argparse.py").write_text("raise SystemExit('no such thing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match=r"ended with exit code 1(.|\n)*no such thing"):
        control.start(detached=False)


def test_the_module_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    command = [sys.executable, "-m", "stackproof.embedded.server", "--state-file", str(state)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        assert eventually(lambda: Server.load(state) is not None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not state.exists()


CLIENT = """
import boto3, json
print(json.dumps([
    boto3.client("sts").get_caller_identity()["Account"],
    boto3.client("ec2").meta.region_name,
    boto3.client("s3").create_bucket(
        Bucket="path-style", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )["ResponseMetadata"]["HTTPStatusCode"],
    boto3.client("s3").put_object(Bucket="path-style", Key="k", Body=b"x")
    ["ResponseMetadata"]["HTTPStatusCode"],
    boto3.client("s3control").put_public_access_block(
        AccountId="123456789012",
        PublicAccessBlockConfiguration={"BlockPublicAcls": True},
    )["ResponseMetadata"]["HTTPStatusCode"],
]))
"""


def test_the_environment_leads_plain_clients_to_the_server_only(
    server: Server, tmp_path: Path
) -> None:
    users = {
        **os.environ,
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
        "AWS_CA_BUNDLE": "/nowhere",
        "HTTP_PROXY": "http://192.0.2.1:9",
    }
    env = control.isolated(users, server, "eu-central-1", home=tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", CLIENT], env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == ["123456789012", "eu-central-1", 200, 200, 200]


def test_presigned_requests_reach_their_service(server: Server, aws: Clients) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="presigned")
    s3.put_object(Bucket="presigned", Key="k", Body=b"text")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "presigned", "Key": "k"})
    assert url.startswith(f"{server.endpoint}/presigned/k")
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"text"
