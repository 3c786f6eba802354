"""Judge a whole account: calls, seconds and memory, at its size, five and fifteen times that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from benchmarks.whole import smallest_of_account
from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.extras import needed
from stackproof.sights.live.account import take_account
from stackproof.sights.live.readers import readers
from stackproof.verify import asking

# In this order: an account has one detector of threats in a region, and the first stack makes it.
STACKS = (
    *("scalepayments-prod", "scalepayments-dev", "nova-prod", "tap-production"),
    *("serverless-prod", "cicd-dev", "cicd-staging", "cicd-prod"),
)
REGIONS = ("us-east-1", "us-west-2")
SIZES = (1_400, 4_000, 7_000, 12_000, 20_000)
WANTED_MB = {1_400: 250, 7_000: 400, 20_000: 1_000}
_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
_OF_A_TEAM = 16  # resources that a team's seeding adds, as the account scope counts them


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging an account takes; `seconds` from the process's start, `peak` in megabytes.

    `processor` are the seconds of processor time, which other processes don't change much.
    """

    resources: int
    findings: int
    missing: int
    sent: int
    least: int
    seconds: float
    processor: float
    peak: float


@click.command()
@click.option("--largest", default=SIZES[-1], show_default=True, help="Stop at so many resources.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the seconds, as SVG.")
def main(*, largest: int, plot: Path | None) -> None:
    """Deploy the stacks into one account, fill it up, and print what judging it takes."""
    console = Console()
    measured: list[Judged] = []
    table = Table(
        *(
            "resources",
            "findings",
            "lost failures",
            "calls",
            "fewest",
            "ratio",
            "s",
            "processor s",
            "MB",
            "wanted",
        ),
        title="verify --scope account",
    )
    with embedded_aws() as server, tempfile.TemporaryDirectory() as home:
        environment = isolated(os.environ, server, REGIONS[0], home=Path(home))
        os.environ.update(environment)
        failing = _deployed(Path(home), environment)
        for size in (size for size in SIZES if size <= largest):
            _fill(server.endpoint, size)
            found = _judge(Path(home), environment, failing)
            measured.append(found)
            ratio = f"{found.sent / found.least:.2f}"
            row = (found.resources, found.findings, found.missing, found.sent, found.least, ratio)
            took = (f"{found.seconds:.1f}", f"{found.processor:.1f}", f"{found.peak:.0f}")
            table.add_row(*map(str, (*row, *took, f"< {WANTED_MB.get(size, '')}")))
    console.print(table)
    if plot is not None:
        _draw(measured, plot)


def _draw(measured: Sequence[Judged], file: Path) -> None:
    chart = needed("leather", "history").Chart(
        "Seconds of processor time by resources of an account"
    )
    chart.add_x_scale(0, measured[-1].resources * 1.05)
    chart.add_y_scale(0, measured[-1].processor * 1.1)
    chart.add_line([(each.resources, each.processor) for each in measured])
    chart.add_dots([(each.resources, each.processor) for each in measured])
    chart.to_svg(str(file), width=640, height=320)


def _stackproof(*arguments: str, env: Mapping[str, str]) -> dict[str, Any]:
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    done = subprocess.run(
        [stackproof, *arguments], capture_output=True, text=True, check=False, env=env
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout) if arguments[0] == "verify" else {}
    return told


def _failures(told: Mapping[str, Any]) -> set[tuple[str, ...]]:
    return {
        (one["control"], one["arn"] or one["id"], one["facet"])
        for one in told["findings"]
        if one["outcome"] == "fail"
    }


def _deployed(home: Path, env: Mapping[str, str]) -> set[tuple[str, ...]]:
    """Deploy every stack, spoil what can be spoilt, and give what fails of each by itself."""
    for stack in STACKS:
        _stackproof("deploy", stack, "--outputs", str(home / f"{stack}.json"), env=env)
    _spoil()
    failing: set[tuple[str, ...]] = set()
    for stack in STACKS:
        outputs = ("--outputs", str(home / f"{stack}.json"))
        failing |= _failures(_stackproof("verify", *outputs, "--format", "json", env=env))
    return failing


def _client(service: str, region: str = REGIONS[0]) -> Any:
    session: Any = boto3.Session(region_name=region)
    return session.client(service, config=Config(max_pool_connections=20))


def _spoil() -> None:
    """Break one thing of many kinds, wherever it is."""
    s3, kms, logs = _client("s3"), _client("kms"), _client("logs")
    for bucket in s3.list_buckets()["Buckets"]:
        s3.delete_public_access_block(Bucket=bucket["Name"])
    for key in kms.list_keys()["Keys"]:
        kms.disable_key_rotation(KeyId=key["KeyId"])
    for group in logs.describe_log_groups()["logGroups"]:
        logs.delete_retention_policy(logGroupName=group["logGroupName"])
    ec2 = _client("ec2")
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        ec2.authorize_security_group_ingress(
            GroupId=group["GroupId"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 3389,
                    "ToPort": 3389,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                }
            ],
        )


def _fill(endpoint: str, size: int) -> None:
    """Add teams until the account has about so many resources."""
    there = len(take_account(asking(), readers(), REGIONS).snapshot.there)
    # Of each size by names of their own: an account may have as many as one of them is called.
    teams = [f"team-{size}-{number}" for number in range(there, size, _OF_A_TEAM)]
    clients = {name: _client(name) for name in ("ec2", "sns", "sqs", "dynamodb", "iam", "logs")}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: _team(name, clients.__getitem__), teams))


def _team(name: str, client: Callable[[str], Any]) -> None:
    tags = [{"Key": "Project", "Value": name}, {"Key": "Environment", "Value": "prod"}]
    topic = client("sns").create_topic(Name=name, Tags=tags)["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    client("sqs").create_queue(QueueName=name, tags={"Project": name})
    client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tags,
    )
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST, Tags=tags)
    client("logs").create_log_group(logGroupName=name, tags={"Project": name})
    vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for part in range(4):
        client("ec2").create_subnet(VpcId=vpc, CidrBlock=f"10.0.{part}.0/24")
    client("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpc)


def _judge(home: Path, env: Mapping[str, str], failing: set[tuple[str, ...]]) -> Judged:
    report = home / "account.json"
    where = [f"--region={region}" for region in REGIONS]
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    command = [stackproof, "verify", "--scope=account", *where, "--format=json"]
    began = time.monotonic()
    with report.open("w") as out, subprocess.Popen(command, stdout=out, env=env) as process:
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = 0  # it has been waited for
    told = json.loads(report.read_text())
    snapshot = take_account(asking(), readers(), REGIONS).snapshot
    return Judged(
        resources=told["run"]["resources"],
        findings=len(told["findings"]),
        missing=len(failing - _failures(told)),
        sent=told["run"]["api_calls"],
        least=sum(smallest_of_account(snapshot.stack(), REGIONS).values()),
        seconds=seconds,
        processor=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / 1024,
    )


if __name__ == "__main__":
    main()
