"""Start, find and stop the embedded AWS, and say how AWS clients reach it."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from filelock import FileLock
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_exponential

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.server.own import ask
from stackproof.embedded.server.sockets import listen
from stackproof.embedded.server.state import Server, made, state_dir
from stackproof.error_codes import Code
from stackproof.interpreter import module_command

__all__ = [
    "EmbeddedError",
    "Server",
    "answers",
    "copied",
    "embedded_aws",
    "environment",
    "isolated",
    "running",
    "start",
    "started",
    "stop",
]

_START_DEADLINE = 60.0  # seconds, for a machine that is busy with much else
_STOP_DEADLINE = 10.0
_DIRECT = "127.0.0.1,localhost,account@127.0.0.1"  # what no proxy of the user's may see

_children: dict[int, subprocess.Popen[bytes]] = {}


def start(port: int = 0, *, detached: bool) -> Server:
    """Start a server and wait until it answers.

    A detached one outlives this process and is found again by `running`; if it runs already it
    is returned. Any other one dies with this process, however this process dies. Raises
    EmbeddedError where the extra is not installed.
    """
    if importlib.util.find_spec("moto") is None:
        raise EmbeddedError(
            'The embedded AWS needs moto: `pip install "stackproof[embedded]"`.', Code.EXTRA
        )
    if not detached:
        with tempfile.TemporaryFile() as log:
            return _spawn(port, ["--lifeline"], log, detached=False)
    folder = made(state_dir())
    with FileLock(folder / "embedded.lock"):
        found = running()
        if found is not None:
            if port not in (0, found.port):
                raise EmbeddedError(
                    f"The embedded AWS already runs on port {found.port}; "
                    f"stop it before starting it on port {port}."
                )
            return found
        with (folder / "embedded.log").open("w+b") as log:
            return _spawn(port, ["--state-file", str(_state_file())], log, detached=True)


def running() -> Server | None:
    """Return the detached server; a state file whose server is gone is removed."""
    server = Server.load(_state_file())
    if server is None:
        return None
    if answers(server):
        return server
    _state_file().unlink(missing_ok=True)
    return None


def started() -> datetime:
    """Give the local time at which the detached server was started."""
    return datetime.fromtimestamp(_state_file().stat().st_mtime)


def answers(server: Server) -> bool:
    """Say whether the server answers, and is the process that we think it is."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{server.endpoint}/_stackproof/health", timeout=5) as answer:
            return bool(json.load(answer)["pid"] == server.pid)
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError, KeyError):
        return False


def stop(server: Server) -> None:
    """Stop a server, and wait until it's gone."""
    child = _children.pop(server.pid, None)
    if child is not None:
        child.terminate()
        try:
            child.wait(_STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin is not None:
            child.stdin.close()
        return
    if not answers(server):  # nor will we signal a process that has taken the number since
        return
    os.kill(server.pid, signal.SIGTERM)
    if not _wait_until(lambda: not answers(server), _STOP_DEADLINE):
        os.kill(server.pid, signal.SIGKILL)


@contextmanager
def embedded_aws() -> Iterator[Server]:
    """Run a private server for the duration of the block."""
    server = start(detached=False)
    try:
        yield server
    finally:
        stop(server)


@contextmanager
def copied(server: Server) -> Iterator[Server]:
    """Run a private copy of a server, with all that it holds, for the duration of the block."""
    copy = Server(**ask(server.endpoint, "POST", "fork"))
    try:
        yield copy
    finally:
        stop(copy)


def environment(server: Server, region: str, *, home: Path) -> dict[str, str]:
    """Return the variables that point every AWS SDK at the server and at nothing else.

    `home` is a folder of ours without AWS configuration files. S3 needs no setting: botocore
    addresses buckets by path when the endpoint is an IP address.
    """
    return {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        # These put the account's number or the like in front of the host, which isn't a host then.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        # S3 Control does so by its endpoint rules: in front of a user's name, it hurts nobody.
        "AWS_ENDPOINT_URL_S3_CONTROL": f"http://account@127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "no-aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-aws-credentials"),
        "NO_PROXY": _DIRECT,
        "no_proxy": _DIRECT,
    }


def isolated(base: Mapping[str, str], server: Server, region: str, *, home: Path) -> dict[str, str]:
    """Return `base` without any AWS setting of the user's, and with `environment`."""
    env = {name: value for name, value in base.items() if not name.startswith("AWS_")}
    env.update(environment(server, region, home=home))
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, (base.get(name), _DIRECT)))
    return env


def _state_file() -> Path:
    return state_dir() / "embedded.json"


def _spawn(port: int, options: list[str], log: IO[bytes], *, detached: bool) -> Server:
    try:
        listening = listen(port)
    except OSError as error:
        raise EmbeddedError(f"Port {port} can't be listened on: {error.strerror}.") from error
    # The socket is handed over already listening: the port is known at once and can't be lost.
    with listening:
        descriptor = listening.fileno()
        child = subprocess.Popen(
            [
                *module_command("stackproof.embedded.server"),
                "--socket-fd",
                str(descriptor),
                *options,
            ],
            stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[descriptor],
            start_new_session=detached,
        )
        server = Server.at(listening.getsockname()[1], child.pid)
    _children[server.pid] = child
    if _wait_until(lambda: child.poll() is not None or answers(server), _START_DEADLINE):
        if child.poll() is None:
            return server
        problem = f"ended with exit code {child.returncode}"
    else:
        problem = f"didn't answer within {_START_DEADLINE:.0f} seconds"
        stop(server)
    _children.pop(server.pid, None)
    log.seek(0)
    tail = "\n".join(log.read().decode(errors="replace").splitlines()[-15:])
    raise EmbeddedError(f"The embedded AWS {problem}. The end of its log:\n{tail}")


def _wait_until(true: Callable[[], bool], seconds: float) -> bool:
    waiting = Retrying(
        retry=retry_if_result(lambda answer: not answer),
        wait=wait_exponential(multiplier=0.01, exp_base=1.5, max=0.2),
        stop=stop_after_delay(seconds),
        retry_error_callback=lambda _: False,
    )
    return bool(waiting(true))
