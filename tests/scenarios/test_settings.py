"""Whatever the reference system: what its stack was told is what runs."""

from __future__ import annotations

import pytest

from stackproof.controls.support.taggable import TAGGABLE, known_tags, made_by_aws
from stackproof.model import Resource, Stack
from stackproof.outputs import Outputs
from stackproof.sights.live.snapshot import Snapshot
from stackproof.types import tokens
from tests.scenarios.conftest import Named

pytestmark = [
    pytest.mark.output_validation,
    pytest.mark.blueprint("tap", "nova", "scalepayments", "serverless", "cicd", "nightly"),
]

OF_A_SETTING = {
    "owner": "Owner",
    "cost_center": "CostCenter",
    "environment": "Environment",
    "project": "Project",
    "team": "Project",
}
IMAGE_OF = {
    "api_image": "api_task_definition_arn",
    "payment_image": "payment_task_definition_arn",
    "notification_image": "notification_task_definition_arn",
    "first_image": "task_definition_arn",
}


@pytest.fixture(scope="session")
def tagged(live: Stack, outputs: Outputs, run_facts: Snapshot) -> list[Resource]:
    """Give the resources that the stack's tags must be on.

    Revisions of a task that a pipeline delivered since carry what the pipeline gave them. What
    outputs name and tags give to somebody else is the stack's with wrong tags, unless the stack
    was told of it because the account has it once for all.
    """
    named = outputs.keys - {*run_facts.made_by_aws}
    shared = {*outputs.list("account_wide")} if outputs.get("account_wide") else set[str]()
    strangers = (
        r
        for r in live.foreign
        if not {r.id, r.arn}.isdisjoint(named) and shared.isdisjoint({r.id, r.arn, r.name})
    )
    found = [
        resource
        for resource in (*live, *strangers)
        if resource.type in TAGGABLE
        and not made_by_aws(resource)
        and (resource.type != tokens.ECS_TASK_DEFINITION or resource.arn in outputs.keys)
    ]
    assert found
    return found


@pytest.mark.parametrize(
    ("setting", "tag"),
    [
        *(
            pytest.param(*pair, marks=pytest.mark.settings(pair[0]))
            for pair in OF_A_SETTING.items()
        ),
        pytest.param("environment_suffix", "Environment", marks=pytest.mark.blueprint("tap")),
    ],
)
def test_tags_say_whom_to_ask_and_who_pays(
    setting: str, tag: str, tagged: list[Resource], outputs: Outputs
) -> None:
    """Every resource's tags say whose it is, and who pays, as the stack was told.

    A bill and an alarm go to whom the tag names, whether they still work here or not.
    """
    for resource in tagged:
        assert known_tags(resource).get(tag) == outputs.settings[setting], resource.name


@pytest.mark.settings("tags")
def test_further_tags_are_on_everything(tagged: list[Resource], outputs: Outputs) -> None:
    """Every resource carries all the tags that the stack was given besides its own.

    Cost reports and deletion jobs go by them, and see nothing of what lacks them.
    """
    for resource in tagged:
        assert outputs.settings["tags"].items() <= known_tags(resource).items(), resource.name


def test_alerts_go_to_the_address_that_was_named(
    named: Named, outputs: Outputs, live: Stack
) -> None:
    """The e-mail address that the stack was told is a reader of the alerts topic.

    An alarm at the address of somebody who left is heard by nobody.
    """
    topic = named("alerts_topic_arn", tokens.SNS_TOPIC)
    readers = live.seen_referrers(topic, tokens.SNS_SUBSCRIPTION, "topic")
    told = ("email", outputs.settings["alert_email"])
    assert told in {(reader["protocol"], reader["endpoint"]) for reader in readers}


@pytest.mark.blueprint("nova", "scalepayments")
@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(name, marks=pytest.mark.settings(name))
        for name in ("guardduty_detector_id", "config_recorder_name", "audit_trail_arn")
    ],
)
def test_account_watches_by_what_the_stack_was_told(setting: str, outputs: Outputs) -> None:
    """What the account has for all its stacks is what this stack was told, and says that it uses.

    A detector that is named and is another's reports the attack to somebody else.
    """
    assert outputs.get(setting) in (outputs.settings[setting], None)


def test_stack_stands_where_it_was_told(outputs: Outputs, tagged: list[Resource]) -> None:
    """The stack's region is the one that it was told; outside of it are only promised copies.

    Data in a region that nobody chose is under a law that nobody read.
    """
    assert outputs["region"] == outputs.settings["aws:region"]
    copies = {outputs.get(name) for name in ("backup_region", "replication_region")}
    regions = {resource.region for resource in tagged}
    assert outputs["region"] in regions
    assert regions <= {outputs["region"], None, *copies}


@pytest.mark.settings("domain_name")
def test_domain_leads_to_the_load_balancer_and_its_certificate(
    named: Named, outputs: Outputs, live: Stack
) -> None:
    """The domain's record leads to the load balancer, which shows a certificate for that domain.

    Every client refuses an address that answers with somebody else's name.
    """
    domain = outputs.settings["domain_name"]
    https = named("https_listener_arn", tokens.LB_LISTENER)
    (certificate,) = live.follow(https, "certificate_arn", tokens.ACM_CERTIFICATE)
    assert certificate["domain_name"] == domain
    balancer = named("alb_arn", tokens.LB)
    (record,) = (
        record
        for record in live.all(tokens.ROUTE53_RECORD)
        if record["type"] == "A" and str(record["name"]).rstrip(".") == domain
    )
    (target,) = record.blocks("aliases")
    assert str(target["name"]).rstrip(".").removeprefix("dualstack.") == balancer["dns_name"]
    assert record.id in outputs.list("dns_record_ids")


@pytest.mark.settings("hosted_zone_id")
def test_names_are_in_the_zone_that_was_named(outputs: Outputs, live: Stack) -> None:
    """The stack's DNS records are in the hosted zone that it was told, which is not its own.

    A record in a zone that nobody delegated to is a name that nobody finds.
    """
    records = live.all(tokens.ROUTE53_RECORD)
    assert {record.id for record in records} == {*outputs.list("dns_record_ids")}
    assert {record["zone_id"] for record in records} == {outputs.settings["hosted_zone_id"]}
    assert live.all(tokens.ROUTE53_ZONE) == ()


@pytest.mark.parametrize(
    ("setting", "output"),
    [pytest.param(*pair, marks=pytest.mark.settings(pair[0])) for pair in IMAGE_OF.items()],
)
def test_tasks_run_the_image_that_was_named(
    setting: str, output: str, named: Named, outputs: Outputs
) -> None:
    """The task that the stack declares runs the image that the stack was told.

    An image of another name is code that nobody asked for, with this service's rights.
    """
    task = named(output, tokens.ECS_TASK_DEFINITION)
    images = [container["image"] for container in task.document("container_definitions")]
    assert outputs.settings[setting] in images
