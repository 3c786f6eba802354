"""What the stacks declare for ECS can run: each task starts and is found well."""

from __future__ import annotations

import http.client
import json
import re
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from infra.services import SAMPLE, SAMPLE_COMMAND, SAMPLE_IMAGE
from infra.settings.cicd import Cicd
from infra.settings.nova import Nova
from infra.settings.parts import ContainerSettings
from infra.settings.scalepayments import ScalePayments
from stackproof.types.tokens import ECS_SERVICE, ECS_TASK_DEFINITION, LB_TARGET_GROUP
from tests.unit.infra.container import confinement, environment, free_port, running
from tests.unit.infra.program import ACCOUNT, ROOT, Declared, changed_config, configure, declared

SERVICES = [
    (stack, service)
    for environment in ("dev", "staging", "prod")
    for stack, service in (
        *((f"scalepayments-{environment}", name) for name in ("api", "payment", "notification")),
        (f"cicd-{environment}", "app"),
    )
] + [("nova-prod", "api")]
OWN_IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.2.3"


@dataclass(frozen=True)
class Task:
    """What a stack declares of one service: its container, and how it is reached."""

    container: dict[str, Any]
    definition: Declared
    target_group: Declared

    @property
    def health_check(self) -> dict[str, Any]:
        check: dict[str, Any] = self.target_group["health_check"]
        return check


def _task(stack: str, name: str) -> Task:
    deployment = declared(stack)
    definition = deployment.only(ECS_TASK_DEFINITION, name)
    (container,) = json.loads(definition["container_definitions"])
    (registered,) = deployment.only(ECS_SERVICE, name)["load_balancers"]
    assert registered["container_port"] == container["portMappings"][0]["containerPort"]
    (group,) = (
        group
        for group in deployment.all(LB_TARGET_GROUP)
        if registered["target_group_arn"].endswith(f"/{group['name']}")
    )
    return Task(container, definition, group)


@pytest.fixture(params=SERVICES, ids="-".join)
def task(request: pytest.FixtureRequest) -> Task:
    return _task(*request.param)


@pytest.fixture(scope="session")
def container() -> dict[str, Any]:
    return _task("nova-prod", "api").container


def test_no_ecs_service_is_left_out() -> None:
    stacks = {path.stem.partition(".")[2] for path in ROOT.glob("Pulumi.*.yaml")}
    found = {(stack, s.name) for stack in stacks for s in declared(stack).all(ECS_SERVICE)}
    assert found == set(SERVICES)


def test_a_task_is_told_what_its_target_group_asks_for(task: Task) -> None:
    told, group = environment(task.container), task.target_group
    assert told["PORT"] == str(int(group["port"]))
    assert group["port"] == task.container["portMappings"][0]["containerPort"]
    assert told["HEALTH_PATH"] == task.health_check["path"]
    assert ("TLS_MINIMUM_VERSION" in told) is (group["protocol"] == "HTTPS")
    assert task.health_check["protocol"] == group["protocol"]


def test_a_task_starts_and_is_found_well(task: Task) -> None:
    port = free_port()
    command = task.container["command"]
    with running(task.container, command, PORT=str(port)) as process:
        assert _health(task, port, process) == int(task.health_check["matcher"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def _health(task: Task, port: int, process: subprocess.Popen[str]) -> int:
    """Ask as a load balancer does: it encrypts, and trusts any certificate."""
    check = task.health_check
    deadline = time.monotonic() + 20
    while True:
        connection = (
            http.client.HTTPSConnection(
                "127.0.0.1",
                port,
                timeout=check["timeout"],
                context=ssl._create_unverified_context(),
            )
            if check["protocol"] == "HTTPS"
            else http.client.HTTPConnection("127.0.0.1", port, timeout=check["timeout"])
        )
        try:
            connection.request(
                "GET", check["path"], headers={"User-Agent": "ELB-HealthChecker/2.0"}
            )
            return connection.getresponse().status
        except ConnectionRefusedError:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "nobody listens"
            time.sleep(0.02)
        finally:
            connection.close()


def test_a_task_runs_as_nobody_and_writes_to_its_memory_only(task: Task) -> None:
    container = task.container
    assert container["user"] == "10001:10001"
    assert container["privileged"] is False
    assert container["readonlyRootFilesystem"] is True
    # A bind mount would belong to root.
    assert "volumes" not in task.definition.inputs
    assert "mountPoints" not in container
    (scratch,) = container["linuxParameters"]["tmpfs"]
    assert scratch["containerPath"] == "/tmp"
    assert {"noexec", "nosuid", "nodev"} < set(scratch["mountOptions"])
    assert scratch["size"] < container["memory"] / 4


@pytest.mark.parametrize(
    ("program", "expected", "refused"),
    [
        ("import os; print(os.getuid(), os.getgid())", "10001 10001", ""),
        ("open('/tmp/x', 'w').write('x'); print(open('/tmp/x').read())", "x", ""),
        ("open('/x', 'w')", "", "Read-only file system"),
        (
            "print(*[line.split()[1] for line in open('/proc/self/status') if 'CapEff' in line])",
            "0000000000000000",
            "",
        ),
    ],
)
def test_the_confinement_is_real(
    container: dict[str, Any], program: str, expected: str, refused: str
) -> None:
    if confinement(container) is None:
        pytest.skip("no Linux namespaces to be had, or the checkout lies where a task hides it")
    with running(container, ["python", "-c", program]) as process:
        output, errors = process.communicate(timeout=10)
    assert output.strip() == expected
    assert refused in errors
    assert bool(errors) is bool(refused)


def test_without_an_image_of_its_own_a_stack_runs_the_sample(task: Task) -> None:
    assert task.container["image"] == SAMPLE_IMAGE
    assert task.container["command"] == list(SAMPLE_COMMAND)


def test_an_image_of_its_own_says_itself_what_it_runs() -> None:
    own = {"image": OWN_IMAGE, "command": ()}
    scalepayments = {f"{name}_image": OWN_IMAGE for name in ("api", "payment", "notification")}
    for stack, settings, keys in (
        ("scalepayments-dev", ScalePayments, scalepayments),
        ("nova-prod", Nova, {"api_image": OWN_IMAGE}),
        ("cicd-dev", Cicd, {"first_image": OWN_IMAGE}),
    ):
        configure(stack, changed_config(stack, keys))
        for service in _services(settings.load(stack)):
            assert {"image": service.image, "command": service.command} == own


def _services(settings: ScalePayments | Nova | Cicd) -> Sequence[ContainerSettings]:
    match settings:
        case ScalePayments():
            return settings.services
        case Nova():
            return [settings.api]
        case Cicd():
            return [settings.service]


def _instructions() -> Iterator[tuple[str, str]]:
    for line in (SAMPLE / "Containerfile").read_text().splitlines():
        if line and not line.startswith("#"):
            instruction, _, rest = line.partition(" ")
            yield instruction, rest


def test_the_image_that_is_built_is_the_same_service(container: dict[str, Any]) -> None:
    built = dict(_instructions())
    assert built["FROM"] == SAMPLE_IMAGE
    # A tag can be moved, a digest can't; the tag says what it is.
    assert re.fullmatch(
        r"[a-z./]+/python:\d+\.\d+\.\d+-slim-[a-z]+@sha256:[0-9a-f]{64}", SAMPLE_IMAGE
    )
    assert built["USER"] == container["user"]
    source, place = built["COPY"].split()
    assert (SAMPLE / source).read_text() == SAMPLE_COMMAND[2]
    assert json.loads(built["CMD"]) == ["python", place]
