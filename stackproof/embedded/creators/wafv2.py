"""WAF: web ACLs, what they protect, and where they log."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.creators.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
    tag_changes,
    tag_list,
)

_GONE = "WAFNonexistentItemException"


@creator
class WebAcl(Creator):
    """A web ACL."""

    type = "aws:wafv2/webAcl:WebAcl"
    replace_on = frozenset({"name", "name_prefix", "scope"})
    auto_name = "name"
    auto_name_limit = 128

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create the web ACL."""
        request = parameters(aws, "wafv2", "create_web_acl", inputs, omit=("tags",))
        request |= {"Name": physical_name(inputs), "Rules": request.get("Rules", [])}
        if inputs.get("tags"):
            request["Tags"] = tag_list(inputs["tags"])
        made = aws.client("wafv2").create_web_acl(**request)["Summary"]
        return Created(made["Id"], self._shown(aws, made["Name"], inputs["scope"], made["Id"]))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change rules, actions and tags."""
        waf = aws.client("wafv2")
        named = {"Name": old["name"], "Scope": old["scope"], "Id": id_}
        request = parameters(aws, "wafv2", "update_web_acl", new)
        request["LockToken"] = waf.get_web_acl(**named)["LockToken"]
        waf.update_web_acl(**{"Rules": []} | request | named)
        added, gone = tag_changes(old, new)
        if added:
            waf.tag_resource(ResourceARN=old["arn"], Tags=tag_list(added))
        if gone:
            waf.untag_resource(ResourceARN=old["arn"], TagKeys=gone)
        return self._shown(aws, old["name"], old["scope"], id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete the web ACL."""
        waf = aws.client("wafv2")
        named = {"Name": state["name"], "Scope": state["scope"], "Id": id_}
        with already_gone(_GONE):
            waf.delete_web_acl(**named, LockToken=waf.get_web_acl(**named)["LockToken"])

    def _shown(self, aws: Cloud, name: str, scope: str, id_: str) -> dict[str, Any]:
        answer = aws.client("wafv2").get_web_acl(Name=name, Scope=scope, Id=id_)
        return {
            "name": name,
            "arn": answer["WebACL"]["ARN"],
            "capacity": answer["WebACL"].get("Capacity", 0),
            "lock_token": answer["LockToken"],
        }


@creator
class WebAclAssociation(Creator):
    """A web ACL in front of a resource."""

    type = "aws:wafv2/webAclAssociation:WebAclAssociation"
    replace_on = frozenset({"web_acl_arn", "resource_arn"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the web ACL in front of the resource."""
        acl, resource = inputs["web_acl_arn"], inputs["resource_arn"]
        aws.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=resource)
        return Created(f"{acl},{resource}", {})

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Take it away."""
        with already_gone(_GONE):
            aws.client("wafv2").disassociate_web_acl(ResourceArn=state["resource_arn"])


@creator
class WebAclLoggingConfiguration(Creator):
    """Where a web ACL logs."""

    type = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
    replace_on = frozenset({"resource_arn"})

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Put the configuration."""
        self._put(aws, inputs)
        return Created(inputs["resource_arn"], {})

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Put the configuration anew."""
        self._put(aws, new)
        return {}

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Stop logging."""
        with already_gone(_GONE):
            aws.client("wafv2").delete_logging_configuration(ResourceArn=id_)

    def _put(self, aws: Cloud, inputs: Properties) -> None:
        request = parameters(
            aws, "wafv2", "put_logging_configuration", {"logging_configuration": inputs}
        )
        aws.client("wafv2").put_logging_configuration(**request)
