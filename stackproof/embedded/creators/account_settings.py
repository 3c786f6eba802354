"""Settings of an account in a region, and single marks on what is made elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
)
from stackproof.embedded.frame.plain import Call, Plain, table

table(
    Plain(
        type="aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
        service="ec2",
        put=Call("modify_instance_metadata_defaults"),
        id="{account}-{region}",
        delete=Call(
            "modify_instance_metadata_defaults",
            fixed={
                "HttpEndpoint": "no-preference",
                "HttpPutResponseHopLimit": -1,
                "HttpTokens": "no-preference",
                "InstanceMetadataTags": "no-preference",
            },
        ),
        replace_on=frozenset(),
        defaults={
            "http_endpoint": "no-preference",
            "http_put_response_hop_limit": -1,
            "http_tokens": "no-preference",
            "instance_metadata_tags": "no-preference",
        },
    ),
    Plain(
        type="aws:ecs/accountSettingDefault:AccountSettingDefault",
        service="ecs",
        put=Call("put_account_setting_default"),
        outputs={"principal_arn": "setting.principalArn"},
        id="{name}",
        delete=Call("delete_account_setting"),
        replace_on=frozenset({"name"}),
    ),
    Plain(
        type="aws:securityhub/account:Account",
        service="securityhub",
        create=Call("enable_security_hub"),
        update=Call("update_security_hub_configuration"),
        composed={"arn": "arn:{partition}:securityhub:{region}:{account}:hub/default"},
        id="{account}",
        also={"auto_enable_controls": Call("update_security_hub_configuration")},
        delete=Call("disable_security_hub"),
        gone=("InvalidAccessException",),
        replace_on=frozenset({"enable_default_standards"}),
        defaults={"enable_default_standards": True},
    ),
    Plain(
        type="aws:securityhub/standardsSubscription:StandardsSubscription",
        service="securityhub",
        create=Call("batch_enable_standards", inside="StandardsSubscriptionRequests"),
        id="{answer[StandardsSubscriptions][0][StandardsSubscriptionArn]}",
        delete=Call("batch_disable_standards", {"id": "standards_subscription_arns"}),
        gone=("InvalidAccessException",),
        replace_on=frozenset({"standards_arn"}),
    ),
    Plain(
        type="aws:resourcegroups/group:Group",
        service="resource-groups",
        create=Call("create_group", {"configurations": "configuration"}),
        update=Call("update_group", {"name": "group_name"}),
        also={"resource_query": Call("update_group_query", {"name": "group_name"})},
        shapes={"resource_query": lambda given: {"type": "TAG_FILTERS_1_0", **given}},
        outputs={"arn": "Group.GroupArn"},
        id="{name}",
        delete=Call("delete_group", {"id": "group_name"}),
        tagged="arn",
        tag_calls=("tag", "untag"),
        cleared={"description": ""},
        replace_on=frozenset({"configurations", "name"}),
        auto_name="name",
    ),
)


@creator
class EncryptionByDefault(Creator):
    """Whether new volumes of a region are encrypted."""

    type = "aws:ebs/encryptionByDefault:EncryptionByDefault"
    defaults: ClassVar[Properties] = {"enabled": True}

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Switch it as the program says."""
        self.update(aws, "", {}, inputs)
        return Created("terraform-encryption")

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Switch it on or off."""
        wanted = "enable" if new["enabled"] else "disable"
        getattr(aws.client("ec2"), f"{wanted}_ebs_encryption_by_default")()

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Switch it off, as AWS has it."""
        aws.client("ec2").disable_ebs_encryption_by_default()


@creator
class AccountPublicAccessBlock(Creator):
    """What no bucket of an account may open to the public."""

    type = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
    replace_on = frozenset({"account_id"})
    _switches: ClassVar[Properties] = dict.fromkeys(
        (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ),
        False,
    )
    defaults = _switches

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the block."""
        account = str(inputs.get("account_id") or aws.account)
        self._put(aws, account, inputs)
        return Created(account, {"account_id": account})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Set the block anew."""
        self._put(aws, id_, new)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the block away."""
        with already_gone():
            aws.client("s3control").delete_public_access_block(AccountId=id_)

    def _put(self, aws: Cloud, account: str, properties: Properties) -> None:
        block = {name: properties[name] for name in self._switches}
        request = parameters(
            aws,
            "s3control",
            "put_public_access_block",
            {"account_id": account, "public_access_block_configuration": block},
        )
        aws.client("s3control").put_public_access_block(**request)


@creator
class Tag(Creator):
    """One tag of something that is made elsewhere."""

    type = "aws:ec2/tag:Tag"
    replace_on = frozenset({"key", "resource_id"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Set the tag."""
        self.update(aws, "", {}, inputs)
        return Created(f"{inputs['resource_id']},{inputs['key']}")

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> None:
        """Give the tag another value."""
        tag: Any = {"Key": new["key"], "Value": new.get("value") or ""}
        aws.client("ec2").create_tags(Resources=[new["resource_id"]], Tags=[tag])

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take the tag away."""
        with already_gone():
            aws.client("ec2").delete_tags(
                Resources=[state["resource_id"]], Tags=[{"Key": state["key"]}]
            )
