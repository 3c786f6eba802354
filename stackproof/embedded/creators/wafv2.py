"""WAF: web ACLs, what they protect, and where they log."""

from __future__ import annotations

from typing import Any

from stackproof.embedded.frame.base import (
    Cloud,
    Created,
    Creator,
    Properties,
    already_gone,
    creator,
    parameters,
    physical_name,
    retag,
    tag_list,
)
from stackproof.embedded.frame.plain import Call, Plain, table

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
        retag(aws, "wafv2", old["arn"], old, new)
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


table(
    Plain(
        type="aws:wafv2/webAclAssociation:WebAclAssociation",
        service="wafv2",
        create=Call("associate_web_acl"),
        id="{web_acl_arn},{resource_arn}",
        delete=Call("disassociate_web_acl"),
        gone=(_GONE,),
        replace_on=frozenset({"resource_arn", "web_acl_arn"}),
    ),
    Plain(
        type="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        service="wafv2",
        put=Call("put_logging_configuration", inside="LoggingConfiguration"),
        id="{resource_arn}",
        delete=Call("delete_logging_configuration"),
        gone=(_GONE,),
        replace_on=frozenset({"resource_arn"}),
    ),
)
