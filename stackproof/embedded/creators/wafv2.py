"""WAF: web ACLs, what they are made of, what they protect, and where they log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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


class _Locked(Creator):
    """Something that changes only with the token of its last reading.

    `operations` is how boto3 calls it in the names of its operations, `result` the member of the
    answer that holds it. `whole` are members that a change sets in any case.
    """

    operations: ClassVar[str]
    result: ClassVar[str]
    whole: ClassVar[Properties] = {}
    rename: ClassVar[Mapping[str, str]] = {}
    auto_name = "name"
    auto_name_limit = 128

    def create(self, aws: Cloud, inputs: Properties) -> Created:
        """Create it."""
        named = {**inputs, "name": physical_name(inputs)}
        request = self._request(aws, "create", named)
        if inputs.get("tags"):
            request["Tags"] = tag_list(inputs["tags"])
        made = self._call(aws, "create", **request)["Summary"]
        return Created(made["Id"], self._shown(aws, made["Name"], inputs["scope"], made["Id"]))

    def update(self, aws: Cloud, id_: str, old: Properties, new: Properties) -> Properties:
        """Change all of it, and its tags."""
        named = {"Name": old["name"], "Scope": old["scope"], "Id": id_}
        token = self._call(aws, "get", **named)["LockToken"]
        self._call(aws, "update", **self._request(aws, "update", new) | named, LockToken=token)
        retag(aws, "wafv2", old["arn"], old, new)
        return self._shown(aws, old["name"], old["scope"], id_)

    def delete(self, aws: Cloud, id_: str, state: Properties) -> None:
        """Delete it."""
        named = {"Name": state["name"], "Scope": state["scope"], "Id": id_}
        with already_gone(_GONE):
            token = self._call(aws, "get", **named)["LockToken"]
            self._call(aws, "delete", **named, LockToken=token)

    def _request(self, aws: Cloud, how: str, inputs: Properties) -> dict[str, Any]:
        operation = f"{how}_{self.operations}"
        given = parameters(aws, "wafv2", operation, inputs, rename=self.rename, omit=("tags",))
        return {**self.whole, **given}

    def _call(self, aws: Cloud, how: str, **request: Any) -> Any:
        return getattr(aws.client("wafv2"), f"{how}_{self.operations}")(**request)

    def _shown(self, aws: Cloud, name: str, scope: str, id_: str) -> dict[str, Any]:
        answer = self._call(aws, "get", Name=name, Scope=scope, Id=id_)
        shown = answer[self.result]
        capacity = {"capacity": shown["Capacity"]} if "Capacity" in shown else {}
        return {"name": name, "arn": shown["ARN"], "lock_token": answer["LockToken"], **capacity}


@creator
class WebAcl(_Locked):
    """A web ACL."""

    type = "aws:wafv2/webAcl:WebAcl"
    operations, result = "web_acl", "WebACL"
    whole: ClassVar[Properties] = {"Rules": []}
    replace_on = frozenset({"name", "name_prefix", "scope"})


@creator
class RuleGroup(_Locked):
    """Rules that several web ACLs share."""

    type = "aws:wafv2/ruleGroup:RuleGroup"
    operations, result = "rule_group", "RuleGroup"
    whole: ClassVar[Properties] = {"Rules": []}
    replace_on = frozenset({"capacity", "name", "name_prefix", "scope"})


@creator
class IpSet(_Locked):
    """Addresses that rules know."""

    type = "aws:wafv2/ipSet:IpSet"
    operations, result = "ip_set", "IPSet"
    whole: ClassVar[Properties] = {"Addresses": []}
    replace_on = frozenset({"ip_address_version", "name", "name_prefix", "scope"})


@creator
class RegexPatternSet(_Locked):
    """Patterns that rules know."""

    type = "aws:wafv2/regexPatternSet:RegexPatternSet"
    operations, result = "regex_pattern_set", "RegexPatternSet"
    whole: ClassVar[Properties] = {"RegularExpressionList": []}
    rename: ClassVar[Mapping[str, str]] = {"regular_expressions": "regular_expression_list"}
    replace_on = frozenset({"name", "name_prefix", "scope"})


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
