"""Programs that know nothing of this project, by the real CLI and by the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stackproof.embedded import engine
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.project import find_project, stack_config
from stackproof.embedded.server.control import Server
from tests.integration.cli.conftest import REGION, Cli
from tests.integration.deployments import ROOT

MakeCli = Callable[[Path, str], Cli]
Client = Callable[[str], Any]

SERVER_AND_SITE = """
import pulumi
import pulumi_aws as aws

image = aws.ec2.get_ami(
    most_recent=True,
    owners=["amazon"],
    filters=[
        {"name": "name", "values": ["al2023-ami-2023.*"]},
        {"name": "architecture", "values": ["x86_64"]},
    ],
)
network = aws.ec2.get_vpc(default=True)
subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [network.id]}])
firewall = aws.ec2.SecurityGroup(
    "firewall",
    vpc_id=network.id,
    ingress=[
        {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"]},
        {"protocol": "tcp", "from_port": 22, "to_port": 22, "self": True},
    ],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
server = aws.ec2.Instance(
    "server",
    ami=image.id,
    instance_type="t3.micro",
    subnet_id=subnets.ids[0],
    vpc_security_group_ids=[firewall.id],
    user_data="#!/bin/sh\\npython3 -m http.server 80 &\\n",
    tags={"Name": pulumi.Config().get("name") or "first"},
)
address = aws.ec2.Eip("address", instance=server.id)
pages = aws.s3.Bucket("pages")
site = aws.s3.BucketWebsiteConfiguration(
    "site", bucket=pages.bucket, index_document={"suffix": "index.html"}
)
open_ = aws.s3.BucketPublicAccessBlock("open", bucket=pages.id, block_public_policy=False)
aws.s3.BucketObject(
    "index.html",
    bucket=pages.id,
    source=pulumi.FileAsset("www/index.html"),
    content_type="text/html",
)
aws.s3.BucketPolicy(
    "readers",
    bucket=pages.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": pages.arn.apply(lambda arn: f"{arn}/*"),
                }
            ],
        }
    ),
    opts=pulumi.ResourceOptions(depends_on=[open_]),
)
pulumi.export("server", server.id)
pulumi.export("public", address.public_ip)
pulumi.export("bucket", pages.id)
pulumi.export("site", site.website_endpoint)
"""

GIVES = """
import pulumi
import pulumi_aws as aws

topic = aws.sns.Topic("news")
pulumi.export("topic", topic.arn)
pulumi.export("plan", {"tiers": ["free", "paid"]})
pulumi.export("token", pulumi.Output.secret("hush"))
"""

TAKES = """
import pulumi
import pulumi_aws as aws

gives = pulumi.StackReference("organization/gives/dev")
queue = aws.sqs.Queue("queue")
aws.sns.TopicSubscription(
    "subscription", topic=gives.require_output("topic"), protocol="sqs", endpoint=queue.arn
)
pulumi.export("topic", gives.get_output("topic"))
pulumi.export("tier", gives.get_output("plan").apply(lambda plan: plan["tiers"][1]))
pulumi.export("token", gives.get_output("token"))
"""

DEFINES = """
import pulumi
import pulumi_aws as aws
from pulumi import dynamic


class Greetings(dynamic.ResourceProvider):
    def check(self, old, new):
        failures = [] if new["name"] else [dynamic.CheckFailure("name", "must not be empty")]
        return dynamic.CheckResult(new, failures)

    def create(self, props):
        return dynamic.CreateResult("greeting-1", {**props, "text": f"hello {props['name']}"})


class Greeting(dynamic.Resource):
    text: pulumi.Output[str]

    def __init__(self, name, whom, opts=None):
        super().__init__(Greetings(), name, {"name": whom, "text": None}, opts)


topic = aws.sns.Topic("topic")
greeting = Greeting("greeting", topic.name)
pulumi.export("topic", topic.name)
pulumi.export("greeting", greeting.text)
"""

LACKS = """
import pulumi_aws as aws

aws.sns.Topic("before")
aws.appsync.ApiKey("key", api_id="api")
aws.sns.Topic("after")
"""
LACKING = "aws:appsync/apiKey:ApiKey is not available on the embedded AWS"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Give the folder of a new project with a program."""
    base = tmp_path_factory.mktemp("programs")

    def make(name: str, program: str) -> Path:
        folder = base / name
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        (folder / "Pulumi.dev.yaml").write_text(f"config: {{aws:region: {REGION}}}\n")
        (folder / "__main__.py").write_text(program)
        return folder

    return make


def _deploy(folder: Path, server: Server, *, preview: bool = False) -> engine.Deployment:
    found = find_project(folder)
    return engine.run(found, "dev", stack_config(found, "dev"), server.endpoint, preview=preview)


def test_server_and_site_are_refused_by_the_pack_and_deployed_without(
    cli: MakeCli, client: Client, cloud_server: Server, project: Callable[[str, str], Path]
) -> None:
    folder = project("web", SERVER_AND_SITE)
    (folder / "www").mkdir()
    (folder / "www" / "index.html").write_text("<h1>hello</h1>")
    web = cli(folder, "dev")
    refused = web("preview", "--policy-pack", str(ROOT / "policies"), code=255)
    assert "[mandatory]" in refused
    assert "Traceback" not in refused
    web("up", "--yes")
    outputs = web.json("stack", "output", "--json")
    ec2, s3 = client("ec2"), client("s3")
    (reservation,) = ec2.describe_instances(InstanceIds=[outputs["server"]])["Reservations"]
    (instance,) = reservation["Instances"]
    assert instance["PublicIpAddress"] == outputs["public"]
    groups = [group["GroupId"] for group in instance["SecurityGroups"]]
    (group,) = ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
    assert {rule["FromPort"] for rule in group["IpPermissions"]} == {22, 80}
    page = s3.get_object(Bucket=outputs["bucket"], Key="index.html")
    assert (page["Body"].read(), page["ContentType"]) == (b"<h1>hello</h1>", "text/html")
    assert outputs["site"] == f"{outputs['bucket']}.s3-website-{REGION}.amazonaws.com"

    web("preview", "--refresh", "--expect-no-changes")
    before = web.ids()
    web.configure(**{"web:name": "second"})
    (folder / "www" / "index.html").write_text("<h1>bye</h1>")
    web("up", "--yes", "--skip-preview")
    assert web.ids() == before
    assert s3.get_object(Bucket=outputs["bucket"], Key="index.html")["Body"].read() == (
        b"<h1>bye</h1>"
    )
    made = _deploy(folder, cloud_server)
    assert len(made.resources) == len(before) - len([k for k in before if "pulumi:" in k])
    assert made.outputs["site"].endswith(f".s3-website-{REGION}.amazonaws.com")

    web("destroy", "--yes", "--skip-preview")
    (reservation,) = ec2.describe_instances(InstanceIds=[outputs["server"]])["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "terminated"


def test_stacks_refer_to_the_outputs_of_others(
    cli: MakeCli, cloud_server: Server, project: Callable[[str, str], Path]
) -> None:
    gives, takes = project("gives", GIVES), project("takes", TAKES)
    giver = cli(gives, "dev")
    giver("up", "--yes", "--skip-preview")
    taker = Cli(takes, "dev", giver.env)
    taker("stack", "init")
    taker("up", "--yes", "--skip-preview")
    topic = giver.json("stack", "output", "topic", "--json")
    assert taker.json("stack", "output", "--json") == {
        "tier": "paid",
        "token": "[secret]",
        "topic": topic,
    }
    with pytest.raises(EmbeddedError, match="the stack organization/gives/dev is not deployed"):
        _deploy(takes, cloud_server)
    given = _deploy(gives, cloud_server)
    taken = _deploy(takes, cloud_server)
    assert taken.outputs == {"tier": "paid", "token": "hush", "topic": given.outputs["topic"]}
    assert taken.secret_outputs == {"token"}


def test_what_is_not_there_is_said_before_anything_is_made(
    cli: MakeCli, client: Client, cloud_server: Server, project: Callable[[str, str], Path]
) -> None:
    folder = project("lacks", LACKS)
    topics = client("sns").list_topics()["Topics"]
    printed = cli(folder, "dev")("up", "--yes", code=255)
    assert LACKING in printed
    assert "Traceback" not in printed
    with pytest.raises(EmbeddedError) as told:
        _deploy(folder, cloud_server, preview=True)
    assert str(told.value).endswith(LACKING)
    assert client("sns").list_topics()["Topics"] == topics


def test_resource_that_the_program_defines_itself_is_made(
    cli: MakeCli, cloud_server: Server, project: Callable[[str, str], Path]
) -> None:
    folder = project("own", DEFINES)
    own = cli(folder, "dev")
    own("up", "--yes", "--skip-preview")
    outputs = own.json("stack", "output", "--json")
    assert outputs["greeting"] == f"hello {outputs['topic']}"
    made = _deploy(folder, cloud_server)
    assert made.outputs["greeting"] == f"hello {made.outputs['topic']}"
    with pytest.raises(EmbeddedError, match="name: must not be empty"):
        _deploy(project("empty", DEFINES.replace("topic.name)", "'')")), cloud_server)
