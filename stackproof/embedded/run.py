"""Run a command against the embedded AWS, and against nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from stackproof.embedded import pulumi_env
from stackproof.embedded.imports import check_imports
from stackproof.embedded.server import control
from stackproof.embedded.server.control import EmbeddedError, Server
from stackproof.embedded.server.state import state_dir
from stackproof.scratch import scratch

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What tells a command to end, and not only to stop what it does: it has this many seconds to do so.
# SIGINT is the command's to answer, as in a shell: an interpreter goes on after it.
_ENDING = frozenset({signal.SIGTERM, signal.SIGHUP})
GRACE = 10
# Waits for us as its standard input ends with us, in whatever way, and then ends the command.
_WATCH = """
read -r _
kill -s TERM -- "$1" || exit
left=$2
while [ "$left" -gt 0 ]; do
    sleep 1
    kill -s 0 -- "$1" || exit
    left=$((left - 1))
done
kill -s KILL -- "$1"
"""


def run(command: Sequence[str]) -> int:
    """Run the command and return its exit code (128 + the number of the signal that ended it).

    The detached server serves it when there is one; else a private one, with Pulumi state in a
    throw-away folder, for neither would make sense without the other.
    """
    with ExitStack() as stack:
        server = control.running()
        is_pulumi = pulumi_env.is_pulumi(command)
        project = pulumi_env.project_dir(pulumi_env.folder_of(command) if is_pulumi else Path.cwd())
        if server is not None:
            state = pulumi_env.lasting_state(server)
            print(
                f"On the embedded AWS that runs already: {server.endpoint}, pid {server.pid}, "
                f"started {control.started():%Y-%m-%d %H:%M:%S} from {state_dir()}. "
                "`stackproof embedded stop` ends it.",
                file=sys.stderr,
            )
        else:
            server = stack.enter_context(control.embedded_aws())
            state = stack.enter_context(scratch())
        with_cli = pulumi_env.asks_pulumi(command)
        env = command_environment(os.environ, server, state, with_cli=with_cli)
        env = pulumi_env.with_host(env, project) if is_pulumi else env
        name = pulumi_env.stack_of(command) if is_pulumi else None
        if name:
            check_imports(command, project)
            stack.enter_context(pulumi_env.config_kept(project, name))
            pulumi_env.ensure_stack(name, project, env)
        return _supervise(command, env)


def command_environment(
    base: Mapping[str, str], server: Server, state: Path, *, with_cli: bool
) -> dict[str, str]:
    """Return the environment in which a command sees the embedded AWS and nothing else."""
    region = base.get("AWS_REGION") or base.get("AWS_DEFAULT_REGION") or "us-east-1"
    env = control.isolated(base, server, region, home=state)
    kept = {name: value for name, value in env.items() if not name.startswith("PULUMI_")}
    return {**kept, **pulumi_env.variables(base, state, with_cli=with_cli)}


def _supervise(command: Sequence[str], env: Mapping[str, str]) -> int:
    # We must live on to stop the server: signals are ours only to pass on.
    killers: list[threading.Timer] = []
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []
    # Where no terminal is told by itself, all that the command has started must be: a shell that
    # is ended leaves its own commands behind.
    alone = not any(
        stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)
    )

    def tell(started: subprocess.Popen[bytes], number: int) -> None:
        if number in _ENDING and not killers:
            killers.append(threading.Timer(GRACE, tell, (started, signal.SIGKILL)))
            killers[0].daemon = True
            killers[0].start()
        with contextlib.suppress(ProcessLookupError):
            if alone:
                os.killpg(started.pid, number)
            else:
                started.send_signal(number)

    def forward(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and sys.stdin.isatty():
            return  # the terminal has told the command itself; twice means "at once" to Pulumi
        if child is None:
            early.append(number)
        else:
            tell(child, number)

    before = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        try:
            child = subprocess.Popen(command, env=dict(env), process_group=0 if alone else None)
        except (FileNotFoundError, PermissionError) as error:
            raise EmbeddedError(f"{command[0]} can't be run: {error.strerror}.") from error
        for number in early:
            tell(child, number)
        with _outlived_by_nothing(-child.pid if alone else child.pid):
            code = child.wait()
    finally:
        for killer in killers:
            killer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


@contextmanager
def _outlived_by_nothing(target: int) -> Iterator[None]:
    """End a process (or a group, as `kill` has it: negative) should we be killed ourselves."""
    with subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "sh", str(target), str(GRACE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as watcher:
        try:
            yield
        finally:
            watcher.kill()
