"""Launch templates: who can take over an instance, and what it leaves readable."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from stackproof.controls.registry import control
from stackproof.controls.support.checks import each, expect_set, expect_that
from stackproof.controls.support.instance_parts import (
    METADATA_NEIGHBOURS,
    by_default,
    hops_limited,
    tokens_only,
    without_secrets,
)
from stackproof.model import (
    Block,
    Category,
    Fail,
    Family,
    Framework,
    NotApplicable,
    Outcome,
    Resource,
    Severity,
    Stack,
)
from stackproof.model.cases import Cases, Change, Given, Hide, Neighbour, Remove, With
from stackproof.model.parameter import Range
from stackproof.reasoning.effective import stated
from stackproof.types.tokens import (
    EBS_ENCRYPTION_BY_DEFAULT,
    INSTANCE_METADATA_DEFAULTS,
    LAUNCH_TEMPLATE,
)

METADATA = Given(
    LAUNCH_TEMPLATE,
    {"metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1}},
)
ENCRYPTED_BY_DEFAULT = With(Neighbour("account", EBS_ENCRYPTION_BY_DEFAULT, {"enabled": True}))
NO_METADATA = Change("metadata_options", {"http_endpoint": "disabled"})


def by_account(**options: Any) -> With:
    """Give what the program says of the metadata of all the account's instances."""
    return With(Neighbour("account", INSTANCE_METADATA_DEFAULTS, options))


@control(
    "launch-template-imdsv2",
    title="Launch templates make instances answer metadata requests with session tokens only",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=LAUNCH_TEMPLATE,
    needs=METADATA_NEIGHBOURS,
    frameworks={
        Framework.FSBP: ("EC2.170",),
        Framework.PCI: ("2.2.6",),
        Framework.NIST: ("AC-3", "AC-6"),
    },
    in_part={Framework.CIS: ("5.7",)},
    cases=Cases(
        passing=METADATA,
        failing=(
            Change("metadata_options.http_tokens", "optional"),
            (Remove("metadata_options"), by_account(http_tokens="optional")),
        ),
        unknown=(
            Hide("metadata_options"),
            Hide("metadata_options.http_tokens"),
            Remove("metadata_options.http_tokens"),
            (Remove("metadata_options"), by_account(http_tokens="no-preference")),
        ),
        absent=(Remove("metadata_options"),),
        also_passing=(
            NO_METADATA,
            (Remove("metadata_options"), by_account(http_tokens="required")),
        ),
    ),
)
def imdsv2(template: Resource, stack: Stack, *, must_be_declared: bool = False) -> Outcome:
    """Without tokens one forged request of a web application reads the instance's credentials.

    Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
    """
    return tokens_only(stated(template), stack, must_be_declared=must_be_declared)


@control(
    "launch-template-metadata-hop-limit",
    title="Launch templates keep metadata on the instance",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    types=LAUNCH_TEMPLATE,
    needs=METADATA_NEIGHBOURS,
    frameworks={Framework.NIST: ("AC-6",)},
    cases=Cases(
        passing=METADATA,
        failing=(
            Change("metadata_options.http_put_response_hop_limit", 2),
            Change("metadata_options.http_put_response_hop_limit", 64),
            (Remove("metadata_options"), by_account(http_put_response_hop_limit=2)),
        ),
        unknown=(
            Hide("metadata_options.http_put_response_hop_limit"),
            Hide("metadata_options"),
            Remove("metadata_options.http_put_response_hop_limit"),
        ),
        absent=(Remove("metadata_options"),),
        also_passing=((Remove("metadata_options"), by_account(http_put_response_hop_limit=1)),),
        not_applicable=(NO_METADATA,),
    ),
)
def hop_limit(
    template: Resource,
    stack: Stack,
    *,
    maximum: Annotated[int, Range(1, 8, "hops")] = 1,
    must_be_declared: bool = False,
) -> Outcome:
    """Containers and proxies on the instance are a hop away and have no business with its role.

    Left open, the image decides: those of Amazon Linux 2023 allow two hops.
    """
    return hops_limited(stated(template), stack, maximum, must_be_declared=must_be_declared)


@control(
    "launch-template-volumes-encrypted",
    title="Launch templates encrypt the volumes of instances",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    family=Family.ENCRYPTION,
    types=LAUNCH_TEMPLATE,
    needs=(EBS_ENCRYPTION_BY_DEFAULT,),
    frameworks={
        Framework.FSBP: ("EC2.181",),
        Framework.PCI: ("3.5.1",),
        Framework.NIST: ("SC-28", "SC-13"),
    },
    in_part={Framework.CIS: ("5.1.1",)},
    cases=Cases(
        passing=Given(
            LAUNCH_TEMPLATE,
            {
                "block_device_mappings": [
                    {"device_name": "/dev/xvda", "ebs": {"encrypted": "true"}},
                    {"device_name": "/dev/xvdb", "ebs": {"encrypted": "true"}},
                ]
            },
        ),
        failing=(
            Change("block_device_mappings.1.ebs.encrypted", "false"),
            Remove("block_device_mappings.0.ebs.encrypted"),
            Remove("block_device_mappings"),
            Change("block_device_mappings", []),
            (
                Hide("block_device_mappings.0"),
                Change("block_device_mappings.1.ebs.encrypted", "false"),
            ),
        ),
        unknown=(Hide("block_device_mappings"), Hide("block_device_mappings.0.ebs.encrypted")),
        absent=(Remove("block_device_mappings"),),
        also_passing=(
            (Remove("block_device_mappings"), ENCRYPTED_BY_DEFAULT),
            (Remove("block_device_mappings.0.ebs.encrypted"), ENCRYPTED_BY_DEFAULT),
            Change("block_device_mappings.0.ebs.encrypted", True),
            Change("block_device_mappings.1", {"device_name": "b", "virtual_name": "ephemeral0"}),
        ),
    ),
)
def volumes_encrypted(template: Resource, stack: Stack) -> Outcome:
    """A volume that is not named takes the image's setting, which is seldom encrypted."""
    template = stated(template)
    judged = each(
        template.elements("block_device_mappings"),
        lambda mapping: by_default(_encrypted(mapping), template, stack),
    )
    if not isinstance(judged, NotApplicable):
        return judged
    unnamed = Fail(
        "block_device_mappings",
        "a mapping of the root device with ebs.encrypted",
        template["block_device_mappings"] or None,
        "Name the root device in block_device_mappings with ebs.encrypted true.",
    )
    return by_default(unnamed, template, stack)


def _encrypted(mapping: Block) -> Outcome:
    if mapping["virtual_name"] or mapping["no_device"]:
        return NotApplicable("no volume of EBS")
    return expect_that(
        mapping,
        "ebs.encrypted",
        lambda value: str(value).lower() == "true",
        expected="true",
        fix="Set ebs.encrypted to true.",
    )


@control(
    "launch-template-no-public-address",
    title="Launch templates give instances no public addresses",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    types=LAUNCH_TEMPLATE,
    frameworks={
        Framework.FSBP: ("EC2.25",),
        Framework.PCI: ("1.4.4",),
        Framework.NIST: ("AC-4(21)", "SC-7"),
    },
    cases=Cases(
        passing=Given(
            LAUNCH_TEMPLATE, {"network_interfaces": [{"associate_public_ip_address": "false"}]}
        ),
        failing=(
            Change("network_interfaces.0.associate_public_ip_address", "true"),
            Change("network_interfaces.0.associate_public_ip_address", True),
        ),
        unknown=(
            Hide("network_interfaces"),
            Hide("network_interfaces.0.associate_public_ip_address"),
        ),
        also_passing=(Remove("network_interfaces.0.associate_public_ip_address"),),
        not_applicable=(Remove("network_interfaces"),),
    ),
)
def no_public_address(template: Resource) -> Outcome:
    """Where it says nothing the subnet decides: see `autoscaling-group-in-private-subnets`."""
    return each(
        template.elements("network_interfaces"),
        lambda interface: expect_that(
            interface,
            "associate_public_ip_address",
            lambda value: str(value).lower() != "true",
            expected="false",
            fix="Set associate_public_ip_address to false and reach instances by a load balancer.",
        ),
    )


def _script(text: str) -> Change:
    return Change("user_data", b64encode(text.encode()).decode())


@control(
    "launch-template-no-secrets-in-user-data",
    title="Launch templates hold no secrets in user data",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types=LAUNCH_TEMPLATE,
    frameworks={Framework.PCI: ("8.6.2",), Framework.NIST: ("IA-5(7)",)},
    cases=Cases(
        passing=Given(
            LAUNCH_TEMPLATE,
            {"user_data": b64encode(b"#!/bin/bash\ndnf install -y httpd\n").decode()},
        ),
        failing=(
            _script("#!/bin/bash\nexport DB_PASSWORD=correct-horse\n"),
            _script("curl https://deploy:correct-horse@example.com/app.tar"),
            Change("user_data", "export API_KEY=correct-horse"),
        ),
        unknown=(
            Hide("user_data"),
            Change("user_data", b64encode(b"\x1f\x8b\x08\x00\xff").decode()),
        ),
        also_passing=(
            Remove("user_data"),
            _script("DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id orders)"),
        ),
    ),
)
def no_secrets_in_user_data(template: Resource) -> Outcome:
    """Whoever may describe the template, or asks from the instance, may read it."""
    return without_secrets(template, "user_data")


@control(
    "launch-template-instance-profile",
    title="Launch templates give instances a role",
    severity=Severity.LOW,
    category=Category.IAM,
    types=LAUNCH_TEMPLATE,
    frameworks={Framework.PCI: ("7.2.5",), Framework.NIST: ("AC-6",)},
    in_part={Framework.CIS: ("1.17",)},
    cases=Cases(
        passing=Given(LAUNCH_TEMPLATE, {"iam_instance_profile": {"name": "web"}}),
        failing=(Remove("iam_instance_profile"),),
        unknown=(Hide("iam_instance_profile"),),
    ),
)
def instance_profile(template: Resource) -> Outcome:
    """Without one, sooner or later somebody puts access keys on the instances."""
    return expect_set(
        template,
        "iam_instance_profile",
        expected="an instance profile",
        fix="Name an iam.InstanceProfile in iam_instance_profile.",
    )
